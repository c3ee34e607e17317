import { expect, test } from 'vitest';
import type { Replica } from '../../src/replica/replica.ts';
import {
  addGames,
  addListings,
  buildPrecompute,
  day,
  emptyInputs,
} from './support/precompute-inputs.ts';

const TABLES = [
  'hoopduck.population',
  'hoopduck.player_timeline',
  'nba_precompute.player_shot_zone_analysis',
];

type Zones = readonly [number, number, number, number, number, number];

/** A man's games from 2023-11-01 on, every second day, one for each entry; the last is the date asked. */
async function season(
  zones: readonly (Zones | null)[],
): Promise<{ replica: Replica; date: string }> {
  const replica = await emptyInputs();
  const dates = Array.from({ length: zones.length + 1 }, (_, i) => day('2023-11-01', 2 * i));
  await addGames(
    replica,
    dates.map((date) => ({ date, home: 'BOS', away: 'MIA' })),
  );
  await addListings(
    replica,
    dates.map((date, i) => {
      const known = zones[i];
      const row = { date, lookup: 'wing', team: 'BOS', minutes: 30 };
      return known ? { ...row, zones: known } : row;
    }),
  );
  await buildPrecompute(replica, undefined, TABLES);
  return { replica, date: dates.at(-1)! };
}

const analysis = (date: string) =>
  `SELECT * FROM nba_precompute.player_shot_zone_analysis WHERE analysis_date = '${date}'`;

test('rates, percentages and means pool the last 10 and 20 games with zones', async () => {
  // 22 games with zones and two without: the two oldest fall out of the 20, twelve out of the 10.
  const older = Array.from({ length: 12 }, (): Zones => [2, 1, 4, 2, 4, 0]);
  const newer = Array.from({ length: 10 }, (): Zones => [6, 3, 1, 0, 3, 1]);
  const { replica, date } = await season([
    ...older,
    null,
    ...newer.slice(0, 5),
    null,
    ...newer.slice(5),
  ]);
  // Last 10: 60 of 100 shots in the paint, 30 made; 10 from mid-range, none; 30 threes, 10 made.
  // Last 20: 10 games more of 2 of 10 in the paint: 80 of 200, 40 made.
  expect(await replica.row(analysis(date))).toEqual({
    analysis_date: date,
    player_lookup: 'wing',
    games_in_sample_10: 10,
    games_in_sample_20: 20,
    total_shots_last_10: 100,
    paint_rate_last_10: 60,
    mid_range_rate_last_10: 10,
    three_pt_rate_last_10: 30,
    paint_pct_last_10: 0.5,
    mid_range_pct_last_10: 0,
    three_pt_pct_last_10: 0.333333333,
    paint_attempts_per_game: 6,
    mid_range_attempts_per_game: 1,
    three_pt_attempts_per_game: 3,
    paint_rate_last_20: 40,
    paint_pct_last_20: 0.5,
    assisted_rate_last_10: null,
    primary_scoring_zone: 'paint',
    sample_quality_10: 'excellent',
  });
  replica.close();
});

test.each<[string, Zones, string | null]>([
  ['40% in the paint', [40, 0, 20, 0, 40, 0], 'paint'],
  ['39% in the paint, 40% threes', [39, 0, 21, 0, 40, 0], 'perimeter'],
  ['35% from mid-range', [33, 0, 35, 0, 32, 0], 'mid_range'],
  ['a third each', [33, 0, 34, 0, 33, 0], 'balanced'],
  ['no shot', [0, 0, 0, 0, 0, 0], null],
])('the primary zone of %s', async (_, zones, zone) => {
  const { replica, date } = await season([
    [0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0],
    zones,
  ]);
  expect(await replica.row(analysis(date))).toMatchObject({
    games_in_sample_10: 4,
    total_shots_last_10: zone === null ? 0 : 100,
    primary_scoring_zone: zone,
    sample_quality_10: 'insufficient',
    paint_pct_last_10: zone === null ? null : 0,
  });
  replica.close();
});

test.each<[number, string]>([
  [5, 'limited'],
  [6, 'limited'],
  [7, 'good'],
  [9, 'good'],
])('a sample of %i games is %s', async (games, quality) => {
  const { replica, date } = await season(
    Array.from({ length: games }, (): Zones => [1, 1, 0, 0, 0, 0]),
  );
  expect(await replica.row(analysis(date))).toMatchObject({
    games_in_sample_10: games,
    sample_quality_10: quality,
  });
  replica.close();
});

test('games without shots leave the window empty: counts are 0, all else is unknown', async () => {
  const { replica, date } = await season([null, null, null, null]);
  expect(await replica.row(analysis(date))).toEqual({
    analysis_date: date,
    player_lookup: 'wing',
    games_in_sample_10: 0,
    games_in_sample_20: 0,
    total_shots_last_10: 0,
    paint_rate_last_10: null,
    mid_range_rate_last_10: null,
    three_pt_rate_last_10: null,
    paint_pct_last_10: null,
    mid_range_pct_last_10: null,
    three_pt_pct_last_10: null,
    paint_attempts_per_game: null,
    mid_range_attempts_per_game: null,
    three_pt_attempts_per_game: null,
    paint_rate_last_20: null,
    paint_pct_last_20: null,
    assisted_rate_last_10: null,
    primary_scoring_zone: null,
    sample_quality_10: 'insufficient',
  });
  replica.close();
});

test('the window starts with the season, the bootstrap has no rows, and assists need roles', async () => {
  const replica = await emptyInputs();
  await addGames(
    replica,
    ['2023-04-01', '2023-11-06', '2023-11-07', '2023-11-09'].map((date) => ({
      date,
      home: 'BOS',
      away: 'MIA',
    })),
  );
  const row = { lookup: 'wing', team: 'BOS', minutes: 30 };
  await addListings(replica, [
    { date: '2023-04-01', ...row, zones: [9, 9, 0, 0, 0, 0] },
    { date: '2023-11-06', ...row, zones: [0, 0, 3, 1, 1, 0], roles: [1, 0] },
    // Makes unknown: the game's zones are not known, and its roles are not of the window.
    { date: '2023-11-07', ...row, roles: [0, 9] },
    { date: '2023-11-09', ...row },
  ]);
  await buildPrecompute(replica, undefined, TABLES);
  expect(
    await replica.rows(`SELECT analysis_date, games_in_sample_20, mid_range_rate_last_10,
        mid_range_pct_last_10, assisted_rate_last_10
      FROM nba_precompute.player_shot_zone_analysis
      WHERE analysis_date > '2023-10-01' ORDER BY 1`),
  ).toEqual([
    {
      analysis_date: '2023-11-07',
      games_in_sample_20: 1,
      mid_range_rate_last_10: 75,
      mid_range_pct_last_10: 0.333333333,
      assisted_rate_last_10: 100,
    },
    {
      analysis_date: '2023-11-09',
      games_in_sample_20: 1,
      mid_range_rate_last_10: 75,
      mid_range_pct_last_10: 0.333333333,
      assisted_rate_last_10: 100,
    },
  ]);
  replica.close();
});
