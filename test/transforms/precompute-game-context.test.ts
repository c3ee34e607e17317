import { expect, test } from 'vitest';
import type { Replica } from '../../src/replica/replica.ts';
import {
  addGames,
  addListings,
  addTeamTotals,
  buildPrecompute,
  day,
  emptyInputs,
  insert,
  type Listing,
} from './support/precompute-inputs.ts';

const build = (replica: Replica) =>
  buildPrecompute(replica, undefined, [
    'hoopduck.population',
    'hoopduck.player_timeline',
    'hoopduck.team_recent_form',
    'hoopduck.star_out',
    'nba_precompute.player_game_context',
  ]);

const LOAD = `SELECT days_rest, back_to_back, games_in_last_7_days, games_in_last_14_days,
    minutes_in_last_7_days, minutes_in_last_14_days, avg_minutes_per_game_last_7,
    back_to_backs_last_14_days
  FROM nba_precompute.player_game_context WHERE game_date = '2023-12-20' AND player_lookup = `;

test('rest and load are of the 7 and 14 dates before, pairs of dates inside the 14', async () => {
  const replica = await emptyInputs();
  const played: [string, number][] = [
    ['2023-12-05', 33],
    ['2023-12-06', 30],
    ['2023-12-07', 30],
    ['2023-12-12', 30],
    ['2023-12-13', 20.5],
    ['2023-12-19', 40],
  ];
  await addGames(
    replica,
    ['2023-04-09', ...played.map(([date]) => date), '2023-12-18', '2023-12-20'].map((date) => ({
      date,
      home: 'BOS',
      away: 'MIA',
    })),
  );
  const men = ['wing', 'debutant', 'veteran'];
  await addListings(replica, [
    ...played.map(([date, minutes]) => ({ date, lookup: 'wing', team: 'BOS', minutes })),
    { date: '2023-12-18', lookup: 'wing', team: 'BOS' },
    { date: '2023-04-09', lookup: 'veteran', team: 'MIA', minutes: 12 },
    ...men.map((lookup) => ({ date: '2023-12-20', lookup, team: 'BOS', minutes: 48 })),
  ]);
  await build(replica);
  // Within 7: the 13th and the 19th; within 14: the 6th, 7th, 12th, 13th, 19th. Pairs: 6-7 and 12-13;
  // 5-6 begins before the window and 19-20 is the one that the date makes.
  expect(await replica.row(`${LOAD}'wing'`)).toEqual({
    days_rest: 1,
    back_to_back: true,
    games_in_last_7_days: 2,
    games_in_last_14_days: 5,
    minutes_in_last_7_days: 60.5,
    minutes_in_last_14_days: 150.5,
    avg_minutes_per_game_last_7: 30.25,
    back_to_backs_last_14_days: 2,
  });
  const empty = {
    games_in_last_7_days: 0,
    games_in_last_14_days: 0,
    minutes_in_last_7_days: 0,
    minutes_in_last_14_days: 0,
    avg_minutes_per_game_last_7: null,
    back_to_backs_last_14_days: 0,
  };
  expect(await replica.row(`${LOAD}'debutant'`)).toEqual({
    days_rest: null,
    back_to_back: null,
    ...empty,
  });
  // 255 days are capped.
  expect(await replica.row(`${LOAD}'veteran'`)).toEqual({
    days_rest: 30,
    back_to_back: false,
    ...empty,
  });
  replica.close();
});

test('usage of the last 3 and 7 games is weighted by minutes, unknown games left out', async () => {
  const replica = await emptyInputs();
  const games: [number, number | null][] = [
    [10, 90],
    [10, 20],
    [10, 20],
    [10, 20],
    [10, 20],
    [10, 30],
    [10, null],
    [30, 10],
  ];
  const dates = Array.from({ length: 9 }, (_, i) => day('2023-11-10', 2 * i));
  await addGames(
    replica,
    dates.map((date) => ({ date, home: 'BOS', away: 'MIA' })),
  );
  await addListings(
    replica,
    dates.map((date, i): Listing => {
      const [minutes, usage] = games[i] ?? [1, 99];
      const row = { date, lookup: 'wing', team: 'BOS', minutes };
      return usage === null ? row : { ...row, usage };
    }),
  );
  await build(replica);
  // Last 7: (4*10*20 + 10*30 + 30*10)/80 = 1400/80. Last 3: (10*30 + 30*10)/40.
  expect(
    await replica.row(`SELECT avg_usage_rate_last_7_games, projected_usage_rate
      FROM nba_precompute.player_game_context WHERE game_date = '${dates[8]}'`),
  ).toEqual({ avg_usage_rate_last_7_games: 17.5, projected_usage_rate: 15 });
  replica.close();
});

