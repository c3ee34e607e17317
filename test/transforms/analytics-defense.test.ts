import { expect, test } from 'vitest';
import { NIGHT, RawLeague } from './support/raw-league.ts';

const DEFENSE = 'nba_analytics.team_defense_game_summary';
/** 100 points: 2 * (36 - 8) + 3 * 8 + 20. */
const HUNDRED = { points: 100, fg_made: 36, three_pt_made: 8 };

/** Boston beat New York 110 to 100. */
async function leagueWithGame(over = {}): Promise<RawLeague> {
  const league = await RawLeague.open();
  await league.game('NYK', 'BOS', { game_id: '0022300555', ...over });
  return league;
}

test("the defence row is the opponent's turned round, with the team's own steals, blocks and rebounds", async () => {
  const league = await leagueWithGame();
  await league.box('BOS', { minutes: '265:00', steals: 7, blocks: 5, defensive_rebounds: 33 });
  await league.box('NYK', { ...HUNDRED, minutes: '265:00' });
  await league.shot('NYK', 'brunson', { shot_distance: 8 });
  await league.shot('NYK', 'brunson', { shot_distance: 15 });
  await league.shot('NYK', 'brunson', { shot_distance: 15, shot_made: false });
  const rows = await league.rowsOf(
    DEFENSE,
    '* EXCLUDE (data_hash, processed_at)',
    "defending_team_abbr = 'BOS'",
  );
  // rating 100*100/98.8; pace 98.8*48/53; ts 100/197.6; three-pointers 3*8; mid-range 2*1
  expect(rows).toEqual([
    {
      game_id: '20240115_NYK_BOS',
      nba_game_id: '0022300555',
      game_date: NIGHT,
      defending_team_abbr: 'BOS',
      opponent_team_abbr: 'NYK',
      season_year: 2023,
      points_allowed: 100,
      opp_fg_attempts: 90,
      opp_fg_makes: 36,
      opp_three_pt_attempts: 30,
      opp_three_pt_makes: 8,
      opp_ft_attempts: 20,
      opp_ft_makes: 20,
      opp_offensive_rebounds: 10,
      opp_rebounds: 40,
      opp_assists: 20,
      turnovers_forced: 10,
      defensive_rating: 101.214574899,
      opponent_pace: 89.479245283,
      opponent_ts_pct: 0.506072874,
      opp_paint_attempts: 1,
      opp_paint_makes: 1,
      opp_mid_range_attempts: 2,
      opp_mid_range_makes: 1,
      points_in_paint_allowed: 2,
      mid_range_points_allowed: 2,
      three_pt_points_allowed: 24,
      steals: 7,
      blocks: 5,
      defensive_rebounds: 33,
      home_game: true,
      win_flag: true,
      margin_of_victory: 10,
      overtime_periods: 1,
    },
  ]);
});

test('of two box scores the newest is taken, and among equals the choice does not depend on their order', async () => {
  const kept: unknown[] = [];
  for (const order of [0, 1]) {
    const league = await leagueWithGame();
    const rows = [{ steals: 3 }, { steals: 4 }];
    for (const row of order === 0 ? rows : rows.toReversed()) await league.box('BOS', row);
    await league.box('NYK', { ...HUNDRED, assists: 9, processed_at: '2024-07-01' });
    await league.box('NYK', { ...HUNDRED, assists: 8, processed_at: '2024-06-01' });
    kept.push(await league.rowsOf(DEFENSE, 'defending_team_abbr, steals, opp_assists'));
  }
  expect(kept[0]).toEqual(kept[1]);
  expect(kept[0]).toContainEqual({
    defending_team_abbr: 'BOS',
    steals: expect.any(Number),
    opp_assists: 9,
  });
});
