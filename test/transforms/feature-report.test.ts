import { expect, test } from 'vitest';
import type { Replica } from '../../src/replica/replica.ts';
import {
  addGames,
  addListings,
  buildOnly,
  buildPrecompute,
  emptyInputs,
  insert,
} from './support/precompute-inputs.ts';

test('a report says of each man whether he is out, and the one of the game before whether he was', async () => {
  const replica = await emptyInputs();
  const dates = ['2023-11-01', '2023-11-03', '2023-11-05', '2023-11-07', '2023-11-09'];
  await addGames(
    replica,
    dates.map((date) => ({ date, home: 'BOS', away: 'MIA', final: date < '2023-11-09' })),
  );
  const plays = (lookup: string, minutes: number, ...days: number[]) =>
    days.map((n) => ({ date: `2023-11-0${n}`, lookup, team: 'BOS', minutes }));
  await addListings(replica, [
    ...plays('regular', 28, 1, 3, 5, 7),
    ...plays('hurt', 19, 1, 7),
    ...plays('cleared', 5, 1, 3),
  ]);
  await insert(
    replica,
    'hoopduck.stg_injury_report',
    dates.slice(1).map((game_date) => ({ game_date, team_abbr: 'BOS' })),
  );
  await insert(
    replica,
    'hoopduck.stg_player_out',
    [
      ['2023-11-03', 'hurt'],
      ['2023-11-05', 'hurt'],
      ['2023-11-05', 'cleared'],
      ['2023-11-07', 'cleared'],
      ['2023-11-07', 'nobodyknows'],
    ].map(([game_date, player_lookup]) => ({
      game_date: game_date!,
      team_abbr: 'BOS',
      player_lookup: player_lookup!,
    })),
  );
  // Team rows say how long a game was: 240 minutes.
  for (const date of dates) {
    await insert(replica, 'nba_analytics.team_offense_game_summary', [
      { game_date: date, team_abbr: 'BOS', overtime_periods: 0 },
    ]);
  }
  await buildPrecompute(replica, undefined, ['hoopduck.roster_report', 'hoopduck.playing_count']);
  expect(
    await replica.column(
      `SELECT concat_ws(' ', strftime(game_date, '%d'), player_key, is_out, was_out,
         games_missed_from, minutes_from) FROM hoopduck.roster_report ORDER BY 1`,
    ),
  ).toEqual([
    // The game of the 1st has no report: nobody knows who was out.
    '03 cleared false unknown 0 0',
    '03 hurt true unknown 0 14',
    '03 regular false unknown 0 28',
    '05 cleared true no 0 0',
    '05 hurt true yes 1 14',
    '05 regular false no 0 28',
    '07 cleared true yes 1 0',
    // Absent from the newest report he is available, whatever an older one said.
    '07 hurt false yes 2 14',
    '07 regular false no 0 28',
    '09 cleared false yes 2 0',
    '09 hurt false no 0 14',
    '09 regular false no 0 28',
  ]);
  // The coming game of the 9th counts for nothing yet.
  expect(
    await replica.column(
      `SELECT concat_ws(' ', strftime(game_date, '%d'), is_out, was_out, games_missed_from,
         minutes_from, men, played) FROM hoopduck.playing_count ORDER BY 1`,
    ),
  ).toEqual([
    '03 false unknown 0 0 1 1',
    '03 false unknown 0 28 1 1',
    '03 true unknown 0 14 1 0',
    '05 false no 0 28 1 1',
    '05 true no 0 0 1 0',
    '05 true yes 1 14 1 0',
    '07 false no 0 28 1 1',
    '07 false yes 2 14 1 1',
    '07 true yes 1 0 1 0',
  ]);
  replica.close();
});

