import type { DuckDBDataChunk } from '@duckdb/node-api';
import type { Bindings, Replica } from '../replica/replica.ts';
import type { Matrix } from './matrix.ts';

/** Names of a query's columns by what they become: text, whole numbers or numbers (NULL: NaN). */
export interface ColumnLayout {
  readonly text: readonly string[];
  readonly ints: readonly string[];
  readonly floats: readonly string[];
  /** Columns of the feature matrix, in this order; NULL becomes NaN. */
  readonly matrix: readonly string[];
}

/** A query's result column by column; every array has `rows` entries. */
export interface Columns {
  readonly rows: number;
  readonly text: Readonly<Record<string, string[]>>;
  readonly ints: Readonly<Record<string, Int32Array>>;
  readonly floats: Readonly<Record<string, Float64Array>>;
  readonly matrix: Matrix;
}

/**
 * Reads a query into typed arrays, chunk by chunk, so that no row becomes an object. Columns in
 * `ints` must be INTEGER without NULL, those in `floats` and `matrix` DOUBLE, in `text` VARCHAR.
 */
export async function readColumns(
  replica: Replica,
  sql: string,
  bindings: Bindings,
  layout: ColumnLayout,
): Promise<Columns> {
  const result = await replica.connection.stream(sql, bindings);
  const chunks = await result.fetchAllChunks();
  const rows = chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0);
  const text = record(layout.text, () => new Array<string>(rows));
  const ints = record(layout.ints, () => new Int32Array(rows));
  const floats = record(layout.floats, () => new Float64Array(rows));
  const width = layout.matrix.length;
  const values = new Float32Array(rows * width);

  const place = new Map(result.columnNames().map((name, index) => [name, index]));
  const at = (name: string): number => {
    const index = place.get(name);
    if (index === undefined) throw new Error(`The query has no column "${name}".`);
    return index;
  };
  let start = 0;
  for (const chunk of chunks) {
    for (const name of layout.text) fillText(chunk, at(name), text[name]!, start);
    for (const name of layout.ints) fillNumbers(chunk, at(name), ints[name]!, start, 1);
    for (const name of layout.floats) fillNumbers(chunk, at(name), floats[name]!, start, 1);
    for (let j = 0; j < width; j++) {
      fillNumbers(chunk, at(layout.matrix[j]!), values, start * width + j, width);
    }
    start += chunk.rowCount;
  }
  return { rows, text, ints, floats, matrix: { rows, columns: width, values } };
}

function record<T>(names: readonly string[], make: () => T): Record<string, T> {
  return Object.fromEntries(names.map((name) => [name, make()]));
}

function fillText(chunk: DuckDBDataChunk, column: number, into: string[], start: number): void {
  const vector = chunk.getColumnVector(column);
  for (let r = 0; r < chunk.rowCount; r++) into[start + r] = vector.getItem(r) as string;
}

function fillNumbers(
  chunk: DuckDBDataChunk,
  column: number,
  into: Int32Array | Float32Array | Float64Array,
  start: number,
  stride: number,
): void {
  const vector = chunk.getColumnVector(column);
  for (let r = 0, to = start; r < chunk.rowCount; r++, to += stride) {
    const value = vector.getItem(r) as number | null;
    into[to] = value === null ? Number.NaN : value;
  }
}
