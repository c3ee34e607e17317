import {
  type DuckDBAppender,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBVector,
} from '@duckdb/node-api';
import { quoteIdentifier } from '../../../replica/identifiers.ts';
import type { Replica } from '../../../replica/replica.ts';
import { type BigQueryField, duckdbType } from '../types.ts';

/** Rows that a data chunk of DuckDB holds at most. */
const CHUNK_ROWS = 2048;

/**
 * Writes `count` values of one column, from `start` on, into a vector of a data chunk: its numbers into the
 * vector's array, its texts by item, its NULLs into the vector's validity.
 */
export type ColumnSource = (vector: DuckDBVector, start: number, count: number) => void;

/** Appends batches of columns to a temporary table of the replica, by data chunks; no row is ever an object. */
export class ColumnAppender {
  readonly #appender: DuckDBAppender;
  readonly #types: readonly DuckDBType[];
  #isClosed = false;
  /** Rows appended so far. */
  rows = 0;

  private constructor(appender: DuckDBAppender, types: readonly DuckDBType[]) {
    this.#appender = appender;
    this.#types = types;
  }

  /**
   * Makes the temporary table `name`, which must not be there.
   * @param fields its columns, in order, all of types that the replica holds
   */
  static async create(
    replica: Replica,
    name: string,
    fields: readonly BigQueryField[],
  ): Promise<ColumnAppender> {
    const columns = fields.map((field) => `${quoteIdentifier(field.name)} ${duckdbType(field)}`);
    await replica.run(`CREATE TEMP TABLE ${quoteIdentifier(name)} (${columns.join(', ')})`);
    const appender = await replica.connection.createAppender(name, 'main', 'temp');
    const types = fields.map((_, i) => appender.columnType(i));
    return new ColumnAppender(appender, types);
  }

  /**
   * Appends a batch: a source for each column, in the order of the table.
   * @throws Error when the table has another number of columns, or after `close`
   */
  append(rows: number, columns: readonly ColumnSource[]): void {
    // A vector that nobody wrote ends the process, and DuckDB takes rows after the end as if nothing were.
    if (columns.length !== this.#types.length) {
      throw new Error(`${columns.length} columns for a table of ${this.#types.length}`);
    }
    if (this.#isClosed) throw new Error('rows after the end');
    for (let start = 0; start < rows; start += CHUNK_ROWS) {
      const count = Math.min(CHUNK_ROWS, rows - start);
      const chunk = DuckDBDataChunk.create(this.#types, count);
      columns.forEach((write, i) => {
        const vector = chunk.getColumnVector(i);
        write(vector, start, count);
        vector.flush();
      });
      this.#appender.appendDataChunk(chunk);
    }
    this.rows += rows;
  }

  /** Hands over what is still held; the table is whole afterwards. */
  close(): void {
    this.#isClosed = true;
    this.#appender.closeSync();
  }
}
