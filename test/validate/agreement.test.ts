import { expect, test } from 'vitest';
import { evaluate, league, only } from './league.ts';

const NIGHT = '2024-01-15';
const TEAMS = 'nba_analytics.team_offense_game_summary';
const one = (kind: string, table: string, scopes: string, applies: string, limit = 'min: 100') =>
  `${kind}:\n  - {table: ${table}, scopes: ${scopes}, applies: ${applies}, ${limit}, why: all}\n`;

test('points that are not the score of the schedule are red, with both figures', async () => {
  const replica = await league([NIGHT]);
  await replica.run(
    `UPDATE ${TEAMS} SET points_scored = CASE team_abbr WHEN 'BOS' THEN 51 END WHERE team_abbr IN ('BOS', 'MIA')`,
  );
  const yaml = one('schedule_score', TEAMS, '[date]', 'scored_games');
  expect(only(await evaluate(replica, yaml, NIGHT), 'schedule_score')).toEqual([
    {
      scope: 'date',
      value: NIGHT,
      verdict: 'fail',
      found: 87.5,
      wanted: 100,
      numerator: 14,
      denominator: 16,
      detail:
        'BOS 51 points, 110 in the schedule (game 20240115_ATL_BOS); MIA no points, 110 in the schedule (game 20240115_MEM_MIA)',
    },
  ]);
});

test('a schedule without scores says nothing about points', async () => {
  const replica = await league([NIGHT]);
  await replica.run('UPDATE hoopduck.stg_team_game SET team_score = NULL');
  const yaml = one('schedule_score', TEAMS, '[date]', 'scored_games');
  expect(only(await evaluate(replica, yaml, NIGHT), 'schedule_score')).toMatchObject([
    { verdict: 'not_evaluated', denominator: 0 },
  ]);
});

test("an overtime that the team's row does not know is red; a team that is not whole is left to another check", async () => {
  const replica = await league([NIGHT]);
  // Ten players of 26.5 minutes: 265 = 240 + 25; of 12 minutes: half a game.
  await replica.run(
    `UPDATE nba_analytics.player_game_summary SET minutes_played = CASE team_abbr WHEN 'BOS' THEN 26.5 ELSE 12 END
     WHERE team_abbr IN ('BOS', 'MIA')`,
  );
  const yaml = one('overtime', TEAMS, '[date]', 'whole_teams');
  expect(only(await evaluate(replica, yaml, NIGHT), 'overtime')).toEqual([
    {
      scope: 'date',
      value: NIGHT,
      verdict: 'fail',
      found: (100 * 14) / 15,
      wanted: 100,
      numerator: 14,
      denominator: 15,
      detail: 'BOS 0 overtimes, 1 by the 265.0 minutes of its players (game 20240115_ATL_BOS)',
    },
  ]);
});

test('a night with shots of some of its games is a warning that names the others', async () => {
  const replica = await league(['2024-01-14', NIGHT]);
  await replica.run(
    `UPDATE ${TEAMS} SET team_paint_attempts = NULL
     WHERE game_date = DATE '2024-01-14' OR game_id = '20240115_ATL_BOS'`,
  );
  const yaml = one('games_with_shots', TEAMS, '[date]', 'final_games', 'warn: 100');
  const rows = only(await evaluate(replica, yaml, '2024-01-14', NIGHT), 'games_with_shots');
  expect(rows).toMatchObject([
    { value: '2024-01-14', verdict: 'not_evaluated', detail: 'no game has shots' },
    { value: NIGHT, verdict: 'warn', found: 87.5, detail: 'no shots of 20240115_ATL_BOS' },
  ]);
});

