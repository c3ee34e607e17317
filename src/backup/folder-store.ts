import { constants } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HoopduckError } from '../errors.ts';
import { diskFiles, named } from '../warehouse/folder/files.ts';
import { type BackupManifest, MANIFEST, readManifest } from './manifest.ts';
import type { BackupStore } from './store.ts';

/** Backups in a folder, each a folder of its own that is renamed into place when it is whole. */
export class FolderBackups implements BackupStore {
  readonly location: string;

  constructor(folder: string) {
    this.location = folder;
  }

  async list(
    onDamaged?: (id: string, error: HoopduckError) => void,
  ): Promise<readonly BackupManifest[]> {
    const names = await readdir(this.location).catch(() => []);
    const found: BackupManifest[] = [];
    for (const name of names.sort()) {
      const folder = join(this.location, name);
      if (name.startsWith('.')) continue;
      const text = await readFile(join(folder, MANIFEST), 'utf8').catch(() => undefined);
      if (text === undefined) continue;
      const manifest = readManifest(text, folder);
      if (manifest instanceof HoopduckError) onDamaged?.(name, manifest);
      else found.push(manifest);
    }
    return found;
  }

  async stage(id: string, owner: string): Promise<string> {
    const folder = this.#staged(id, owner);
    // What a backup or a removal of this workspace left that was killed: its replica is held, so nobody is at it.
    const isOurs = new RegExp(`^\\.\\d{8}T\\d{6}Z(-\\d+)?\\.${owner}\\.part$`);
    await named(folder, async () => {
      for (const name of await readdir(this.location).catch(() => [])) {
        if (isOurs.test(name)) await rm(join(this.location, name), { recursive: true });
      }
      await mkdir(folder, { recursive: true });
    });
    return folder;
  }

  async publish(id: string, manifest: BackupManifest): Promise<void> {
    const staged = this.#staged(id, manifest.workspace.id);
    const file = join(staged, MANIFEST);
    await named(file, () => writeFile(file, `${JSON.stringify(manifest, null, 2)}\n`));
    await diskFiles.sync(file);
    await named(staged, () => rename(staged, join(this.location, id)));
  }

  async abandon(id: string, owner: string): Promise<void> {
    await rm(this.#staged(id, owner), { recursive: true, force: true });
  }

  async bring(id: string, path: string, to: string): Promise<void> {
    const from = join(this.location, id, path);
    await named(from, () => copyFile(from, to, constants.COPYFILE_FICLONE));
  }

  async remove(id: string, owner: string): Promise<void> {
    // First out of sight, so that a kill leaves no half of it.
    const aside = this.#staged(id, owner);
    await named(aside, async () => {
      await rename(join(this.location, id), aside);
      await rm(aside, { recursive: true });
    });
  }

  #staged(id: string, owner: string): string {
    return join(this.location, `.${id}.${owner}.part`);
  }
}
