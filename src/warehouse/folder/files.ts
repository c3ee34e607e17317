import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** What the file system says of a file without reading it. */
export interface FileState {
  readonly size: number;
  readonly modifiedAt: Date;
  /** Changes whenever the file is written or another takes its place. */
  readonly token: string;
}

/** Every touch of the file system by the folder warehouse; tests replace it to fail at a chosen step. */
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
  async list(folder) {
    try {
      return (await readdir(folder)).sort();
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  },
  async state(path) {
    try {
      const found = await stat(path, { bigint: true });
      return {
        size: Number(found.size),
        modifiedAt: found.mtime,
        token: [found.size, found.mtimeNs, found.ctimeNs, found.ino].join('-'),
      };
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  },
  async makeFolder(path) {
    const first = await mkdir(path, { recursive: true });
    if (first === undefined) return;
    for (let folder = dirname(path); ; folder = dirname(folder)) {
      await diskFiles.sync(folder);
      if (folder === dirname(first) || folder === dirname(folder)) return;
    }
  },
  async sync(path) {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  async hash(path) {
    const hash = createHash('sha256');
    await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
    return hash.digest('hex');
  },
  replace: rename,
  async remove(path) {
    await rm(path, { force: true });
  },
};

function isAbsent(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
