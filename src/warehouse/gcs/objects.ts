import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Bucket, CRC32C, type FileMetadata } from '@google-cloud/storage';
import type { AuthClient } from 'google-auth-library';
import pLimit from 'p-limit';
import { EXIT, HoopduckError } from '../../errors.ts';
import { ABSENT, diskFiles, type FileState, type FolderFiles } from '../folder/files.ts';
import { isTableFile } from '../folder/listing.ts';
import { moved, stagedBy } from '../folder/write.ts';
import type { Attempt, Calls } from './calls.ts';
import { crc32cOf } from './crc32c.ts';
import { PassingFault, statusOf } from './failure.ts';
import {
  mirrorPath,
  type ObjectState,
  parseToken,
  partPath,
  removeOtherStates,
  tidyMirror,
  tokenOf,
} from './mirror.ts';
import { ResumableUpload, type Upload, uploadWhole } from './upload.ts';

/** Uploads beyond this are resumable: a connection that breaks costs a part and not the whole. */
export const RESUMABLE_BYTES = 5_000_000;

/** Downloads at the same time: more do not fill a line better, and each holds a buffer. */
const PARALLEL = 4;

const FIELDS = 'items(name,generation,crc32c,size,updated),nextPageToken';

export interface BucketOptions {
  /** Its client tries each call once, because `calls` tries again. */
  readonly bucket: Bucket;
  /** Signs the parts of resumable uploads. */
  readonly auth: AuthClient;
  readonly calls: Calls;
  /** Without slashes at its ends. */
  readonly prefix: string;
  /** Folder that stands for the prefix: there is staged, and there content is brought. */
  readonly root: string;
  readonly resumableBytes: number;
}

/**
 * A bucket as the folder warehouse sees files. States come from listings; content is brought into a mirror,
 * by generation, when it is asked for. To replace a file is to upload it, on condition that the object is
 * still of the generation that was seen.
 */
export class BucketFiles implements FolderFiles {
  readonly #options: BucketOptions;
  readonly #limit = pLimit(PARALLEL);
  /** By path, as the bucket told it when the state was asked last. */
  readonly #told = new Map<string, ObjectState>();

  constructor(options: BucketOptions) {
    this.#options = options;
  }

  /** `gs://bucket/object` of a path; of a staged file its path. */
  readonly address = (path: string): string => {
    if (isStaged(path)) return path;
    return `gs://${[this.#options.bucket.name, this.#object(path)].filter(Boolean).join('/')}`;
  };

  /** What is staged or mirrored; the bucket is not asked. */
  list(folder: string): Promise<string[] | undefined> {
    return diskFiles.list(folder);
  }

  /** Names of the folders in a folder that hold Parquet objects, from one listing. */
  async tables(folder: string): Promise<string[]> {
    const names = new Set<string>();
    for (const { name } of await this.#list(folder, {})) {
      const [table, file, ...deeper] = name.split('/');
      if (file !== undefined && deeper.length === 0 && isTableFile(file)) names.add(table!);
    }
    return [...names].sort();
  }

  async states(folder: string): Promise<ReadonlyMap<string, FileState> | undefined> {
    const states = new Map<string, FileState>();
    for (const { name, ...state } of await this.#list(folder, { delimiter: '/' })) {
      if (isTableFile(name)) states.set(name, asFileState(state));
    }
    await tidyMirror(folder, new Set(states.keys()));
    return states.size === 0 ? undefined : states;
  }

  async state(path: string): Promise<FileState | undefined> {
    if (isStaged(path)) return diskFiles.state(path);
    const state = await this.#metadata(path);
    if (state === undefined) this.#told.delete(path);
    else this.#told.set(path, state);
    return state && asFileState(state);
  }

  /**
   * Path in the mirror of an object in a state; it is downloaded when the mirror has not got it.
   * @throws HoopduckError WAREHOUSE_CHANGED (exit 3) when the object is not of that generation any more
   */
  async content(path: string, token: string): Promise<string> {
    const place = mirrorPath(path, token);
    if ((await diskFiles.state(place)) !== undefined) return place;
    await mkdir(dirname(place), { recursive: true });
    await this.#limit(() => this.#download(path, token, place));
    await removeOtherStates(path, place);
    return place;
  }

  async makeFolder(path: string): Promise<void> {
    await mkdir(path, { recursive: true });
  }

  /** What is staged can be staged again, and what is mirrored can be fetched again. */
  async sync(): Promise<void> {}

  /** Checksum and size: of a staged file, or of the object as the bucket told it when its state was asked last. */
  async hash(path: string): Promise<string> {
    if (isStaged(path)) {
      const state = await diskFiles.state(path);
      return `${await crc32cOf(path)} ${state?.size}`;
    }
    const told = this.#told.get(path);
    return told === undefined ? ABSENT : `${told.crc32c} ${told.size}`;
  }