test('a chance is the share of earlier seasons that played, with ten men more of all minutes', async () => {
  const replica = await emptyInputs();
  for (const [date, season] of [
    ['2022-10-18', 2022],
    ['2022-10-19', 2022],
    ['2023-10-24', 2023],
    ['2024-10-22', 2024],
    ['2024-10-23', 2024],
  ] as const) {
    await insert(replica, 'hoopduck.stg_team_game', [
      { game_date: date, team_abbr: 'BOS', season_year: season },
    ]);
  }
  await replica.run(`CREATE TABLE hoopduck.playing_count (game_date DATE, season_year BIGINT,
    is_out BOOLEAN, was_out VARCHAR, games_missed_from BIGINT, minutes_from BIGINT, men BIGINT,
    played BIGINT)`);
  await replica.run(`INSERT INTO hoopduck.playing_count VALUES
    ('2023-01-01', 2022, FALSE, 'no', 0, 20, 20, 18), ('2023-01-02', 2022, FALSE, 'no', 0, 20, 10, 9),
    ('2023-01-01', 2022, FALSE, 'no', 0, 0, 10, 3), ('2023-01-01', 2022, FALSE, 'yes', 2, 8, 10, 5),
    ('2024-01-01', 2023, TRUE, 'no', 0, 28, 30, 2), ('2024-10-22', 2024, TRUE, 'no', 0, 28, 9, 9)`);
  const chances = async (date: string, condition = 'TRUE') =>
    replica.column(
      `SELECT concat_ws(' ', is_out, was_out, games_missed_from, minutes_from, men, chance_to_play)
       FROM hoopduck.playing_rate WHERE game_date = CAST($date AS DATE) AND ${condition} ORDER BY ALL`,
      { date },
    );

  await buildOnly(replica, 'hoopduck.playing_rate');

  expect(
    await replica.column(
      `SELECT concat_ws(' ', game_date, season_year, groups) FROM (
        SELECT game_date, season_year, count(*) AS groups FROM hoopduck.playing_rate GROUP BY ALL) ORDER BY 1`,
    ),
    // 2 * 3 * 5 * 5 groups under the first date of each season that has earlier reports.
  ).toEqual(['2023-10-24 2023 150', '2024-10-22 2024 150']);
  expect(
    await chances('2023-10-24', "NOT is_out AND was_out = 'no' AND games_missed_from = 0"),
  ).toEqual([
    // Of 40 men of all minutes 30 played: .75. (3 + 7.5)/(10 + 10), (27 + 7.5)/(30 + 10).
    'false no 0 0 10 0.525',
    'false no 0 14 0 0.75',
    'false no 0 20 30 0.8625',
    'false no 0 28 0 0.75',
    'false no 0 8 0 0.75',
  ]);
  expect(
    await chances('2023-10-24', "was_out = 'yes' AND games_missed_from = 2 AND minutes_from < 14"),
  ).toEqual([
    'false yes 2 0 0 0.5',
    // (5 + 5)/(10 + 10)
    'false yes 2 8 10 0.5',
    // Nobody was listed out in that season.
    'true yes 2 0 0 0.0',
    'true yes 2 8 0 0.0',
  ]);
  // Of nobody so far: of all 50 who were not listed out 35 played.
  expect(
    await chances(
      '2023-10-24',
      "NOT is_out AND was_out = 'unknown' AND minutes_from = 8 AND games_missed_from = 1",
    ),
  ).toEqual(['false unknown 1 8 0 0.7']);
  // (2 + 10*2/30)/(30 + 10): the season itself does not count.
  expect(
    await chances(
      '2024-10-22',
      "is_out AND was_out = 'no' AND minutes_from = 28 AND games_missed_from = 0",
    ),
  ).toEqual(['true no 0 28 30 0.066666667']);
  replica.close();
});

const FEATURES = [
  'expected_points_share',
  'expected_attempts_share',
  'expected_minutes_share',
  'chance_to_play',
  'expected_minutes_above',
  'expected_minutes_of_others',
  'expected_points_of_others',
  'expected_minutes_of_same_type',
  'change_of_minutes_since_last_game',
  'change_of_points_since_last_game',
  'star_expected_points',
  'opponent_change_of_points',
  'opponent_missing_points',
  'opponent_star_expected_points',
] as const;

/** BOS and MIA with reports, UTA with one and nobody who has played yet, DEN without. */
async function fourTeams(): Promise<Replica> {
  const replica = await emptyInputs();
  await replica.run(`CREATE TABLE hoopduck.player_experience AS
    SELECT CAST(game_date AS DATE) AS game_date, player_lookup, player_lookup AS player_key, team_abbr,
      opponent_team_abbr, season_year, CAST(IF(player_lookup = 'debutant', 0, 7) AS BIGINT) AS games_before
    FROM (VALUES
      ('2022-11-10', 'star', 'BOS', 'MIA', 2022), ('2023-11-10', 'star', 'BOS', 'MIA', 2023),
      ('2023-11-10', 'wing', 'BOS', 'MIA', 2023), ('2023-11-10', 'sick', 'BOS', 'MIA', 2023),
      ('2023-11-10', 'newcomer', 'BOS', 'MIA', 2023), ('2023-11-10', 'debutant', 'BOS', 'MIA', 2023),
      ('2023-11-10', 'heat', 'MIA', 'BOS', 2023), ('2023-11-10', 'jazz', 'UTA', 'DEN', 2023),
      ('2023-11-10', 'nugget', 'DEN', 'UTA', 2023))
      AS t(game_date, player_lookup, team_abbr, opponent_team_abbr, season_year)`);
  await replica.run(`CREATE TABLE hoopduck.player_weighted_form AS
    SELECT DATE '2022-11-09' AS game_date, *, CAST(7 AS BIGINT) AS games FROM (VALUES
      ('star', 36.0::DOUBLE, 24.0::DOUBLE, 18.0::DOUBLE, 25.0::DOUBLE, 'guard'),
      ('wing', 30.0, 12.0, 10.0, 10.0, 'wing'), ('sick', 30.0, 20.0, 16.0, 22.0, 'guard'),
      ('newcomer', 20.0, 8.0, 6.0, 9.0, 'wing'), ('heat', 20.0, 10.0, 8.0, 11.0, 'wing'),
      ('jazz', 20.0, 10.0, 8.0, 11.0, 'wing'), ('nugget', 20.0, 10.0, 8.0, 11.0, 'wing'))
      AS t(player_key, expected_minutes, expected_points, expected_attempts, points_20, player_type)`);
  await replica.run(`CREATE TABLE hoopduck.roster_report AS
    SELECT CAST(r.game_date AS DATE) AS game_date, r.team_abbr, r.player_key, r.season_year, r.is_out,
      r.was_out, r.games_missed_from, r.games_missed_from AS games_missed, 28 AS minutes_from,
      f.expected_minutes, f.expected_points, f.expected_attempts, f.points_20, f.player_type
    FROM (VALUES ('2022-11-10', 'BOS', 'star', 2022, FALSE, 'no', 0),
      ('2023-11-10', 'BOS', 'star', 2023, FALSE, 'no', 0), ('2023-11-10', 'BOS', 'wing', 2023, FALSE, 'no', 0),
      ('2023-11-10', 'BOS', 'sick', 2023, TRUE, 'yes', 2), ('2023-11-10', 'MIA', 'heat', 2023, FALSE, 'yes', 1))
      AS r(game_date, team_abbr, player_key, season_year, is_out, was_out, games_missed_from)
    JOIN hoopduck.player_weighted_form AS f USING (player_key)`);
  await replica.run(`CREATE TABLE hoopduck.playing_rate AS
    SELECT DATE '2023-10-24' AS game_date, 2023 AS season_year, 28 AS minutes_from, * FROM (VALUES
      (FALSE, 'no', 0, 0.9::DOUBLE), (TRUE, 'yes', 2, 0.0), (FALSE, 'yes', 1, 0.8))
      AS t(is_out, was_out, games_missed_from, chance_to_play)`);
  await insert(replica, 'hoopduck.stg_injury_report', [
    { game_date: '2022-11-10', team_abbr: 'BOS' },
    ...['BOS', 'MIA', 'UTA'].map((team_abbr) => ({ game_date: '2023-11-10', team_abbr })),
  ]);
  return replica;
}

