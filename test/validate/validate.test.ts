import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { type StageContext, silentReporter } from '../../src/context.ts';
import { Replica } from '../../src/replica/replica.ts';
import { validateStage } from '../../src/validate/validate.ts';
import { league } from './league.ts';

let folder: string;
let strict: string;
let loose: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hoopduck-gates-'));
  strict = join(folder, 'strict.yaml');
  loose = join(folder, 'loose.yaml');
  const players = (min: number) =>
    `players_complete:\n  - {table: nba_analytics.player_game_summary, scopes: [date], applies: final_games, min: ${min}, why: all}\n`;
  const usage =
    'coverage:\n  - {name: usage_rate, table: nba_analytics.player_game_summary, columns: [usage_rate], scopes: [season], applies: played, min: 95, warn: 99.5, why: all}\n';
  writeFileSync(strict, players(100) + usage);
  writeFileSync(loose, players(80));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function context(replica: Replica, thresholds: string, runId = 'run-1'): StageContext {
  return {
    config: { gates: { thresholds } } as Config,
    replica,
    runId,
    report: silentReporter,
    signal: new AbortController().signal,
    now: () => new Date('2024-02-01T12:00:00Z'),
  };
}

const BOTH = { from: '2024-01-14', to: '2024-01-15' };

async function shortNight(): Promise<Replica> {
  const replica = await league(['2024-01-14', '2024-01-15']);
  await replica.run(
    "DELETE FROM nba_analytics.player_game_summary WHERE game_date = DATE '2024-01-15' AND team_abbr = 'MIA'",
  );
  return replica;
}

test('verdicts are counted, and every red and every warning is listed with its figures', async () => {
  const replica = await shortNight();
  await replica.run(
    "UPDATE nba_analytics.player_game_summary SET usage_rate = NULL WHERE player_lookup = 'atl0'",
  );
  expect(await validateStage(context(replica, strict), BOTH)).toEqual({
    unchanged: false,
    trends: [],
    pass: 1,
    warn: 1,
    fail: 1,
    not_evaluated: 0,
    red: [
      {
        check: 'completeness_players',
        table: 'nba_analytics.player_game_summary',
        scope: '2024-01-15',
        found: 93.75,
        wanted: 100,
        detail: 'no players of MIA (game 20240115_MEM_MIA)',
      },
    ],
    warnings: [
      {
        check: 'coverage_usage_rate',
        table: 'nba_analytics.player_game_summary',
        scope: '2023-24',
        found: (100 * 308) / 310,
        wanted: 99.5,
        detail: 'rows without usage_rate, the thinnest dates: 2024-01-15 99.3%, 2024-01-14 99.4%',
      },
    ],
  });
});

test('the ledger keeps every verdict with its denominator, and which run gave it', async () => {
  const replica = await shortNight();
  await validateStage(context(replica, strict), BOTH);
  expect(
    await replica.rows(
      `SELECT scope_value, verdict, numerator, denominator, CAST(checked_at AS VARCHAR) AS checked_at, run_id
       FROM hoopduck.check_result WHERE check_name = 'completeness_players' ORDER BY scope_value`,
    ),
  ).toEqual([
    {
      scope_value: '2024-01-14',
      verdict: 'pass',
      numerator: 16,
      denominator: 16,
      checked_at: '2024-02-01 12:00:00',
      run_id: 'run-1',
    },
    {
      scope_value: '2024-01-15',
      verdict: 'fail',
      numerator: 15,
      denominator: 16,
      checked_at: '2024-02-01 12:00:00',
      run_id: 'run-1',
    },
  ]);
  expect(
    await replica.rows(
      'SELECT table_name, CAST(game_date AS VARCHAR) AS game_date FROM hoopduck.red_partition',
    ),
  ).toEqual([{ table_name: 'nba_analytics.player_game_summary', game_date: '2024-01-15' }]);
});

