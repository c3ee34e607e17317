import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Replica } from '../../src/replica/replica.ts';
import { type Paper, row, stored, withoutPaper } from './support/on-paper.ts';
import {
  addGames,
  addListings,
  addTeamTotals,
  buildPrecompute,
  day,
  emptyInputs,
  insert,
} from './support/precompute-inputs.ts';

const ZONES = 'nba_precompute.player_shot_zone_analysis';
const DEFENSE = 'nba_precompute.team_defense_zone_analysis';
const CACHE = 'nba_precompute.player_daily_cache';
const CONTEXT = 'nba_precompute.player_game_context';
const COMPOSITE = 'nba_precompute.player_composite_factors';

/** Day 16 of the season; the five games before it, of which the first went into overtime. */
const DATE = '2023-11-09';
const PLAYED = ['2023-10-30', '2023-11-01', '2023-11-03', '2023-11-07', '2023-11-08'];

let replica: Replica;

/**
 * Boston receives Miami for the sixth time, a day after the fifth. The wing has played the last two games of
 * this season and two of the one before; the rookie has played none; a star of Denver's has come and is out.
 */
beforeAll(async () => {
  replica = await emptyInputs();
  const starDates = Array.from({ length: 10 }, (_, i) => day('2023-10-25', i));
  await addGames(replica, [
    ...['2023-04-01', '2023-04-03', ...PLAYED, DATE].map((date) => ({
      ...{ date, home: 'BOS', away: 'MIA' },
    })),
    ...starDates.map((date) => ({ date, home: 'DEN', away: 'UTA' })),
    { date: DATE, home: 'DEN', away: 'UTA' },
  ]);
  await addTeamTotals(replica, [
    ...PLAYED.flatMap((date, game) => {
      const overtimes = game === 0 ? 1 : 0;
      return [
        {
          ...{ date, team: 'BOS', opponent: 'MIA', points: 110, fga: 85, fta: 25, tov: 6, oreb: 4 },
          ...({ overtimes, threes: [30, 21], paint: [40, 20], midRange: [20, 8] } as const),
        },
        {
          ...{ date, team: 'MIA', opponent: 'BOS', points: 100, fga: 85, fta: 7, tov: 10, oreb: 4 },
          ...({ overtimes, threes: [30, 9], paint: [40, 22], midRange: [20, 10] } as const),
        },
      ];
    }),
  ]);
  const wing = { lookup: 'wing', team: 'BOS' };
  await addListings(replica, [
    { date: '2023-04-01', ...wing, minutes: 20, points: 30, fga: 20, fta: 5, usage: 35 },
    { date: '2023-04-03', ...wing, minutes: 20, points: 6, fga: 4, fta: 1, usage: 15 },
    {
      ...{ date: '2023-11-07', ...wing, minutes: 24, points: 10, fga: 8, fta: 5, usage: 20 },
      ...({ zones: [4, 2, 1, 0, 5, 2], roles: [3, 1] } as const),
    },
    {
      ...{ date: '2023-11-08', ...wing, minutes: 36, points: 20, fga: 12, fta: 5, usage: 25 },
      ...({ zones: [2, 2, 3, 1, 5, 1], roles: [1, 3] } as const),
    },
    // What he does on the date is of no later row, and of none of these.
    { date: DATE, ...wing, minutes: 48, points: 99, fga: 99, fta: 99, usage: 99 },
    { date: DATE, lookup: 'rookie', team: 'BOS', minutes: 1, points: 2 },
    ...starDates.map((date) => ({ date, lookup: 'star', team: 'DEN', minutes: 30, points: 20 })),
    { date: DATE, lookup: 'star', team: 'BOS' },
  ]);
  await insert(replica, 'hoopduck.stg_game_line', [
    { game_date: DATE, team_abbr: 'BOS', game_spread: -4.5, game_total: 220.5 },
  ]);
  await insert(replica, 'hoopduck.stg_injury_report', [{ game_date: DATE, team_abbr: 'BOS' }]);
  await insert(replica, 'hoopduck.stg_player_out', [
    { game_date: DATE, team_abbr: 'BOS', player_lookup: 'star' },
  ]);
  await buildPrecompute(replica);
});

