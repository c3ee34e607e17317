import { expect, test } from 'vitest';
import { coverageFacts } from '../../src/report/facts/coverage.ts';
import { distributionFacts } from '../../src/report/facts/distributions.ts';
import { replicaFacts } from '../../src/report/facts/facts.ts';
import { gateFacts } from '../../src/report/facts/gates.ts';
import { gradedFacts } from '../../src/report/facts/graded.ts';
import { pastValues } from '../../src/report/facts/past-values.ts';
import { pushFacts } from '../../src/report/facts/pushes.ts';
import { memoryReplica } from '../support/memory-replica.ts';

const GAMES = `CREATE TABLE hoopduck.stg_game AS
  SELECT *, 2024 AS season_year FROM (VALUES (DATE '2025-03-01', TRUE), (DATE '2025-03-02', TRUE), (DATE '2025-03-03', TRUE),
    (DATE '2025-03-04', TRUE), (DATE '2025-03-05', FALSE)) AS t(game_date, is_final)`;

/** A row of the ledger's partitions. */
const partition = (
  table: string,
  date: string,
  rest = "'model', NULL, NULL, 26, 26, 'complete', NULL",
) =>
  `INSERT INTO hoopduck.partition VALUES ('${table}', '${date}', ${rest}, TIMESTAMP '2025-03-05', 'run-1')`;

const check = (scope: string, value: string, verdict: string, found: number, detail = 'NULL') =>
  `INSERT INTO hoopduck.check_result VALUES ('team_rows', 'nba_analytics.a', '${scope}', '${value}',
    '${verdict}', ${found}, 100, 2, 16, ${detail}, TIMESTAMP '2025-03-05 06:00:00', 'run-1')`;

async function replicaWith(...sql: string[]) {
  const replica = await memoryReplica();
  for (const statement of sql) await replica.run(statement);
  return replica;
}

test('an empty ledger gives facts without anything in them', async () => {
  const replica = await memoryReplica();
  expect(await replicaFacts(replica)).toEqual({
    coverage: { tables: [], seasons: [] },
    ...{ gates: null, distributions: [], past: [], runs: [], pushes: [], forced: [] },
  });
  replica.close();
});

test('dates of a table come as runs of what stands there, with the reason', async () => {
  const replica = await replicaWith(
    GAMES,
    partition('nba_analytics.a', '2025-03-01', "'model', NULL, NULL, 0, 0, 'bootstrap', NULL"),
    partition('nba_analytics.a', '2025-03-02'),
    partition(
      'nba_analytics.a',
      '2025-03-04',
      "'model', NULL, NULL, 10, 26, 'short', 'BKN without rows'",
    ),
    partition('nba_raw.r', '2025-03-01', "'raw', NULL, NULL, 5, NULL, 'unchecked', NULL"),
    // An exhibition: a source has it, the schedule has not.
    partition('nba_raw.r', '2025-02-16', "'raw', NULL, NULL, 5, NULL, 'unchecked', NULL"),
  );
  expect(await coverageFacts(replica)).toEqual({
    tables: [
      { table: 'nba_raw.r', layer: 'raw' },
      { table: 'nba_analytics.a', layer: 'model' },
    ],
    seasons: [
      {
        season: '2024-25',
        dates: ['2025-02-16', '2025-03-01', '2025-03-02', '2025-03-03', '2025-03-04', '2025-03-05'],
        tables: [
          [
            { state: 'here', length: 2, reason: null },
            { state: 'none', length: 3, reason: null },
            { state: 'coming', length: 1, reason: null },
          ],
          [
            { state: 'none', length: 1, reason: null },
            { state: 'bootstrap', length: 1, reason: null },
            { state: 'complete', length: 1, reason: null },
            { state: 'missing', length: 1, reason: null },
            { state: 'short', length: 1, reason: '10 of 26 rows: BKN without rows' },
            { state: 'coming', length: 1, reason: null },
          ],
        ],
      },
    ],
  });
  replica.close();
});

