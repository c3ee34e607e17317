import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Config, TrainConfig } from '../../src/config/config.ts';
import { DEFAULTS } from '../../src/config/defaults.ts';
import type { StageContext } from '../../src/context.ts';
import { Replica } from '../../src/replica/replica.ts';
import { FEATURE_SETS } from '../../src/train/feature-sets.ts';

/** A stage context on a replica in memory and a workspace that goes with the test. */
export async function trainContext(
  settings: Partial<TrainConfig> = {},
): Promise<StageContext & { readonly said: string[] }> {
  const workspace = mkdtempSync(join(tmpdir(), 'hoopduck-train-'));
  const replica = await Replica.open(':memory:');
  onTestFinished(() => {
    replica.close();
    rmSync(workspace, { recursive: true, force: true });
  });
  const config: Config = {
    workspace,
    file: join(workspace, 'hoopduck.yaml'),
    warehouse: { kind: 'folder', path: workspace },
    push: null,
    backup: {
      location: { kind: 'folder', path: join(workspace, 'data', 'workspace-backups') },
      automatic: false,
      keep: 7,
      keepAutomatic: 3,
      keepDays: 0,
    },
    replica: { path: ':memory:', memoryLimit: '1GB', threads: null },
    transform: { bigquery: { project: null, datasetPrefix: null } },
    notify: [],
    inputs: { keep: true, cap: 1e9 },
    gates: { thresholds: 'default' },
    train: {
      ...DEFAULTS.train,
      features: 'seed-21',
      rounds: 30,
      averagedSeeds: 1,
      minChildWeight: 5,
      eta: 0.15,
      ...settings,
    },
  };
  const said: string[] = [];
  return {
    config,
    replica,
    runId: 'run-1',
    report: { progress() {}, info: (text) => said.push(text), warn: (text) => said.push(text) },
    signal: new AbortController().signal,
    now: () => new Date('2022-03-01T12:00:00Z'),
    said,
  };
}

/**
 * Twenty players of two teams who meet on every day of 2020-12-22 to 2021-01-20 and of 2021-10-19
 * to 2021-12-17, and on 2021-12-18, which is to come. Each has a skill; noise is a hash, so that
 * every run sees the same league. Player 19 sits every third day out (no minutes). Each season of
 * `earlier`, by season year and first date, has thirty days more.
 */
export async function buildSmallLeague(
  replica: Replica,
  earlier: readonly (readonly [season: number, from: string])[] = [],
): Promise<void> {
  const earlierDays = earlier.map(
    ([season, from]) => `SELECT CAST(g AS DATE), ${season}, TRUE
          FROM generate_series(DATE '${from}', DATE '${from}' + INTERVAL 29 DAY, INTERVAL 1 DAY) AS s(g) UNION ALL `,
  );
  await replica.run(`CREATE TABLE league AS
    SELECT d.game_date, d.season_year, 'player' || lpad(CAST(p AS VARCHAR), 2, '0') AS player_lookup,
           CASE WHEN p < 10 THEN 'BOS' ELSE 'LAL' END AS team_abbr, p, d.is_final,
           CASE WHEN NOT d.is_final THEN NULL
                WHEN p = 19 AND day(d.game_date) % 3 = 0 THEN 0.0
                ELSE 6.0 + p END AS minutes_played,
           CAST(round(greatest(0, 3 + p + CAST(md5_number_lower(p || '-' || d.game_date) % 1000 AS BIGINT) / 1000.0 * 14 - 7)) AS BIGINT) AS points
    FROM (${earlierDays.join('')}
          SELECT CAST(g AS DATE), 2020, TRUE
          FROM generate_series(DATE '2020-12-22', DATE '2021-01-20', INTERVAL 1 DAY) AS s(g)
          UNION ALL SELECT CAST(g AS DATE), 2021, g < DATE '2021-12-18'
          FROM generate_series(DATE '2021-10-19', DATE '2021-12-18', INTERVAL 1 DAY) AS s(g)) AS d(game_date, season_year, is_final),
         generate_series(0, 19) AS players(p)`);
  await replica.run(`CREATE TABLE nba_analytics.player_game_summary AS
    SELECT game_date, player_lookup, season_year, CASE WHEN minutes_played IS NOT NULL THEN points END AS points,
           minutes_played, CAST(NULL AS DOUBLE) AS points_line
    FROM league WHERE is_final`);
  await replica.run(`CREATE TABLE hoopduck.population AS
    SELECT game_date, player_lookup, player_lookup AS player_key, team_abbr,
           strftime(game_date, '%Y%m%d') || '_BOS_LAL' AS game_id, season_year, is_final FROM league`);
  await replica.run(`CREATE TABLE form AS
    SELECT game_date, player_lookup, season_year, p, team_abbr,
           avg(CASE WHEN minutes_played > 0 THEN points END) OVER last_5 AS mean_5,
           avg(CASE WHEN minutes_played > 0 THEN points END) OVER last_10 AS mean_10,
           avg(CASE WHEN minutes_played > 0 THEN points END) OVER season AS mean_season,
           count(CASE WHEN minutes_played > 0 THEN 1 END) OVER ever AS games_before
    FROM league
    WINDOW last_5 AS (PARTITION BY player_lookup ORDER BY game_date ROWS BETWEEN 5 PRECEDING AND 1 PRECEDING),
           last_10 AS (PARTITION BY player_lookup ORDER BY game_date ROWS BETWEEN 10 PRECEDING AND 1 PRECEDING),
           season AS (PARTITION BY player_lookup, season_year ORDER BY game_date ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
           ever AS (PARTITION BY player_lookup ORDER BY game_date ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)`);
  await replica.run(`CREATE TABLE nba_precompute.player_daily_cache AS
    SELECT game_date AS cache_date, player_lookup, mean_5 AS points_avg_last_5,
           mean_10 AS points_avg_last_10, mean_season AS points_avg_season FROM form`);
  const known: Record<string, string> = {
    points_avg_last_5: 'mean_5',
    points_avg_last_10: 'mean_10',
    points_avg_season: 'mean_season',
    is_home: "CASE WHEN team_abbr = 'LAL' THEN 1.0 ELSE 0.0 END",
    days_rest: 'CASE WHEN games_before > 0 THEN 1.0 END',
  };
  const columns = FEATURE_SETS['seed-21'].features.map(
    ({ name }) => `CAST(${known[name] ?? 'NULL'} AS DOUBLE) AS ${name}`,
  );
  await replica.run(`CREATE TABLE hoopduck.feature_seed_21 AS
    SELECT game_date, player_lookup, player_lookup AS player_key, CAST(season_year AS BIGINT) AS season_year,
           games_before, ${columns.join(', ')} FROM form`);
}

/** Plants a failed check in the ledger. */
export async function plantRed(
  replica: Replica,
  scope: 'date' | 'season' | 'all',
  value: string,
): Promise<void> {
  await replica.run(
    `INSERT INTO hoopduck.check_result VALUES ('completeness', 'nba_analytics.player_game_summary',
       $scope, $value, 'fail', 0.5, 1.0, 1, 2, NULL, TIMESTAMP '2022-01-01', 'run-0')`,
    { scope, value },
  );
}
