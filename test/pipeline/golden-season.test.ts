import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { realSeasons } from '../support/real-seasons.ts';
import { deviations, type Golden, readGolden } from './support/golden.ts';
import { loadTables } from './support/load-tables.ts';
import { LAST_DATE, realSeason, SEASON, seasonWorkspace } from './support/real-season.ts';

vi.setConfig({ testTimeout: 300_000 });

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
    // The tables stay in the workspace that HOOPDUCK_SEASON names.
    const kept = process.env['HOOPDUCK_SEASON'];
    const replica =
      kept === undefined
        ? join(await realSeason(), 'data', 'replica.duckdb')
        : await loadTables(seasonWorkspace(resolve(kept)), LAST_DATE);
    const found = await readGolden(replica);

    if (process.env['HOOPDUCK_GOLDEN'] === 'write') {
      writeFileSync(GOLDEN, `${JSON.stringify(found, null, 2)}\n`);
    }
    const wanted = JSON.parse(readFileSync(GOLDEN, 'utf8')) as Golden;
    expect(deviations(found, wanted), HELP).toEqual([]);
    expect(Object.keys(found)).toHaveLength(8);
  },
);
