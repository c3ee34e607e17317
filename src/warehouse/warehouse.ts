import type { TableComments } from '../replica/table-comments.ts';

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

/**
 * Rows that were fetched, as the replica sees them: SQL that stands in a FROM clause, one text for each
 * part whose columns may differ. A part holds at least the asked partitions; no part: no rows.
 */
export interface FetchedRows {
  readonly relations: readonly string[];
  /** Throws when the source changed while it was read; the caller then lands nothing. */
  verify(): Promise<void>;
  release(): Promise<void>;
}

/** How partitions would be read or written, before anything is. */
export interface TransferEstimate {
  /** For people: `Parquet files`, `Storage Read, 4 streams`, `export to GCS`, `query pages`. */
  readonly way: string;
  /** What the warehouse would bill, in bytes scanned; null: nothing by the byte. */
  readonly bytesBilled: number | null;
}

/** The columns that a table declares. */
export interface TableSchema {
  readonly columns: readonly Column[];
  /** Columns of types that the replica does not hold, with the warehouse's own type name. */
  readonly unsupported: readonly Column[];
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
  /** Same content, same text: what names a remote job, so that it is not done twice. */
  readonly contentId: string;
  /** What a table that is made, and its columns, are in words, for a warehouse that keeps descriptions. */
  readonly comments?: TableComments | undefined;
}

/** A unit that is written aside and not yet visible to readers. */
export interface StagedUnit {
  /** Relation of the replica: what is staged, read back. Whole units have the kept partitions too. */
  readonly staged: string;
  /** Relation with the unit's present content; undefined: nothing there, or `staged` has no kept partitions. */
  readonly current: string | undefined;
  /**
   * Swaps in one step, reads back and compares. Returns the unit's token afterwards.
   * @throws HoopduckError TARGET_MOVED (exit 4) when the unit is not in its listed state any more:
   * nothing was swapped
   */
  swap(): Promise<string>;
  /** Takes away what is staged aside. */
  discard(): Promise<void>;
}

/**
 * A token that says nothing: the warehouse does not keep the times of changes, so what it holds is known
 * only by reading it.
 */
export const NO_TOKEN = 'none';

/** One finding about a warehouse, as `doctor` shows it. */
export interface WarehouseFinding {
  readonly name: string;
  readonly verdict: 'ok' | 'warn' | 'fail';
  readonly found: string;
  readonly next: string | null;
}

/** What a unit was part of: the write that a killed push had begun. */
export interface InterruptedWrite {
  readonly table: string;
  readonly pushId: string;
  readonly contentId: string;
}

/** Production's side: where raw tables come from and where validated ones go. */
export interface Warehouse {
  readonly kind: 'folder' | 'gcs' | 'bigquery';
  /** Where it is, for people and as its name in the ledger. */
  readonly location: string;
  /** Tables of a dataset, by name. */
  tables(dataset: string): Promise<string[]>;
  /** Partitions of `dataset.table` with their tokens; undefined when there is no such table. */
  partitions(table: string, partitionColumn: string): Promise<SourceListing | undefined>;
  /** Columns of `dataset.table`, without reading its rows; undefined when there is no such table. */
  schema(table: string): Promise<TableSchema | undefined>;
  /** How partitions would be fetched, or written, and what that would be billed. */
  estimate(
    table: string,
    partitionColumn: string,
    dates: readonly string[],
    use: 'fetch' | 'write',
  ): Promise<TransferEstimate>;
  /** Fetches partitions, by the state that the last `partitions` of the table saw. */
  fetch(table: string, dates: readonly string[]): Promise<FetchedRows>;
  /** Groups dates into units, by the state that the last `partitions` of the table saw. */
  units(table: string, partitionColumn: string, dates: readonly string[]): Promise<UnitPlan>;
  /**
   * Keeps what a unit holds of its dates, so that it can be put back.
   * @returns a reference for `readBackup`; undefined when there is nothing to keep
   */
  backup(
    table: string,
    partitionColumn: string,
    unit: WriteUnit,
    pushId: string,
  ): Promise<string | undefined>;
  /** The rows that a backup holds. @throws HoopduckError BACKUP_MISSING (exit 3) when it is gone */
  readBackup(
    reference: string,
    partitionColumn: string,
    dates: readonly string[],
  ): Promise<FetchedRows>;
  /** Gives up backups that no rollback can need any more. */
  dropBackup(reference: string): Promise<void>;
  /** Writes a unit aside. */
  stage(write: PartitionWrite): Promise<StagedUnit>;
  /** Waits until nothing that a killed push had begun is still under way. */
  settle(write: InterruptedWrite): Promise<void>;
  /** Takes away what killed pushes left staged for a table. */
  clean(table: string, isAbandoned: (pushId: string, modifiedAt: Date) => boolean): Promise<void>;
  /** Checks access, rights and abilities, without side effects. */
  diagnose(use: 'read' | 'push'): Promise<WarehouseFinding[]>;
  /** Lets go of connections. */
  close(): Promise<void>;
}
