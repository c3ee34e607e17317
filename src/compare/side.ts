import type { Config } from '../config/config.ts';
import type { CompareEngine } from './engine.ts';
import type { DateRange, KeyOf } from './request.ts';

/** One of the two things that are compared: anything that holds tables and can be read by DuckDB. */
export interface Side {
  /** What it is, for people. */
  readonly label: string;
  /** Names `dataset.table` of its tables. */
  tables(): Promise<readonly string[]>;
  /**
   * A table as it stands in a FROM clause of the engine, with at least the rows of the asked dates. It holds
   * until the next call, or until the side is closed. Undefined: there is no such table.
   * @throws HoopduckError when the table is there and cannot be read
   */
  relation(table: string): Promise<string | undefined>;
  /**
   * Dates of the table that `relation` gave last of which the side knows the digests alone; its relation has no
   * rows of them. Absent: it has the rows of every date.
   */
  digestOnly?(table: string): Promise<DigestOnly | undefined>;
  /** Lets go of files, connections and what was fetched. */
  close(): Promise<void>;
}

/** Dates of a table whose rows are not kept. */
export interface DigestOnly {
  /** The table's column with the date. */
  readonly date: string;
  /** In a FROM clause: `day`, `digest` as the ledger has it of computed partitions, and `n` rows. */
  readonly relation: string;
}

/** What a side may use to become readable. */
export interface SideContext {
  /** The connection that compares. */
  readonly engine: CompareEngine;
  /** The caller's folder: paths are relative to it. */
  readonly cwd: string;
  /** The workspace; null: there is none here. */
  readonly config: Config | null;
  readonly keyOf: KeyOf;
  readonly range: DateRange;
  /** What `--table` named. */
  readonly asked: readonly string[];
  readonly signal: AbortSignal;
  readonly warn: (text: string) => void;
}

/** One kind of side. A further kind is a file with one of these, and a line in open-side.ts. */
export interface SideKind {
  /** What a person may write, for the sentence that says what was wanted. */
  readonly wanted: string;
  /** The side that a text names; undefined: the text is of another kind. */
  open(text: string, context: SideContext): Promise<Side | undefined>;
}
