import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Replica, Row } from '../../src/replica/replica.ts';
import {
  buildOnly,
  buildPrecompute,
  type Cell,
  emptyInputs,
  insert,
} from './support/precompute-inputs.ts';

const DATE = '2023-12-20';

interface Known {
  readonly context?: Record<string, Cell>;
  readonly form?: Record<string, Cell>;
  readonly zones?: Record<string, Cell>;
  readonly defense?: Record<string, Cell>;
  readonly bootstrap?: boolean;
}

let replica: Replica;

beforeAll(async () => {
  replica = await emptyInputs();
  await buildPrecompute(replica);
});

afterAll(() => replica.close());

/** The composite factors of one man of BOS who plays MIA, from rows of the tables before. */
async function composite(known: Known): Promise<Row | undefined> {
  for (const table of [
    'hoopduck.player_experience',
    'nba_precompute.player_game_context',
    'nba_precompute.player_daily_cache',
    'nba_precompute.player_shot_zone_analysis',
    'nba_precompute.team_defense_zone_analysis',
  ]) {
    await replica.run(`DELETE FROM ${table}`);
  }
  const man = { player_lookup: 'wing' };
  await insert(replica, 'hoopduck.player_experience', [
    {
      game_date: DATE,
      ...man,
      team_abbr: 'BOS',
      opponent_team_abbr: 'MIA',
      is_bootstrap: known.bootstrap ?? false,
    },
  ]);
  await insert(replica, 'nba_precompute.player_game_context', [
    {
      game_date: DATE,
      ...man,
      game_id: '20231220_MIA_BOS',
      games_in_last_7_days: 0,
      minutes_in_last_7_days: 0,
      back_to_backs_last_14_days: 0,
      ...known.context,
    },
  ]);
  await insert(replica, 'nba_precompute.player_daily_cache', [
    { cache_date: DATE, ...man, games_played_season: 0, ...known.form },
  ]);
  if (known.zones !== undefined) {
    await insert(replica, 'nba_precompute.player_shot_zone_analysis', [
      { analysis_date: DATE, ...man, ...known.zones },
    ]);
  }
  if (known.defense !== undefined) {
    await insert(replica, 'nba_precompute.team_defense_zone_analysis', [
      { analysis_date: DATE, team_abbr: 'MIA', ...known.defense },
      { analysis_date: DATE, team_abbr: 'BOS', paint_defense_vs_league_avg: -99 },
    ]);
  }
  await buildOnly(replica, 'nba_precompute.player_composite_factors');
  return replica.row('SELECT * FROM nba_precompute.player_composite_factors');
}

const defense = (paint: Cell, midRange: Cell, threes: Cell) => ({
  paint_defense_vs_league_avg: paint,
  mid_range_defense_vs_league_avg: midRange,
  three_pt_defense_vs_league_avg: threes,
});

test('a row with every input known', async () => {
  // Fatigue 100 - 15 - 10 - 10 - 8 - 12 = 45, -2.75 in the total. Zone 6*1 beyond 5: 7.2. Pace -1.5.
  // Usage (25 - 20)*0.3*1.15 = 1.725. Total 4.675, whose half goes away from zero.
  expect(
    await composite({
      context: {
        days_rest: 1,
        back_to_back: true,
        games_in_last_7_days: 4,
        minutes_in_last_7_days: 140.5,
        avg_minutes_per_game_last_7: 35.125,
        back_to_backs_last_14_days: 2,
        pace_differential: -3,
        projected_usage_rate: 25,
        star_teammates_out: 1,
      },
      form: { usage_rate_last_10: 20, games_played_season: 10 },
      zones: {
        primary_scoring_zone: 'perimeter',
        three_pt_rate_last_10: 60.256,
        paint_rate_last_10: 1,
        mid_range_rate_last_10: 2,
      },
      defense: defense(-1, -2, 6),
    }),
  ).toEqual({
    game_date: DATE,
    player_lookup: 'wing',
    game_id: '20231220_MIA_BOS',
    team_abbr: 'BOS',
    opponent_team_abbr: 'MIA',
    fatigue_score: 45,
    shot_zone_mismatch_score: 7.2,
    pace_score: -1.5,
    usage_spike_score: 1.725,
    referee_favorability_score: 0,
    look_ahead_pressure_score: 0,
    travel_impact_score: 0,
    opponent_strength_score: 0,
    total_composite_adjustment: 4.68,
    calculation_version: 'hoopduck_v1',
    data_completeness_pct: 100,
    missing_data_fields: null,
    early_season_flag: false,
    has_warnings: true,
    warning_details: 'fatigue_score below 50',
    fatigue_context_json:
      '{"days_rest":1,"back_to_back":true,"games_in_last_7_days":4,"minutes_in_last_7_days":141,"back_to_backs_last_14_days":2}',
    shot_zone_context_json:
      '{"primary_scoring_zone":"perimeter","zone_rate":60.26,"defense_vs_league_avg":6}',
    pace_context_json: '{"pace_differential":-3}',
    usage_context_json:
      '{"projected_usage_rate":25,"usage_rate_last_10":20,"star_teammates_out":1}',
  });
});

