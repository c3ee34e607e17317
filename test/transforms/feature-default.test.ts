import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Replica } from '../../src/replica/replica.ts';
import { FEATURE_SETS } from '../../src/train/feature-sets.ts';
import {
  addGames,
  addListings,
  addTeamTotals,
  buildPrecompute,
  emptyInputs,
  insert,
} from './support/precompute-inputs.ts';

/** wing plays for BOS in April and October, then for DEN against BOS; DEN is to meet BOS again. */
async function trade(): Promise<Replica> {
  const replica = await emptyInputs();
  await addGames(replica, [
    { date: '2023-04-01', home: 'BOS', away: 'MIA' },
    { date: '2023-10-25', home: 'BOS', away: 'MIA' },
    { date: '2023-10-27', home: 'BOS', away: 'DEN' },
    { date: '2023-10-29', home: 'DEN', away: 'BOS', final: false },
  ]);
  // 90 shots and 10 turnovers are 100 possessions.
  const total = (date: string, team: string, opponent: string, points: number, threes: number) => ({
    date,
    team,
    opponent,
    points,
    threes: [threes, 10] as const,
    overtimes: date === '2023-10-25' ? 1 : 0,
  });
  await addTeamTotals(replica, [
    total('2023-04-01', 'BOS', 'MIA', 110, 40),
    total('2023-04-01', 'MIA', 'BOS', 100, 30),
    total('2023-10-25', 'BOS', 'MIA', 120, 41),
    total('2023-10-25', 'MIA', 'BOS', 100, 32),
    total('2023-10-27', 'BOS', 'DEN', 90, 42),
    total('2023-10-27', 'DEN', 'BOS', 105, 35),
  ]);
  const man = (
    [date, lookup, team]: readonly [string, string, string],
    [minutes, points, fga, fta, usage]: readonly [number, number, number, number, number],
    box: readonly [number, number, number, number, number, number],
  ) => ({ date, lookup, team, minutes, points, fga, fta, usage, box });
  await addListings(replica, [
    man(['2023-04-01', 'wing', 'BOS'], [12, 10, 4, 0, 30], [4, 2, 3, 0, 0, 0]),
    man(['2023-04-01', 'heat', 'MIA'], [30, 15, 9, 0, 20], [6, 1, 2, 3, 1, 0]),
    // A game of 265 minutes: 26.5 are 24 of 240, and 39.75 are 36.
    man(['2023-10-25', 'wing', 'BOS'], [26.5, 20, 10, 5, 20], [7, 1, 2, 0, 1, 1]),
    man(['2023-10-25', 'star', 'BOS'], [39.75, 30, 20, 0, 30], [12, 3, 9, 0, 4, 0]),
    man(['2023-10-25', 'heat', 'MIA'], [26.5, 9, 8, 0, 20], [4, 1, 2, 2, 1, 0]),
    man(['2023-10-27', 'star', 'BOS'], [36, 24, 18, 0, 29], [10, 2, 6, 0, 4, 0]),
    man(['2023-10-27', 'wing', 'DEN'], [30, 16, 8, 0, 25], [6, 2, 4, 1, 0, 0]),
    man(['2023-10-27', 'nugget', 'DEN'], [34, 22, 16, 0, 28], [9, 2, 6, 0, 7, 0]),
  ]);
  const line = { game_date: '2023-10-29', game_total: 220 };
  await insert(replica, 'hoopduck.stg_game_line', [
    { ...line, team_abbr: 'DEN', game_spread: -6 },
    { ...line, team_abbr: 'BOS', game_spread: 6 },
  ]);
  await buildPrecompute(replica);
  return replica;
}

let replica: Replica;

beforeAll(async () => {
  replica = await trade();
});

afterAll(() => replica.close());

const close = (value: number) => expect.closeTo(value, 8);

async function featuresOf(lookup: string, date: string): Promise<Record<string, unknown>> {
  const row = await replica.row<Record<string, unknown>>(
    'SELECT * FROM hoopduck.feature_default WHERE player_lookup = $lookup AND game_date = CAST($date AS DATE)',
    { lookup, date },
  );
  return row!;
}

