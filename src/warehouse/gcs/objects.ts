import { rmSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { Bucket, File } from '@google-cloud/storage';
import pRetry from 'p-retry';
import type { GcsLocation } from '../../config/location.ts';
import { EXIT, HoopduckError } from '../../errors.ts';
import { diskFiles, type FileState, type FolderFiles } from '../folder/files.ts';
import { crc32cOf } from './crc32c.ts';
import { failureFor, isMissing, isPassing, isPreconditionFailed, withDeadline } from './failure.ts';

/** What the bucket says of an object without reading it. */
interface ObjectState {
  readonly generation: string;
  readonly size: number;
  readonly crc32c: string;
  readonly updated: Date;
}

/** Uploads beyond this are resumable: a connection that breaks costs a part and not the whole. */
const RESUMABLE_BYTES = 5_000_000;
/** A metadata call that takes longer will not come back. */
const CALL_MS = 60_000;
const TRIES_IN_DEADLINE = 4;
const RETRIES = 5;

/**
 * A bucket as the folder warehouse sees files: each object has its place in a mirror folder, and is
 * brought there when its state is asked for and the mirror has another generation. To replace a file is to upload it,
 * on condition that the object is still of the generation that was seen last.
 */
export class BucketFiles implements FolderFiles {
  readonly #location: GcsLocation;
  readonly #bucket: Bucket;
  readonly #root: string;
  /** Just listed, and taken once: whoever asks again asks the bucket. */
  readonly #listed = new Map<string, ObjectState>();
  /** The generation that a path had when its state was asked last; 0: it was not there. */
  readonly #seen = new Map<string, string>();

  constructor(location: GcsLocation, bucket: Bucket, root: string) {
    this.#location = location;
    this.#bucket = bucket;
    this.#root = root;
  }

  /** Names below a folder; of a table's folder also what is staged in the mirror. */
  async list(folder: string): Promise<string[] | undefined> {
    const depth = folder === this.#root ? 0 : relative(this.#root, folder).split(sep).length;
    const prefix = this.#object(folder === this.#root ? '' : `${this.#path(folder)}/`);
    const [files, folders] = await this.#call(
      `list "${prefix}"`,
      'storage.objects.list',
      async () => {
        const [found, , answer] = await this.#bucket.getFiles({
          prefix,
          delimiter: '/',
          autoPaginate: depth === 2,
        });
        return [found, (answer as { prefixes?: string[] } | undefined)?.prefixes ?? []] as const;
      },
    );
    if (depth < 2) {
      const names = folders.map((each) => basename(each));
      return depth === 0 || names.length > 0 ? names.sort() : undefined;
    }
    for (const file of files) this.#listed.set(join(folder, basename(file.name)), stateOf(file));
    const staged = (await readdir(folder).catch(() => [])).filter((name) =>
      name.endsWith('.staged'),
    );
    const names = [...files.map((file) => basename(file.name)), ...staged];
    return names.length === 0 ? undefined : names.sort();
  }

  /** The object's state; its content is in the mirror afterwards. Of a staged file: the local one's. */
  async state(path: string): Promise<FileState | undefined> {
    if (isStaged(path)) return diskFiles.state(path);
    const listed = this.#listed.get(path);
    this.#listed.delete(path);
    const state = listed ?? (await this.#metadata(path));
    this.#seen.set(path, state?.generation ?? '0');
    if (state === undefined) return undefined;
    await this.#mirror(path, state);
    return {
      size: state.size,
      modifiedAt: state.updated,
      token: `${state.generation}-${state.crc32c}`,
    };
  }

  async makeFolder(path: string): Promise<void> {
    await mkdir(path, { recursive: true });
  }

  /** The mirror can always be fetched again. */
  async sync(): Promise<void> {}

  hash(path: string): Promise<string> {
    return diskFiles.hash(path);
  }

  /**
   * Uploads a staged file in an object's place. An answer that was lost is recognised: the object
   * is then newer and has our checksum.
   * @throws HoopduckError TARGET_MOVED (exit 4) when the object is not of the generation that was seen
   */
  async replace(from: string, to: string): Promise<void> {
    const expected = this.#seen.get(to) ?? '0';
    const crc32c = await crc32cOf(from);
    const name = this.#object(this.#path(to));
    const { size } = (await diskFiles.state(from))!;
    await this.#retried(`upload "${name}"`, 'storage.objects.create', async (ms) => {
      const present = await this.#metadata(to);
      if (isOurs(present, expected, crc32c, size)) return;
      if ((present?.generation ?? '0') !== expected) throw this.#moved(name);
      try {
        await withDeadline(
          Math.max(ms, (this.#location.deadlineSeconds * 1000) / 2),
          this.#bucket.upload(from, {
            destination: name,
            resumable: size > RESUMABLE_BYTES,
            validation: 'crc32c',
            preconditionOpts: { ifGenerationMatch: Number(expected) },
            metadata: { contentType: 'application/vnd.apache.parquet' },
          }),
        );
      } catch (error) {
        if (!isPreconditionFailed(error)) throw error;
        if (!isOurs(await this.#metadata(to), expected, crc32c, size)) throw this.#moved(name);
      }
    });
    const after = await this.#metadata(to);
    if (!isOurs(after, expected, crc32c, size)) throw this.#moved(name);
    await this.#place(from, to, after!);
  }

  async remove(path: string): Promise<void> {
    await rm(path, { force: true });
  }

  /** Brings an object into the mirror when that has another generation. */
  async #mirror(path: string, state: ObjectState): Promise<void> {
    if ((await mirroredGeneration(path)) === state.generation) return;
    await mkdir(dirname(path), { recursive: true });
    const part = join(dirname(path), `.${basename(path)}.part`);
    const name = this.#object(this.#path(path));
    await this.#retried(`download "${name}"`, 'storage.objects.get', async (ms) => {
      const file = this.#bucket.file(name, { generation: state.generation });
      const limit = Math.max(ms, (this.#location.deadlineSeconds * 1000) / 2);
      await withDeadline(limit, file.download({ destination: part, validation: 'crc32c' }));
      // The client compares only where the server sends a checksum with the bytes.
      if ((await crc32cOf(part)) !== state.crc32c) throw new Error('CONTENT_DOWNLOAD_MISMATCH');
    }).catch((error: unknown) => {
      rmSync(part, { force: true });
      throw error;
    });
    await this.#place(part, path, state);
  }

  /** Puts a file in its place in the mirror; a kill leaves it without a generation, to be fetched again. */
  async #place(from: string, path: string, state: ObjectState): Promise<void> {
    await rm(generationFile(path), { force: true });
    await rename(from, path);
    await writeFile(generationFile(path), state.generation);
  }

  async #metadata(path: string): Promise<ObjectState | undefined> {
    const name = this.#object(this.#path(path));
    try {
      return await this.#call(`look at "${name}"`, 'storage.objects.get', async () => {
        const file = this.#bucket.file(name);
        await file.getMetadata();
        return stateOf(file);
      });
    } catch (error) {
      if (error instanceof HoopduckError && isMissing(error.cause)) return undefined;
      throw error;
    }
  }

  #call<T>(what: string, permission: string, work: () => Promise<T>): Promise<T> {
    return this.#retried(what, permission, (ms) => withDeadline(ms, work()));
  }

  /** Tries again after passing faults only, with growing, jittered waits, within the deadline. */
  async #retried<T>(
    what: string,
    permission: string,
    work: (ms: number) => Promise<T>,
  ): Promise<T> {
    const deadlineMs = this.#location.deadlineSeconds * 1000;
    const ms = Math.min(CALL_MS, deadlineMs / TRIES_IN_DEADLINE);
    try {
      return await pRetry(() => work(ms), {
        retries: RETRIES,
        minTimeout: Math.min(250, ms / 20),
        maxTimeout: Math.min(10_000, ms / 4),
        randomize: true,
        maxRetryTime: deadlineMs,
        shouldRetry: ({ error }) => isPassing(error),
      });
    } catch (error) {
      throw failureFor(`gs://${this.#bucket.name}: ${what}`, permission, error);
    }
  }

  #path(path: string): string {
    return relative(this.#root, path).split(sep).join('/');
  }

  #object(path: string): string {
    const { prefix } = this.#location;
    return prefix === '' ? path : `${prefix}/${path}`;
  }

  #moved(name: string): HoopduckError {
    return new HoopduckError(
      'TARGET_MOVED',
      `The object "gs://${this.#bucket.name}/${name}" changed while its successor was written.`,
      {
        next: 'Run "hoopduck push" again; it compares with what is there now.',
        exitCode: EXIT.refused,
      },
    );
  }
}

function isOurs(
  state: ObjectState | undefined,
  expected: string,
  crc32c: string,
  size: number,
): boolean {
  return (
    state !== undefined &&
    state.generation !== expected &&
    state.crc32c === crc32c &&
    state.size === size
  );
}

function stateOf({ metadata }: File): ObjectState {
  return {
    generation: String(metadata.generation),
    size: Number(metadata.size),
    crc32c: String(metadata.crc32c),
    updated: new Date(metadata.updated ?? metadata.timeCreated ?? 0),
  };
}

function isStaged(path: string): boolean {
  return path.endsWith('.staged');
}

function generationFile(path: string): string {
  return join(dirname(path), `.${basename(path)}.generation`);
}

async function mirroredGeneration(path: string): Promise<string | undefined> {
  if ((await diskFiles.state(path)) === undefined) return undefined;
  return readFile(generationFile(path), 'utf8').catch(() => undefined);
}
