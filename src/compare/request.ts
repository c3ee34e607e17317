/** Dates, both ends included; undefined: unbounded. */
export interface DateRange {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** What makes a row of a table the same row on both sides. */
export interface TableKey {
  /** Columns; empty: none is known. */
  readonly columns: readonly string[];
  /** The column with the date; null: none. */
  readonly date: string | null;
  /** Whether the asked dates bound the table; a record of training has no game date. */
  readonly bounded: boolean;
}

/** The key of `dataset.table`; undefined: the table is unknown. */
export type KeyOf = (table: string) => TableKey | undefined;

/** How tables are compared. */
export interface CompareRules {
  readonly range: DateRange;
  /** How far numbers may lie apart, absolutely up to 1 and as a share beyond; 0: not at all. */
  readonly tolerance: number;
  /** Columns that are left out beside the bookkeeping. */
  readonly ignore: readonly string[];
  /** Examples for each column and each kind of difference. */
  readonly examples: number;
}
