/** One partition of a table in the warehouse: what the warehouse says of it without reading its rows. */
export interface SourcePartition {
  /** ISO date. */
  readonly date: string;
  /** Says cheaply whether to look: equal tokens mean nothing was touched. */
  readonly token: string;
  readonly rows: number;
}

/** What a listing of one table found. */
export interface SourceListing {
  readonly table: string;
  readonly partitions: readonly SourcePartition[];
  /** Rows whose partition column is NULL; they belong to no partition and are never landed. */
  readonly undatedRows: number;
}

/** Parquet files on local disk that hold at least the asked partitions. */
export interface FetchedFiles {
  readonly paths: readonly string[];
  /** Throws when the source changed while it was read; the caller then lands nothing. */
  verify(): Promise<void>;
  release(): Promise<void>;
}

/** A column with DuckDB's type name. */
export interface Column {
  readonly name: string;
  readonly type: string;
}

/** What the warehouse swaps in one atomic step (a folder: one file), and its state when it was listed. */
export interface WriteUnit {
  /** For people and for the journal: `2024-25.parquet`. */
  readonly name: string;
  /** The asked dates that lie in it. */
  readonly dates: readonly string[];
  /** Columns that the table declares there; undefined: the table does not exist yet. */
  readonly columns: readonly Column[] | undefined;
  /** Its state; a swap is refused when it is another by then. */
  readonly token: string;
}

/** How a set of dates would be written. */
export interface UnitPlan {
  readonly units: readonly WriteUnit[];
  /** Dates that cannot be swapped atomically where they are, with the reason. */
  readonly refused: readonly { readonly date: string; readonly reason: string }[];
}

/** Partitions of one table as they shall be in the warehouse after a write. */
export interface PartitionWrite {
  /** `dataset.table` */
  readonly table: string;
  readonly partitionColumn: string;
  /** Name of the relation in the replica whose rows of `dates` are written. */
  readonly relation: string;
  /** Columns of the relation. */
  readonly columns: readonly Column[];
  readonly unit: WriteUnit;
  /** Partitions to replace by the relation's rows. */
  readonly dates: readonly string[];
  /** Partitions to take away. */
  readonly removed: readonly string[];
  /** Columns that order the rows within a date. */
  readonly key: readonly string[];
  /** Names what is staged, so that leftovers of a killed push are recognised. */
  readonly pushId: string;
}

/** A unit that is written aside and not yet visible to readers. */
export interface StagedUnit {
  /** Local Parquet file with the unit's whole content as it will be. */
  readonly staged: string;
  /** Local Parquet file with its present content; undefined: nothing there. */
  readonly current: string | undefined;
  /**
   * Swaps in one step, reads back and compares. Returns the unit's token afterwards.
   * @throws HoopduckError TARGET_MOVED (exit 4) when the unit is not in its listed state any more:
   * nothing was swapped
   */
  swap(): Promise<string>;
  /** Takes away what is staged; does nothing after a swap. */
  discard(): Promise<void>;
}

/** Production's side: where raw tables come from and where validated ones go. */
export interface Warehouse {
  readonly kind: 'folder';
  /** Where it is, for people. */
  readonly location: string;
  /** Tables of a dataset, by name. */
  tables(dataset: string): Promise<string[]>;
  /** Partitions of `dataset.table` with their tokens; undefined when there is no such table. */
  partitions(table: string, partitionColumn: string): Promise<SourceListing | undefined>;
  /** Fetches partitions as Parquet files. */
  fetch(table: string, dates: readonly string[]): Promise<FetchedFiles>;
  /** Groups dates into units, by the state that the last `partitions` of the table saw. */
  units(table: string, partitionColumn: string, dates: readonly string[]): Promise<UnitPlan>;
  /** Writes a unit aside: the partitions that it keeps and those of the write. */
  stage(write: PartitionWrite): Promise<StagedUnit>;
  /** Takes away what killed pushes left staged for a table. */
  clean(table: string, isAbandoned: (pushId: string, modifiedAt: Date) => boolean): Promise<void>;
}
