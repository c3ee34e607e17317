/** A value as it is printed: what JSON cannot hold is text. */
export type ExampleValue = string | number | boolean | null;

/** Values by column. */
export type ExampleRow = Readonly<Record<string, ExampleValue>>;

/** A value that differs. */
export interface ValueExample {
  readonly key: ExampleRow;
  readonly a: ExampleValue;
  readonly b: ExampleValue;
}

/** A column in which rows differ. */
export interface ColumnDifference {
  readonly column: string;
  readonly rows: number;
  /** Between two numbers; null: the column has none that differ by a number. */
  readonly largest_difference: number | null;
  /** Numbers: the largest differences first; else in the order of the key. */
  readonly examples: readonly ValueExample[];
}

/** How one table compares; rows and dates are those of the asked range. */
export interface TableDifference {
  readonly table: string;
  readonly equal: boolean;
  /** The side that alone has the table; null: both have it. */
  readonly only_in: 'a' | 'b' | null;
  /** `digest`: the contents are equal as wholes; `key`: rows were matched by the key; `rows`: whole rows were. */
  readonly compared_by: 'digest' | 'key' | 'rows';
  readonly key: readonly string[];
  readonly rows_a: number;
  readonly rows_b: number;
  /** Rows that both sides have, changed or not. */
  readonly rows_compared: number;
  readonly rows_only_in_a: number;
  readonly rows_only_in_b: number;
  readonly rows_changed: number;
  readonly dates_affected: number;
  readonly first_date: string | null;
  readonly last_date: string | null;
  readonly columns_only_in_a: readonly string[];
  readonly columns_only_in_b: readonly string[];
  /** The columns that differ in most rows first. */
  readonly columns: readonly ColumnDifference[];
  /** Keys, or whole rows where no key is known. */
  readonly examples_only_in_a: readonly ExampleRow[];
  readonly examples_only_in_b: readonly ExampleRow[];
  readonly notes: readonly string[];
  /** Dates that differ by their digests and of which a side has kept no rows; absent: none. */
  readonly dates_without_rows?: readonly string[];
}

/** A table that was left out, and why. */
export interface NotCompared {
  readonly table: string;
  readonly why: string;
}

/** How two sides compare. */
export interface Difference {
  readonly a: string;
  readonly b: string;
  readonly equal: boolean;
  readonly tables: readonly TableDifference[];
  readonly not_compared: readonly NotCompared[];
}
