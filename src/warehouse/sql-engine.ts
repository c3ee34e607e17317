import type { Column } from './warehouse.ts';

/** A query in the dialect of model files: `dataset.table` names of the replica, `@from_date`, `@to_date`. */
export interface Selection {
  readonly sql: string;
  /** What the two dates are bound to, both ends included. */
  readonly from: string;
  readonly to: string;
}

/** A table, or some dates of it, to be computed where the raw tables are. */
export interface TableBuild {
  /** `dataset.table` */
  readonly table: string;
  readonly select: Selection;
  /** Date column by which the table is partitioned; null: none. */
  readonly partition: string | null;
  readonly key: readonly string[];
  /** What the table is, in words. */
  readonly description: string;
  /** For a published table; null: the columns are as the SELECT gives them. */
  readonly published: Publication | null;
}

/** What a published table has beside its SELECT: types of its own, `data_hash` and `processed_at`. */
export interface Publication {
  /** The type that a column gets, from the one that its expression came out with. */
  readonly typeOf: (type: string) => string;
  readonly processedAt: Date;
}

/** A table that was computed there before. */
export interface ComputedTable {
  /** What was noted of it; empty when a build was cut off before it came to that. */
  readonly marks: TableMarks;
}

/** Short texts that are kept with a table: lower-case letters, digits and dashes. */
export type TableMarks = Readonly<Record<string, string>>;

/** What a statement did. */
export interface ComputeResult {
  readonly rows: number;
  /** null: the server does not say. */
  readonly bytesBilled: number | null;
}

/**
 * The SQL engine of a warehouse: it computes tables of its own from the raw ones, none of whose rows
 * come here. Each statement replaces what it is for in one step, so that readers, and a run that was
 * cut off, find the rows of before or those of after.
 */
export interface SqlEngine {
  /** Where raw tables are read, and where results go, as people and configurations name them. */
  readonly source: string;
  readonly target: string;
  /** A query that would scan more bytes is refused before it runs; null: no bound. */
  readonly maxBytesBilled: number | null;
  /** Makes the datasets of the results, at the place of the raw tables; those that are there stay. */
  prepare(): Promise<void>;
  /** A table of the results; undefined: there is none. */
  find(table: string): Promise<ComputedTable | undefined>;
  /** Bytes that computing a build would be billed; undefined when a table that it reads is not there yet. */
  estimate(build: TableBuild): Promise<number | undefined>;
  /** Makes the whole table anew. */
  replaceTable(build: TableBuild): Promise<ComputeResult>;
  /** Replaces the rows of the selection's dates in a table that is there. */
  replaceDates(build: TableBuild): Promise<ComputeResult>;
  /** Notes marks of a table in place of those before. */
  mark(table: string, marks: TableMarks): Promise<void>;
  /** The first column of a small result, as texts. */
  texts(select: Selection): Promise<string[]>;
  /** Adds the rows of a relation of the replica to a small table, or makes the table of them. */
  load(
    table: string,
    relation: string,
    columns: readonly Column[],
    how: 'replace' | 'append',
  ): Promise<void>;
  close(): Promise<void>;
}