test('a preseason belongs to the season that it leads to, and a late game to that of the schedule', async () => {
  const raw = "'raw', NULL, NULL, 5, NULL, 'unchecked', NULL";
  const replica = await replicaWith(
    `CREATE TABLE hoopduck.stg_game AS SELECT * FROM (VALUES (DATE '2020-10-11', TRUE, 2019),
       (DATE '2024-10-22', TRUE, 2024)) AS t(game_date, is_final, season_year)`,
    ...['2020-10-11', '2020-12-11', '2024-06-17', '2024-10-04', '2024-10-18', '2024-10-22'].map(
      (date) => partition('nba_raw.r', date, raw),
    ),
  );
  expect(
    (await coverageFacts(replica)).seasons.map(({ season, dates }) => [season, ...dates]),
  ).toEqual([
    ['2024-25', '2024-10-04', '2024-10-18', '2024-10-22'],
    ['2023-24', '2024-06-17'],
    ['2020-21', '2020-12-11'],
    ['2019-20', '2020-10-11'],
  ]);
  replica.close();
});

test('a red gate of a date outweighs its rows, a warning only their being complete', async () => {
  const replica = await replicaWith(
    GAMES,
    partition('nba_analytics.a', '2025-03-01'),
    partition('nba_analytics.a', '2025-03-02'),
    partition('nba_analytics.a', '2025-03-03'),
    partition('nba_analytics.a', '2025-03-04'),
    check('date', '2025-03-02', 'fail', 12.5, "'2 of 16 rows'"),
    check('date', '2025-03-03', 'warn', 99.996),
    check('all', 'all', 'fail', 1),
  );
  const [runs] = (await coverageFacts(replica)).seasons[0]!.tables;
  expect(runs!.slice(0, 4)).toEqual([
    { state: 'complete', length: 1, reason: null },
    { state: 'red', length: 1, reason: 'team_rows: 12.5 found, 100 wanted (2 of 16 rows)' },
    { state: 'warned', length: 1, reason: 'team_rows: 99.99 found, 100 wanted' },
    { state: 'complete', length: 1, reason: null },
  ]);
  replica.close();
});

test('checks come red first and by how much they cover; those that pass come together with their worst', async () => {
  const replica = await replicaWith(
    check('date', '2025-03-01', 'warn', 99),
    check('date', '2025-03-02', 'fail', 12.5),
    check('season', '2024-25', 'fail', 50),
    check('date', '2025-03-03', 'pass', 100),
    check('date', '2025-03-04', 'pass', 97),
  );
  const gates = await gateFacts(replica);
  expect(gates?.counts).toEqual({ pass: 2, warn: 1, fail: 2, not_evaluated: 0 });
  expect(gates?.findings.map(({ verdict, scope_value }) => [verdict, scope_value])).toEqual([
    ['fail', '2024-25'],
    ['fail', '2025-03-02'],
    ['warn', '2025-03-01'],
  ]);
  expect(gates?.groups).toEqual([
    {
      ...{ check: 'team_rows', table: 'nba_analytics.a', scope: 'date', verdict: 'pass' },
      ...{ n: 2, worst: 97, wanted: 100, detail: null },
    },
  ]);
  expect(gates?.checked_at).toBe('2025-03-05T06:00:00Z');
  replica.close();
});

test('the red dates of one check and table are one finding with their number, first and last, and the worst', async () => {
  const replica = await replicaWith(
    check('date', '2025-03-01', 'fail', 50, "'half'"),
    check('date', '2025-03-02', 'fail', 12.5, "'2 of 16 rows'"),
    check('date', '2025-03-04', 'fail', 99),
    check('date', '2025-03-05', 'warn', 99),
    check('season', '2023-24', 'fail', 60),
    check('season', '2024-25', 'fail', 50),
  );
  const gates = await gateFacts(replica);
  expect(gates?.counts.fail).toBe(5);
  expect(
    gates?.findings.map((one) => [one.verdict, one.n, one.first, one.scope_value, one.found]),
  ).toEqual([
    ['fail', 1, '2024-25', '2024-25', 50],
    ['fail', 1, '2023-24', '2023-24', 60],
    ['fail', 3, '2025-03-01', '2025-03-04', 12.5],
    ['warn', 1, '2025-03-05', '2025-03-05', 99],
  ]);
  expect(gates?.findings[2]?.detail).toBe('2 of 16 rows');
  replica.close();
});

