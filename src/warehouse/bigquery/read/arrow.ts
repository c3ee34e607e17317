import { type DuckDBDecimalType, DuckDBDecimalValue, type DuckDBVector } from '@duckdb/node-api';
import { type Data, type Decimal, type RecordBatch, RecordBatchReader, Type } from 'apache-arrow';
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

/**
 * A decimal of the column's own scale is copied by its low bytes, as many as the replica's type takes: both are
 * two's complement, lowest byte first. One of another scale is brought to the column's; where digits would be
 * lost it is refused.
 */
function decimalWriter(data: Data): Writer {
  const { bitWidth, scale } = data.type as Decimal;
  const values = data.values as unknown as Uint32Array;
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const words = bitWidth / 32;
  return (vector, start, count, isValid) => {
    const type = vector.type as DuckDBDecimalType;
    if (type.scale === scale) {
      const { dataView } = vector as unknown as BytesVector;
      const into = new Uint8Array(dataView.buffer, dataView.byteOffset, dataView.byteLength);
      const size = into.length / count;
      for (let i = 0; i < count; i++) {
        const at = (data.offset + start + i) * words * 4;
        into.set(bytes.subarray(at, at + size), i * size);
      }
      return;
    }
    for (let i = 0; i < count; i++) {
      if (isValid !== undefined && !isValid(start + i)) continue;
      const at = (data.offset + start + i) * words;
      const value = rescaled(wholeAt(values, at, words), scale, type);
      vector.setItem(i, new DuckDBDecimalValue(value, type.width, type.scale));
    }
  };
}

function wholeAt(values: Uint32Array, at: number, words: number): bigint {
  let value = 0n;
  for (let word = words - 1; word >= 0; word--) value = (value << 32n) | BigInt(values[at + word]!);
  return BigInt.asIntN(words * 32, value);
}

function rescaled(value: bigint, scale: number, type: DuckDBDecimalType): bigint {
  const power = 10n ** BigInt(Math.abs(type.scale - scale));
  const whole = type.scale > scale ? value * power : value / power;
  const isExact = type.scale > scale || whole * power === value;
  const limit = 10n ** BigInt(type.width);
  if (isExact && whole < limit && whole > -limit) return whole;
  throw new Error(`${value} of scale ${scale} does not fit ${type}`);
}

function validityOf(data: Data): ((row: number) => boolean) | undefined {
  const { nullBitmap, offset } = data;
  if (data.nullCount === 0 || nullBitmap.length === 0) return undefined;
  return (row) => bitOf(nullBitmap, offset + row);
}

function bitOf(bits: Uint8Array, at: number): boolean {
  return ((bits[at >> 3]! >> (at & 7)) & 1) === 1;
}
