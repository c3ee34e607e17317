import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GcsLocation } from '../../config/location.ts';
import type { Replica } from '../../replica/replica.ts';
import { authClientOf } from '../google/credentials.ts';
import { openStorage } from '../google/storage.ts';
import { LocalBackups } from '../local-backups.ts';
import type { OpenOptions } from '../open.ts';
import { GcsWarehouse } from './gcs.ts';
import { RESUMABLE_BYTES } from './objects.ts';

/**
 * Opens a bucket. Nothing is asked of it yet.
 * @throws HoopduckError CREDENTIALS (exit 2)
 */
export async function openGcs(
  location: GcsLocation,
  replica: Replica,
  options: OpenOptions & { readonly resumableBytes?: number },
): Promise<GcsWarehouse> {
  const { workspace } = options;
  const { bucket: name, credentials, endpoint, deadlineSeconds } = location;
  const auth = await authClientOf(credentials, endpoint);
  const storage = openStorage(auth, endpoint, deadlineSeconds);
  // Calls are tried again in one place, which knows their deadline.
  storage.retryOptions.autoRetry = false;
  const temporary =
    workspace === undefined ? await mkdtemp(join(tmpdir(), 'hoopduck-gcs-')) : undefined;
  const mirror = join(workspace ?? temporary!, 'data', 'mirror', 'gcs', name);
  return new GcsWarehouse(replica, {
    location,
    bucket: storage.bucket(name),
    auth,
    mirror: join(mirror, ...location.prefix.split('/').map(asFolder)),
    temporary,
    backups: LocalBackups.in(workspace).folder,
    resumableBytes: options.resumableBytes ?? RESUMABLE_BYTES,
    now: options.now ?? (() => new Date()),
  });
}

/** A part of a prefix as a folder's name: it must not lead out of the mirror. */
function asFolder(part: string): string {
  return /^\.+$/.test(part) ? part.replaceAll('.', '%2E') : part;
}
