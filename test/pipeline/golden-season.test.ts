import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { realSeasons } from '../support/real-seasons.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { deviations, type Golden, readGolden } from './support/golden.ts';
import { loadTables, workspaceOn } from './support/load-tables.ts';

vi.setConfig({ testTimeout: 300_000 });

const SEASON = '2023-24';
const LAST_DATE = '2024-04-14';
const GOLDEN = fileURLToPath(new URL(`../golden/${SEASON}.json`, import.meta.url));

const TEST = 'npx vitest run test/pipeline/golden-season.test.ts';
const HELP = `Build the season with the last good commit and with this tree, and let diff say which rows and columns differ:
  git worktree add ../good <last good commit>
  (cd ../good && npm ci && HOOPDUCK_SEASON=../season-good ${TEST})
  HOOPDUCK_SEASON=../season-now ${TEST}
  npm run build && npx hoopduck diff ../season-good ../season-now
If the new tables are what they should be, take them as golden: HOOPDUCK_GOLDEN=write ${TEST}`;

test.skipIf(!realSeasons)(
  `the published tables of ${SEASON}, computed from that season alone, are those of test/golden`,
  async () => {
    const workspace = seasonWorkspace();
    const found = await readGolden(await loadTables(workspace, LAST_DATE));

    if (process.env['HOOPDUCK_GOLDEN'] === 'write') {
      writeFileSync(GOLDEN, `${JSON.stringify(found, null, 2)}\n`);
    }
    const wanted = JSON.parse(readFileSync(GOLDEN, 'utf8')) as Golden;
    expect(deviations(found, wanted), HELP).toEqual([]);
    expect(Object.keys(found)).toHaveLength(8);
  },
);

/** A workspace on the files of the season; it stays where HOOPDUCK_SEASON names a folder. */
function seasonWorkspace(): string {
  const kept = process.env['HOOPDUCK_SEASON'];
  const workspace = kept === undefined ? join(temporaryFolder(), 'workspace') : resolve(kept);
  const warehouse = join(workspace, 'warehouse');
  for (const table of readdirSync(join(realSeasons!, 'nba_raw'))) {
    const file = join(realSeasons!, 'nba_raw', table, `${SEASON}.parquet`);
    if (!existsSync(file)) continue;
    const place = join(warehouse, 'nba_raw', table);
    mkdirSync(place, { recursive: true });
    cpSync(file, join(place, `${SEASON}.parquet`));
  }
  return workspaceOn(workspace, warehouse);
}
