import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { kindOfPath } from '../config/path-kind.ts';
import { didYouMean } from '../config/suggest.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import { parquetSide } from './parquet-side.ts';
import { pastRun } from './past-run.ts';
import { replicaSide } from './replica-side.ts';
import type { Side, SideContext, SideKind } from './side.ts';
import { warehouseSide } from './warehouse-side.ts';

/** Every kind of side, in the order in which a text is tried. */
const KINDS: readonly SideKind[] = [replicaSide, warehouseSide, parquetSide, pastRun];

/**
 * Opens what a text names.
 * @throws HoopduckError SIDE_UNKNOWN (exit 2) that says what was found and what was wanted
 */
export async function openSide(text: string, context: SideContext): Promise<Side> {
  for (const kind of KINDS) {
    const side = await kind.open(text, context);
    if (side !== undefined) return side;
  }
  const wanted = KINDS.map((kind) => kind.wanted).join(', ');
  const meant = didYouMean(text, ['replica', 'warehouse', 'push']);
  throw new HoopduckError(
    'SIDE_UNKNOWN',
    `The side "${text}" is ${found(text, context.cwd)}; wanted was one of: ${wanted}.${meant}`,
    { next: 'See "hoopduck diff --help".', exitCode: EXIT.usage },
  );
}

function found(text: string, cwd: string): string {
  const path = resolve(cwd, text);
  if (/^[a-z][a-z0-9+]*:\/\//.test(text)) return 'no address that is known';
  if (!existsSync(path)) return `no name that is known, and nothing is at "${path}"`;
  return kindOfPath(path) === 'folder'
    ? 'a folder without hoopduck.yaml and without <dataset>/<table>/*.parquet'
    : 'a file that is neither *.duckdb nor *.parquet';
}