test('a later look at another night leaves a red night red', async () => {
  const replica = await shortNight();
  await validateStage(context(replica, strict), BOTH);
  await validateStage(context(replica, strict, 'run-2'), {
    from: '2024-01-14',
    to: '2024-01-14',
    refresh: true,
  });
  expect(
    await replica.rows(
      `SELECT scope_value, verdict, run_id FROM hoopduck.check_result
       WHERE check_name = 'completeness_players' ORDER BY scope_value`,
    ),
  ).toEqual([
    { scope_value: '2024-01-14', verdict: 'pass', run_id: 'run-2' },
    { scope_value: '2024-01-15', verdict: 'fail', run_id: 'run-1' },
  ]);
});

test('other thresholds replace all verdicts of what they cover', async () => {
  const replica = await shortNight();
  await validateStage(context(replica, strict), BOTH);
  const result = await validateStage(context(replica, loose, 'run-2'), BOTH);
  expect(result).toMatchObject({ pass: 2, warn: 0, fail: 0, red: [] });
  expect(await replica.column('SELECT DISTINCT check_name FROM hoopduck.check_result')).toEqual([
    'completeness_players',
  ]);
});

test('rows are ready for production unless an issue blocks or their date is red', async () => {
  const replica = await shortNight();
  await replica.run(
    `UPDATE nba_analytics.player_game_summary
     SET quality_issues = CASE player_lookup WHEN 'atl0' THEN 'fallback_source,missing_stat' WHEN 'atl1' THEN 'fallback_source' END`,
  );
  const ready = () =>
    replica.rows(
      `SELECT CAST(game_date AS VARCHAR) AS game_date, count(*) AS n, count_if(is_production_ready) AS ready
       FROM nba_analytics.player_game_summary GROUP BY 1 ORDER BY 1`,
    );
  await validateStage(context(replica, strict), BOTH);
  expect(await ready()).toEqual([
    { game_date: '2024-01-14', n: 160, ready: 159 },
    { game_date: '2024-01-15', n: 150, ready: 0 },
  ]);
  await validateStage(context(replica, loose), BOTH);
  expect(await ready()).toEqual([
    { game_date: '2024-01-14', n: 160, ready: 159 },
    { game_date: '2024-01-15', n: 150, ready: 149 },
  ]);
});

test('whole nights pass the strict thresholds without a red', async () => {
  const replica = await league(['2024-01-14', '2024-01-15']);
  const result = await validateStage(context(replica, 'default'), BOTH);
  expect(result.red).toEqual([]);
  expect(result.pass).toBeGreaterThan(30);
});

test('without a staged schedule there is nothing to validate', async () => {
  const replica = await Replica.open(':memory:');
  await expect(validateStage(context(replica, 'default'), BOTH)).rejects.toMatchObject({
    code: 'NOTHING_TO_VALIDATE',
    exitCode: 2,
  });
});

test('an interrupted run leaves the ledger as it was', async () => {
  const replica = await shortNight();
  const stopped = { ...context(replica, strict), signal: AbortSignal.abort() };
  await expect(validateStage(stopped, BOTH)).rejects.toMatchObject({
    code: 'INTERRUPTED',
    exitCode: 130,
  });
  expect(await replica.rows('SELECT * FROM hoopduck.check_result')).toEqual([]);
});

test("tables are not looked at again while they are as they were, and are when rows get lost behind the ledger's back", async () => {
  const replica = await league(['2024-01-14', '2024-01-15']);
  const again = () => validateStage(context(replica, strict), { ...BOTH, onlyIfChanged: true });
  expect((await again()).unchanged).toBe(false);
  expect((await again()).unchanged).toBe(true);

  await replica.run(
    "DELETE FROM nba_analytics.player_game_summary WHERE game_date = DATE '2024-01-15' AND team_abbr = 'MIA'",
  );
  expect(await again()).toMatchObject({ unchanged: false, fail: 1 });
});

