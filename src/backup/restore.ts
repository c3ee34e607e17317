import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CONFIG_FILE } from '../config/workspace.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import { isRunning } from '../replica/is-running.ts';
import { diskFiles, named } from '../warehouse/folder/files.ts';
import { type BackupProof, type BringOptions, bringBackup } from './bring.ts';
import { DATA_PARTS, isSetting } from './contents.ts';
import { type BackupManifest, damaged } from './manifest.ts';
import type { BackupStore } from './store.ts';

/** Folder inside the place that is restored, for files until all are proven. */
const ASIDE = '.restoring';

/** What a restore put where. */
export interface Restored {
  readonly backup: string;
  readonly folder: string;
  readonly files: number;
  readonly proof: BackupProof;
}

/** Inside that folder, the id of the process that restores. */
const OWNER = join(ASIDE, '.process');

/** Inside that folder, for what is replaced in a workspace, until all is in place. */
const REPLACED = join(ASIDE, '.replaced');

/**
 * Chooses a backup of a store. `latest` is the newest of the workspace; where that is not known, of the only one that the
 * store has backups of. What a restore saved before it began is not meant, unless there is nothing else: the same command
 * after a kill has to restore the same backup.
 * @param name an id, a beginning of one, or `latest`
 * @param workspace id of the workspace; null: not known
 * @throws HoopduckError BACKUP_MISSING (exit 3), BACKUP_DAMAGED (exit 4) when the one that is meant cannot be read
 */
export async function chooseBackup(
  store: BackupStore,
  name: string,
  workspace: string | null = null,
): Promise<BackupManifest> {
  const unreadable = new Map<string, HoopduckError>();
  const backups = await store.list((id, error) => unreadable.set(id, error));
  if (name === 'latest') return newest(store, backups, workspace);
  const found = backups.filter(({ id }) => id.startsWith(name));
  if (found.length === 0) {
    for (const [id, error] of unreadable) if (id.startsWith(name)) throw error;
  }
  const exact = found.find(({ id }) => id === name) ?? (found.length === 1 ? found[0] : undefined);
  if (exact !== undefined) return exact;
  const there =
    backups.length === 0
      ? 'there is none'
      : `there are ${backups
          .map(({ id }) => id)
          .slice(-5)
          .join(', ')}`;
  throw missing(
    store,
    `has ${found.length === 0 ? 'no backup' : 'several backups'} "${name}"; ${there}.`,
  );
}

function newest(
  store: BackupStore,
  backups: readonly BackupManifest[],
  workspace: string | null,
): BackupManifest {
  const workspaces = new Map(backups.map((each) => [each.workspace.id, each.workspace.name]));
  const owner = workspace ?? (workspaces.size === 1 ? [...workspaces.keys()][0]! : null);
  const own = backups.filter((each) => each.workspace.id === owner);
  const found = own.findLast(({ why }) => why !== 'before restore') ?? own.at(-1);
  if (found !== undefined) return found;
  if (workspaces.size === 0) throw missing(store, 'has no backup.');
  const names = [...workspaces.values()].map((each) => `"${each}"`).join(', ');
  throw missing(
    store,
    `has backups of other workspaces (${names}), and which is meant is not known.`,
  );
}

function missing(store: BackupStore, what: string): HoopduckError {
  return new HoopduckError('BACKUP_MISSING', `"${store.location}" ${what}`, {
    next: 'Name one of "hoopduck backup --list" by its id, or another place with --from.',
    exitCode: EXIT.warehouse,
  });
}

/**
 * Restores a backup into a folder that is not there or is empty. The folder is a workspace only when all is in place, because
 * hoopduck.yaml comes last; what a killed restore left there is taken away by the next.
 * @throws HoopduckError RESTORE_REFUSED (exit 4) when the folder holds anything, BACKUP_DAMAGED (exit 4)
 */
