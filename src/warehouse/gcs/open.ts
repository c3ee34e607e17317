import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bucket } from '@google-cloud/storage';
import { type GcsLocation, locationName } from '../../config/location.ts';
import type { Replica } from '../../replica/replica.ts';
import { FolderWarehouse } from '../folder/folder.ts';
import { authClientOf, describeCredentials } from '../google/credentials.ts';
import { openStorage } from '../google/storage.ts';
import { LocalBackups } from '../local-backups.ts';
import type { OpenOptions } from '../open.ts';
import type { TransferEstimate, Warehouse, WarehouseFinding } from '../warehouse.ts';
import { failureFor, isMissing, withDeadline } from './failure.ts';
import { BucketFiles } from './objects.ts';

const READ_RIGHTS = ['storage.objects.get', 'storage.objects.list'];
const PUSH_RIGHTS = [...READ_RIGHTS, 'storage.objects.create', 'storage.objects.delete'];
const CALL_MS = 60_000;

/** A bucket with the folder's layout, seen through a mirror of its objects in the workspace. */
export class GcsWarehouse extends FolderWarehouse {
  override readonly kind: Warehouse['kind'] = 'gcs';
  readonly #config: GcsLocation;
  readonly #bucket: Bucket;

  constructor(
    config: GcsLocation,
    bucket: Bucket,
    replica: Replica,
    mirror: string,
    backups: string,
  ) {
    super(mirror, replica, {
      name: locationName(config),
      files: new BucketFiles(config, bucket, mirror),
      backups,
    });
    this.#config = config;
    this.#bucket = bucket;
  }

  override async estimate(): Promise<TransferEstimate> {
    return { way: 'Parquet objects', bytesBilled: null };
  }

  override async diagnose(use: 'read' | 'push'): Promise<WarehouseFinding[]> {
    const { credentials, endpoint } = this.#config;
    const found: WarehouseFinding[] = [
      finding('credentials', describeCredentials(credentials, endpoint)),
    ];
    const what = `gs://${this.#bucket.name}`;
    try {
      const [metadata] = await withDeadline(CALL_MS, this.#bucket.getMetadata());
      const { location, storageClass } = metadata as { location?: string; storageClass?: string };
      found.push(
        finding(
          'bucket',
          `${what} is in ${location ?? 'a place that it does not tell'}, ${storageClass ?? 'of no class that it tells'}`,
        ),
      );
    } catch (error) {
      const { message, next } = failureFor(what, 'storage.buckets.get', error);
      // The right to look at the bucket itself is not needed; a bucket that is not there is.
      const verdict = isMissing(error) ? 'fail' : 'warn';
      return [...found, { name: 'bucket', verdict, found: message, next }];
    }
    found.push(await this.#rights(use === 'read' ? READ_RIGHTS : PUSH_RIGHTS));
    return found;
  }

  async #rights(permissions: readonly string[]): Promise<WarehouseFinding> {
    try {
      const [granted] = await withDeadline(
        CALL_MS,
        this.#bucket.iam.testPermissions([...permissions]),
      );
      const missing = permissions.filter((each) => granted[each] !== true);
      if (missing.length === 0)
        return finding('rights', `all ${permissions.length} that are needed`);
      const next = 'Give the account the role that docs/bigquery.md names.';
      return { name: 'rights', verdict: 'fail', found: `missing: ${missing.join(', ')}`, next };
    } catch {
      return finding(
        'rights',
        'the server does not tell them; each is found out when it is needed',
      );
    }
  }
}

function finding(name: string, found: string): WarehouseFinding {
  return { name, verdict: 'ok', found, next: null };
}

/**
 * Opens a bucket. Nothing is asked of it yet.
 * @throws HoopduckError CREDENTIALS (exit 2)
 */
export async function openGcs(
  location: GcsLocation,
  replica: Replica,
  { workspace }: OpenOptions,
): Promise<GcsWarehouse> {
  const auth = await authClientOf(location.credentials, location.endpoint);
  const storage = openStorage(auth, location.endpoint, location.deadlineSeconds);
  const parent = workspace ?? mkdtempSync(join(tmpdir(), 'hoopduck-gcs-'));
  const mirror = join(parent, 'data', 'mirror', location.bucket, ...location.prefix.split('/'));
  const { folder } = LocalBackups.in(workspace);
  return new GcsWarehouse(location, storage.bucket(location.bucket), replica, mirror, folder);
}