test('a night whose partitions are as they were keeps its verdicts, a red or changed one is judged anew', async () => {
  const replica = await shortNight();
  const partition = (date: string, digest: string) =>
    replica.run(
      `INSERT INTO hoopduck.partition VALUES ('nba_analytics.player_game_summary', '${date}', 'model', NULL, '${digest}',
         160, 160, 'complete', NULL, now()::TIMESTAMP, 'run')`,
    );
  await partition('2024-01-14', '160-a');
  await partition('2024-01-15', '150-a');
  const runs = () =>
    replica.rows(
      `SELECT scope_value AS date, run_id AS run FROM hoopduck.check_result
       WHERE check_name = 'completeness_players' ORDER BY scope_value`,
    );
  const first = await validateStage(context(replica, strict), BOTH);
  const second = await validateStage(context(replica, strict, 'run-2'), BOTH);
  expect(second).toEqual(first);
  expect(await runs()).toEqual([
    { date: '2024-01-14', run: 'run-1' },
    { date: '2024-01-15', run: 'run-2' },
  ]);
  await replica.run("UPDATE hoopduck.partition SET digest = '160-b' WHERE digest = '160-a'");
  await validateStage(context(replica, strict, 'run-3'), BOTH);
  expect(await runs()).toMatchObject([{ run: 'run-3' }, { run: 'run-3' }]);
});

test('values that were changed behind the ledger are seen by a refresh; lost rows always', async () => {
  const replica = await league(['2024-01-14', '2024-01-15']);
  const zones =
    'coverage:\n  - {name: points, table: nba_analytics.player_game_summary, columns: [points], scopes: [date, season, all], applies: active, min: 99, why: all}\n';
  const file = join(folder, 'points.yaml');
  writeFileSync(file, zones);
  const reds = async (options: { refresh?: boolean } = {}) => {
    const { red } = await validateStage(context(replica, file), { ...BOTH, ...options });
    return red.map(({ scope }) => scope);
  };
  expect(await reds()).toEqual([]);
  await replica.run(
    "UPDATE nba_analytics.player_game_summary SET points = NULL WHERE game_date = DATE '2024-01-15'",
  );
  expect(await reds()).toEqual([]);
  expect(await reds({ refresh: true })).toEqual(['all', '2023-24', '2024-01-15']);
});

test('kept nights count in the shares of their season and of everything as new ones do', async () => {
  const replica = await league(['2023-12-01', '2024-01-14', '2024-01-15']);
  const span = { from: '2023-12-01', to: '2024-01-15' };
  await replica.run(
    "UPDATE nba_analytics.player_game_summary SET usage_rate = NULL WHERE player_lookup = 'atl0'",
  );
  const figures = () =>
    replica.rows(
      `SELECT check_name, table_name, scope, scope_value, verdict, found, wanted, numerator, denominator, detail
       FROM hoopduck.check_result ORDER BY ALL`,
    );
  await validateStage(context(replica, 'default'), span);
  // The last night changes: one more man without a usage.
  await replica.run(
    "UPDATE nba_analytics.player_game_summary SET usage_rate = NULL WHERE player_lookup = 'mia3' AND game_date = DATE '2024-01-15'",
  );
  await replica.run("DELETE FROM hoopduck.validated_date WHERE game_date = DATE '2024-01-15'");
  await replica.run('DELETE FROM hoopduck.validated');
  await validateStage(context(replica, 'default'), span);
  const incremental = await figures();
  await validateStage(context(replica, 'default'), { ...span, refresh: true });
  expect(incremental).toEqual(await figures());
});

/** Whether the newest results are those that a look at everything gives. */
async function asAllJudged(replica: Replica, thresholds: string, span: typeof BOTH) {
  const figures = () =>
    replica.rows(
      `SELECT check_name, scope_value, verdict, found, numerator, denominator
       FROM hoopduck.check_result ORDER BY ALL`,
    );
  await validateStage(context(replica, thresholds), span);
  const found = await figures();
  await validateStage(context(replica, thresholds), { ...span, refresh: true });
  expect(found).toEqual(await figures());
  return found;
}

