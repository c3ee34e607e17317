import { expect, test } from 'vitest';
import {
  addGames,
  addListings,
  addTeamTotals,
  buildPrecompute,
  day,
  emptyInputs,
} from './support/precompute-inputs.ts';

const TABLES = [
  'hoopduck.population',
  'hoopduck.player_timeline',
  'hoopduck.team_recent_form',
  'nba_precompute.player_daily_cache',
];

const unknown = {
  points_avg_last_5: null,
  points_avg_last_10: null,
  points_avg_season: null,
  points_std_last_10: null,
  minutes_avg_last_10: null,
  usage_rate_last_10: null,
  ts_pct_last_10: null,
  games_played_season: 0,
  team_pace_last_10: null,
  team_off_rating_last_10: null,
  assisted_rate_last_10: null,
};

test('form crosses seasons, the season mean does not, and games not played count for nothing', async () => {
  const replica = await emptyInputs();
  const dates = [
    '2023-04-01',
    '2023-04-03',
    '2023-10-24',
    '2023-10-25',
    '2023-10-26',
    '2023-10-28',
  ];
  await addGames(
    replica,
    dates.map((date) => ({ date, home: 'BOS', away: 'MIA' })),
  );
  await addListings(replica, [
    {
      date: '2023-04-01',
      lookup: 'wing',
      team: 'BOS',
      minutes: 20,
      points: 10,
      fga: 8,
      fta: 0,
      usage: 20,
    },
    {
      date: '2023-04-03',
      lookup: 'wing',
      team: 'BOS',
      minutes: 30,
      points: 20,
      fga: 10,
      fta: 5,
      usage: 30,
    },
    { date: '2023-10-24', lookup: 'wing', team: 'BOS' },
    // Active and never on the floor: his row stays, the game is not played.
    { date: '2023-10-25', lookup: 'wing', team: 'BOS', minutes: 0, points: 0, fga: 0, fta: 0 },
    { date: '2023-10-26', lookup: 'wing', team: 'BOS', minutes: 10, points: 7, fga: 3, fta: 0 },
    { date: '2023-10-28', lookup: 'wing', team: 'BOS', minutes: 99, points: 99, fga: 99, fta: 99 },
  ]);
  await buildPrecompute(replica, undefined, TABLES);
  const rows = await replica.rows(
    'SELECT * FROM nba_precompute.player_daily_cache ORDER BY cache_date',
  );
  const key = { player_lookup: 'wing', team_abbr: 'BOS' };
  expect(rows[0]).toEqual({ cache_date: '2023-04-01', ...key, ...unknown });
  // Mean (10 + 20)/2; deviation sqrt((5^2 + 5^2)/1); usage (20*20 + 30*30)/50;
  // true shooting 30/(2*(18 + 0.44*5)) = 30/40.4.
  const afterTwo = {
    ...unknown,
    points_avg_last_5: 15,
    points_avg_last_10: 15,
    points_std_last_10: 7.071067812,
    minutes_avg_last_10: 25,
    usage_rate_last_10: 26,
    ts_pct_last_10: 0.742574257,
  };
  expect(rows[2]).toEqual({ cache_date: '2023-10-24', ...key, ...afterTwo });
  expect(rows[3]).toEqual({ cache_date: '2023-10-25', ...key, ...afterTwo });
  expect(rows[4]).toEqual({ cache_date: '2023-10-26', ...key, ...afterTwo });
  // Mean 37/3; deviation sqrt((2.333^2 + 7.667^2 + 5.333^2)/2) = sqrt(46.333); the third game's usage
  // is unknown and its 10 minutes are left out with it; 37/(2*(21 + 2.2)) = 37/46.4.
  expect(rows[5]).toEqual({
    cache_date: '2023-10-28',
    ...key,
    ...unknown,
    points_avg_last_5: 12.333333333,
    points_avg_last_10: 12.333333333,
    points_avg_season: 7,
    points_std_last_10: 6.806859286,
    minutes_avg_last_10: 20,
    usage_rate_last_10: 26,
    ts_pct_last_10: 0.797413793,
    games_played_season: 1,
  });
  replica.close();
});

