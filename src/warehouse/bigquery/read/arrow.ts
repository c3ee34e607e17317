import type { DuckDBVector } from '@duckdb/node-api';
import { type Data, type RecordBatch, RecordBatchReader, Type } from 'apache-arrow';
import type { ColumnSource } from './append.ts';

/** A vector of the chunk as far as it is written here: an array of numbers, or items. */
interface NumberVector {
  readonly items: BigInt64Array | Int32Array | Float64Array;
}
interface BytesVector {
  readonly dataView: DataView;
}

/** Decodes one message of a stream: the session's schema and the record batch behind it. */
export function decodeBatch(schema: Uint8Array, batch: Uint8Array): RecordBatch {
  // Some servers close the schema's bytes as a stream of their own, which then counts as an empty batch.
  return [...RecordBatchReader.from(Buffer.concat([schema, batch]))].at(-1)!;
}

/** The columns of a batch as the appender takes them, found by name. */
export function columnSources(batch: RecordBatch, names: readonly string[]): ColumnSource[] {
  const fields = batch.schema.fields.map((field) => field.name);
  return names.map((name) => {
    const index = fields.indexOf(name);
    if (index === -1) throw new Error(`the column "${name}" is not in the batch`);
    return sourceOf(batch.data.children[index]!, name);
  });
}

function sourceOf(data: Data, name: string): ColumnSource {
  const write = writerOf(data, name);
  const isValid = validityOf(data);
  return (vector, start, count) => {
    write(vector, start, count, isValid);
    if (isValid === undefined) return;
    for (let i = 0; i < count; i++) if (!isValid(start + i)) vector.setItem(i, null);
  };
}

type Writer = (
  vector: DuckDBVector,
  start: number,
  count: number,
  isValid: ((row: number) => boolean) | undefined,
) => void;

/** By Arrow's type: BigQuery sends these and no others for what the replica holds. */
function writerOf(data: Data, name: string): Writer {
  const offset = data.offset;
  switch (data.typeId) {
    case Type.Int:
    case Type.Float:
    case Type.Date:
    case Type.Timestamp:
      return (vector, start, count) => {
        // Whole arrays of one width are copied; a narrower integer is widened by item.
        const { items } = vector as unknown as NumberVector;
        const from = data.values as BigInt64Array;
        if (from.BYTES_PER_ELEMENT === items.BYTES_PER_ELEMENT) {
          (items as BigInt64Array).set(from.subarray(offset + start, offset + start + count));
        } else {
          for (let i = 0; i < count; i++) {
            (items as BigInt64Array)[i] = BigInt(from[offset + start + i]!);
          }
        }
      };
    case Type.Bool:
      return (vector, start, count) => {
        const bits = data.values as unknown as Uint8Array;
        for (let i = 0; i < count; i++) vector.setItem(i, bitOf(bits, offset + start + i));
      };
    case Type.Utf8: {
      const bytes = data.values as unknown as Uint8Array;
      const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const ends = data.valueOffsets as Int32Array;
      return (vector, start, count, isValid) => {
        for (let i = 0; i < count; i++) {
          const row = start + i;
          if (isValid !== undefined && !isValid(row)) continue;
          vector.setItem(i, text.toString('utf8', ends[row]!, ends[row + 1]!));
        }
      };
    }
    case Type.Decimal:
      return decimalWriter(data);
    default:
      throw new Error(
        `the column "${name}" came as ${String(data.type)}, which BigQuery does not send`,
      );
  }
}

/** The low 128 bits of each value: what the replica's decimals hold; a wider one had to fit them. */
function decimalWriter(data: Data): Writer {
  const words = data.values as unknown as Uint32Array;
  const width = (data.type as unknown as { bitWidth: number }).bitWidth / 32;
  return (vector, start, count) => {
    const { dataView } = vector as unknown as BytesVector;
    const size = dataView.byteLength / count;
    for (let i = 0; i < count; i++) {
      const at = (data.offset + start + i) * width;
      for (let word = 0; word < size / 4; word++) {
        dataView.setUint32(i * size + word * 4, words[at + word]!, true);
      }
    }
  };
}

function validityOf(data: Data): ((row: number) => boolean) | undefined {
  const { nullBitmap, offset } = data;
  if (data.nullCount === 0 || nullBitmap.length === 0) return undefined;
  return (row) => bitOf(nullBitmap, offset + row);
}

function bitOf(bits: Uint8Array, at: number): boolean {
  return ((bits[at >> 3]! >> (at & 7)) & 1) === 1;
}