const PARTITION = (date: string, digest: string) =>
  `INSERT INTO hoopduck.partition VALUES ('nba_analytics.player_game_summary', '${date}', 'model', NULL, '${digest}',
     160, 160, 'complete', NULL, now()::TIMESTAMP, 'run')`;

test('the drift of a later season is judged again after an earlier one was restated and judged alone', async () => {
  const dates = ['2023-01-10', '2023-01-11', '2024-01-14', '2024-01-15'];
  const replica = await league(dates);
  for (const date of dates) await replica.run(PARTITION(date, 'a'));
  const whole = { from: '2023-01-10', to: '2024-01-15' };
  const file = join(folder, 'drift.yaml');
  writeFileSync(
    file,
    'coverage:\n  - {name: points, table: nba_analytics.player_game_summary, columns: [points], scopes: [date, season], applies: played, min: 0, why: x}\n' +
      'drift:\n  - {table: nba_analytics.player_game_summary, of: [points], scopes: [date, season], applies: earlier_history, min: 90, why: x}\n',
  );
  // Two of ten men are without points in every game of both seasons: no drift.
  await replica.run(
    "UPDATE nba_analytics.player_game_summary SET points = NULL WHERE right(player_lookup, 1) IN ('0', '1')",
  );
  expect((await validateStage(context(replica, file), whole)).red).toEqual([]);
  // The first season gets them: the second is at 80% of it.
  await replica.run(
    "UPDATE nba_analytics.player_game_summary SET points = 11 WHERE game_date < DATE '2023-10-01'",
  );
  await replica.run(
    "UPDATE hoopduck.partition SET digest = 'b' WHERE game_date < DATE '2023-10-01'",
  );
  await validateStage(context(replica, file), { from: '2023-01-10', to: '2023-01-11' });
  const found = await asAllJudged(replica, file, whole);
  expect(found.filter(({ verdict }) => verdict === 'fail')).toMatchObject([
    { check_name: 'drift_points', scope_value: '2023-24', found: 80 },
    { check_name: 'drift_points', scope_value: '2024-01-14', found: 80 },
    { check_name: 'drift_points', scope_value: '2024-01-15' },
  ]);
});

test('another key of a model of the workspace is looked at, though no row of it changed', async () => {
  const replica = await league(['2024-01-14', '2024-01-15']);
  await replica.run(
    "CREATE TABLE nba_analytics.mine AS SELECT game_date, 'a' AS player, i AS try FROM hoopduck.stg_game, range(2) AS r(i) WHERE game_id LIKE '%ATL%'",
  );
  await replica.run(
    `INSERT INTO hoopduck.model_definition VALUES
       ('nba_analytics.mine', 'workspace', 'mine.sql', 'game_date', '["game_date", "player", "try"]', '[]')`,
  );
  const looked = () =>
    validateStage(context(replica, strict), { ...BOTH, onlyIfChanged: true }).then(
      ({ unchanged, red }) => ({ unchanged, red: red.map(({ check, scope }) => [check, scope]) }),
    );
  expect(await looked()).toEqual({ unchanged: false, red: [] });
  expect(await looked()).toEqual({ unchanged: true, red: [] });
  await replica.run(`UPDATE hoopduck.model_definition SET key_columns = '["game_date", "player"]'`);
  expect(await looked()).toEqual({
    unchanged: false,
    red: [
      ['unique_key', 'all'],
      ['unique_key', '2024-01-14'],
      ['unique_key', '2024-01-15'],
    ],
  });
});