test('windows of 5 and 10 games drop the oldest', async () => {
  const replica = await emptyInputs();
  const dates = Array.from({ length: 12 }, (_, i) => day('2023-11-01', 2 * i));
  await addGames(
    replica,
    dates.map((date) => ({ date, home: 'BOS', away: 'MIA' })),
  );
  await addListings(
    replica,
    dates.map((date, i) => ({ date, lookup: 'wing', team: 'BOS', minutes: 20, points: i + 1 })),
  );
  await buildPrecompute(replica, undefined, TABLES);
  // Before the twelfth game he has scored 1, 2, ... 11: the last five 7 to 11, the last ten 2 to 11,
  // whose sample variance is 82.5/9.
  expect(
    await replica.row(`SELECT points_avg_last_5, points_avg_last_10, points_avg_season,
        points_std_last_10, games_played_season
      FROM nba_precompute.player_daily_cache WHERE cache_date = '${dates[11]}'`),
  ).toEqual({
    points_avg_last_5: 9,
    points_avg_last_10: 6.5,
    points_avg_season: 6,
    points_std_last_10: 3.027650354,
    games_played_season: 11,
  });
  replica.close();
});

test('a traded man under a new name keeps his history and takes the new team’s pace and rating', async () => {
  const replica = await emptyInputs();
  await addGames(replica, [
    { date: '2023-11-10', home: 'BOS', away: 'MIA' },
    { date: '2023-11-12', home: 'MIA', away: 'DEN' },
    { date: '2023-11-14', home: 'MIA', away: 'DEN' },
  ]);
  await addTeamTotals(replica, [
    // 90 + 0.44*10 + 10 - 4 = 100.4 possessions in 265 minutes, 84 + 0.44*20 = 92.8 in 240.
    {
      date: '2023-11-10',
      team: 'MIA',
      opponent: 'BOS',
      points: 110,
      fga: 90,
      fta: 10,
      oreb: 4,
      overtimes: 1,
    },
    {
      date: '2023-11-12',
      team: 'MIA',
      opponent: 'DEN',
      points: 90,
      fga: 80,
      fta: 20,
      tov: 12,
      oreb: 8,
    },
  ]);
  await addListings(replica, [
    { date: '2023-11-10', lookup: 'jimmy', key: '7', team: 'BOS', minutes: 30, points: 12 },
    { date: '2023-11-14', lookup: 'jimmyiii', key: '7', team: 'MIA', minutes: 30, points: 3 },
  ]);
  await buildPrecompute(replica, undefined, TABLES);
  expect(
    await replica.rows(`SELECT cache_date, player_lookup, team_abbr, points_avg_last_5,
        points_std_last_10, team_pace_last_10, team_off_rating_last_10
      FROM nba_precompute.player_daily_cache ORDER BY 1`),
  ).toEqual([
    expect.objectContaining({ cache_date: '2023-11-10', points_avg_last_5: null }),
    {
      cache_date: '2023-11-14',
      player_lookup: 'jimmyiii',
      team_abbr: 'MIA',
      points_avg_last_5: 12,
      points_std_last_10: null,
      // 48*193.2/((265 + 240)/5) and 100*200/193.2.
      team_pace_last_10: 91.817821782,
      team_off_rating_last_10: 103.519668737,
    },
  ]);
  replica.close();
});