test('nothing known: scores of 0, fatigue without bonus or penalty, every input named', async () => {
  const row = await composite({});
  expect(row).toMatchObject({
    fatigue_score: 100,
    shot_zone_mismatch_score: 0,
    pace_score: 0,
    usage_spike_score: 0,
    total_composite_adjustment: 0,
    data_completeness_pct: 0,
    missing_data_fields:
      'days_rest,projected_usage_rate,pace_differential,player_shot_zone,team_defense_zone',
    early_season_flag: true,
    has_warnings: false,
    warning_details: null,
  });
  expect(JSON.parse(String(row?.['fatigue_context_json']))).toEqual({
    days_rest: null,
    back_to_back: null,
    games_in_last_7_days: 0,
    minutes_in_last_7_days: 0,
    back_to_backs_last_14_days: 0,
  });
  expect(row?.['shot_zone_context_json']).toBe(
    '{"primary_scoring_zone":null,"zone_rate":null,"defense_vs_league_avg":null}',
  );
  expect(row?.['pace_context_json']).toBe('{"pace_differential":null}');
  expect(row?.['usage_context_json']).toBe(
    '{"projected_usage_rate":null,"usage_rate_last_10":null,"star_teammates_out":null}',
  );
});

test('the bootstrap has no rows', async () => {
  expect(await composite({ bootstrap: true })).toBeUndefined();
});

test.each<[string, Record<string, Cell>, number]>([
  ['two days', { days_rest: 2, back_to_back: false }, 100],
  ['a back-to-back', { days_rest: 1, back_to_back: true }, 85],
  ['three games and 140 minutes', { games_in_last_7_days: 3, minutes_in_last_7_days: 140 }, 100],
  ['four games', { games_in_last_7_days: 4 }, 90],
  ['140.1 minutes', { minutes_in_last_7_days: 140.1 }, 90],
  ['35 minutes a game', { avg_minutes_per_game_last_7: 35 }, 100],
  ['35.1 minutes a game', { avg_minutes_per_game_last_7: 35.1 }, 92],
  ['one back-to-back before', { back_to_backs_last_14_days: 1 }, 95],
  ['two of them', { back_to_backs_last_14_days: 2 }, 88],
  ['three of them', { back_to_backs_last_14_days: 3 }, 88],
  ['three days, capped at 100', { days_rest: 3, back_to_back: false }, 100],
  ['three days and four games', { days_rest: 3, back_to_back: false, games_in_last_7_days: 4 }, 95],
])('fatigue after %s', async (_, context, score) => {
  const row = await composite({ context });
  expect(row?.['fatigue_score']).toBe(score);
  expect(row?.['total_composite_adjustment']).toBe((score - 100) / 20);
});

const paintOf = (rate: number) => ({ primary_scoring_zone: 'paint', paint_rate_last_10: rate });

