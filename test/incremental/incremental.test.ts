import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, expect, test, vi } from 'vitest';
import { RAW_TABLES } from '../../src/config/raw-tables.ts';
import { type StageContext, silentReporter } from '../../src/context.ts';
import { openWorkspace } from '../../src/index.ts';
import { digestSql } from '../../src/replica/digest.ts';
import { Replica } from '../../src/replica/replica.ts';
import { writeSample } from '../../src/sample/sample.ts';
import { transformStage } from '../../src/transforms/transform.ts';
import { editWarehouse } from '../pipeline/support/edit.ts';
import { lastingFolder } from '../pipeline/support/lasting-folder.ts';
import { loadTables, workspaceOn } from '../pipeline/support/load-tables.ts';
import { memoryCopy } from '../support/memory-replica.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { applyEdit, type Edit } from './edits.ts';

/** `HOOPDUCK_PROPERTY=nightly` draws ten times as many sequences, from a seed of the day's, and says how far it is. */
const NIGHTLY = process.env['HOOPDUCK_PROPERTY'] === 'nightly';
const SEQUENCES = NIGHTLY ? 200 : 20;

vi.setConfig({ testTimeout: NIGHTLY ? 36_000_000 : 3_600_000, hookTimeout: 300_000 });

const HORIZON = '2024-12-31';
const base = lastingFolder();
const warehouse = join(base, 'warehouse');
let original: string;

/**
 * The games of two teams in the first month of two seasons: windows by days, by games and across seasons have their
 * edges in it, and the second season has the chances that the reports of the first one give.
 */
beforeAll(async () => {
  await writeSample(warehouse, { seasons: 2, days: 30, seed: 11 });
  const teams = "('BOS', 'DEN')";
  await editWarehouse(
    warehouse,
    ['nbac_schedule'],
    [
      `DELETE FROM nbac_schedule WHERE home_team_tricode NOT IN ${teams} AND away_team_tricode NOT IN ${teams}`,
    ],
  );
  original = await loadTables(workspaceWithOwnModel(join(base, 'workspace')), HORIZON);
});

/** A workspace with a model of its own, over a window of five games. */
function workspaceWithOwnModel(folder: string): string {
  const workspace = workspaceOn(folder, warehouse);
  mkdirSync(join(workspace, 'models', 'nba_precompute'), { recursive: true });
  writeFileSync(ownModelOf(workspace), ownModel(5));
  return workspace;
}

const ownModelOf = (workspace: string) => join(workspace, 'models', 'nba_precompute', 'mine.sql');

/**
 * A replica in memory with all that the undisturbed one holds, and its raw tables once more in a schema `original`:
 * nothing of what is proven depends on the disk.
 */
async function copyOfOriginal(): Promise<Replica> {
  const replica = await memoryCopy(original);
  await replica.run('CREATE SCHEMA original');
  for (const { name } of RAW_TABLES) {
    await replica.run(`CREATE TABLE original.${name} AS SELECT * FROM nba_raw.${name}`);
  }
  return replica;
}

/** The workspace's own model: a window by games of which the number is its SQL. */
const ownModel = (games: number) => `-- Mean rebounds of the last games.
--
-- key: game_date, player_lookup
-- partition: game_date
-- spine: hoopduck.player_experience
-- reads: hoopduck.player_experience (same date),
--   hoopduck.player_timeline (last ${games} rows of player_key)
WITH form AS (
  SELECT
    player_key,
    ROW_NUMBER() OVER (PARTITION BY player_key ORDER BY game_date) AS games,
    AVG(rebounds) OVER (PARTITION BY player_key ORDER BY game_date
      ROWS BETWEEN ${games - 1} PRECEDING AND CURRENT ROW) AS rebounds_avg
  FROM hoopduck.player_timeline
  WHERE game_date < @to_date
)
SELECT e.game_date, e.player_lookup, ROUND(f.rebounds_avg, 9) AS rebounds_avg
FROM hoopduck.player_experience AS e
LEFT JOIN form AS f ON f.player_key = e.player_key AND f.games = e.games_before
WHERE e.game_date BETWEEN @from_date AND @to_date
`;

/** Brings the ledger's raw partitions up to date with the raw tables, as sync leaves them. */
async function land(replica: Replica): Promise<void> {
  await replica.run("DELETE FROM hoopduck.partition WHERE layer = 'raw'");
  for (const { name } of RAW_TABLES) {
    const table = `nba_raw.${name}`;
    await replica.run(
      `INSERT INTO hoopduck.partition
       SELECT '${table}', game_date, 'raw', 'token', ${digestSql(await replica.columnsOf(table))}, count(*),
         NULL, 'unchecked', NULL, TIMESTAMP '2025-01-01', 'test'
       FROM ${table} GROUP BY game_date`,
    );
  }
}