afterAll(() => replica.close());

const WING = { player_lookup: 'wing' };
const SIDES = { team_abbr: 'BOS', opponent_team_abbr: 'MIA', game_id: '20231109_MIA_BOS' };
const NO_SCORES = {
  ...{ referee_favorability_score: 0, look_ahead_pressure_score: 0, travel_impact_score: 0 },
  opponent_strength_score: 0,
};
/** 96 of Boston, 92.16 of Miami. */
const PACE = '{"pace_differential":3.84}';

const PAPER: Paper = {
  // Two games of this season, 20 shots: 6 in the paint with 4 made, 4 from mid-range with 1, 10 threes with 3;
  // 4 of 8 makes assisted.
  [ZONES]: [
    row(
      { analysis_date: DATE, ...WING, games_in_sample_10: 2, games_in_sample_20: 2 },
      { total_shots_last_10: 20, paint_rate_last_10: 30, mid_range_rate_last_10: 20 },
      { three_pt_rate_last_10: 50, paint_pct_last_10: 0.666666667, mid_range_pct_last_10: 0.25 },
      { three_pt_pct_last_10: 0.3, paint_attempts_per_game: 3, mid_range_attempts_per_game: 2 },
      { three_pt_attempts_per_game: 5, paint_rate_last_20: 30, paint_pct_last_20: 0.666666667 },
      { assisted_rate_last_10: 50, primary_scoring_zone: 'perimeter' },
      { sample_quality_10: 'insufficient' },
    ),
  ],
  // Boston's possessions: 85 + 0.44*25 + 6 - 4 = 98 a game, 490 in 4*240 + 265 = 1225 minutes.
  // Rating 100*550/490; pace 48*490/(1225/5). The league, two teams with fewer than ten games, is the season:
  // threes (.7 + .3)/2, paint (.5 + .55)/2, mid-range (.4 + .5)/2.
  [DEFENSE]: [
    row(
      { analysis_date: DATE, team_abbr: 'MIA', games_in_sample: 5, games_in_sample_zones: 5 },
      { paint_attempts_allowed_last_15: 200, paint_makes_allowed_last_15: 100 },
      { paint_pct_allowed_last_15: 0.5, paint_attempts_allowed_per_game: 40 },
      { paint_points_allowed_per_game: 40, mid_range_attempts_allowed_last_15: 100 },
      { mid_range_makes_allowed_last_15: 40, mid_range_pct_allowed_last_15: 0.4 },
      { mid_range_attempts_allowed_per_game: 20, mid_range_points_allowed_per_game: 16 },
      { three_pt_attempts_allowed_last_15: 150, three_pt_makes_allowed_last_15: 105 },
      { three_pt_pct_allowed_last_15: 0.7, three_pt_attempts_allowed_per_game: 30 },
      { three_pt_points_allowed_per_game: 63, defensive_rating_last_15: 112.244897959 },
      { opponent_pace_last_15: 96, opponent_points_per_game: 110 },
      { paint_defense_vs_league_avg: -2.5, mid_range_defense_vs_league_avg: -5 },
      {
        three_pt_defense_vs_league_avg: 20,
        league_source: 'season',
        league_source_zones: 'season',
      },
    ),
  ],
  // Points 30, 6, 10, 20: mean 16.5, deviations 13.5, 10.5, 6.5, 3.5, squares 182.25 + 110.25 + 42.25 + 12.25
  // = 347, sqrt(347/3). Season (10 + 20)/2. Minutes 100/4. Usage (20*35 + 20*15 + 24*20 + 36*25)/100 = 2380/100.
  // True shooting 66/(2*(44 + 0.44*16)) = 66/102.08. Assists 4 of 8.
  [CACHE]: [
    row(
      { cache_date: DATE, player_lookup: 'rookie', team_abbr: 'BOS', points_avg_last_5: null },
      { points_avg_last_10: null, points_avg_season: null, points_std_last_10: null },
      { minutes_avg_last_10: null, usage_rate_last_10: null, ts_pct_last_10: null },
      { games_played_season: 0, team_pace_last_10: 96, team_off_rating_last_10: 112.244897959 },
      { assisted_rate_last_10: null },
    ),
    row(
      { cache_date: DATE, ...WING, team_abbr: 'BOS', points_avg_last_5: 16.5 },
      { points_avg_last_10: 16.5, points_avg_season: 15, points_std_last_10: 10.75484387 },
      { minutes_avg_last_10: 25, usage_rate_last_10: 23.8, ts_pct_last_10: 0.646551724 },
      { games_played_season: 2, team_pace_last_10: 96, team_off_rating_last_10: 112.244897959 },
      { assisted_rate_last_10: 50 },
    ),
  ],
  // Two games in seven days, of 24 and 36 minutes on consecutive dates. Usage of the last seven games is of all
  // four, 23.8; of the last three (20*15 + 24*20 + 36*25)/80 = 1680/80. Miami's possessions: 85 + 0.44*7 + 10 - 4
  // = 94.08 a game, pace 48*470.4/245 = 92.16; it allowed what Boston scored. Implied (220.5 + 4.5)/2.
  [CONTEXT]: [
    row(
      { game_date: DATE, ...WING, ...SIDES, days_rest: 1, back_to_back: true },
      { games_in_last_7_days: 2, games_in_last_14_days: 2, minutes_in_last_7_days: 60 },
      { minutes_in_last_14_days: 60, avg_minutes_per_game_last_7: 30 },
      { back_to_backs_last_14_days: 1, avg_usage_rate_last_7_games: 23.8 },
      { projected_usage_rate: 21, pace_differential: 3.84, opponent_pace_last_10: 92.16 },
      { opponent_def_rating_last_10: 112.244897959, game_total: 220.5, game_spread: -4.5 },
      { team_implied_total: 112.5, star_teammates_out: 1 },
    ),
  ],
  // The wing: fatigue 100 - 15 - 5; zone 20*min(50/50, 1)*1.2 = 24, clamped; pace 3.84/2; usage
  // (21 - 23.8)*0.3; total -20/20 + 10 + 1.92 - 0.84. The rookie: pace alone, two inputs of five known.
  [COMPOSITE]: [
    row(
      { game_date: DATE, player_lookup: 'rookie', ...SIDES, fatigue_score: 100 },
      { shot_zone_mismatch_score: 0, pace_score: 1.92, usage_spike_score: 0, ...NO_SCORES },
      { total_composite_adjustment: 1.92, calculation_version: 'hoopduck_v1' },
      { data_completeness_pct: 40, early_season_flag: true, has_warnings: false },
      { missing_data_fields: 'days_rest,projected_usage_rate,player_shot_zone' },
      { warning_details: null, pace_context_json: PACE },
      {
        fatigue_context_json:
          '{"days_rest":null,"back_to_back":null,"games_in_last_7_days":0,"minutes_in_last_7_days":0,"back_to_backs_last_14_days":0}',
        shot_zone_context_json:
          '{"primary_scoring_zone":null,"zone_rate":null,"defense_vs_league_avg":null}',
        usage_context_json:
          '{"projected_usage_rate":null,"usage_rate_last_10":null,"star_teammates_out":1}',
      },
    ),
    row(
      { game_date: DATE, ...WING, ...SIDES, fatigue_score: 80, shot_zone_mismatch_score: 10 },
      { pace_score: 1.92, usage_spike_score: -0.84, ...NO_SCORES },
      { total_composite_adjustment: 10.08, calculation_version: 'hoopduck_v1' },
      { data_completeness_pct: 100, missing_data_fields: null, early_season_flag: true },
      { has_warnings: true, warning_details: 'shot_zone_mismatch_score beyond 8' },
      { pace_context_json: PACE },
      {
        fatigue_context_json:
          '{"days_rest":1,"back_to_back":true,"games_in_last_7_days":2,"minutes_in_last_7_days":60,"back_to_backs_last_14_days":1}',
        shot_zone_context_json:
          '{"primary_scoring_zone":"perimeter","zone_rate":50,"defense_vs_league_avg":20}',
        usage_context_json:
          '{"projected_usage_rate":21,"usage_rate_last_10":23.8,"star_teammates_out":1}',
      },
    ),
  ],
};

