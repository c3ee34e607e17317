import type { AuthClient } from 'google-auth-library';
import type { BigQueryLocation } from '../../config/location.ts';
import type { Replica } from '../../replica/replica.ts';
import type { Abilities } from './abilities.ts';
import type { BigQueryClient } from './client.ts';
import type { Jobs } from './jobs.ts';
import type { PartitionsView } from './partitions-view.ts';
import type { StorageReader } from './read/storage.ts';
import type { Tables } from './tables.ts';

/** Counts of a table in a state that its metadata names, so that an unchanged table is not scanned again. */
export interface RememberedCounts {
  read(item: string, state: string): Promise<(string | null)[][] | undefined>;
  write(item: string, state: string, rows: readonly (string | null)[][]): Promise<void>;
}

/** What the parts of the BigQuery warehouse share. */
export interface BigQueryContext {
  readonly location: BigQueryLocation;
  readonly replica: Replica;
  readonly auth: AuthClient;
  readonly client: BigQueryClient;
  readonly jobs: Jobs;
  readonly tables: Tables;
  readonly partitionsView: PartitionsView;
  readonly abilities: Abilities;
  /** Opened at the first use, closed with the warehouse. */
  readonly storageRead: () => Promise<StorageReader>;
  readonly remember: RememberedCounts;
  /** Folder of the workspace; undefined: none, files go to the system's folder for temporary ones. */
  readonly workspace: string | undefined;
  /** For how many days a push's backups are kept. */
  readonly backupDays: number;
  readonly warn: (text: string) => void;
  readonly now: () => Date;
}