test('pace, ratings and lines are of the row’s own team and its opponent', async () => {
  const replica = await emptyInputs();
  await addGames(replica, [
    { date: '2023-11-10', home: 'BOS', away: 'NYK' },
    { date: '2023-11-10', home: 'MIA', away: 'DEN' },
    { date: '2023-11-12', home: 'BOS', away: 'MIA' },
  ]);
  await addTeamTotals(replica, [
    { date: '2023-11-10', team: 'BOS', opponent: 'NYK' },
    { date: '2023-11-10', team: 'NYK', opponent: 'BOS', points: 95 },
    { date: '2023-11-10', team: 'MIA', opponent: 'DEN', fga: 80 },
    { date: '2023-11-10', team: 'DEN', opponent: 'MIA', points: 117 },
  ]);
  await addListings(replica, [
    { date: '2023-11-12', lookup: 'celtic', team: 'BOS', minutes: 20 },
    { date: '2023-11-12', lookup: 'heat', team: 'MIA', minutes: 20 },
    { date: '2023-11-10', lookup: 'nugget', team: 'DEN', minutes: 20 },
  ]);
  await insert(replica, 'hoopduck.stg_game_line', [
    { game_date: '2023-11-12', team_abbr: 'BOS', game_spread: -4.5, game_total: 220.5 },
    { game_date: '2023-11-12', team_abbr: 'MIA', game_spread: 4.5, game_total: 220.5 },
  ]);
  await build(replica);
  expect(
    await replica.rows(`SELECT player_lookup, game_id, team_abbr, opponent_team_abbr,
        pace_differential, opponent_pace_last_10, opponent_def_rating_last_10, game_total,
        game_spread, team_implied_total, star_teammates_out
      FROM nba_precompute.player_game_context ORDER BY game_date DESC, player_lookup`),
  ).toEqual([
    {
      player_lookup: 'celtic',
      game_id: '20231112_MIA_BOS',
      team_abbr: 'BOS',
      opponent_team_abbr: 'MIA',
      pace_differential: 10,
      opponent_pace_last_10: 90,
      opponent_def_rating_last_10: 117,
      game_total: 220.5,
      game_spread: -4.5,
      team_implied_total: 112.5,
      star_teammates_out: null,
    },
    {
      player_lookup: 'heat',
      game_id: '20231112_MIA_BOS',
      team_abbr: 'MIA',
      opponent_team_abbr: 'BOS',
      pace_differential: -10,
      opponent_pace_last_10: 100,
      opponent_def_rating_last_10: 95,
      game_total: 220.5,
      game_spread: 4.5,
      team_implied_total: 108,
      star_teammates_out: null,
    },
    {
      player_lookup: 'nugget',
      game_id: '20231110_DEN_MIA',
      team_abbr: 'DEN',
      opponent_team_abbr: 'MIA',
      pace_differential: null,
      opponent_pace_last_10: null,
      opponent_def_rating_last_10: null,
      game_total: null,
      game_spread: null,
      team_implied_total: null,
      star_teammates_out: null,
    },
  ]);
  replica.close();
});

