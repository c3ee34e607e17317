import { expect, test } from 'vitest';
import type { Replica } from '../../src/replica/replica.ts';
import {
  addGames,
  addTeamTotals,
  buildPrecompute,
  day,
  emptyInputs,
  type TeamTotals,
} from './support/precompute-inputs.ts';

const build = (replica: Replica) =>
  buildPrecompute(replica, undefined, ['nba_precompute.team_defense_zone_analysis']);

const analysis = (date: string, team: string) =>
  `SELECT * FROM nba_precompute.team_defense_zone_analysis
   WHERE analysis_date = '${date}' AND team_abbr = '${team}'`;

test('threes and ratings pool the last 15 games, zones the last 15 that have shots', async () => {
  const replica = await emptyInputs();
  const dates = Array.from({ length: 17 }, (_, i) => day('2023-10-24', 2 * i));
  await addGames(
    replica,
    dates.map((date) => ({ date, home: 'BOS', away: 'MIA' })),
  );
  // MIA scores wildly in the first game and evenly in the next fifteen; the last has no shots.
  const wild: Partial<TeamTotals> = {
    points: 999,
    threes: [100, 100],
    paint: [100, 100],
    midRange: [100, 100],
  };
  const even: Partial<TeamTotals> = { threes: [30, 12], paint: [40, 20], midRange: [20, 8] };
  const bare: Partial<TeamTotals> = { threes: [30, 12] };
  await addTeamTotals(replica, [
    ...dates.slice(0, 16).map((date, i) => ({
      date,
      team: 'MIA',
      opponent: 'BOS',
      ...(i === 0 ? wild : i === 15 ? bare : even),
    })),
    ...dates.slice(0, 16).map((date, i) => ({
      date,
      team: 'BOS',
      opponent: 'MIA',
      threes: [30, 9] as const,
      ...(i === 15 ? {} : { paint: [40, 22] as const, midRange: [20, 10] as const }),
    })),
  ]);
  await build(replica);
  // Zones, games 1 to 15: paint 380 of 660, mid-range 212 of 380. Threes, games 2 to 16: 180 of 450.
  // League, two teams, hence the season: threes (280/550 + 144/480)/2 = .4045454545, paint
  // (380/660 + 330/600)/2 = .562878788, mid-range (212/380 + 150/300)/2 = .5289473685.
  expect(await replica.row(analysis(dates[16]!, 'BOS'))).toEqual({
    analysis_date: dates[16],
    team_abbr: 'BOS',
    games_in_sample: 15,
    games_in_sample_zones: 15,
    paint_attempts_allowed_last_15: 660,
    paint_makes_allowed_last_15: 380,
    paint_pct_allowed_last_15: 0.575757576,
    paint_attempts_allowed_per_game: 44,
    paint_points_allowed_per_game: 50.666666667,
    mid_range_attempts_allowed_last_15: 380,
    mid_range_makes_allowed_last_15: 212,
    mid_range_pct_allowed_last_15: 0.557894737,
    mid_range_attempts_allowed_per_game: 25.333333333,
    mid_range_points_allowed_per_game: 28.266666667,
    three_pt_attempts_allowed_last_15: 450,
    three_pt_makes_allowed_last_15: 180,
    three_pt_pct_allowed_last_15: 0.4,
    three_pt_attempts_allowed_per_game: 30,
    three_pt_points_allowed_per_game: 36,
    defensive_rating_last_15: 100,
    opponent_pace_last_15: 100,
    opponent_points_per_game: 100,
    paint_defense_vs_league_avg: 1.2878788,
    mid_range_defense_vs_league_avg: 2.89473685,
    three_pt_defense_vs_league_avg: -0.45454545,
    league_source: 'season',
    league_source_zones: 'season',
  });
  replica.close();
});

/** Twenty teams in ten pairs; team t allows 30 + t threes of 100 in each of ten games before 2023-12-31. */
async function twentyTeams(firstGameOfLastPair: string): Promise<Replica> {
  const replica = await emptyInputs();
  const games: { date: string; home: string; away: string }[] = [];
  const totals: TeamTotals[] = [];
  for (let pair = 0; pair < 10; pair++) {
    const [home, away] = [`T${2 * pair}`, `T${2 * pair + 1}`] as const;
    for (let game = 0; game < 10; game++) {
      const date = pair === 9 && game === 0 ? firstGameOfLastPair : day('2023-12-01', 3 * game);
      games.push({ date, home, away });
      totals.push({ date, team: away, opponent: home, threes: [100, 30 + 2 * pair] });
      totals.push({ date, team: home, opponent: away, threes: [100, 31 + 2 * pair] });
    }
  }
  // Older than 30 days: of T0's own window, not of the league's.
  games.push({ date: '2023-11-30', home: 'T0', away: 'T1' });
  totals.push({ date: '2023-11-30', team: 'T1', opponent: 'T0', threes: [100, 100] });
  totals.push({ date: '2023-11-30', team: 'T0', opponent: 'T1', threes: [100, 31] });
  games.push({ date: '2023-12-31', home: 'T0', away: 'T2' });
  await addGames(replica, games);
  await addTeamTotals(replica, totals);
  await build(replica);
  return replica;
}

