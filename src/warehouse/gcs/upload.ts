import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { File, FileMetadata } from '@google-cloud/storage';
import type { AuthClient } from 'google-auth-library';
import type { Attempt } from './calls.ts';
import { isPassingStatus, PassingFault } from './failure.ts';

/**
 * What a resumable upload sends at once, and again when the connection breaks. Few enough that a slow line takes
 * them before it counts as silent, and a multiple of 256 KiB, as the server wants it.
 */
const PART_BYTES = 4 * 1024 * 1024;

/** The server has a part, or not yet the whole. */
const INCOMPLETE = 308;

/** A file that becomes an object. */
export interface Upload {
  readonly path: string;
  readonly size: number;
  readonly crc32c: string;
  /** Generation that the object must have; 0: none. */
  readonly replaces: string;
}

function requestOf({ crc32c, replaces }: Upload) {
  return {
    preconditionOpts: { ifGenerationMatch: replaces },
    // The server compares the checksum before anyone sees the object.
    metadata: { contentType: 'application/vnd.apache.parquet', crc32c },
  };
}

/** Uploads a file in one request. */
export async function uploadWhole(
  object: File,
  upload: Upload,
  { signal, alive }: Attempt,
): Promise<FileMetadata> {
  const target = object.createWriteStream({
    ...requestOf(upload),
    resumable: false,
    // The client would compare after the fact, and delete what it does not like.
    validation: false,
  });
  const source = createReadStream(upload.path).on('data', alive);
  await pipeline(source, target, { signal });
  return object.metadata;
}

/**
 * Uploads a file part by part in a session that outlives broken connections: a further try asks the server how
 * far it is and goes on from there. The client's own resumption is not used: of an upload whose last answer was
 * lost it takes the wrong end, and emits an error that nothing can catch.
 */
export class ResumableUpload {
  readonly #object: File;
  readonly #auth: AuthClient;
  readonly #upload: Upload;
  #session: string | undefined;

  constructor(object: File, auth: AuthClient, upload: Upload) {
    this.#object = object;
    this.#auth = auth;
    this.#upload = upload;
  }

  /**
   * Sends what the server has not got yet.
   * @returns the object's metadata
   * @throws PassingFault when the server has forgotten the session; the next try begins another
   */
  async send(attempt: Attempt): Promise<FileMetadata> {
    const { path, size } = this.#upload;
    let answer: Answer;
    if (this.#session === undefined) {
      [this.#session] = await this.#object.createResumableUpload(requestOf(this.#upload));
      answer = { status: INCOMPLETE, next: 0, data: {} };
    } else {
      answer = await this.#put(attempt, `bytes */${size}`);
    }
    const file = await open(path);
    try {
      while (answer.status === INCOMPLETE) {
        const { next } = answer;
        const { buffer, bytesRead } = await file.read(
          Buffer.alloc(PART_BYTES),
          0,
          PART_BYTES,
          next,
        );
        const part = buffer.subarray(0, bytesRead);
        answer = await this.#put(attempt, `bytes ${next}-${next + bytesRead - 1}/${size}`, part);
        attempt.alive();
      }
    } finally {
      await file.close();
    }
    return answer.data;
  }

  async #put({ signal }: Attempt, range: string, body = Buffer.alloc(0)): Promise<Answer> {
    const { status, headers, data } = await this.#auth.request<Reply>({
      url: this.#session!,
      method: 'PUT',
      headers: { 'Content-Range': range, 'Content-Length': String(body.length) },
      body,
      signal,
      retry: false,
      validateStatus: () => true,
    });
    if (status !== INCOMPLETE && status >= 300) {
      const message = data?.error?.message ?? `the server answered ${status}`;
      const failure = Object.assign(new Error(message), { code: status });
      // Only what passes leaves the session as it was.
      if (!isPassingStatus(failure)) this.#session = undefined;
      if (status !== 404 && status !== 410) throw failure;
      throw new PassingFault(`the server has forgotten the upload (${status})`);
    }
    // `bytes=0-99`: the server has the first 100; no header: it has none.
    const last = /-(\d+)$/.exec(headers.get('range') ?? '')?.[1];
    return { status, next: last === undefined ? 0 : Number(last) + 1, data: data ?? {} };
  }
}

type Reply = FileMetadata & { readonly error?: { readonly message?: string } };

interface Answer {
  readonly status: number;
  /** The first byte that the server has not got. */
  readonly next: number;
  readonly data: FileMetadata;
}
