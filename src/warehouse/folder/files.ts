import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { EXIT, HoopduckError } from '../../errors.ts';

/** What the file system says of a file without reading it. */
export interface FileState {
  readonly size: number;
  readonly modifiedAt: Date;
  /** Changes whenever the file is written or another takes its place. */
  readonly token: string;
}

/**
 * Every touch of the file system by the folder warehouse; tests replace it to fail at a chosen step.
 * What the system refuses (rights, space, a broken disk) is FOLDER_FAILED, exit 3.
 */
export interface FolderFiles {
  /** Names in a folder, sorted; undefined when there is no such folder. */
  list(folder: string): Promise<string[] | undefined>;
  /** undefined when there is no such file. */
  state(path: string): Promise<FileState | undefined>;
  /** Makes a folder and its parents, durably. */
  makeFolder(path: string): Promise<void>;
  /** Brings a file or folder to disk. */
  sync(path: string): Promise<void>;
  /** sha256 of a file's bytes. */
  hash(path: string): Promise<string>;
  /** Puts a file in another's place, in one step. */
  replace(from: string, to: string): Promise<void>;
  /** Removes a file if it is there. */
  remove(path: string): Promise<void>;
}

/** The real file system. */
export const diskFiles: FolderFiles = {
  list: (folder) =>
    named(folder, async () => (await readdir(folder)).sort()).catch(undefinedIfAbsent),
  state: (path) =>
    named(path, async () => {
      const found = await stat(path, { bigint: true });
      return {
        size: Number(found.size),
        modifiedAt: found.mtime,
        token: [found.size, found.mtimeNs, found.ctimeNs, found.ino].join('-'),
      };
    }).catch(undefinedIfAbsent),
  makeFolder: (path) =>
    named(path, async () => {
      const first = await mkdir(path, { recursive: true });
      if (first === undefined) return;
      for (let folder = dirname(path); ; folder = dirname(folder)) {
        await diskFiles.sync(folder);
        if (folder === dirname(first) || folder === dirname(folder)) return;
      }
    }),
  sync: (path) =>
    named(path, async () => {
      const handle = await open(path, 'r');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    }),
  hash: (path) =>
    named(path, async () => {
      const hash = createHash('sha256');
      await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
      return hash.digest('hex');
    }),
  replace: (from, to) => named(to, () => rename(from, to)),
  remove: (path) => named(path, () => rm(path, { force: true })),
};

async function named<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HoopduckError || (error as NodeJS.ErrnoException).code === undefined)
      throw error;
    const reason = (error as Error).message.replace(/, .*$/, '');
    throw new HoopduckError('FOLDER_FAILED', `"${path}" cannot be used: ${reason}.`, {
      next: 'See to the rights and the space of that folder, then run the same command again.',
      exitCode: EXIT.warehouse,
      cause: error,
    });
  }
}

function undefinedIfAbsent(error: unknown): undefined {
  const code = ((error as HoopduckError).cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
  throw error;
}