const partitions = (replica: Replica) =>
  replica.rows(
    `SELECT table_name, CAST(game_date AS VARCHAR) AS date, digest, rows, expected_rows, verdict, detail
     FROM hoopduck.partition WHERE layer <> 'raw' ORDER BY ALL`,
  );

/** Forgets everything that was computed. */
async function empty(replica: Replica): Promise<void> {
  const tables = await replica.column<string>('SELECT table_name FROM hoopduck.model_build');
  for (const table of tables) await replica.run(`DROP TABLE ${table}`);
  for (const table of ['model_build', 'model_input', 'row_change']) {
    await replica.run(`DELETE FROM hoopduck.${table}`);
  }
  await replica.run("DELETE FROM hoopduck.partition WHERE layer <> 'raw'");
}

const pick = fc.nat({ max: 1_000_000 });
const edit: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('restate points', 'restate minutes', 'sit out', 'lose his id'),
      pick,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('lose his team', 'play for another team', 'new name'),
      pick,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('delete', 'bring back', 'duplicate'),
      pick,
      table: fc.nat({ max: 6 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('reverse ids', 'restate team', 'move game', 'unfinish game'),
      pick,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('clear shots', 'clear report'), pick }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('change SQL' as const),
      games: fc.integer({ min: 1, max: 9 }),
    }),
  },
);

/** Edits that are built together, and whether the run is stopped halfway and started again. */
const step = fc.record({
  edits: fc.array(edit, { minLength: 1, maxLength: 3 }),
  stopAfter: fc.option(fc.integer({ min: 1, max: 38 }), { freq: 4 }),
});

test('every table of the world has rows, and its second season knows the chances of its men', async () => {
  const replica = await Replica.open(original, { readOnly: true });
  try {
    const tables = await replica.column<string>('SELECT table_name FROM hoopduck.model_build');
    const counts = tables.map((table) => `SELECT '${table}' AS name, count(*) AS n FROM ${table}`);
    expect(
      await replica.column(`SELECT name FROM (${counts.join(' UNION ALL ')}) WHERE n = 0`),
    ).toEqual([]);
    const [known] = await replica.column<number>(
      'SELECT count(change_of_minutes_since_last_game) FROM hoopduck.feature_report',
    );
    expect(known).toBeGreaterThan(500);
  } finally {
    replica.close();
  }
});

test(`${SEQUENCES} random sequences of edits leave every table as a build from empty makes it`, async () => {
  let held = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 2 }), async (steps) => {
      const workspace = workspaceWithOwnModel(join(temporaryFolder(), 'workspace'));
      const { config } = openWorkspace(workspace);
      const replica = await copyOfOriginal();
      try {
        const context: StageContext = {
          config,
          replica,
          runId: 'test',
          report: silentReporter,
          signal: new AbortController().signal,
          now: () => new Date('2025-01-01T00:00:00Z'),
        };
        const span = { from: '2023-10-01', to: HORIZON };
        for (const { edits, stopAfter } of steps) {
          for (const one of edits) {
            await applyEdit(replica, one);
            if (one.kind === 'change SQL') {
              writeFileSync(ownModelOf(workspace), ownModel(one.games));
            }
          }
          await land(replica);
          if (stopAfter !== null) await stoppedAfter(context, span, stopAfter);
          await transformStage(context, span);
        }
        const incremental = await partitions(replica);
        await empty(replica);
        await transformStage(context, span);
        expect(incremental).toEqual(await partitions(replica));
        held += 1;
        if (NIGHTLY) process.stderr.write(`${held} of ${SEQUENCES} sequences held\n`);
      } finally {
        replica.close();
      }
    }),
    { numRuns: SEQUENCES, ...(NIGHTLY ? {} : { seed: 20_250_101 }), endOnFailure: !NIGHTLY },
  );
});

/** A run that is interrupted after some tables. */
async function stoppedAfter(
  context: StageContext,
  span: { from: string; to: string },
  tables: number,
): Promise<void> {
  const abort = new AbortController();
  const report = {
    ...silentReporter,
    progress: (_: string, done: number) => {
      if (done >= tables) abort.abort();
    },
  };
  await transformStage({ ...context, report, signal: abort.signal }, span).catch((error) =>
    expect(error).toMatchObject({ code: 'INTERRUPTED' }),
  );
}