test('red checks over time are those that held at each moment at which one changed', async () => {
  const result = (name: string, verdict: string, from: string) =>
    `'${name}', 'nba_analytics.a', 'all', 'all', ${from === '' ? '' : "DATE '2025-03-05', "}'${verdict}', 1, 2, 1, 2, NULL`;
  const replica = await replicaWith(
    check('all', 'all', 'fail', 50),
    `INSERT INTO nba_quality.gate_results VALUES (${result('team_rows', 'fail', 'now')},
       TIMESTAMP '2025-03-03 06:00:00', 'run-1', TIMESTAMP '2025-03-02 06:00:00')`,
    `INSERT INTO hoopduck.check_history VALUES (${result('other', 'fail', '')},
       TIMESTAMP '2025-03-03 06:00:00', 'run-1', TIMESTAMP '2025-03-03 06:00:00', TIMESTAMP '2025-03-05 06:00:00', 'run-2')`,
  );
  const gates = await gateFacts(replica);
  expect(gates?.history).toEqual([
    { at: '2025-03-03T06:00:00Z', fail: 2, warn: 0 },
    { at: '2025-03-05T06:00:00Z', fail: 1, warn: 0 },
  ]);
  expect(gates?.findings[0]?.since).toBe('2025-03-02T06:00:00Z');
  replica.close();
});

const SUMMARY = `CREATE TABLE nba_analytics.player_game_summary (
  game_date DATE, player_lookup VARCHAR, minutes_played DOUBLE, usage_rate DOUBLE)`;

test('a column is summed up by season over the players who played', async () => {
  const replica = await replicaWith(
    SUMMARY,
    `INSERT INTO nba_analytics.player_game_summary VALUES
      ('2024-03-01', 'a', 10, 10), ('2024-03-01', 'b', 10, 20), ('2024-03-01', 'c', 10, NULL),
      ('2024-03-01', 'd', 0, 99), ('2025-03-01', 'a', 10, 30)`,
  );
  const [usage] = await distributionFacts(replica);
  expect(usage).toEqual({
    ...{ table: 'nba_analytics.player_game_summary', column: 'usage_rate' },
    ...{ title: 'Usage rate, percent', rows: 'players who played' },
    seasons: [
      // Quantiles of 10 and 20: 10 + share * 10.
      {
        ...{ season: '2023-24', n: 2, missing: 1, mean: 15 },
        ...{ p05: 10.5, p25: 12.5, p50: 15, p75: 17.5, p95: 19.5 },
      },
      {
        ...{ season: '2024-25', n: 1, missing: 0, mean: 30 },
        ...{ p05: 30, p25: 30, p50: 30, p75: 30, p95: 30 },
      },
    ],
  });
  replica.close();
});

