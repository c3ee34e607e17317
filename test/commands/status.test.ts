import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { statusFacts } from '../../src/commands/status-facts.ts';
import { loadConfig } from '../../src/config/load.ts';
import { withReading } from '../../src/workspace.ts';
import { hoopduck } from '../support/cli.ts';
import { workspaceWith } from '../support/workspace.ts';

/** Two seasons: three game dates, one short, one red, one of the bootstrap. */
const LEDGER = [
  `CREATE TABLE hoopduck.stg_game (game_date DATE, season_year BIGINT, is_final BOOLEAN)`,
  `INSERT INTO hoopduck.stg_game VALUES ('2020-10-01', 2019, true), ('2024-10-22', 2024, true),
     ('2024-11-07', 2024, true), ('2025-04-20', 2024, false)`,
  `INSERT INTO hoopduck.partition
   SELECT t, d::DATE, l, NULL, 'x', r, e, v, NULL, TIMESTAMP '2025-01-01', 'r1' FROM (VALUES
     ('nba_raw.nbac_schedule', '2020-10-01', 'raw', 10, NULL, 'complete'),
     ('nba_raw.nbac_schedule', '2024-10-22', 'raw', 10, NULL, 'complete'),
     ('nba_analytics.player_game_summary', '2020-10-01', 'model', 20, NULL, 'complete'),
     ('nba_analytics.player_game_summary', '2024-10-22', 'model', 20, NULL, 'complete'),
     ('nba_analytics.player_game_summary', '2024-11-07', 'model', 0, NULL, 'short'),
     ('nba_precompute.player_composite_factors', '2024-10-22', 'model', 0, 0, 'bootstrap'),
     ('nba_precompute.player_composite_factors', '2024-11-07', 'model', 9, 9, 'complete'),
     ('hoopduck.stg_team_code', '1970-01-01', 'staging', 38, NULL, 'unchecked'))
     AS p(t, d, l, r, e, v)`,
  `INSERT INTO hoopduck.check_result VALUES
     ('completeness_players', 'nba_analytics.player_game_summary', 'date', '2024-11-07', 'fail', 0, 100, 0, 1,
      'BOS', TIMESTAMP '2025-01-01', 'r1'),
     ('key_unique', 'nba_analytics.player_game_summary', 'all', 'all', 'pass', 100, 100, 1, 1,
      NULL, TIMESTAMP '2025-01-01', 'r1')`,
  `INSERT INTO hoopduck.run VALUES
     ('r1', 'run', '{}', '0.1.0', TIMESTAMP '2025-01-01 06:00:00', TIMESTAMP '2025-01-01 06:01:05', 1),
     ('r2', 'sync', '{}', '0.1.0', TIMESTAMP '2025-01-02 06:00:00', NULL, NULL)`,
  `INSERT INTO hoopduck.stage VALUES ('r1', 'sync', 'done', 1.5, 'null')`,
  `INSERT INTO hoopduck.model VALUES ('m1', 'r1', TIMESTAMP '2025-01-01 06:00:30', 'wasm', 'seed-21', 'd',
     'data/models/m1', '{"test":{"compared":{"model_mae":4.5,"last_10_mae":4.658}}}', 'evaluated')`,
  `INSERT INTO hoopduck.forced VALUES ('r1', TIMESTAMP '2025-01-01 06:00:40', 'push', 'box score confirmed by hand')`,
];