test.each([
  [ZONES, `analysis_date = '${DATE}' AND player_lookup = 'wing'`],
  [DEFENSE, `analysis_date = '${DATE}' AND team_abbr = 'MIA'`],
  [CACHE, `cache_date = '${DATE}' AND player_lookup IN ('rookie', 'wing')`],
  [CONTEXT, `game_date = '${DATE}' AND player_lookup = 'wing'`],
  [COMPOSITE, `game_date = '${DATE}' AND player_lookup IN ('rookie', 'wing')`],
])('the rows of %s are as they were computed by hand', async (table, where) => {
  expect(await stored(replica, table, where)).toEqual(PAPER[table]);
});

test('every stored column of dataset nba_precompute has a value computed by hand', async () => {
  expect(await withoutPaper(replica, 'nba_precompute', PAPER)).toEqual([]);
});

test('an opponent without a shot in a zone, or without a possession, divides nothing by zero', async () => {
  const bare = await emptyInputs();
  const dates = Array.from({ length: 6 }, (_, i) => day('2023-10-30', 2 * i));
  await addGames(
    bare,
    dates.map((date) => ({ date, home: 'BOS', away: 'MIA' })),
  );
  await addTeamTotals(
    bare,
    dates.slice(0, 5).map((date) => ({
      ...{ date, team: 'MIA', opponent: 'BOS', points: 0, fga: 4, tov: 0, oreb: 4 },
      ...({ threes: [0, 0], paint: [0, 0], midRange: [4, 0] } as const),
    })),
  );
  await buildPrecompute(bare);
  // Five games known: the figures are there where their denominators are. Possessions 4 + 0 - 4.
  const [row] = await stored(bare, DEFENSE, `analysis_date = '${dates[5]}' AND team_abbr = 'BOS'`);
  expect(row).toMatchObject({
    games_in_sample: 5,
    games_in_sample_zones: 5,
    paint_attempts_allowed_last_15: 0,
    paint_pct_allowed_last_15: null,
    paint_attempts_allowed_per_game: 0,
    paint_points_allowed_per_game: 0,
    paint_defense_vs_league_avg: null,
    mid_range_pct_allowed_last_15: 0,
    mid_range_defense_vs_league_avg: 0,
    three_pt_pct_allowed_last_15: null,
    three_pt_defense_vs_league_avg: null,
    defensive_rating_last_15: null,
    opponent_pace_last_15: 0,
    opponent_points_per_game: 0,
  });
  bare.close();
});