export async function restoreInto(
  store: BackupStore,
  backup: BackupManifest,
  folder: string,
  options: BringOptions,
): Promise<Restored> {
  const tops = [...new Set(backup.files.map(({ path }) => path.split('/')[0]!))];
  const held = await readdir(folder).catch((): string[] => []);
  // What was put in place before a kill: the folder had been empty, and its hoopduck.yaml was still to come.
  const isHalf = held.includes(ASIDE) && !held.includes(CONFIG_FILE);
  if (held.some((name) => name !== ASIDE && !(isHalf && tops.includes(name)))) {
    throw new HoopduckError('RESTORE_REFUSED', `The folder "${folder}" is not empty.`, {
      next: 'Name a new one with --into; to put a workspace back in its own place, use -C and --replace.',
      exitCode: EXIT.refused,
    });
  }
  const aside = await freshAside(folder);
  if (isHalf) for (const top of tops) await rm(join(folder, top), { recursive: true, force: true });
  try {
    const proof = await bringBackup(store, backup, aside, options);
    const byTime = tops.sort((a, b) => Number(a === CONFIG_FILE) - Number(b === CONFIG_FILE));
    for (const top of byTime) await move(join(aside, top), join(folder, top));
    return { backup: backup.id, folder, files: backup.files.length, proof };
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** A restore in place whose files are proven, ready to take the place of what is there. */
export interface Prepared {
  readonly proof: BackupProof;
  /** Settings and own models of the backup that are others here; they stay as they are. */
  readonly settings: readonly string[];
  /**
   * Nobody may hold the replica. A kill in its middle is mended by restoring again.
   * @param keptIn folder, relative to the workspace, for what is replaced; null: a backup has it
   */
  replace(keptIn: string | null): Promise<Restored>;
  release(): Promise<void>;
}

/**
 * Brings a backup beside the data of a workspace and proves it there, without touching anything.
 * @throws HoopduckError BACKUP_DAMAGED (exit 4)
 */
export async function prepareRestore(
  store: BackupStore,
  backup: BackupManifest,
  workspace: string,
  options: BringOptions,
): Promise<Prepared> {
  const aside = await freshAside(workspace);
  const release = () => rm(aside, { recursive: true, force: true });
  try {
    const proof = await bringBackup(store, backup, aside, options);
    if (!backup.files.some(({ path }) => path === DATA_PARTS.at(-1))) {
      throw damaged(join(store.location, backup.id), 'it holds no replica');
    }
    return {
      proof,
      settings: await otherSettings(backup, workspace),
      release,
      async replace(keptIn) {
        const old = keptIn === null ? join(workspace, REPLACED) : join(workspace, keptIn);
        for (const part of DATA_PARTS) {
          const place = join(workspace, part);
          if (existsSync(place)) await move(place, join(old, part));
          // The log of the old file is none of the new one.
          if (existsSync(`${place}.wal`)) await move(`${place}.wal`, join(old, `${part}.wal`));
          if (existsSync(join(aside, part))) await move(join(aside, part), place);
        }
        await release();
        const files = backup.files.filter(({ path }) => !isSetting(path)).length;
        return { backup: backup.id, folder: workspace, files, proof };
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/**
 * Puts back what a restore had moved aside when it was killed, so that what is there can be saved as it was. Nothing is done
 * where somebody has written to the workspace since: what was there then is in the backup that the restore made first.
 * @throws HoopduckError RESTORE_REFUSED (exit 4) when another process is restoring here
 */
export async function undoHalfRestore(workspace: string): Promise<void> {
  await refuseSecond(workspace);
  const aside = join(workspace, ASIDE);
  const moved = DATA_PARTS.filter((part) => existsSync(join(workspace, REPLACED, part)));
  // A part that was put in place is no longer among those that were brought.
  const isOurs = moved.every(
    (part) => !existsSync(join(workspace, part)) || !existsSync(join(aside, part)),
  );
  if (!isOurs) return;
  for (const part of moved) {
    await named(part, () => rm(join(workspace, part), { recursive: true, force: true }));
    await move(join(workspace, REPLACED, part), join(workspace, part));
  }
}

async function otherSettings(backup: BackupManifest, workspace: string): Promise<string[]> {
  const others: string[] = [];
  for (const { path, sha256 } of backup.files.filter((file) => isSetting(file.path))) {
    const here = join(workspace, path);
    if (!existsSync(here) || (await diskFiles.hash(here)) !== sha256) others.push(path);
  }
  return others;
}

async function freshAside(folder: string): Promise<string> {
  const aside = join(folder, ASIDE);
  await refuseSecond(folder);
  await named(aside, async () => {
    await rm(aside, { recursive: true, force: true });
    await mkdir(aside, { recursive: true });
    await writeFile(join(folder, OWNER), String(process.pid), { flag: 'wx' });
  });
  return aside;
}

/** Two restores of one place would take each other's files away; nobody holds its replica meanwhile. */
async function refuseSecond(folder: string): Promise<void> {
  const pid = Number(await readFile(join(folder, OWNER), 'utf8').catch(() => ''));
  if (pid === 0 || pid === process.pid || !isRunning(pid)) return;
  throw new HoopduckError('RESTORE_REFUSED', `"${folder}" is being restored by process ${pid}.`, {
    next: `Wait for that command to end, or stop it (process ${pid}), then try again.`,
    exitCode: EXIT.refused,
  });
}

async function move(from: string, to: string): Promise<void> {
  await named(to, async () => {
    await mkdir(dirname(to), { recursive: true });
    await rename(from, to);
  });
}