test('rows that a build replaced are held against the same rows now', async () => {
  const replica = await replicaWith(
    SUMMARY,
    `INSERT INTO nba_analytics.player_game_summary VALUES
      ('2025-03-01', 'a', 10, 24), ('2025-03-01', 'b', 10, 20), ('2025-03-01', 'c', 10, 5)`,
    `INSERT INTO hoopduck.model_definition VALUES ('nba_analytics.player_game_summary', 'hoopduck', 'f.sql',
      'game_date', '["player_lookup"]', '[]')`,
    `INSERT INTO hoopduck.past_partition VALUES ('nba_analytics.player_game_summary', '2025-03-01', 'x',
      TIMESTAMP '2025-03-02 06:00:00', 'run-1',
      '[{"game_date":"2025-03-01","player_lookup":"a","minutes_played":10.0,"usage_rate":0.0},
        {"game_date":"2025-03-01","player_lookup":"b","minutes_played":10.0,"usage_rate":20.0},
        {"game_date":"2025-03-01","player_lookup":"gone","minutes_played":10.0,"usage_rate":50.0}]',
      3, TIMESTAMP '2025-03-01 06:00:00')`,
  );
  const usage = (await pastValues(replica)).find(({ column }) => column === 'usage_rate')!;
  const { dates, rows, changed, replaced_at } = usage;
  expect([dates, rows, changed, replaced_at]).toEqual([1, 2, 1, '2025-03-02T06:00:00Z']);
  expect([usage.old.mean, usage.now.mean]).toEqual([10, 22]);
  // 24 steps of 1 from 0: 20 is in the step of 20, 24 in the last one.
  const { histogram } = usage;
  expect([histogram!.from, histogram!.step, histogram!.old.length]).toEqual([0, 1, 24]);
  expect([histogram!.old[0], histogram!.old[20]]).toEqual([1, 1]);
  expect([histogram!.now[20], histogram!.now[23]]).toEqual([1, 1]);
  replica.close();
});

test('graded predictions of one model come by week and by what was predicted', async () => {
  const replica = await replicaWith(
    'CREATE SCHEMA IF NOT EXISTS nba_predictions',
    `CREATE TABLE nba_predictions.prediction_accuracy AS
     SELECT DATE '2025-03-03' + CAST(i // 20 * 7 AS INTEGER) AS game_date, 'p' || i AS player_lookup, 'id' || i AS prediction_id,
       'points-1' AS model_version, 10.5 AS predicted_points, 12 AS actual_points,
       -1.5 AS signed_error, 1.5 AS absolute_error
     FROM range(40) AS r(i)`,
    "INSERT INTO nba_predictions.prediction_accuracy VALUES ('2025-03-03', 'x', 'x', 'other', 1, 2, 3, 4)",
  );
  const week = { rows: 20, mae: 1.5, bias: -1.5, coverage_80: null };
  expect(await gradedFacts(replica, 'points-1')).toEqual({
    weeks: [
      { monday: '2025-03-03', ...week },
      { monday: '2025-03-10', ...week },
    ],
    calibration: [{ from: 10, to: 12, rows: 40, predicted: 10.5, scored: 12, median_scored: 12 }],
  });
  replica.close();
});

test('a push tells what it wrote by its journal, and what it refused by its run', async () => {
  const replica = await replicaWith(
    `INSERT INTO hoopduck.push (push_id, run_id, target, started_at, finished_at, status, summary)
     VALUES ('push-1', 'run-1', '/out', TIMESTAMP '2025-03-05 06:00:00', NULL, 'writing', '{"written":3,"removed":1,"rows":70}')`,
    `INSERT INTO hoopduck.stage VALUES ('run-1', 'push', 'failed', 3,
      '{"unchanged":8,"refused":[{"table":"nba_analytics.a","date":"2025-03-02","reason":"red"}]}')`,
    ...['planned', 'written', 'verified'].map(
      (
        step,
      ) => `INSERT INTO hoopduck.push_step (push_id, table_name, unit, step, dates, recorded_at)
        VALUES ('push-1', 'nba_analytics.a', '2024-25', '${step}', '${step === 'planned' ? '[{},{},{}]' : '[]'}', TIMESTAMP '2025-03-05')`,
    ),
  );
  expect(await pushFacts(replica)).toEqual([
    {
      ...{ push_id: 'push-1', target: '/out', started_at: '2025-03-05T06:00:00Z' },
      ...{ finished_at: null, status: 'writing', rollback_of: null },
      ...{ written: 3, unchanged: 8, removed: 1, rows: 70, refused: 1 },
      refusals: [{ table: 'nba_analytics.a', date: '2025-03-02', reason: 'red' }],
      tables: [{ table: 'nba_analytics.a', units: 1, verified: 1, partitions: 3 }],
    },
  ]);
  replica.close();
});
