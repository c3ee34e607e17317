import { expect, test } from 'vitest';
import { evaluate, league, only } from './league.ts';

const USAGE = `
coverage:
  - name: usage_rate
    table: nba_analytics.player_game_summary
    columns: [usage_rate]
    scopes: [date, season, all]
    applies: played
    min: 95
    why: it is needed
drift:
  - {table: nba_analytics.player_game_summary, of: [usage_rate], scopes: [date, season], applies: earlier_history, warn: 95, min: 90, why: a break}
`;
const ZONES = `
coverage:
  - name: shot_zones
    table: nba_analytics.player_game_summary
    columns: [paint_attempts, mid_range_attempts, three_attempts_pbp]
    scopes: [date, season, all]
    applies: shot_takers
    min: 40
    why: shots
drift:
  - {table: nba_analytics.player_game_summary, of: [shot_zones], scopes: [date, season], applies: earlier_history, warn: 95, min: 90, why: a break}
`;
const NIGHTS = Array.from({ length: 20 }, (_, i) => `2024-01-${String(i + 1).padStart(2, '0')}`);

test('usage missing for half a night is red for the date though the season passes', async () => {
  const replica = await league(NIGHTS);
  await replica.run(
    `UPDATE nba_analytics.player_game_summary SET usage_rate = NULL
     WHERE game_date = DATE '2024-01-20' AND game_id IN ('20240120_ATL_BOS', '20240120_BKN_CHA', '20240120_CHI_CLE', '20240120_DAL_DEN')`,
  );
  const recorded = await evaluate(replica, USAGE, '2024-01-01', '2024-01-31');
  expect(only(recorded, 'coverage_usage_rate', '2024-01-20')).toEqual([
    {
      scope: 'date',
      value: '2024-01-20',
      verdict: 'fail',
      found: 50,
      wanted: 95,
      numerator: 80,
      denominator: 160,
      detail:
        'rows without usage_rate: ATL 10 of 10, BKN 10 of 10, BOS 10 of 10, CHA 10 of 10, ' +
        'CHI 10 of 10, CLE 10 of 10, DAL 10 of 10, DEN 10 of 10',
    },
  ]);
  expect(only(recorded, 'coverage_usage_rate', '2023-24')).toEqual([
    {
      scope: 'season',
      value: '2023-24',
      verdict: 'pass',
      found: 97.5,
      wanted: 95,
      numerator: 3120,
      denominator: 3200,
      detail: null,
    },
  ]);
  expect(only(recorded, 'coverage_usage_rate', 'all')[0]).toMatchObject({
    verdict: 'pass',
    denominator: 3200,
  });
  expect(
    recorded.filter((row) => row.check === 'coverage_usage_rate' && row.scope === 'date'),
  ).toHaveLength(20);
});

test('players who did not play are no rows that count, without any the date is not evaluated', async () => {
  const replica = await league(['2024-01-01', '2024-01-02']);
  await replica.run(
    `UPDATE nba_analytics.player_game_summary SET usage_rate = NULL, minutes_played = NULL
     WHERE game_date = DATE '2024-01-02' OR player_lookup = 'atl0'`,
  );
  const recorded = await evaluate(replica, USAGE, '2024-01-01', '2024-01-31');
  expect(only(recorded, 'coverage_usage_rate', '2024-01-01')[0]).toMatchObject({
    verdict: 'pass',
    found: 100,
    numerator: 159,
    denominator: 159,
  });
  expect(only(recorded, 'coverage_usage_rate', '2024-01-02')[0]).toMatchObject({
    verdict: 'not_evaluated',
    found: null,
    numerator: 0,
    denominator: 0,
  });
  expect(only(recorded, 'drift_usage_rate', '2024-01-02')[0]).toMatchObject({
    verdict: 'not_evaluated',
    denominator: 0,
  });
});

test('a season is judged over all its rows, so a good night asked alone hides nothing', async () => {
  const replica = await league(['2024-01-01', '2024-01-02']);
  await replica.run(
    "UPDATE nba_analytics.player_game_summary SET usage_rate = NULL WHERE game_date = DATE '2024-01-01'",
  );
  const recorded = await evaluate(replica, USAGE, '2024-01-02');
  expect(only(recorded, 'coverage_usage_rate', '2024-01-02')[0]).toMatchObject({ verdict: 'pass' });
  expect(only(recorded, 'coverage_usage_rate', '2023-24')[0]).toMatchObject({
    verdict: 'fail',
    found: 50,
    numerator: 160,
    denominator: 320,
    detail: 'rows without usage_rate, the thinnest dates: 2024-01-01 0.0%',
  });
});