test('status counts partitions by season and dataset, and leaves the bootstrap out of what is expected', async () => {
  const folder = await workspaceWith(...LEDGER);
  const config = loadConfig(folder);
  const facts = await withReading(config, (replica) => statusFacts(replica, config));
  expect(facts.seasons).toEqual([
    {
      season: '2019-20',
      game_dates: 1,
      datasets: {
        nba_analytics: { expected: 1, found: 1, short: 0, red: 0 },
        nba_raw: { expected: null, found: 1, short: 0, red: 0 },
      },
    },
    {
      season: '2024-25',
      game_dates: 2,
      datasets: {
        nba_analytics: { expected: 2, found: 1, short: 1, red: 1 },
        nba_precompute: { expected: 1, found: 1, short: 0, red: 0 },
        nba_raw: { expected: null, found: 1, short: 0, red: 0 },
      },
    },
  ]);
  expect(facts.tables).toMatchObject([
    {
      table: 'nba_raw.nbac_schedule',
      expected: null,
      found: 2,
      newest: '2024-10-22',
      seasons: [
        { period: '2019-20', game_dates: 1, found: 1 },
        { period: '2024-25', game_dates: 2, found: 1 },
      ],
      months: [
        { period: '2024-10', game_dates: 1, found: 1 },
        { period: '2024-11', game_dates: 1, found: 0 },
      ],
    },
    {
      table: 'nba_analytics.player_game_summary',
      expected: 3,
      found: 2,
      short: 1,
      red: 1,
      newest: '2024-10-22',
      seasons: [{ expected: 1 }, { expected: 2, found: 1, red: 1 }],
      months: [
        { expected: 1, found: 1, red: 0 },
        { expected: 1, found: 0, red: 1 },
      ],
    },
    {
      table: 'nba_precompute.player_composite_factors',
      months: [
        { expected: null, found: 0 },
        { expected: 1, found: 1 },
      ],
    },
  ]);
  expect(facts.gates).toEqual({ pass: 1, warn: 0, fail: 1, not_evaluated: 0 });
  expect(facts.last_sync).toEqual({ at: '2025-01-01T06:00:00Z', run_id: 'r1' });
  expect(
    facts.runs.map(({ command, seconds, exit_code }) => [command, seconds, exit_code]),
  ).toEqual([
    ['sync', null, null],
    ['run', 65, 1],
  ]);
});

test('status tells a person the seasons, what is red, the model, and who forced what', async () => {
  const { code, stdout } = hoopduck(['status', '-C', await workspaceWith(...LEDGER)], {
    env: { LC_ALL: 'C' },
  });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^2024-25 +2 +1 +1\/2 +1\/1 +- +1 +1$/m);
  expect(stdout).not.toMatch(/^2019-20 /m);
  expect(
    stdout.slice(stdout.indexOf('coverage'), stdout.indexOf('\n\nseason')),
  ).toBe(`coverage                       ON  dates  newest
nba_raw
 nbac_schedule             #5  #x      2  2024-10-22
nba_analytics
 player_game_summary       #5  #x    2/3  2024-10-22  1 short, 1 red
nba_precompute
 player_composite_factors  .#  .#      1  2024-11-07
(seasons 2019-20 to 2024-25, months of 2024-25: # every date, 0 to 9 tenths, x none, . none wanted)`);
  expect(stdout).toMatch(
    /^Next {6}hoopduck -C \S+ validate {2}\(gates are red; it says what is missing\)$/m,
  );
  expect(stdout).toContain(
    'red completeness_players of nba_analytics.player_game_summary, 2024-11-07: 0% found, 100% wanted (BOS)',
  );
  expect(stdout).toContain(
    'm1 (wasm, seed-21, evaluated, MAE 4.500 beside last-10 4.658), trained 2025-01-01 06:00',
  );
  expect(stdout).toContain('2025-01-01 06:00 push: box score confirmed by hand');
  expect(stdout).toMatch(/sync +killed or still running$/m);
});

test('a push is told with what it refused, and one that put another back as such', async () => {
  const run = (id: string, command: string, exit: number) =>
    `INSERT INTO hoopduck.run VALUES ('${id}', '${command}', '{}', '0.1.0', TIMESTAMP '2025-01-01', TIMESTAMP '2025-01-01', ${exit})`;
  const push = (n: number, run_id: string, summary: string, rollback = 'NULL') =>
    `INSERT INTO hoopduck.push (push_id, run_id, target, started_at, status, summary, rollback_of) VALUES
       ('p${n}', '${run_id}', '/out', TIMESTAMP '2025-01-0${n} 06:00:00', 'done', '${summary}', ${rollback})`;
  const folder = await workspaceWith(
    ...[run('r1', 'run', 1), run('r2', 'push', 1), run('r3', 'push', 0)],
    `INSERT INTO hoopduck.stage VALUES ('r1', 'push', 'failed', 1, '{"refused":[{"table":"a"},{"table":"b"}]}')`,
    ...[push(1, 'r1', '{"rows":5}'), push(2, 'r2', '{"rows":5}'), push(3, 'r3', '{}', "'p1'")],
  );
  const { stdout } = hoopduck(['status', '-C', folder]);
  expect(
    stdout.slice(stdout.indexOf('Pushes'), stdout.indexOf('\n\nlast runs')),
  ).toBe(`Pushes    2025-01-03 06:00 to /out: done, put back p1
          2025-01-02 06:00 to /out: done, some partitions refused
          2025-01-01 06:00 to /out: done, 2 partitions refused`);
});

