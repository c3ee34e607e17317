import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** What the bucket says of an object without reading it. */
export interface ObjectState {
  readonly generation: string;
  /** Base64, as the bucket writes it. */
  readonly crc32c: string;
  readonly size: number;
  readonly updated: Date;
}

const PARQUET = '.parquet';
const MIRRORED = /^(.+)\.\d+\.[0-9a-f]{8}\.parquet$/;
const PART = '.part';
/** No download takes as long: what is older was left by a process that was killed. */
const PART_ABANDONED_HOURS = 24;

let parts = 0;

/** What names the state of an object; equal: it was not written since. */
export function tokenOf({
  generation,
  crc32c,
}: Pick<ObjectState, 'generation' | 'crc32c'>): string {
  return `${generation}-${crc32c}`;
}

/** The generation and checksum of a token. */
export function parseToken(token: string): Pick<ObjectState, 'generation' | 'crc32c'> {
  const dash = token.indexOf('-');
  return { generation: token.slice(0, dash), crc32c: token.slice(dash + 1) };
}

/** Where the content of an object in one state has its place; what is there is never written again. */
export function mirrorPath(path: string, token: string): string {
  const { generation, crc32c } = parseToken(token);
  const checksum = Buffer.from(crc32c, 'base64').toString('hex');
  return `${path.slice(0, -PARQUET.length)}.${generation}.${checksum}${PARQUET}`;
}

/**
 * A name for a download that is under way, another one each time: one that was given up may go on writing
 * for a while.
 */
export function partPath(place: string): string {
  parts += 1;
  return join(dirname(place), `.${basename(place)}.${process.pid}-${parts}${PART}`);
}

/** Removes the other states of an object. */
export async function removeOtherStates(path: string, place: string): Promise<void> {
  await removeWhere(dirname(path), async (name) => {
    return objectOf(name) === basename(path) && name !== basename(place);
  });
}

/** Removes what has no object any more, and what killed downloads left. */
export async function tidyMirror(folder: string, objects: ReadonlySet<string>): Promise<void> {
  const oldest = new Date();
  oldest.setHours(oldest.getHours() - PART_ABANDONED_HOURS);
  await removeWhere(folder, async (name) => {
    if (name.startsWith('.') && name.endsWith(PART)) {
      const found = await stat(join(folder, name)).catch(() => undefined);
      return found !== undefined && found.mtime < oldest;
    }
    const object = objectOf(name);
    return object !== undefined && !objects.has(object);
  });
}

/** The object that a mirrored file is a state of. */
function objectOf(name: string): string | undefined {
  const stem = MIRRORED.exec(name)?.[1];
  return stem === undefined ? undefined : `${stem}${PARQUET}`;
}

async function removeWhere(
  folder: string,
  isSpent: (name: string) => Promise<boolean>,
): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (await isSpent(name)) await rm(join(folder, name), { force: true });
  }
}