test('a team’s pace and ratings pool its last 10 games of the season', async () => {
  const replica = await emptyInputs();
  const dates = Array.from({ length: 12 }, (_, i) => day('2023-11-01', 2 * i));
  await addGames(
    replica,
    ['2023-04-01', ...dates].map((date) => ({ date, home: 'BOS', away: 'MIA' })),
  );
  const fast = { team: 'BOS', opponent: 'MIA', points: 300, fga: 190 };
  await addTeamTotals(replica, [
    { date: '2023-04-01', ...fast },
    { date: dates[0]!, ...fast },
    ...dates.slice(1, 11).map((date) => ({ date, team: 'BOS', opponent: 'MIA' })),
    ...dates.slice(0, 11).map((date) => ({ date, team: 'MIA', opponent: 'BOS', points: 90 })),
  ]);
  await buildPrecompute(replica, undefined, TABLES);
  const form = "SELECT * FROM hoopduck.team_recent_form WHERE team_abbr = 'BOS' AND game_date = ";
  const nothing = { pace_last_10: null, off_rating_last_10: null, def_rating_last_10: null };
  expect(await replica.row(`${form}'${dates[0]}'`)).toMatchObject(nothing);
  // One fast game of 200 possessions and one of 100: 48*300/96; 100*400/300; 180 allowed on 200.
  expect(await replica.row(`${form}'${dates[2]}'`)).toMatchObject({
    pace_last_10: 150,
    off_rating_last_10: 133.333333333,
    def_rating_last_10: 90,
  });
  // Ten games of 100 possessions and 100 points; the fast one is the eleventh back.
  expect(await replica.row(`${form}'${dates[11]}'`)).toMatchObject({
    pace_last_10: 100,
    off_rating_last_10: 100,
    def_rating_last_10: 90,
  });
  replica.close();
});

test('no attempts have no true shooting, a usage of 0 is a usage, and roles are pooled where known', async () => {
  const replica = await emptyInputs();
  const dates = ['2023-11-10', '2023-11-12', '2023-11-14'];
  await addGames(
    replica,
    dates.map((date) => ({ date, home: 'BOS', away: 'MIA' })),
  );
  const none = { lookup: 'guard', team: 'BOS', minutes: 4, points: 0, fga: 0, fta: 0, usage: 0 };
  await addListings(replica, [
    { date: '2023-11-10', ...none, roles: [3, 1] },
    { date: '2023-11-12', ...none },
    { date: '2023-11-14', ...none },
  ]);
  await buildPrecompute(replica, undefined, TABLES);
  expect(
    await replica.row(`SELECT points_avg_last_10, points_std_last_10, usage_rate_last_10,
        ts_pct_last_10, assisted_rate_last_10
      FROM nba_precompute.player_daily_cache WHERE cache_date = '2023-11-14'`),
  ).toEqual({
    points_avg_last_10: 0,
    points_std_last_10: 0,
    usage_rate_last_10: 0,
    ts_pct_last_10: null,
    assisted_rate_last_10: 75,
  });
  replica.close();
});

test('a man listed twice on a date counts once, and neither row sees its own date', async () => {
  const replica = await emptyInputs();
  await addGames(replica, [
    { date: '2023-11-10', home: 'BOS', away: 'MIA' },
    { date: '2023-11-12', home: 'BOS', away: 'MIA' },
  ]);
  await addListings(replica, [
    { date: '2023-11-10', lookup: 'aone', key: '7', team: 'BOS', minutes: 10, points: 8 },
    { date: '2023-11-10', lookup: 'atwo', key: '7', team: 'BOS', minutes: 10, points: 8 },
    { date: '2023-11-12', lookup: 'aone', key: '7', team: 'BOS', minutes: 10, points: 1 },
  ]);
  await buildPrecompute(replica, undefined, TABLES);
  expect(
    await replica.rows(`SELECT player_lookup, games_played_season, points_avg_last_10
      FROM nba_precompute.player_daily_cache ORDER BY cache_date, player_lookup`),
  ).toEqual([
    { player_lookup: 'aone', games_played_season: 0, points_avg_last_10: null },
    { player_lookup: 'atwo', games_played_season: 0, points_avg_last_10: null },
    { player_lookup: 'aone', games_played_season: 1, points_avg_last_10: 8 },
  ]);
  replica.close();
});
