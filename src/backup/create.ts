import { constants } from 'node:fs';
import { copyFile, mkdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { StageContext } from '../context.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import { VERSION } from '../version.ts';
import { diskFiles, named } from '../warehouse/folder/files.ts';
import { filesOf, REPLICA_FILE } from './contents.ts';
import {
  type BackupFile,
  type BackupManifest,
  type BackupReason,
  ledgerDigest,
  workspaceId,
} from './manifest.ts';
import { superseded } from './retention.ts';
import type { BackupStore } from './store.ts';

/** What a backup needs of a stage's context. */
export type BackupContext = Pick<StageContext, 'config' | 'replica' | 'report' | 'signal' | 'now'>;

/** What making a backup did. */
export interface BackupMade {
  readonly backup: BackupManifest;
  readonly location: string;
  /** Ids of older ones that were taken away. */
  readonly removed: readonly string[];
}

/**
 * Copies the workspace into a store: the replica as its last transaction left it, models, kept inputs, backups of pushes,
 * settings and the user's own models, each with its sha256. The caller holds the replica, so that nobody writes meanwhile.
 * A kill at any point leaves no backup or a whole one. Older ones beyond what the settings keep go afterwards.
 */
export async function createBackup(
  ctx: BackupContext,
  store: BackupStore,
  why: BackupReason,
): Promise<BackupMade> {
  const { config, replica, report, now } = ctx;
  // What is in the log goes into the file, which then is all there is.
  await replica.run('CHECKPOINT');
  const taken = new Set<string>();
  const owner = await workspaceId(replica);
  const before = await store.list((id) => taken.add(id));
  for (const { id } of before) taken.add(id);
  const own = before.filter(({ workspace }) => workspace.id === owner);
  const id = freeId(laterThan(own.at(-1)?.id, now()), taken);
  const folder = await store.stage(id, owner);
  try {
    const paths = [REPLICA_FILE, ...filesOf(config.workspace)];
    const files: BackupFile[] = [];
    for (const [index, path] of paths.entries()) {
      if (ctx.signal.aborted) throw interrupted();
      report.progress('backup files', index, paths.length);
      files.push(
        await copy(
          path === REPLICA_FILE ? replica.path : join(config.workspace, path),
          folder,
          path,
        ),
      );
    }
    const backup: BackupManifest = {
      format: 1,
      id,
      created_at: now().toISOString(),
      why,
      workspace: { id: owner, name: basename(config.workspace) },
      hoopduck: VERSION,
      ...(await ledgerDigest(replica)),
      files,
    };
    await store.publish(id, backup);
    report.progress('backup files', paths.length, paths.length);
    const removed = superseded(own, backup, config.backup, now());
    for (const old of removed) await store.remove(old, owner);
    return { backup, location: store.location, removed };
  } catch (error) {
    await store.abandon(id, owner);
    throw error;
  }
}

async function copy(from: string, folder: string, path: string): Promise<BackupFile> {
  const to = join(folder, path);
  await named(to, () => mkdir(dirname(to), { recursive: true }));
  // A clone where the file system can.
  await named(from, () => copyFile(from, to, constants.COPYFILE_FICLONE));
  await diskFiles.sync(to);
  const { size } = await stat(to);
  return { path, bytes: size, sha256: await diskFiles.hash(to) };
}

/**
 * The time that names a backup: now, or a second after that of the newest where the clock has gone back since, so that the
 * newest by its name is the newest.
 */
function laterThan(newest: string | undefined, now: Date): Date {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(newest ?? '') ?? [];
  if (year === undefined) return now;
  const last = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return now.getTime() >= last ? now : new Date(last + 1000);
}

/** `20250301T063000Z`, with a number behind it where a backup of that second is there. */
function freeId(at: Date, taken: ReadonlySet<string>): string {
  const time = at.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  if (!taken.has(time)) return time;
  for (let n = 2; ; n++) if (!taken.has(`${time}-${n}`)) return `${time}-${n}`;
}

function interrupted(): HoopduckError {
  return new HoopduckError('INTERRUPTED', 'The backup was stopped, as asked; there is none.', {
    next: 'Run the same command again.',
    exitCode: EXIT.interrupted,
  });
}