  /**
   * Uploads a staged file in an object's place; the server compares the generation and the checksum before
   * readers see any of it. An upload whose answer was lost is recognised by them.
   * @throws HoopduckError TARGET_MOVED (exit 4) when the object is not of the token's generation
   */
  async replace(from: string, to: string, token: string): Promise<void> {
    const { bucket, auth, calls, resumableBytes } = this.#options;
    const replaces = token === ABSENT ? '0' : parseToken(token).generation;
    const crc32c = await crc32cOf(from);
    const { size } = (await diskFiles.state(from))!;
    const upload = { path: from, size, crc32c, replaces };
    const object = bucket.file(this.#object(to));
    const resumable = new ResumableUpload(object, auth, upload);
    const address = this.address(to);
    const state = await calls.run(address, 'storage.objects.create', async (attempt) => {
      try {
        return stateOf(
          size > resumableBytes
            ? await resumable.send(attempt)
            : await uploadWhole(object, upload, attempt),
        );
      } catch (error) {
        const isForgotten = error instanceof PassingFault;
        if (statusOf(error) !== 412 && !isForgotten) throw error;
        const present = await this.#metadata(to);
        if (present !== undefined && isUploaded(present, upload)) return present;
        throw isForgotten ? error : moved(address);
      }
    });
    // What was uploaded is the content of the new generation.
    const place = mirrorPath(to, tokenOf({ ...state, crc32c }));
    await rename(from, place);
    await removeOtherStates(to, place);
  }

  async remove(path: string): Promise<void> {
    await rm(path, { force: true });
  }

  async #download(path: string, token: string, place: string): Promise<void> {
    const { generation, crc32c } = parseToken(token);
    const address = this.address(path);
    const tries: Promise<void>[] = [];
    const once = async ({ signal, alive }: Attempt): Promise<void> => {
      const part = partPath(place);
      const crc = new CRC32C();
      const file = this.#options.bucket.file(this.#object(path), { generation });
      try {
        await pipeline(
          // The client compares only where the server sends a checksum with the bytes.
          file.createReadStream({ validation: false, decompress: false }),
          passing(alive, (chunk) => crc.update(chunk)),
          createWriteStream(part, { flags: 'wx' }),
          { signal },
        );
        if (crc.toString() !== crc32c) {
          const found = `the downloaded bytes have the checksum ${crc}; ${crc32c} was wanted`;
          throw new PassingFault(found);
        }
        await diskFiles.sync(part);
        await rename(part, place);
      } catch (error) {
        await rm(part, { force: true });
        throw statusOf(error) === 404 ? changed(address) : error;
      }
    };
    try {
      await this.#options.calls.run(address, 'storage.objects.get', (attempt) => {
        const work = once(attempt);
        tries.push(work);
        return work;
      });
    } finally {
      // One that was given up takes its part away first.
      await Promise.allSettled(tries);
    }
  }

  /** Objects below a folder, by their names from there. */
  async #list(
    folder: string,
    query: { delimiter?: string },
  ): Promise<(ObjectState & { name: string })[]> {
    const { calls, bucket } = this.#options;
    const path = this.#object(folder);
    const prefix = path === '' ? '' : `${path}/`;
    const found: (ObjectState & { name: string })[] = [];
    let pageToken: string | undefined;
    do {
      const page = { ...query, prefix, fields: FIELDS, autoPaginate: false };
      const [files, next] = await calls.run(this.address(folder), 'storage.objects.list', () =>
        bucket.getFiles({ ...page, ...(pageToken !== undefined && { pageToken }) }),
      );
      // With chosen fields the client gives objects as the server wrote them.
      for (const item of files as unknown as (FileMetadata & { name: string })[]) {
        found.push({ name: item.name.slice(prefix.length), ...stateOf(item) });
      }
      pageToken = (next as { pageToken?: string } | null)?.pageToken;
    } while (pageToken !== undefined);
    return found;
  }

  #metadata(path: string): Promise<ObjectState | undefined> {
    const { calls, bucket } = this.#options;
    return calls.run(this.address(path), 'storage.objects.get', async () => {
      try {
        const [metadata] = await bucket.file(this.#object(path)).getMetadata();
        return stateOf(metadata);
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    });
  }

  #object(path: string): string {
    const { prefix, root } = this.#options;
    return [prefix, ...relative(root, path).split(sep)].filter((part) => part !== '').join('/');
  }
}

/** Hands chunks on; each is a sign of life. */
function passing(alive: () => void, look: (chunk: Buffer) => void) {
  return async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      alive();
      look(chunk);
      yield chunk;
    }
  };
}

/** Whether an object is what an upload made of it. */
function isUploaded(present: ObjectState, { replaces, crc32c, size }: Upload): boolean {
  const isNewer = BigInt(present.generation) > BigInt(replaces);
  return isNewer && present.crc32c === crc32c && present.size === size;
}

function stateOf({ generation, crc32c, size, updated }: FileMetadata): ObjectState {
  return {
    generation: String(generation),
    crc32c: String(crc32c),
    size: Number(size),
    updated: new Date(updated ?? 0),
  };
}

function asFileState(state: ObjectState): FileState {
  return { size: state.size, modifiedAt: state.updated, token: tokenOf(state) };
}

function isStaged(path: string): boolean {
  return stagedBy(basename(path)) !== undefined;
}

function changed(address: string): HoopduckError {
  return new HoopduckError(
    'WAREHOUSE_CHANGED',
    `The object "${address}" changed while it was read.`,
    {
      next: 'Nothing of it was taken; try again.',
      exitCode: EXIT.warehouse,
    },
  );
}
