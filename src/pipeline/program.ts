import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VERSION } from '../version.ts';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));

/** The files that decide what the program does, without declarations of types. */
const DECIDES = /(?<!\.d)\.(ts|js|mjs|sql|yaml)$/;

/** SQL models are on record one by one. */
const MODELS = 'transforms/models/';

/**
 * The program as it runs: its version, and the beginning of a digest over its files, since they can change without the
 * version: `0.1.0 (5ff2416e1ef5)`.
 */
export function programText(): string {
  const digest = createHash('sha256');
  const files = (readdirSync(FOLDER, { recursive: true }) as string[])
    .filter((path) => DECIDES.test(path))
    .map((path) => path.split(sep).join('/'))
    .filter((path) => !path.startsWith(MODELS))
    .sort();
  for (const path of files) {
    const content = createHash('sha256').update(readFileSync(join(FOLDER, path)));
    digest.update(`${path} ${content.digest('hex')}\n`);
  }
  return `${VERSION} (${digest.digest('hex').slice(0, 12)})`;
}