test('the defensive rating counts the games with a defence row, pace those with an own row', async () => {
  const replica = await emptyInputs();
  const dates = Array.from({ length: 11 }, (_, i) => day('2023-11-10', 2 * i));
  const asked = '2023-12-10';
  await addGames(
    replica,
    [...dates, asked].map((date) => ({ date, home: 'BOS', away: 'MIA' })),
  );
  // The oldest of 11 games: the opponent scored 150 and the team's pace was 110. Of the newest game only
  // the opponent's row is there; of the one before only the team's own.
  await addTeamTotals(
    replica,
    dates.flatMap((date, i) => [
      ...(i === 10 ? [] : [{ date, team: 'BOS', opponent: 'MIA', fga: i === 0 ? 100 : 90 }]),
      ...(i === 9 ? [] : [{ date, team: 'MIA', opponent: 'BOS', points: [150][i] ?? 100 }]),
    ]),
  );
  await addListings(replica, [{ date: asked, lookup: 'heat', team: 'MIA', minutes: 20 }]);
  await build(replica);
  // Pace: dates 0 to 9, (110 + 9 * 100) / 10. Defence: dates 0 to 8 and 10, (150 + 9 * 100) / 1000.
  expect(
    await replica.row(`SELECT opponent_pace_last_10, opponent_def_rating_last_10
      FROM nba_precompute.player_game_context WHERE game_date = '${asked}'`),
  ).toEqual({ opponent_pace_last_10: 101, opponent_def_rating_last_10: 105 });
  replica.close();
});

test('stars whom the report lists out are counted, himself left out, and no report is unknown', async () => {
  const replica = await emptyInputs();
  const dates = Array.from({ length: 10 }, (_, i) => day('2023-11-01', 2 * i));
  const before = Array.from({ length: 10 }, (_, i) => day('2023-03-01', 2 * i));
  const asked = '2023-11-25';
  await addGames(replica, [
    ...[...before, ...dates].map((date) => ({ date, home: 'BOS', away: 'DEN' })),
    { date: '2023-11-22', home: 'BOS', away: 'DEN' },
    { date: asked, home: 'BOS', away: 'MIA' },
    { date: asked, home: 'DEN', away: 'UTA' },
  ]);
  const ten = (lookup: string, minutes: number, points: (game: number) => number): Listing[] =>
    dates.map((date, i) => ({ date, lookup, team: 'BOS', minutes, points: points(i) }));
  await addListings(replica, [
    ...ten('scorer', 10, () => 18),
    ...ten('starter', 28, () => 12),
    ...ten('belowboth', 27, (i) => (i === 0 ? 17 : 18)),
    ...ten('roleplayer', 40, (i) => (i === 0 ? 11 : 12)),
    ...ten('ninegames', 40, () => 30).slice(1),
    ...before.map((date) => ({ date, lookup: 'laststar', team: 'BOS', minutes: 40, points: 30 })),
    // A star of DEN who has come to BOS and not played for it.
    ...ten('newcomer', 40, () => 30).map((row) => ({ ...row, team: 'DEN' })),
    // Two men of one name: the star has it first, the other one has it now.
    ...ten('namesake', 40, () => 30).map((row) => ({ ...row, key: '1', team: 'DEN' })),
    { date: '2023-11-22', lookup: 'namesake', key: '2', team: 'BOS', minutes: 5, points: 2 },
    ...['scorer', 'bench'].map((lookup) => ({ date: asked, lookup, team: 'BOS', minutes: 9 })),
    { date: asked, lookup: 'heat', team: 'MIA', minutes: 9 },
    { date: asked, lookup: 'nugget', team: 'DEN', minutes: 9 },
  ]);
  await insert(
    replica,
    'hoopduck.stg_injury_report',
    ['BOS', 'DEN'].map((team_abbr) => ({ game_date: asked, team_abbr })),
  );
  await insert(
    replica,
    'hoopduck.stg_player_out',
    'scorer starter belowboth roleplayer ninegames laststar newcomer namesake nobodyknows'
      .split(' ')
      .map((player_lookup) => ({ game_date: asked, team_abbr: 'BOS', player_lookup })),
  );
  await build(replica);
  expect(await replica.column('SELECT player_key FROM hoopduck.star_out ORDER BY 1')).toEqual([
    'newcomer',
    'scorer',
    'starter',
  ]);
  expect(
    await replica.rows(`SELECT player_lookup, star_teammates_out
      FROM nba_precompute.player_game_context WHERE game_date = '${asked}' ORDER BY 1`),
  ).toEqual([
    { player_lookup: 'bench', star_teammates_out: 3 },
    { player_lookup: 'heat', star_teammates_out: null },
    { player_lookup: 'nugget', star_teammates_out: 0 },
    { player_lookup: 'scorer', star_teammates_out: 2 },
  ]);
  replica.close();
});
