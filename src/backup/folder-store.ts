import { constants } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { diskFiles, named } from '../warehouse/folder/files.ts';
import { type BackupManifest, MANIFEST, parseManifest } from './manifest.ts';
import type { BackupStore } from './store.ts';

/** Backups in a folder, each a folder of its own that is renamed into place when it is whole. */
export class FolderBackups implements BackupStore {
  readonly location: string;

  constructor(folder: string) {
    this.location = folder;
  }

  async list(): Promise<readonly BackupManifest[]> {
    const names = await readdir(this.location).catch(() => []);
    const found: BackupManifest[] = [];
    for (const name of names.sort()) {
      const folder = join(this.location, name);
      if (name.startsWith('.')) continue;
      const text = await readFile(join(folder, MANIFEST), 'utf8').catch(() => undefined);
      if (text !== undefined) found.push(parseManifest(text, folder));
    }
    return found;
  }

  async stage(id: string): Promise<string> {
    const folder = this.#staged(id);
    await named(folder, async () => {
      for (const name of await readdir(this.location).catch(() => [])) {
        if (HALF_WRITTEN.test(name)) await rm(join(this.location, name), { recursive: true });
      }
      await mkdir(folder, { recursive: true });
    });
    return folder;
  }

  async publish(id: string, manifest: BackupManifest): Promise<void> {
    const staged = this.#staged(id);
    const file = join(staged, MANIFEST);
    await named(file, () => writeFile(file, `${JSON.stringify(manifest, null, 2)}\n`));
    await diskFiles.sync(file);
    await named(staged, () => rename(staged, join(this.location, id)));
  }

  async abandon(id: string): Promise<void> {
    await rm(this.#staged(id), { recursive: true, force: true });
  }

  async bring(id: string, path: string, to: string): Promise<void> {
    const from = join(this.location, id, path);
    await named(from, () => copyFile(from, to, constants.COPYFILE_FICLONE));
  }

  async remove(id: string): Promise<void> {
    // First out of sight, so that a kill leaves no half of it.
    const aside = this.#staged(id);
    await named(aside, async () => {
      await rename(join(this.location, id), aside);
      await rm(aside, { recursive: true });
    });
  }

  #staged(id: string): string {
    return join(this.location, `.${id}.part`);
  }
}

/** What a backup or a removal that was killed left. Whoever makes a backup holds the replica, so nobody else is at it. */
const HALF_WRITTEN = /^\..+\.part$/;