// With q the h-th root of 2, EW_h of x, y, z is (x + y*q + z*q*q)/(1 + q + q*q):
//   h     1.5          3            6            8            10           12           15           20           25           30
//   q     1.587401052  1.259921050  1.122462048  1.090507733  1.071773463  1.059463094  1.047294123  1.035264924  1.028113827  1.023373892
//   q*q   2.519842100  1.587401052  1.259921050  1.189207115  1.148698355  1.122462048  1.096824980  1.071773463  1.057018041  1.047294123
// wing: points 10, 20, 16; shots 4, 10, 8; minutes of 240 12, 24, 30; usage 30, 20, 25.
// BOS: margins +10, +20, -15; allowed 100, 100, 105 points.
const WING_COMING = {
  // EW_6(points) = (10 + 22.449240966 + 20.158736798)/3.382383098 = 15.553524316; nugget has 22.
  points_share_of_roster: close(15.553524316 / 37.553524316),
  points_avg_with_team: 16,
  // (10 + 25.198421 + 25.398416832)/3.847322102
  points_ewm_3: close(15.750393709),
  // (4 + 12.5992105 + 12.699208416)/3.847322102
  fg_attempts_ewm_3: close(7.615275805),
  // (100 + 400*1.071773463 + 256*1.148698355)/3.220471818
  points_squared_ewm_10: close(255.483112572),
  team_spread: -6,
  minutes_last_game: 30,
  minutes_last_7_days: 56.5,
  // Of wings: in April heat, new to the league, 15 - 30*8/20 = 3 in 30 minutes; in October none (he is a big by
  // then); then wing, 16 - 30*(30 + 8)/(38.5 + 20), and nugget, 22 - 34*8/20, together 4.912820513 in 64:
  // 36*(3 + 4.912820513*1.071773463)/(30 + 64*1.071773463).
  opponent_above_career_of_type_ewm_20: close(3.018003201),
  // EW_12(shots) = (4 + 10.59463094 + 8.979696384)/3.181925142 = 7.408699078; nugget has 16.
  fg_attempts_share_of_roster: close(0.316497098),
  is_playoffs: 0,
  // DEN's one game had 105 points.
  implied_total_above_form: 113 - 105,
  // 15 - (10 + 20.56227654 - 15.855270615)/3.085131868 + 2.5
  expected_margin: close(12.732940906),
  season_points: 36,
  opponent_margin_ewm_25: close(4.767059094),
  minutes_avg_last_3: 22,
  season_day: 5,
  games_missed: 0,
  team_season_game: 2,
  spread_size: 6,
  // BOS: (110 + 108.679245283*1.028113827 + 90*1.057018041)/3.085131868 = 102.707525005
  game_total_above_form: close(220 - 105 - 102.707525005),
  minutes_avg_with_team: 30,
  // (12 + 38.097625248 + 75.595263)/5.107243152 - (12 + 26.939089152 + 37.7976315)/3.382383098
  minutes_trend: close(1.92353559),
  margin_last_game: 15,
  // wing EW_12(usage) 24.906561 in EW_6(minutes) 22.687176, nugget 28 in 34, each of 48.
  roster_usage_load: close(31.605407002),
  // Two home games: (10 + 20*1.059463094)/2.059463094
  home_points_ewm_12: close(15.144365525),
  team_margin_last_game: 15,
  // (30 + 25.198421 + 39.6850263)/3.847322102 - (30 + 20.56227654 + 26.425451025)/3.085131868
  usage_trend: close(-0.292231349),
  // EW_10 of 144, 576, 900, less the square of EW_12 of 12, 24, 30.
  minutes_deviation_ewm: close(7.62321865),
  // April: heat had no form; then 9 - 15; then wing, 16 - (10 + 21.18926188)/2.059463094 = 0.855634475:
  // (0 - 6*1.047294123 + 0.855634475*1.09682498)/3.144119103
  opponent_above_form_ewm_15: close(-1.700089372),
  // (30 + 32*1.047294123 + 35*1.09682498)/3.144119103
  opponent_three_pt_allowed_ewm_15: close(32.410440857),
  three_pt_pct_shrunk: close(40 / 109),
  opponent_win_share: 0.5,
  points_trend: close(46 / 3 - 18),
  // (100 + 109.0507733 + 124.866747075)/3.279714848
  opponent_def_rating_ewm_8: close(101.812973338),
  blocks_ewm_8: close(1.090507733 / 3.279714848),
  // (30 + 21.81015466 + 29.730177875)/3.279714848
  usage_rate_ewm_8: close(24.8620189),
  offensive_rebounds_ewm_30: close(1.047294123 / 3.070668015),
  // 3; heat 9 - 26.5*(15 + 8)/(30 + 20) = -3.19; 4.912820513.
  opponent_above_career_ewm_15: close(1.605421373),
  // (100 + 90.566037736*1.090507733 + 105*1.189207115)/3.279714848
  opponent_points_allowed_ewm_8: close(98.676173562),
  team_win_share: 1,
  roster_points: close(37.553524316),
  games_with_team: 1,
  fg_attempts_last_game: 8,
  opponent_implied_total: 107,
  games_last_season: 1,
  expected_margin_size: close(12.732940906),
  // (10 + 20.56227654 + 16.912288656)/(2*(4 + 10.28113827 + 8.456144328 + 0.44*5*1.028113827))
  true_shooting_ewm_25: close(0.949524233),
  // 12, 24, 30: squares of distances from 22 are 100, 4, 64.
  minutes_std_last_10: close(Math.sqrt(84)),
  team_three_pt_attempts_ewm_15: 35,
  career_games: 3,
  team_implied_total: 113,
  // (4 + 7*1.023373892 + 6*1.047294123)/3.070668015
  fg_makes_ewm_30: close(5.681949952),
  roster_star_points: 22,
  points_per_minute_last_season: close(10 / 12),
  roster_minutes_above: 34,
  // (100 + 102.8113827 + 110.986894305)/3.085131868
  opponent_def_rating_ewm_25: close(101.713084053),
};