test('box rows of a team without a game that day, and beyond the schedule, are named by date', async () => {
  const replica = await league([NIGHT]);
  await replica.run(
    `CREATE TABLE hoopduck.stg_team_code AS
     SELECT DISTINCT team_abbr AS raw_code, team_abbr FROM hoopduck.stg_team_game UNION ALL SELECT 'BOSTON', 'BOS'`,
  );
  await replica.run(
    `CREATE OR REPLACE TABLE nba_raw.nbac_schedule AS
     SELECT nba_game_id AS game_id, game_date, home_team_abbr AS home_team_tricode, away_team_abbr AS away_team_tricode
     FROM hoopduck.stg_game UNION ALL SELECT '32300001', DATE '${NIGHT}', 'WST', 'EST'`,
  );
  await replica.run(
    `CREATE OR REPLACE TABLE nba_raw.nbac_team_boxscore AS
     SELECT game_date, unnest(['BOSTON', 'WST', 'WAS', 'LAL', NULL]) AS team_abbr FROM (SELECT DATE '${NIGHT}' AS game_date)
     UNION ALL SELECT DATE '2024-01-16', 'BOS'`,
  );
  const yaml = one(
    'orphan_rows',
    'nba_raw.nbac_team_boxscore',
    '[date, all]',
    'rows_with_a_team',
    'warn: 100',
  );
  expect(only(await evaluate(replica, yaml, NIGHT), 'orphan_rows')).toEqual([
    {
      scope: 'all',
      value: 'all',
      verdict: 'warn',
      found: (100 * 5) / 6,
      wanted: 100,
      numerator: 5,
      denominator: 6,
      detail: 'left out, the schedule has only 2024-01-15 to 2024-01-15: 2024-01-16 (1 rows)',
    },
    {
      scope: 'date',
      value: NIGHT,
      verdict: 'warn',
      found: 75,
      wanted: 100,
      numerator: 3,
      denominator: 4,
      detail: 'left out, the schedule has no game that day: 1 row of WAS',
    },
  ]);
});

test('a table that holds less than the ledger says is red, as a whole and on the date', async () => {
  const replica = await league(['2024-01-14', NIGHT]);
  await replica.run(
    `INSERT INTO hoopduck.partition
     SELECT '${TEAMS}', game_date, 'model', NULL, 'd', count(*), 16, 'complete', NULL, now(), 'run-1'
     FROM ${TEAMS} GROUP BY game_date`,
  );
  await replica.run(`DELETE FROM ${TEAMS} WHERE game_date = DATE '${NIGHT}' AND team_abbr < 'DEN'`);
  const yaml = one('recorded_rows', TEAMS, '[all]', 'all_partitions');
  const detail = '2024-01-15 holds 9 rows, the ledger says 16';
  expect(only(await evaluate(replica, yaml, '2024-01-14', NIGHT), 'recorded_rows')).toMatchObject([
    { scope: 'all', verdict: 'fail', numerator: 1, denominator: 2, found: 50, detail },
    { scope: 'date', value: NIGHT, verdict: 'fail', found: 56.25, detail },
  ]);
});

test('a night of zeros in a good season is red for the date, and few games may share another value', async () => {
  const replica = await league(['2024-01-14', NIGHT]);
  await replica.run(
    `UPDATE nba_analytics.player_game_summary SET usage_rate = 0 WHERE game_date = DATE '${NIGHT}'`,
  );
  const yaml = `constant_column:
  - {table: nba_analytics.player_game_summary, scopes: [date], applies: known_values, defaults: {usage_rate: 0, points: 0}, max_default_share: 80, min: 100, why: all}
`;
  // Everybody has 11 points: one value, and not the default.
  expect(only(await evaluate(replica, yaml, '2024-01-14', NIGHT), 'constant_column')).toMatchObject(
    [
      { scope: 'date', value: '2024-01-14', verdict: 'pass', denominator: 2 },
      {
        scope: 'date',
        value: NIGHT,
        verdict: 'fail',
        found: 50,
        detail: 'usage_rate is at its default in 100.0% of 160 rows',
      },
    ],
  );
});

test('a game that is still live after a later one is final is a warning, a coming one is none', async () => {
  const replica = await league(['2024-01-14', NIGHT]);
  await replica.run(
    `UPDATE hoopduck.stg_game SET is_final = FALSE,
       game_status = CASE game_id WHEN '20240114_ATL_BOS' THEN 2 ELSE 1 END
     WHERE game_id IN ('20240114_ATL_BOS', '20240114_MEM_MIA')`,
  );
  await replica.run(
    `INSERT INTO hoopduck.stg_game
     SELECT * REPLACE (DATE '2024-01-16' AS game_date, 1 AS game_status, FALSE AS is_final)
     FROM hoopduck.stg_game WHERE game_date = DATE '${NIGHT}'`,
  );
  const yaml = one(
    'unfinished_games',
    'nba_raw.nbac_schedule',
    '[date]',
    'past_games',
    'warn: 100',
  );
  const rows = only(await evaluate(replica, yaml, '2024-01-14', '2024-01-16'), 'unfinished_games');
  expect(rows).toMatchObject([
    {
      value: '2024-01-14',
      verdict: 'warn',
      found: 75,
      detail:
        'left out, the schedule does not call them final: 20240114_ATL_BOS (live), 20240114_MEM_MIA (scheduled)',
    },
    { value: NIGHT, verdict: 'pass', found: 100, detail: null },
  ]);
});
