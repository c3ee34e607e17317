import { type Dirent, existsSync, readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { EXIT, HoopduckError } from '../errors.ts';

/** The replica's file by its path below the workspace. */
export const REPLICA_FILE = 'data/replica.duckdb';

/**
 * Folders of data that nothing else could bring back as they were: models, raw partitions that runs on record stood on,
 * and what pushes replaced in production.
 */
const DATA_FOLDERS = ['data/models', 'data/inputs', 'data/backups'] as const;

/** What a restore puts in place of what is there, in this order; the replica last, because the ledger names the others. */
export const DATA_PARTS: readonly string[] = [...DATA_FOLDERS, REPLICA_FILE];

/**
 * Files of a workspace that a backup holds beside the replica, by their paths with forward slashes: settings (YAML files at
 * its top), the user's own models, and the folders of data. Links and names that begin with a dot are left out.
 */
export function filesOf(workspace: string): string[] {
  const top = readdirSync(workspace, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map(({ name }) => name);
  return [...top, ...['models', ...DATA_FOLDERS].flatMap((folder) => below(workspace, folder))];
}

/**
 * Refuses a place for backups that a backup would hold or a restore would replace.
 * @throws HoopduckError BACKUP_PLACE (exit 2)
 */
export function checkPlace(workspace: string, place: string): void {
  const real = (path: string): string => {
    if (existsSync(path)) return realpathSync(path);
    const folder = dirname(path);
    return folder === path ? path : join(real(folder), basename(path));
  };
  const within = (inner: string, outer: string) => {
    const path = relative(outer, inner);
    return path === '' || (!path.startsWith('..') && !isAbsolute(path));
  };
  const here = real(place);
  const clash = ['models', ...DATA_PARTS]
    .map((part) => real(join(workspace, part)))
    .find((part) => within(here, part) || within(part, here));
  if (clash === undefined) return;
  throw new HoopduckError(
    'BACKUP_PLACE',
    `Backups cannot be kept in "${place}": "${clash}" is part of what they hold.`,
    {
      next: 'Name a folder of its own for them, best on another disk: "backup: path:" in hoopduck.yaml, or --to.',
      exitCode: EXIT.usage,
    },
  );
}

/** Whether a file of a backup is a setting or a model of the user, which a restore in place leaves as it is. */
export function isSetting(path: string): boolean {
  return path !== 'data' && !path.startsWith('data/');
}

function below(workspace: string, folder: string): string[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(join(workspace, folder), { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return entries
    .filter(({ name }) => !name.startsWith('.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return below(workspace, path);
      return entry.isFile() ? [path] : [];
    });
}
