/** Why something did not come out as it was. */
export type Reason =
  | 'input'
  | 'code'
  | 'hoopduck version'
  | 'engine version'
  | 'parameter'
  | 'threads'
  | 'unexplained';

/** One thing that is compared, in the order in which a run makes them. */
export interface Part {
  readonly part: 'inputs' | 'sql' | 'tables' | 'gates' | 'model' | 'predictions';
  /** A table, a model's id, or what it is. */
  readonly name: string;
  readonly unit: 'partitions' | 'texts' | 'verdicts' | 'files';
  /** How many the run had, and how many of them are the same now. */
  readonly of: number;
  readonly same: number;
  readonly verdict: 'same' | 'differs' | 'not_compared';
  /** The first date, SQL model or file that differs. */
  readonly first: string | null;
  readonly reason: Reason | null;
  /** A sentence on it. */
  readonly why: string | null;
  /** What it follows from: SQL models or tables; empty: it differs by itself. */
  readonly follows_from: readonly string[];
}

/** Something around the run that can decide its bytes, then and now. */
export interface Circumstance {
  readonly name: 'hoopduck' | 'DuckDB' | 'threads' | 'engine' | 'cores';
  readonly run: string;
  /** Null: it was not needed. */
  readonly now: string | null;
}

/** A setting that hoopduck.yaml or this version has otherwise than the run. */
export interface Parameter {
  readonly key: string;
  /** Absent (undefined in JSON) where that version did not know it. */
  readonly run: unknown;
  readonly now: unknown;
}

/** A raw partition of the run of which the rows are nowhere. */
export interface MissingInput {
  readonly table: string;
  readonly date: string;
  /** When it was let go of; null: it never was kept. */
  readonly dropped_at: string | null;
  readonly why: string;
}

/** What reproducing a run gave. */
export interface Reproduction {
  readonly run: string;
  readonly started_at: string;
  readonly from: string;
  readonly to: string;
  readonly equal: boolean;
  /** The first part that differs, with the name of the table, SQL model or file; null: none does. */
  readonly first_difference: {
    readonly part: Part['part'];
    readonly name: string;
    readonly reason: Reason;
    readonly why: string;
  } | null;
  readonly parts: readonly Part[];
  readonly missing_inputs: readonly MissingInput[];
  readonly circumstances: readonly Circumstance[];
  readonly parameters: readonly Parameter[];
  /** Whose settings were used. */
  readonly settings: 'run' | 'present';
  /** What can be relied on under these circumstances, in sentences. */
  readonly guarantee: string;
  readonly notes: readonly string[];
  /** Folder with the tables, the model and the predictions that were made; null: it is gone again. */
  readonly scratch: string | null;
  /** Seconds by step. */
  readonly seconds: Readonly<Record<string, number>>;
}