test.each<[string, Record<string, Cell>, Record<string, Cell>, number]>([
  ['half of 50% against +4', paintOf(25), defense(4, 9, 9), 2],
  ['60% counts as 50%', paintOf(60), defense(-4, 9, 9), -4],
  ['exactly 5 is not raised', paintOf(50), defense(5, 9, 9), 5],
  ['5.1 is raised by a fifth', paintOf(50), defense(-5.1, 9, 9), -6.12],
  ['9 is clamped to 10', paintOf(50), defense(9, 0, 0), 10],
  ['-9 is clamped to -10', paintOf(50), defense(-9, 0, 0), -10],
  [
    'mid-range against mid-range',
    { primary_scoring_zone: 'mid_range', mid_range_rate_last_10: 40, paint_rate_last_10: 30 },
    defense(9, 2.5, 9),
    2,
  ],
  [
    'a balanced man against the paint',
    { primary_scoring_zone: 'balanced', paint_rate_last_10: 30, mid_range_rate_last_10: 33 },
    defense(5, 9, 9),
    3,
  ],
  ['no shots', { primary_scoring_zone: null, paint_rate_last_10: null }, defense(5, 9, 9), 0],
  ['an unknown defence of his zone', paintOf(50), defense(null, 9, 9), 0],
])('the shot zone: %s', async (_, zones, against, score) => {
  expect((await composite({ zones, defense: against }))?.['shot_zone_mismatch_score']).toBe(score);
});

test('a defence of which only his own zone is known scores and is still named', async () => {
  expect(
    await composite({
      context: { days_rest: 2, back_to_back: false, projected_usage_rate: 20 },
      zones: paintOf(50),
      defense: defense(4, null, 9),
    }),
  ).toMatchObject({
    shot_zone_mismatch_score: 4,
    data_completeness_pct: 60,
    missing_data_fields: 'pace_differential,team_defense_zone',
  });
});

test.each([
  [3, 1.5],
  [8, 3],
  [-8, -3],
])('a pace differential of %d scores %d', async (difference, score) => {
  expect((await composite({ context: { pace_differential: difference } }))?.['pace_score']).toBe(
    score,
  );
});

test.each<[string, Cell, Cell, Cell, number]>([
  ['a rise, no star out', 24, 20, 0, 1.2],
  ['a rise, one star out', 24, 20, 1, 1.38],
  ['a rise, three stars out', 24, 20, 3, 1.56],
  ['a rise, no report', 24, 20, null, 1.2],
  ['a fall, two stars out', 16, 20, 2, -1.2],
  ['a rise beyond the clamp', 40, 20, 2, 3],
  ['a fall beyond the clamp', 5, 20, 0, -3],
  ['a baseline of 0', 10, 0, 2, 0],
  ['an unknown projection', null, 20, 2, 0],
  ['an unknown baseline', 10, null, 2, 0],
])('usage: %s', async (_, projected, baseline, stars, score) => {
  const row = await composite({
    context: { projected_usage_rate: projected, star_teammates_out: stars },
    form: { usage_rate_last_10: baseline },
  });
  expect(row?.['usage_spike_score']).toBe(score);
});

test('a negative half of a hundredth goes away from zero', async () => {
  // Pace -0.25/2 = -0.125.
  expect(await composite({ context: { pace_differential: -0.25 } })).toMatchObject({
    pace_score: -0.125,
    total_composite_adjustment: -0.13,
  });
});

test('the total sums unrounded scores', async () => {
  // Zone 4*33.333333333/50 = 2.66666666664 and usage 0.0011111111*0.3 = 0.00033333333: 2.66699999997.
  expect(
    await composite({
      context: { projected_usage_rate: 20.0011111111, pace_differential: 0.016 },
      form: { usage_rate_last_10: 20, games_played_season: 9 },
      zones: paintOf(33.333333333),
      defense: defense(4, 0, 0),
    }),
  ).toMatchObject({
    shot_zone_mismatch_score: 2.666666667,
    usage_spike_score: 0.000333333,
    pace_score: 0.008,
    // 2.67499999997 after the pace: rounded scores would have summed to 2.675 and given 2.68.
    total_composite_adjustment: 2.67,
    early_season_flag: true,
  });
});

test('warnings name a zone beyond 8 and a total beyond 12', async () => {
  expect(
    await composite({
      context: { pace_differential: 8, projected_usage_rate: 40 },
      form: { usage_rate_last_10: 20 },
      zones: paintOf(50),
      defense: defense(9, 0, 0),
    }),
  ).toMatchObject({
    total_composite_adjustment: 16,
    has_warnings: true,
    warning_details: 'shot_zone_mismatch_score beyond 8,total_composite_adjustment beyond 12',
  });
});
