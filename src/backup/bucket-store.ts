import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type GcsLocation, locationName } from '../config/location.ts';
import { HoopduckError } from '../errors.ts';
import { named } from '../warehouse/folder/files.ts';
import { Archive } from '../warehouse/gcs/archive.ts';
import { type BackupManifest, MANIFEST, readManifest } from './manifest.ts';
import type { BackupStore } from './store.ts';

/** Backups below a prefix of a bucket; an object `<id>/manifest.json`, uploaded last, makes one whole. */
export class BucketBackups implements BackupStore {
  readonly location: string;
  readonly #archive: Archive;
  /** Folder on disk for what is uploaded. */
  readonly #scratch: string;

  private constructor(location: string, archive: Archive, scratch: string) {
    this.location = location;
    this.#archive = archive;
    this.#scratch = scratch;
  }

  /** @throws HoopduckError CREDENTIALS (exit 2) */
  static async open(location: GcsLocation, scratch: string): Promise<BucketBackups> {
    return new BucketBackups(locationName(location), await Archive.open(location), scratch);
  }

  async list(
    onDamaged?: (id: string, error: HoopduckError) => void,
  ): Promise<readonly BackupManifest[]> {
    const names = await this.#archive.list('');
    const found: BackupManifest[] = [];
    for (const name of names.filter((each) => /^[^/]+\/manifest\.json$/.test(each)).sort()) {
      const where = `${this.location}/${name}`;
      const manifest = readManifest(await this.#archive.text(name), where);
      if (manifest instanceof HoopduckError) onDamaged?.(name.split('/')[0]!, manifest);
      else found.push(manifest);
    }
    return found;
  }

  async stage(id: string): Promise<string> {
    const folder = join(this.#scratch, id);
    await named(folder, async () => {
      await rm(this.#scratch, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
    });
    return folder;
  }

  async publish(id: string, manifest: BackupManifest): Promise<void> {
    const folder = join(this.#scratch, id);
    for (const { path } of manifest.files) {
      await this.#archive.put(join(folder, path), `${id}/${path}`);
    }
    const file = join(folder, MANIFEST);
    await named(file, () => writeFile(file, `${JSON.stringify(manifest, null, 2)}\n`));
    await this.#archive.put(file, `${id}/${MANIFEST}`);
    await this.abandon(id);
  }

  async abandon(id: string): Promise<void> {
    await rm(join(this.#scratch, id), { recursive: true, force: true });
    const left = await readdir(this.#scratch).catch(() => []);
    if (left.length === 0) await rm(this.#scratch, { recursive: true, force: true });
  }

  bring(id: string, path: string, to: string): Promise<void> {
    return this.#archive.get(`${id}/${path}`, to);
  }

  async remove(id: string): Promise<void> {
    // Without its manifest it is no backup any more.
    await this.#archive.remove(`${id}/${MANIFEST}`);
    for (const name of await this.#archive.list(`${id}/`)) await this.#archive.remove(name);
  }
}
