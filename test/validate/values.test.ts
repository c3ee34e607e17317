import { expect, test } from 'vitest';
import { evaluate, league, only } from './league.ts';

const NIGHT = '2024-01-15';
const RANGE = `
range:
  - {table: nba_analytics.player_game_summary, column: usage_rate, low: 0, high: 100, scopes: [all], applies: known_values, min: 99.9, why: shares}
`;
const CONSTANT = `
constant_column:
  - table: nba_analytics.player_game_summary
    scopes: [season]
    applies: known_values
    warn: 100
    defaults: {usage_rate: 0}
    constant_by_design: [ts_pct, efg_pct, minutes_played, points, rebounds, fg_attempts, ft_attempts, turnovers, paint_attempts, mid_range_attempts, three_attempts_pbp]
    why: zeros
`;

test('usage over 100 is red when more than one value in a thousand is', async () => {
  const replica = await league([NIGHT]);
  await replica.run(
    "UPDATE nba_analytics.player_game_summary SET usage_rate = 196 WHERE player_lookup = 'atl0'",
  );
  await replica.run(
    "UPDATE nba_analytics.player_game_summary SET usage_rate = NULL WHERE player_lookup = 'atl1'",
  );
  const [row] = only(await evaluate(replica, RANGE, NIGHT), 'range_usage_rate');
  expect(row).toEqual({
    scope: 'all',
    value: 'all',
    verdict: 'fail',
    found: (100 * 158) / 159,
    wanted: 99.9,
    numerator: 158,
    denominator: 159,
    detail: '1 value outside 0 to 100 (they reach from 20.0 to 196.0), on 2024-01-15 (1)',
  });
});

test('exactly 99.9% in range passes', async () => {
  const replica = await league([NIGHT]);
  await replica.run(
    `CREATE OR REPLACE TABLE nba_analytics.player_game_summary AS
     SELECT DATE '${NIGHT}' AS game_date, CASE WHEN i = 0 THEN 101.0 ELSE 20.0 END AS usage_rate FROM range(1000) AS r(i)`,
  );
  const [row] = only(await evaluate(replica, RANGE, NIGHT), 'range_usage_rate');
  expect(row).toMatchObject({ verdict: 'pass', found: 99.9, numerator: 999, denominator: 1000 });
});

test('a usage of 0 everywhere is known everywhere and still a warning', async () => {
  const replica = await league([NIGHT]);
  await replica.run('UPDATE nba_analytics.player_game_summary SET usage_rate = 0');
  const [row] = only(await evaluate(replica, CONSTANT, NIGHT), 'constant_column');
  expect(row).toEqual({
    scope: 'season',
    value: '2023-24',
    verdict: 'warn',
    found: 0,
    wanted: 100,
    numerator: 0,
    denominator: 1,
    detail: 'usage_rate is 0.0 in all 160 rows',
  });
});

test('more than 60% at the default is a warning, 60% is not', async () => {
  const replica = await league([NIGHT]);
  await replica.run(
    "UPDATE nba_analytics.player_game_summary SET usage_rate = 0 WHERE right(player_lookup, 1) < '6'",
  );
  const sixty = only(await evaluate(replica, CONSTANT, NIGHT), 'constant_column');
  expect(sixty[0]).toMatchObject({ verdict: 'pass', found: 100, detail: null });
  await replica.run(
    "UPDATE nba_analytics.player_game_summary SET usage_rate = 0 WHERE right(player_lookup, 1) < '7'",
  );
  const seventy = only(await evaluate(replica, CONSTANT, NIGHT), 'constant_column');
  expect(seventy[0]).toMatchObject({
    verdict: 'warn',
    detail: 'usage_rate is at its default in 70.0% of 160 rows',
  });
});

test('a column with too few known values says nothing about the season', async () => {
  const replica = await league([NIGHT]);
  await replica.run(
    "UPDATE nba_analytics.player_game_summary SET usage_rate = CASE WHEN team_abbr = 'ATL' THEN 0 END",
  );
  const [row] = only(await evaluate(replica, CONSTANT, NIGHT), 'constant_column');
  expect(row).toMatchObject({ verdict: 'not_evaluated', denominator: 0 });
});

const INPUTS = `
inputs_known:
  - {table: nba_precompute.player_composite_factors, inputs: [days_rest, player_shot_zone, team_defense_zone], scopes: [season], applies: ten_earlier_games, min: 95, why: zeros}
`;

test('unknown inputs count among players with ten earlier games, each input for itself', async () => {
  const replica = await league([NIGHT]);
  // 10 of 160 are early; of the other 150, 9 lack days_rest and 6 the player's zone.
  await replica.run(
    `UPDATE nba_precompute.player_composite_factors SET early_season_flag = TRUE, missing_data_fields = 'days_rest,player_shot_zone'
     WHERE player_lookup LIKE 'atl%'`,
  );
  await replica.run(
    `UPDATE nba_precompute.player_composite_factors SET missing_data_fields = 'days_rest'
     WHERE player_lookup BETWEEN 'bos0' AND 'bos2'`,
  );
  await replica.run(
    `UPDATE nba_precompute.player_composite_factors SET missing_data_fields = 'days_rest,player_shot_zone'
     WHERE player_lookup BETWEEN 'cha0' AND 'cha5'`,
  );
  const recorded = await evaluate(replica, INPUTS, NIGHT);
  expect(only(recorded, 'input_known_days_rest')).toEqual([
    {
      scope: 'season',
      value: '2023-24',
      verdict: 'fail',
      found: 94,
      wanted: 95,
      numerator: 141,
      denominator: 150,
      detail: '9 rows without days_rest',
    },
  ]);
  expect(only(recorded, 'input_known_player_shot_zone')[0]).toMatchObject({
    verdict: 'pass',
    found: 96,
    numerator: 144,
  });
});

test('zone inputs of a season without shots are not evaluated', async () => {
  const replica = await league([NIGHT]);
  await replica.run(
    'UPDATE nba_analytics.team_offense_game_summary SET team_paint_attempts = NULL',
  );
  const recorded = await evaluate(replica, INPUTS, NIGHT);
  expect(only(recorded, 'input_known_player_shot_zone')[0]).toMatchObject({
    verdict: 'not_evaluated',
    denominator: 0,
  });
  expect(only(recorded, 'input_known_days_rest')[0]).toMatchObject({ verdict: 'pass' });
});
