import { createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Bucket } from '@google-cloud/storage';
import type { AuthClient } from 'google-auth-library';
import type { GcsLocation } from '../../config/location.ts';
import { authClientOf } from '../google/credentials.ts';
import { openStorage } from '../google/storage.ts';
import { Calls } from './calls.ts';
import { crc32cOf } from './crc32c.ts';
import { statusOf } from './failure.ts';
import { RESUMABLE_BYTES } from './objects.ts';
import { ResumableUpload, uploadWhole } from './upload.ts';

/** Objects of any kind below a prefix of a bucket, each brought and taken whole. */
export class Archive {
  readonly #bucket: Bucket;
  readonly #auth: AuthClient;
  readonly #calls: Calls;
  readonly #prefix: string;

  private constructor(location: GcsLocation, bucket: Bucket, auth: AuthClient) {
    this.#bucket = bucket;
    this.#auth = auth;
    this.#calls = new Calls(location.deadlineSeconds);
    this.#prefix = location.prefix === '' ? '' : `${location.prefix}/`;
  }

  /** @throws HoopduckError CREDENTIALS (exit 2) */
  static async open(location: GcsLocation): Promise<Archive> {
    const { bucket, credentials, endpoint, deadlineSeconds } = location;
    const auth = await authClientOf(credentials, endpoint);
    const storage = openStorage(auth, endpoint, deadlineSeconds);
    storage.retryOptions.autoRetry = false;
    return new Archive(location, storage.bucket(bucket), auth);
  }

  /** Names of all objects below a name, from the prefix on. */
  async list(below: string): Promise<string[]> {
    const prefix = `${this.#prefix}${below}`;
    const names: string[] = [];
    let pageToken: string | undefined;
    do {
      const query = { prefix, autoPaginate: false, ...(pageToken !== undefined && { pageToken }) };
      const [files, next] = await this.#calls.run(
        this.#address(below),
        'storage.objects.list',
        () => this.#bucket.getFiles(query),
      );
      names.push(...files.map(({ name }) => name.slice(this.#prefix.length)));
      pageToken = (next as { pageToken?: string } | null)?.pageToken;
    } while (pageToken !== undefined);
    return names;
  }

  /** Uploads a file; the server compares its checksum, and whoever reads sees the old object or the new one. */
  async put(path: string, name: string): Promise<void> {
    const object = this.#bucket.file(`${this.#prefix}${name}`);
    const { size } = await stat(path);
    const crc32c = await crc32cOf(path);
    await this.#calls.run(this.#address(name), 'storage.objects.create', async (attempt) => {
      const present = await this.#metadata(name);
      // What an upload whose answer was lost has made is there already.
      if (present?.crc32c === crc32c && Number(present.size) === size) return;
      const upload = { path, size, crc32c, replaces: String(present?.generation ?? 0) };
      if (size > RESUMABLE_BYTES) {
        await new ResumableUpload(object, this.#auth, upload).send(attempt);
      } else await uploadWhole(object, upload, attempt);
    });
  }

  /** Downloads an object to a path. */
  async get(name: string, to: string): Promise<void> {
    await this.#calls.run(this.#address(name), 'storage.objects.get', async ({ signal, alive }) => {
      const source = this.#bucket.file(`${this.#prefix}${name}`).createReadStream({
        validation: false,
        decompress: false,
      });
      source.on('data', alive);
      try {
        await pipeline(source, createWriteStream(to), { signal });
      } catch (error) {
        await rm(to, { force: true });
        throw error;
      }
    });
  }

  /** The text of a small object. */
  async text(name: string): Promise<string> {
    return this.#calls.run(this.#address(name), 'storage.objects.get', async () => {
      const [content] = await this.#bucket
        .file(`${this.#prefix}${name}`)
        .download({ validation: false });
      return content.toString('utf8');
    });
  }

  async remove(name: string): Promise<void> {
    await this.#calls.run(this.#address(name), 'storage.objects.delete', () =>
      this.#bucket.file(`${this.#prefix}${name}`).delete({ ignoreNotFound: true }),
    );
  }

  async #metadata(name: string) {
    try {
      return (await this.#bucket.file(`${this.#prefix}${name}`).getMetadata())[0];
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  }

  #address(name: string): string {
    return `gs://${this.#bucket.name}/${this.#prefix}${name}`;
  }
}