test('drift compares a date with everything before it and leaves the date itself out', async () => {
  const replica = await league(['2022-11-01', '2024-01-01', '2024-01-02', '2024-01-03']);
  await replica.run(
    `UPDATE nba_analytics.player_game_summary SET usage_rate = NULL
     WHERE (game_date = DATE '2024-01-02' AND right(player_lookup, 1) = '0' AND team_abbr < 'MEM')
        OR (game_date = DATE '2024-01-03' AND right(player_lookup, 1) IN ('0', '1'))`,
  );
  const recorded = await evaluate(replica, USAGE, '2022-10-01', '2024-01-31');
  const drift = only(recorded, 'drift_usage_rate');
  expect(drift.map(({ value, verdict }) => [value, verdict])).toEqual([
    ['2022-11-01', 'not_evaluated'],
    ['2024-01-01', 'pass'],
    ['2024-01-02', 'warn'],
    ['2024-01-03', 'fail'],
    ['2022-23', 'not_evaluated'],
    ['2023-24', 'warn'],
  ]);
  // 2024-01-02: 146 of 160 rows against 320 of 320 before; 2024-01-03: 128 of 160 against 466 of 480.
  expect(only(recorded, 'drift_usage_rate', '2024-01-02')[0]).toMatchObject({
    found: 91.25,
    wanted: 95,
    numerator: 146,
    denominator: 160,
  });
  expect(only(recorded, 'drift_usage_rate', '2024-01-03')[0]).toMatchObject({
    found: (100 * 128 * 480) / (160 * 466),
    wanted: 90,
    detail: '80.0% of 160 rows, 97.1% of 480 earlier ones',
  });
  // 2023-24: 434 of 480 rows against 160 of 160 of the season before.
  expect(only(recorded, 'drift_usage_rate', '2023-24')[0]).toMatchObject({
    found: (100 * 434) / 480,
    numerator: 434,
    denominator: 480,
  });
});

test('shot zones of games without shots are not evaluated, by drift neither', async () => {
  const replica = await league(['2024-01-01', '2024-01-02']);
  await replica.run(
    `UPDATE nba_analytics.player_game_summary SET paint_attempts = NULL, mid_range_attempts = NULL, three_attempts_pbp = NULL
     WHERE game_date = DATE '2024-01-02'`,
  );
  await replica.run(
    "UPDATE nba_analytics.team_offense_game_summary SET team_paint_attempts = NULL WHERE game_date = DATE '2024-01-02'",
  );
  const recorded = await evaluate(replica, ZONES, '2024-01-01', '2024-01-31');
  for (const check of ['coverage_shot_zones', 'drift_shot_zones']) {
    expect(only(recorded, check, '2024-01-02')[0]).toMatchObject({
      verdict: 'not_evaluated',
      denominator: 0,
    });
  }
  expect(only(recorded, 'coverage_shot_zones', '2023-24')[0]).toMatchObject({
    verdict: 'pass',
    found: 100,
    denominator: 160,
  });
});

test('zones lost for the players of a game that has shots count as missing', async () => {
  const replica = await league(['2024-01-01']);
  await replica.run(
    "UPDATE nba_analytics.player_game_summary SET paint_attempts = NULL WHERE team_abbr <> 'ATL'",
  );
  const recorded = await evaluate(replica, ZONES, '2024-01-01');
  expect(only(recorded, 'coverage_shot_zones', '2023-24')[0]).toMatchObject({
    verdict: 'fail',
    found: 6.25,
    wanted: 40,
    numerator: 10,
    denominator: 160,
  });
});

test('the strict thresholds only warn of shot zones of a date', async () => {
  const replica = await league(['2024-01-01']);
  await replica.run('UPDATE nba_analytics.player_game_summary SET paint_attempts = NULL');
  const recorded = await evaluate(replica, undefined, '2024-01-01');
  expect(only(recorded, 'coverage_shot_zones', '2024-01-01')[0]).toMatchObject({
    verdict: 'warn',
    found: 0,
    wanted: 40,
  });
  expect(only(recorded, 'coverage_shot_zones', '2023-24')[0]).toMatchObject({ verdict: 'fail' });
});

test('a column that the table does not have is refused, with what was probably meant', async () => {
  const replica = await league(['2024-01-01']);
  await expect(
    evaluate(
      replica,
      USAGE.replace('[usage_rate]\n    scopes', '[usage_rat]\n    scopes'),
      '2024-01-01',
    ),
  ).rejects.toMatchObject({
    code: 'THRESHOLDS_COLUMN',
    exitCode: 2,
    message:
      'The check "coverage_usage_rate" names the column "usage_rat", which ' +
      '"nba_analytics.player_game_summary" does not have. Did you mean "usage_rate"?',
  });
});