test('a date that left the schedule counts no more in the verdict of its season', async () => {
  const dates = ['2024-01-13', '2024-01-14', '2024-01-15'];
  const replica = await league(dates);
  for (const date of dates) await replica.run(PARTITION(date, 'a'));
  await replica.run(
    "UPDATE nba_analytics.player_game_summary SET usage_rate = NULL WHERE game_date = DATE '2024-01-13'",
  );
  await validateStage(context(replica, strict), { ...BOTH, from: '2024-01-13' });
  await replica.run(
    "UPDATE hoopduck.stg_game SET is_final = FALSE WHERE game_date = DATE '2024-01-13'",
  );
  await validateStage(context(replica, strict), { ...BOTH, from: '2024-01-13' });
  expect(
    await replica.rows(
      "SELECT scope_value, found, denominator FROM hoopduck.check_result WHERE scope = 'season'",
    ),
  ).toEqual([{ scope_value: '2023-24', found: 100, denominator: 320 }]);
});

test('a season whose last final game left the schedule has no verdict any more, another that was not asked for keeps its own', async () => {
  const replica = await league(['2023-01-15', '2023-12-01', '2024-01-15']);
  const ctx = context(replica, strict);
  const seasons = () =>
    replica.column(
      "SELECT DISTINCT scope_value FROM hoopduck.check_result WHERE scope = 'season' ORDER BY ALL",
    );
  await validateStage(ctx, { from: '2022-10-18', to: '2024-01-15' });
  expect(await seasons()).toEqual(['2022-23', '2023-24']);
  await validateStage(ctx, { from: '2024-01-15', to: '2024-01-15' });
  await validateStage(ctx, { from: '2023-01-15', to: '2023-01-15' });
  expect(await seasons(), 'of a season that was not asked for').toEqual(['2022-23', '2023-24']);
  await replica.run('UPDATE hoopduck.stg_game SET is_final = FALSE WHERE season_year = 2022');
  await validateStage(ctx, { from: '2024-01-15', to: '2024-01-15' });
  expect(await seasons()).toEqual(['2023-24']);
});

test('two limits on the dates of one coverage count the rows of a kept date once', async () => {
  const replica = await league(['2024-01-14', '2024-01-15']);
  for (const date of ['2024-01-14', '2024-01-15']) await replica.run(PARTITION(date, 'a'));
  const file = join(folder, 'twice.yaml');
  const usage = (scopes: string, limit: string) =>
    `  - {name: usage_rate, table: nba_analytics.player_game_summary, columns: [usage_rate], scopes: [${scopes}], applies: played, ${limit}, why: x}\n`;
  writeFileSync(file, `coverage:\n${usage('date, season', 'min: 90')}${usage('date', 'warn: 95')}`);
  await validateStage(context(replica, file), BOTH);
  await replica.run("UPDATE hoopduck.partition SET digest = 'b' WHERE game_date = '2024-01-15'");
  const found = await asAllJudged(replica, file, BOTH);
  expect(found.filter(({ scope_value }) => scope_value === '2023-24')).toMatchObject([
    { numerator: 320, denominator: 320 },
  ]);
});

test('a key that is there twice stays a warning of the whole table where its limit was lowered', async () => {
  const replica = await league(['2024-01-14', '2024-01-15']);
  for (const date of ['2024-01-14', '2024-01-15']) await replica.run(PARTITION(date, 'a'));
  await replica.run(
    `INSERT INTO nba_analytics.player_game_summary FROM nba_analytics.player_game_summary
     WHERE player_lookup = 'atl0' AND game_date = DATE '2024-01-14'`,
  );
  const file = join(folder, 'keys.yaml');
  writeFileSync(
    file,
    'unique_key:\n  - {table: nba_analytics.player_game_summary, scopes: [all], applies: all_rows, min: 90, warn: 100, why: x}\n',
  );
  await validateStage(context(replica, file), BOTH);
  await replica.run("UPDATE hoopduck.partition SET digest = 'b' WHERE game_date = '2024-01-15'");
  const found = await asAllJudged(replica, file, BOTH);
  expect(found.map(({ scope_value, verdict }) => [scope_value, verdict])).toEqual([
    ['2024-01-14', 'warn'],
    ['all', 'warn'],
  ]);
});