test('shares and sums weigh the others by their chances, and are NULL without a report', async () => {
  const replica = await fourTeams();
  await buildOnly(replica, 'hoopduck.feature_report');
  const rows = await replica.rows<Record<string, unknown>>(
    `SELECT strftime(game_date, '%Y') || ' ' || player_lookup AS man, ${FEATURES.join(', ')}
     FROM hoopduck.feature_report ORDER BY 1`,
  );
  const found = Object.fromEntries(
    rows.map(({ man, ...of }) => [man, FEATURES.map((name) => of[name])]),
  );
  // BOS: change (.9 - 1)*36 + (.9 - 1)*30 + 0*30 = -6.6 minutes, -.1*24 - .1*12 = -3.6 points; star .9*25.
  const boston = [-6.6, -3.6, 22.5];
  // MIA: change .8*20 = 16 minutes, .8*10 = 8 points; .2*11 = 2.2 missing; star .8*11 = 8.8.
  const miami = [8, 2.2, 8.8];
  const unknown = FEATURES.map(() => null);
  expect(found).toEqual({
    // No chances are known in the first season with reports.
    '2022 star': unknown,
    // Others: .9*30 = 27 minutes, .9*12 = 10.8 points, .9*10 = 9 shots; the other guard does not play.
    // 24/34.8, 18/27, 36/63
    '2023 star': [0.689655172, 0.666666667, 0.571428571, 0.9, 0, 27, 10.8, 0, ...boston, ...miami],
    // Others: .9*36 = 32.4 minutes, .9*24 = 21.6 points, .9*18 = 16.2 shots. 12/33.6, 10/26.2, 30/62.4
    '2023 wing': [
      0.357142857,
      0.381679389,
      0.480769231,
      0.9,
      32.4,
      32.4,
      21.6,
      0,
      ...boston,
      ...miami,
    ],
    // Others: 59.4 minutes, 32.4 points, 25.2 shots; one is a guard. 20/52.4, 16/41.2, 30/89.4
    '2023 sick': [
      0.381679389,
      0.388349515,
      0.33557047,
      0,
      32.4,
      59.4,
      32.4,
      32.4,
      ...boston,
      ...miami,
    ],
    // Not on the roster yet, with a form that he brings. 8/40.4, 6/31.2, 20/79.4
    '2023 newcomer': [
      0.198019802,
      0.192307692,
      0.251889169,
      null,
      59.4,
      59.4,
      32.4,
      27,
      ...boston,
      ...miami,
    ],
    '2023 debutant': [null, null, null, null, null, 59.4, 32.4, null, ...boston, ...miami],
    // Alone on his roster. The opponent misses .1*25 + .1*10 + 1*22 = 25.5 points.
    '2023 heat': [null, null, null, 0.8, null, null, null, null, 16, 8, 8.8, -3.6, 25.5, 22.5],
    // A report, and nobody who has played yet: no change, of an opponent that has no report.
    '2023 jazz': [null, null, null, null, null, null, null, null, 0, 0, null, null, null, null],
    '2023 nugget': [...unknown.slice(0, 11), 0, null, null],
  });
  replica.close();
});