test('every feature of a man before a coming game is what pencil and paper give', async () => {
  const { features } = FEATURE_SETS.default;
  const report = features.filter(({ needs }) => needs === 'report').map(({ name }) => [name, null]);
  expect(await featuresOf('wing', '2023-10-29')).toEqual({
    game_date: '2023-10-29',
    player_lookup: 'wing',
    player_key: 'wing',
    season_year: 2023,
    team_abbr: 'DEN',
    opponent_team_abbr: 'BOS',
    games_before: 3,
    ...WING_COMING,
    // Nobody has reported yet.
    ...Object.fromEntries(report),
  });
  const columns = await replica.columnsOf('hoopduck.feature_default');
  expect(columns.slice(7)).toEqual(features.map(({ name }) => ({ name, type: 'DOUBLE' })));
});

test('in the first game for a new team a man is none of it yet, and still one of the old one', async () => {
  expect(await featuresOf('wing', '2023-10-27')).toMatchObject({
    team_abbr: 'DEN',
    games_with_team: 0,
    points_avg_with_team: null,
    minutes_avg_with_team: null,
    games_missed: null,
    points_share_of_roster: null,
    roster_minutes_above: null,
    // Nobody has played for DEN this season.
    roster_points: null,
    season_points: 20,
    // His game before was one for BOS.
    margin_last_game: 20,
    team_margin_last_game: null,
    team_season_game: 1,
    points_ewm_3: close((10 + 20 * 1.25992105) / 2.25992105),
  });
  expect(await featuresOf('star', '2023-10-27')).toMatchObject({
    // EW_6 of wing's 10 and 20 is 15.288490549, of his 12 and 24 minutes 18.346188659.
    points_share_of_roster: close(30 / (30 + 15.288490549)),
    roster_points: close(45.288490549),
    roster_minutes_above: 0,
    games_missed: 0,
    team_season_game: 2,
    team_win_share: 1,
  });
  expect(await featuresOf('star', '2023-10-29')).toMatchObject({ points_share_of_roster: 1 });
});

test('a season begins without games of its own, with the form of the one before', async () => {
  expect(await featuresOf('wing', '2023-10-25')).toMatchObject({
    team_season_game: 1,
    season_day: 1,
    season_points: 0,
    games_with_team: 0,
    points_avg_with_team: null,
    games_missed: null,
    team_win_share: null,
    points_share_of_roster: null,
    games_last_season: 1,
    points_per_minute_last_season: close(10 / 12),
    points_ewm_3: 10,
    minutes_last_game: 12,
    margin_last_game: 10,
    team_margin_last_game: 10,
    career_games: 1,
    // MIA's only game was lost by 10, and BOS is at home.
    expected_margin: 22.5,
    team_spread: null,
    team_implied_total: null,
  });
  expect(await featuresOf('nugget', '2023-10-27')).toMatchObject({
    career_games: 0,
    season_points: 0,
    games_last_season: 0,
    points_ewm_3: null,
    true_shooting_ewm_25: null,
    three_pt_pct_shrunk: 0.35,
  });
});

test('a game of which something is unknown weighs nothing, and a spread alone is no pair of lines', async () => {
  await replica.run('BEGIN TRANSACTION');
  try {
    await replica.run(
      "UPDATE nba_analytics.player_game_summary SET usage_rate = NULL WHERE player_lookup = 'wing' AND game_date = DATE '2023-10-25'",
    );
    await replica.run('UPDATE hoopduck.stg_game_line SET game_total = NULL');
    await buildPrecompute(replica);
    expect(await featuresOf('wing', '2023-10-29')).toMatchObject({
      // His second game is the one in DEN.
      points_ewm_3: close((10 + 16 * 1.25992105) / 2.25992105),
      season_points: 36,
      career_games: 3,
      team_spread: -6,
      team_implied_total: null,
      game_total_above_form: null,
    });
  } finally {
    await replica.run('ROLLBACK');
  }
});
