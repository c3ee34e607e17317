import { expect, test } from 'vitest';
import { evaluate, league, only } from './league.ts';

const NIGHT = '2024-01-15';
const TEAM_ROWS = `
team_rows:
  - {table: nba_analytics.team_offense_game_summary, scopes: [date], applies: final_games, min: 100, why: all}
`;
const PLAYERS = `
players_complete:
  - {table: nba_analytics.player_game_summary, scopes: [date], applies: final_games, min: 100, why: all}
`;
const COMPOSITE = `
composite_rows:
  - {table: nba_precompute.player_composite_factors, scopes: [date], applies: listed_players, min: 95, why: all}
`;

test('two of sixteen team rows are red, with the missing teams and games named', async () => {
  const replica = await league([NIGHT]);
  await replica.run(
    "DELETE FROM nba_analytics.team_offense_game_summary WHERE team_abbr NOT IN ('ATL', 'BOS')",
  );
  const [row] = only(await evaluate(replica, TEAM_ROWS, NIGHT), 'completeness_team_rows');
  expect(row).toEqual({
    scope: 'date',
    value: NIGHT,
    verdict: 'fail',
    found: 12.5,
    wanted: 100,
    numerator: 2,
    denominator: 16,
    detail:
      'no row for BKN, CHA (game 20240115_BKN_CHA); no row for CHI, CLE (game 20240115_CHI_CLE); ' +
      'no row for DAL, DEN (game 20240115_DAL_DEN); no row for DET, GSW (game 20240115_DET_GSW); ' +
      'no row for HOU, IND (game 20240115_HOU_IND); no row for LAC, LAL (game 20240115_LAC_LAL); ' +
      'no row for MEM, MIA (game 20240115_MEM_MIA)',
  });
});

test('a row of a team without a final game never stands in for a missing one', async () => {
  const replica = await league([NIGHT]);
  await replica.run(
    "UPDATE nba_analytics.team_offense_game_summary SET team_abbr = 'WAS' WHERE team_abbr = 'MIA'",
  );
  const [row] = only(await evaluate(replica, TEAM_ROWS, NIGHT), 'completeness_team_rows');
  expect(row).toMatchObject({
    verdict: 'fail',
    numerator: 14,
    denominator: 16,
    detail: 'no row for MIA (game 20240115_MEM_MIA); row for WAS without a final game',
  });
});

test('a table that is not there lacks every row', async () => {
  const replica = await league([NIGHT]);
  await replica.run('DROP TABLE nba_analytics.team_offense_game_summary');
  const [row] = only(await evaluate(replica, TEAM_ROWS, NIGHT), 'completeness_team_rows');
  expect(row).toMatchObject({ verdict: 'fail', found: 0, numerator: 0, denominator: 16 });
});

test('coming games and games out of the range are expected of no table', async () => {
  const replica = await league(['2024-01-14', NIGHT]);
  await replica.run(
    "UPDATE hoopduck.stg_game SET is_final = FALSE, game_status = 1 WHERE home_team_abbr = 'MIA'",
  );
  await replica.run(
    "UPDATE hoopduck.stg_team_game SET is_final = FALSE WHERE team_abbr IN ('MEM', 'MIA')",
  );
  await replica.run(
    "DELETE FROM nba_analytics.team_offense_game_summary WHERE team_abbr IN ('MEM', 'MIA')",
  );
  const rows = only(await evaluate(replica, TEAM_ROWS, NIGHT), 'completeness_team_rows');
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ value: NIGHT, verdict: 'pass', found: 100, denominator: 14 });
});

test('a night of coming games only is not judged at all', async () => {
  const replica = await league([NIGHT]);
  await replica.run('UPDATE hoopduck.stg_game SET is_final = FALSE');
  expect(await evaluate(replica, TEAM_ROWS, NIGHT)).toEqual([]);
});