test('the last runs name dry runs and rollbacks as such', async () => {
  const run = (n: number, command: string, given: string) =>
    `INSERT INTO hoopduck.run VALUES ('r${n}', '${command}', '${given}', '0.1.0', TIMESTAMP '2025-01-0${n}', TIMESTAMP '2025-01-0${n}', 0)`;
  const folder = await workspaceWith(
    run(1, 'push', '{}'),
    run(2, 'push', '{"dryRun":true}'),
    run(3, 'push', '{"rollback":"last"}'),
  );
  const { stdout } = hoopduck(['status', '-C', folder]);
  expect(stdout.match(/^2025-01-0\d 00:00 +push.*?(?= {2})/gm)).toEqual([
    '2025-01-03 00:00  push --rollback',
    '2025-01-02 00:00  push --dry-run',
    '2025-01-01 00:00  push',
  ]);
});

test('status of an empty replica says what to run', async () => {
  const { code, stdout } = hoopduck(['status', '-C', await workspaceWith()]);
  expect(code).toBe(0);
  expect(stdout).toContain('No partition is here yet.');
  expect(stdout).toContain('none trained yet');
});

test('doctor fails on a warehouse without the needed tables, and names them', async () => {
  const { code, stdout } = hoopduck(['doctor', '-C', await workspaceWith(), '--json']);
  expect(code).toBe(1);
  const document = JSON.parse(stdout) as {
    error: unknown;
    checks: { name: string; verdict: string }[];
  };
  expect(document.error).toMatchObject({ code: 'DOCTOR_FAILED' });
  const verdicts = Object.fromEntries(document.checks.map(({ name, verdict }) => [name, verdict]));
  expect(verdicts).toMatchObject({
    Node: 'ok',
    DuckDB: 'ok',
    XGBoost: 'ok',
    ONNX: 'ok',
    workspace: 'ok',
    replica: 'ok',
    warehouse: 'fail',
  });
});

test('doctor looks at added features and at the variables of webhooks', async () => {
  const folder = await workspaceWith();
  appendFileSync(
    join(folder, 'hoopduck.yaml'),
    '\ntrain:\n  add_features: [nba_precompute.player_daily_cach.points_avg_last_10]\nnotify:\n  - {name: chat, url_env: CHAT_URL, secret_env: CHAT_KEY}\n  - {name: ops, url: "http://127.0.0.1:9/x"}\n',
  );
  const found = (env: Record<string, string>) => {
    const { stdout } = hoopduck(['doctor', '-C', folder, '--json'], { env });
    const { checks } = JSON.parse(stdout) as { checks: { name: string }[] };
    return checks.filter(({ name }) => /^(webhook|train)/.test(name));
  };
  expect(found({ CHAT_URL: 'http://127.0.0.1:9/y' })).toMatchObject([
    {
      name: 'train.add_features',
      verdict: 'fail',
      found: expect.stringContaining('Did you mean "nba_precompute.player_daily_cache"?'),
    },
    {
      name: 'webhook chat',
      verdict: 'warn',
      found: '"CHAT_KEY" of the environment is not set: it is not told',
    },
    { name: 'webhook ops', verdict: 'ok' },
  ]);
});

test('the sparks are blocks where the locale has them', async () => {
  const { stdout } = hoopduck(['status', '-C', await workspaceWith(...LEDGER)], {
    env: { LC_ALL: 'C.UTF-8' },
  });
  expect(stdout).toMatch(/^ nbac_schedule +▇▃ {2}▇× /m);
});