test('the league is the mean of 20 teams with 10 games in the 30 days before, the 30th included', async () => {
  const replica = await twentyTeams('2023-12-01');
  // T0 allowed (300 + 100)/1100; the mean of .30, .31, ... .49 is .395.
  expect(await replica.row(analysis('2023-12-31', 'T0'))).toMatchObject({
    games_in_sample: 11,
    games_in_sample_zones: 0,
    three_pt_pct_allowed_last_15: 0.363636364,
    three_pt_defense_vs_league_avg: -3.1363636,
    paint_defense_vs_league_avg: null,
    paint_attempts_allowed_last_15: null,
    league_source: 'window',
    league_source_zones: 'default',
  });
  replica.close();
});

test('with 18 such teams the league is the season so far, every team in it', async () => {
  const replica = await twentyTeams('2023-11-30');
  // T0's season is 400/1100 instead of .30: the mean is (7.9 - .30 + .363636364)/20 = .3981818182.
  expect(await replica.row(analysis('2023-12-31', 'T0'))).toMatchObject({
    three_pt_defense_vs_league_avg: -3.45454542,
    league_source: 'season',
  });
  replica.close();
});

test('comparisons need 5 games, an unknown input leaves both sums, and a coming game has a row', async () => {
  const replica = await emptyInputs();
  const dates = ['2023-11-06', '2023-11-08', '2023-11-10', '2023-11-12', '2023-11-14'];
  await addGames(replica, [
    { date: '2023-04-01', home: 'BOS', away: 'MIA' },
    ...dates.map((date) => ({ date, home: 'BOS', away: 'MIA' })),
    { date: '2023-11-16', home: 'BOS', away: 'MIA', final: false },
  ]);
  await addTeamTotals(
    replica,
    ['2023-04-01', ...dates].map((date, i) => ({
      date,
      team: 'MIA',
      opponent: 'BOS',
      // 90 + 10 possessions; in the third game of the season the points are unknown.
      points: i === 3 ? null : 100 + i,
      threes: [10, 5] as const,
      paint: [10, 5] as const,
      midRange: [10, 5] as const,
    })),
  );
  await build(replica);
  const rows = await replica.rows(
    `SELECT analysis_date, games_in_sample AS games, defensive_rating_last_15 AS rating,
       opponent_points_per_game AS points, opponent_pace_last_15 AS pace,
       paint_defense_vs_league_avg AS paint, three_pt_defense_vs_league_avg AS threes
     FROM nba_precompute.team_defense_zone_analysis
     WHERE team_abbr = 'BOS' AND analysis_date > '2023-10-01' ORDER BY 1`,
  );
  const one = { games: 1, rating: 101, points: 101, pace: 100, paint: null, threes: null };
  expect(rows).toEqual([
    { analysis_date: '2023-11-08', ...one },
    { analysis_date: '2023-11-10', ...one, games: 2, rating: 101.5, points: 101.5 },
    { analysis_date: '2023-11-12', ...one, games: 3, rating: 101.5, points: 101.5 },
    { analysis_date: '2023-11-14', ...one, games: 4, rating: 102.333333333, points: 102.333333333 },
    {
      analysis_date: '2023-11-16',
      games: 5,
      rating: 103,
      points: 103,
      pace: 100,
      paint: 0,
      threes: 0,
    },
  ]);
  replica.close();
});

test('before its first game of the season a team has counts of 0 and no figures', async () => {
  const replica = await emptyInputs();
  await addGames(replica, [
    { date: '2023-04-01', home: 'BOS', away: 'MIA' },
    { date: '2023-11-08', home: 'BOS', away: 'MIA' },
  ]);
  await addTeamTotals(replica, [{ date: '2023-04-01', team: 'MIA', opponent: 'BOS' }]);
  await build(replica);
  expect(await replica.row(analysis('2023-11-08', 'BOS'))).toMatchObject({
    games_in_sample: 0,
    games_in_sample_zones: 0,
    three_pt_attempts_allowed_last_15: null,
    three_pt_attempts_allowed_per_game: null,
    defensive_rating_last_15: null,
    opponent_pace_last_15: null,
    opponent_points_per_game: null,
    three_pt_defense_vs_league_avg: null,
    league_source: 'default',
    league_source_zones: 'default',
  });
  replica.close();
});
