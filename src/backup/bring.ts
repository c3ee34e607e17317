import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EXIT, HoopduckError } from '../errors.ts';
import { checkPartitions } from '../ledger/check-partitions.ts';
import { Replica } from '../replica/replica.ts';
import { diskFiles, named } from '../warehouse/folder/files.ts';
import { REPLICA_FILE } from './contents.ts';
import { type BackupManifest, damaged, ledgerDigest } from './manifest.ts';
import type { BackupStore } from './store.ts';

/** Who watches, and what bounds the replica that is opened for the proof. */
export interface BringOptions {
  readonly progress: (label: string, done: number, total: number) => void;
  readonly signal: AbortSignal;
  readonly memoryLimit?: string;
}

/** What a backup was proven by. */
export interface BackupProof {
  readonly partitions: number;
  readonly rows: number;
  readonly digest: string;
}

/**
 * Brings a backup's files into an empty folder and proves them: each by its sha256, then every partition of the replica by
 * its digest, computed anew from the rows, and all of them by the digest of the manifest.
 * @throws HoopduckError BACKUP_DAMAGED (exit 4) that names what is not as it was
 */
export async function bringBackup(
  store: BackupStore,
  backup: BackupManifest,
  folder: string,
  { progress, signal, memoryLimit }: BringOptions,
): Promise<BackupProof> {
  const { id, files } = backup;
  const where = join(store.location, id);
  for (const [index, { path, bytes, sha256 }] of files.entries()) {
    if (signal.aborted) throw interrupted();
    progress('restore files', index, files.length);
    const to = join(folder, path);
    await named(to, () => mkdir(dirname(to), { recursive: true }));
    await store.bring(id, path, to);
    const found = await diskFiles.hash(to);
    if (found === sha256) continue;
    const size = (await diskFiles.state(to))?.size;
    throw damaged(
      where,
      `"${path}" is not what was saved (${size} bytes where ${bytes} were, sha256 ${found.slice(0, 12)} where ${sha256.slice(0, 12)} was)`,
    );
  }
  progress('restore files', files.length, files.length);
  return proof(where, backup, join(folder, REPLICA_FILE), progress, memoryLimit);
}

async function proof(
  where: string,
  backup: BackupManifest,
  path: string,
  progress: BringOptions['progress'],
  memoryLimit: string | undefined,
): Promise<BackupProof> {
  if ((await diskFiles.state(path)) === undefined) throw damaged(where, 'it holds no replica');
  const replica = await Replica.open(path, {
    readOnly: true,
    ...(memoryLimit !== undefined && { memoryLimit }),
  });
  try {
    const { faults, partitions, rows } = await checkPartitions(replica, (done, total) =>
      progress('check digests', done, total),
    );
    const [first] = faults;
    if (first !== undefined) {
      throw damaged(
        where,
        `${faults.length} partitions are not what its ledger says, ${first.table} of ${first.date} first`,
      );
    }
    const { digest } = await ledgerDigest(replica);
    if (digest !== backup.digest) throw damaged(where, 'its ledger is not what its manifest says');
    return { partitions, rows, digest };
  } finally {
    replica.close();
    await rm(`${path}.spill`, { recursive: true, force: true });
  }
}

function interrupted(): HoopduckError {
  return new HoopduckError('INTERRUPTED', 'The restore was stopped, as asked.', {
    next: 'Nothing was replaced. Run the same command again.',
    exitCode: EXIT.interrupted,
  });
}

/** Brings a backup into a scratch folder for its proof alone; the folder is gone afterwards. */
export async function proveBackup(
  store: BackupStore,
  backup: BackupManifest,
  scratch: string,
  options: BringOptions,
): Promise<BackupProof> {
  await rm(scratch, { recursive: true, force: true });
  try {
    return await bringBackup(store, backup, scratch, options);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