test('one who played and whose usage is never known has no usage figure, and one who scored nothing has a mean of 0', async () => {
  const bare = await emptyInputs();
  await addGames(bare, [
    { date: '2023-11-07', home: 'BOS', away: 'MIA' },
    { date: DATE, home: 'BOS', away: 'MIA' },
  ]);
  const guard = { lookup: 'guard', team: 'BOS', minutes: 12, points: 0, fga: 0, fta: 0 };
  await addListings(bare, [
    { date: '2023-11-07', ...guard },
    { date: DATE, ...guard },
  ]);
  await buildPrecompute(bare);
  expect(await stored(bare, CONTEXT, `game_date = '${DATE}'`)).toEqual([
    expect.objectContaining({
      days_rest: 2,
      back_to_back: false,
      games_in_last_7_days: 1,
      avg_minutes_per_game_last_7: 12,
      avg_usage_rate_last_7_games: null,
      projected_usage_rate: null,
    }),
  ]);
  expect(await stored(bare, CACHE, `cache_date = '${DATE}'`)).toEqual([
    expect.objectContaining({
      points_avg_last_5: 0,
      points_avg_season: 0,
      points_std_last_10: null,
      usage_rate_last_10: null,
      ts_pct_last_10: null,
      games_played_season: 1,
    }),
  ]);
  bare.close();
});
