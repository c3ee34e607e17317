import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bucket } from '@google-cloud/storage';
import type { AuthClient } from 'google-auth-library';
import { type GcsLocation, locationName } from '../../config/location.ts';
import type { Replica } from '../../replica/replica.ts';
import { FolderWarehouse } from '../folder/folder.ts';
import type { TransferEstimate, Warehouse, WarehouseFinding } from '../warehouse.ts';
import { Calls } from './calls.ts';
import { diagnoseBucket } from './diagnose.ts';
import { ObjectMemory } from './memory.ts';
import { BucketFiles } from './objects.ts';

export interface GcsOptions {
  readonly location: GcsLocation;
  readonly bucket: Bucket;
  readonly auth: AuthClient;
  /** Folder for staged files and for contents. */
  readonly mirror: string;
  /** Folder that is taken away at the end; undefined: the mirror is kept. */
  readonly temporary?: string | undefined;
  readonly backups: string;
  readonly resumableBytes: number;
  readonly now: () => Date;
}

/**
 * A bucket with the folder's layout, `<prefix>/<dataset>/<table>/*.parquet`, of which objects that changed are
 * brought into a mirror in the workspace. It is written as the folder is: one object a season, each replaced
 * in one step.
 */
export class GcsWarehouse extends FolderWarehouse {
  override readonly kind: Warehouse['kind'] = 'gcs';
  readonly #options: GcsOptions;
  readonly #calls: Calls;
  readonly #files: BucketFiles;

  constructor(replica: Replica, options: GcsOptions) {
    const { location, bucket, auth, mirror, backups, resumableBytes } = options;
    const name = locationName(location);
    const calls = new Calls(location.deadlineSeconds);
    const { prefix } = location;
    const files = new BucketFiles({ bucket, auth, calls, prefix, root: mirror, resumableBytes });
    const memory = new ObjectMemory(replica, name, mirror);
    // A bucket that is not there is told by the first listing.
    super(mirror, replica, { name, files, backups, memory, mayBeAbsent: true });
    this.#options = options;
    this.#calls = calls;
    this.#files = files;
  }

  /**
   * Tables of a dataset that have at least one Parquet object, by name.
   * @throws HoopduckError WAREHOUSE_MISSING, GCS_FAILED, GCS_DENIED, GCS_LOGIN (exit 3)
   */
  override tables(dataset: string): Promise<string[]> {
    return this.#files.tables(join(this.#options.mirror, dataset));
  }

  override async estimate(): Promise<TransferEstimate> {
    return { way: 'Parquet objects', bytesBilled: null };
  }

  override diagnose(use: 'read' | 'push'): Promise<WarehouseFinding[]> {
    const { location, bucket, now } = this.#options;
    return diagnoseBucket({ location, bucket, calls: this.#calls, now }, use);
  }

  override async close(): Promise<void> {
    const { temporary } = this.#options;
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
  }
}
