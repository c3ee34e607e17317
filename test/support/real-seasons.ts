import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = fileURLToPath(new URL('../../../shared/data/warehouse', import.meta.url));

/** Folder of the ten real seasons, or undefined in a checkout without them. */
export const realSeasons: string | undefined = existsSync(path) ? path : undefined;