test('the players of one game missing turn their date red', async () => {
  const replica = await league(['2024-01-14', NIGHT]);
  await replica.run(
    `DELETE FROM nba_analytics.player_game_summary WHERE game_id = '20240115_LAC_LAL'`,
  );
  const rows = only(await evaluate(replica, PLAYERS, '2024-01-14', NIGHT), 'completeness_players');
  expect(rows[0]).toMatchObject({ value: '2024-01-14', verdict: 'pass', detail: null });
  expect(rows[1]).toEqual({
    scope: 'date',
    value: NIGHT,
    verdict: 'fail',
    found: 87.5,
    wanted: 100,
    numerator: 14,
    denominator: 16,
    detail: 'no players of LAC, no players of LAL (game 20240115_LAC_LAL)',
  });
});

test('four who played, or minutes that are no game, are no team', async () => {
  const replica = await league([NIGHT]);
  await replica.run(
    `UPDATE nba_analytics.player_game_summary SET minutes_played = CASE WHEN right(player_lookup, 1) < '4' THEN 60 ELSE 0 END
     WHERE team_abbr = 'ATL'`,
  );
  await replica.run(
    `UPDATE nba_analytics.player_game_summary SET minutes_played = 17 WHERE player_lookup = 'bos0'`,
  );
  // 246 is within the tolerance, 265 is one overtime.
  await replica.run(
    `UPDATE nba_analytics.player_game_summary SET minutes_played = 30 WHERE player_lookup = 'chi0'`,
  );
  await replica.run(
    `UPDATE nba_analytics.player_game_summary SET minutes_played = 49 WHERE player_lookup = 'den0'`,
  );
  const [row] = only(await evaluate(replica, PLAYERS, NIGHT), 'completeness_players');
  expect(row).toMatchObject({
    verdict: 'fail',
    numerator: 14,
    denominator: 16,
    detail:
      '4 of ATL played (wanted: 5), minutes of BOS sum to 233.0 (wanted: 240 and 25 for each overtime) (game 20240115_ATL_BOS)',
  });
});

test('dates of the bootstrap are not evaluated, later ones need composite factors', async () => {
  const replica = await league(['2023-11-06', '2023-11-07', '2023-11-08']);
  await replica.run(
    `DELETE FROM nba_precompute.player_composite_factors
     WHERE game_date = DATE '2023-11-08' AND player_lookup LIKE 'mia%'`,
  );
  const rows = only(
    await evaluate(replica, COMPOSITE, '2023-11-01', '2023-11-30'),
    'completeness_composite_factors',
  );
  expect(rows).toEqual([
    {
      scope: 'date',
      value: '2023-11-06',
      verdict: 'not_evaluated',
      found: null,
      wanted: 95,
      numerator: 0,
      denominator: 0,
      detail: 'bootstrap',
    },
    {
      scope: 'date',
      value: '2023-11-07',
      verdict: 'pass',
      found: 100,
      wanted: 95,
      numerator: 160,
      denominator: 160,
      detail: null,
    },
    {
      scope: 'date',
      value: '2023-11-08',
      verdict: 'fail',
      found: 93.75,
      wanted: 95,
      numerator: 150,
      denominator: 160,
      detail: 'no row for 10 of 10 of MIA (game 20231108_MEM_MIA)',
    },
  ]);
});

const DATES = `
composite_dates:
  - {table: nba_precompute.player_composite_factors, scopes: [all], applies: dates_with_games, season_days: 20, min: 88, why: all}
`;

test('dates with composite factors count the bootstrap, and need a whole regular season', async () => {
  const replica = await league(['2023-10-24', '2023-11-08', '2023-11-09', '2023-11-20']);
  const whole = only(await evaluate(replica, DATES, '2023-10-01', '2023-12-01'), 'composite_dates');
  expect(whole).toEqual([
    {
      scope: 'all',
      value: 'all',
      verdict: 'fail',
      found: 75,
      wanted: 88,
      numerator: 3,
      denominator: 4,
      detail: 'no rows on 1 of 4 dates, the first 2023-10-24',
    },
  ]);
  const part = only(await evaluate(replica, DATES, '2023-11-08', '2023-12-01'), 'composite_dates');
  expect(part[0]).toMatchObject({
    verdict: 'not_evaluated',
    denominator: 0,
    detail: 'the range holds no whole regular season',
  });
});
