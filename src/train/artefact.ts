import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { sha256 } from './input-digest.ts';

/** Folder of all artefacts, relative to the workspace. */
export const MODELS_FOLDER = 'data/models';

/** Text of a JSON file of an artefact. */
export function jsonFile(content: unknown): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}

/**
 * Writes an artefact's folder aside and renames it into place: whoever looks sees the old folder,
 * none, or the new one, never half. `manifest` becomes `manifest.json` with the sha256 of every
 * other file under `files`.
 * @returns the folder relative to the workspace, with forward slashes.
 */
export function writeArtefact(
  workspace: string,
  modelId: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  manifest: object,
): string {
  const models = join(workspace, MODELS_FOLDER);
  mkdirSync(models, { recursive: true });
  const aside = `.${modelId}.`;
  putBackReplaced(models);
  for (const name of readdirSync(models)) {
    if (name.startsWith(aside)) rmSync(join(models, name), { recursive: true, force: true });
  }
  const fresh = join(models, `${aside}new`);
  mkdirSync(fresh);
  for (const [name, content] of Object.entries(files)) writeDurably(join(fresh, name), content);
  const digests = Object.fromEntries(
    Object.entries(files).map(([name, content]) => [name, sha256(content)]),
  );
  writeDurably(join(fresh, 'manifest.json'), jsonFile({ ...manifest, files: digests }));

  const target = join(models, modelId);
  const old = join(models, `${aside}old`);
  if (existsSync(target)) renameSync(target, old);
  renameSync(fresh, target);
  rmSync(old, { recursive: true, force: true });
  return `${MODELS_FOLDER}/${modelId}`;
}

/** Whether a folder is an artefact that was moved aside for a new one, which a kill kept from taking its place. */
export function isOnlyCopy(models: string, name: string): boolean {
  const id = replacedId(name);
  return id !== undefined && !existsSync(join(models, id));
}

/**
 * Puts such artefacts back.
 * @param models folder of all artefacts
 */
export function putBackReplaced(models: string): void {
  for (const name of readdirSync(models)) {
    if (isOnlyCopy(models, name)) renameSync(join(models, name), join(models, replacedId(name)!));
  }
}

function replacedId(name: string): string | undefined {
  return /^\.(.+)\.old$/.exec(name)?.[1];
}

/** Whether an artefact's folder is there with every file that its manifest names, byte for byte. */
export function artefactIsIntact(workspace: string, artefact: string): boolean {
  const folder = join(workspace, artefact);
  try {
    const manifest: { files?: Record<string, string> } = JSON.parse(
      readFileSync(join(folder, 'manifest.json'), 'utf8'),
    );
    const files = Object.entries(manifest.files ?? {});
    return (
      files.length > 0 &&
      files.every(([name, digest]) => sha256(readFileSync(join(folder, name))) === digest)
    );
  } catch {
    return false;
  }
}

/** One file of an artefact as text. */
export function readArtefactFile(workspace: string, artefact: string, name: string): string {
  return readFileSync(join(workspace, artefact, name), 'utf8');
}

function writeDurably(path: string, content: string | Uint8Array): void {
  const file = openSync(path, 'w');
  try {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
