import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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
 * What the system refuses (rights, space, a broken disk) is FOLDER_FAILED, exit 3. What has a folder's
 * layout elsewhere (a bucket) is one of these as well: its files then have places on this machine where they
 * are staged and where their content is brought.
 */
export interface FolderFiles {
  /** Names in a folder of this machine, sorted; undefined when there is no such folder. */
  list(folder: string): Promise<string[] | undefined>;
  /** The states of the files of a table's folder, by name; undefined when there is no such folder. */
  states(folder: string): Promise<ReadonlyMap<string, FileState> | undefined>;
  /** undefined when there is no such file. */
  state(path: string): Promise<FileState | undefined>;
  /** Path of a file of this machine with the content that a file has in the state of a token. */
  content(path: string, token: string): Promise<string>;
  /** Makes a folder and its parents, durably. */
  makeFolder(path: string): Promise<void>;
  /** Brings a file or folder to disk. */
  sync(path: string): Promise<void>;
  /** Checksum of a file's bytes; of one that is read back after a write, of what is there. */
  hash(path: string): Promise<string>;
  /**
   * Puts a file in another's place, in one step.
   * @param token the state that the other was last seen in
   */
  replace(from: string, to: string, token: string): Promise<void>;
  /** Removes a file of this machine if it is there. */
  remove(path: string): Promise<void>;
  /** What people call a file; undefined: its path. */
  readonly address?: (path: string) => string;
}

/** The token of a file that is not there. */
export const ABSENT = 'absent';

/** What people call a file or folder. */
export function addressOf(files: FolderFiles, path: string): string {
  return files.address?.(path) ?? path;
}

/** The real file system. */
export const diskFiles: FolderFiles = {
  list: (folder) =>
    named(folder, async () => (await readdir(folder)).sort()).catch(undefinedIfAbsent),
  async states(folder) {
    const names = await diskFiles.list(folder);
    if (names === undefined) return undefined;
    const states = new Map<string, FileState>();
    for (const name of names) {
      const state = await diskFiles.state(join(folder, name));
      if (state !== undefined) states.set(name, state);
    }
    return states;
  },
  content: async (path) => path,
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
      // Windows brings no folder to disk, and a file only by a handle that may write.
      const isWindows = process.platform === 'win32';
      if (isWindows && (await stat(path)).isDirectory()) return;
      const handle = await open(path, isWindows ? 'r+' : 'r');
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

export async function named<T>(path: string, work: () => Promise<T>): Promise<T> {
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
