import { readFileSync } from 'node:fs';

const manifest: unknown = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
);

/** The version of this hoopduck, as its package says; the ledger and every manifest name it. */
export const VERSION: string = (manifest as { version: string }).version;
