import { expect, test } from 'vitest';
import type { Replica } from '../../src/replica/replica.ts';
import {
  addGames,
  addListings,
  addTeamTotals,
  buildPrecompute,
  emptyInputs,
  type Listing,
} from './support/precompute-inputs.ts';

const build = (replica: Replica, span?: { from: string; to: string }) =>
  buildPrecompute(replica, span, ['hoopduck.player_weighted_form', 'hoopduck.roster_member']);

const members = (replica: Replica, team: string) =>
  replica.column<string>(
    `SELECT game_date || ' ' || player_key || ' ' || games_missed FROM hoopduck.roster_member
     WHERE team_abbr = $team ORDER BY ALL`,
    { team },
  );

test('a game weighs half of one that came h games later, over seasons, unknown figures left out', async () => {
  const replica = await emptyInputs();
  await addGames(
    replica,
    ['2023-04-01', '2023-10-25', '2023-10-27', '2023-10-29'].map((date) => ({
      date,
      home: 'BOS',
      away: 'MIA',
    })),
  );
  await addTeamTotals(replica, [
    { date: '2023-04-01', team: 'BOS', opponent: 'MIA' },
    // 265 minutes of the team: 26.5 are 24 of 240.
    { date: '2023-10-25', team: 'BOS', opponent: 'MIA', overtimes: 1 },
  ]);
  const row = { lookup: 'wing', team: 'BOS' };
  await addListings(replica, [
    { ...row, date: '2023-04-01', minutes: 12, points: 10, fga: 4, usage: 30 },
    { ...row, date: '2023-10-25', minutes: 26.5, points: 20, fga: 10 },
    // The team's row is not there: nobody knows how long the game was.
    { ...row, date: '2023-10-27', minutes: 48, points: 20, fga: 10, usage: 30 },
  ]);
  await build(replica);
  const form = await replica.rows(
    `SELECT game_date, games, expected_minutes, expected_points, expected_usage, expected_attempts,
       minutes_20, points_20
     FROM hoopduck.player_weighted_form ORDER BY game_date`,
  );
  const close = (value: number) => expect.closeTo(value, 8);
  // With a = 2^(1/6) = 1.122462048, b = 2^(1/12) = 1.059463094, c = 2^(1/20) = 1.035264924:
  // two games x, y are (x + y*a)/(1 + a); three x, y, y are (x + y*(a + a*a))/(1 + a + a*a).
  expect(form).toEqual([
    {
      game_date: '2023-04-01',
      games: 1,
      expected_minutes: 12,
      expected_points: 10,
      expected_usage: 30,
      expected_attempts: 4,
      minutes_20: 12,
      points_20: 10,
    },
    {
      game_date: '2023-10-25',
      games: 2,
      // (12 + 24*1.122462048)/2.122462048 = 38.939089159/2.122462048
      expected_minutes: close(18.346188659),
      // (10 + 20*1.122462048)/2.122462048 = 32.449240966/2.122462048
      expected_points: close(15.288490549),
      expected_usage: 30,
      // (4 + 10*1.059463094)/2.059463094 = 14.594630944/2.059463094
      expected_attempts: close(7.086619315),
      // (12 + 24*1.035264924)/2.035264924 = 36.846358172/2.035264924
      minutes_20: close(18.103961671),
      // (10 + 20*1.035264924)/2.035264924 = 30.705298477/2.035264924
      points_20: close(15.086634726),
    },
    {
      game_date: '2023-10-27',
      games: 3,
      // As before: the minutes of the third game count for nothing.
      expected_minutes: close(18.346188659),
      // (10 + 20*(1.122462048 + 1.259921050))/3.382383098 = 57.647661964/3.382383098
      expected_points: close(17.043504621),
      expected_usage: 30,
      // (4 + 10*(1.059463094 + 1.122462048))/3.181925142 = 25.819251427/3.181925142
      expected_attempts: close(8.114349103),
      minutes_20: close(18.103961671),
      // (10 + 20*(1.035264924 + 1.071773463))/3.107038387 = 52.140767728/3.107038386
      points_20: close(16.781500981),
    },
  ]);
  replica.close();
});

test('a man’s type comes from his career so far', async () => {
  const replica = await emptyInputs();
  const dates = ['2023-10-25', '2023-10-27'];
  await addGames(
    replica,
    dates.map((date) => ({ date, home: 'BOS', away: 'MIA' })),
  );
  await addListings(
    replica,
    ['centre', 'playmaker', 'both', 'scorer'].flatMap((lookup) =>
      dates.map((date) => ({ date, lookup, team: 'BOS', minutes: 18 })),
    ),
  );
  // 18 minutes are half of 36: 1.3 rebounds and blocks make a big, 2.1 assists a guard.
  for (const [lookup, date, rebounds, blocks, assists] of [
    ['centre', '2023-10-25', 0, 1, 0],
    // 3 in 36 minutes by now.
    ['centre', '2023-10-27', 1, 1, 9],
    ['playmaker', '2023-10-25', 1, 0, 3],
    // 4 in 36 minutes by now.
    ['playmaker', '2023-10-27', 0, 0, 1],
    ['both', '2023-10-25', 3, 0, 9],
    ['scorer', '2023-10-27', 1, 1, 2],
  ] as const) {
    await replica.run(
      `UPDATE nba_analytics.player_game_summary
       SET offensive_rebounds = $rebounds, blocks = $blocks, assists = $assists
       WHERE player_lookup = $lookup AND game_date = CAST($date AS DATE)`,
      { lookup, date, rebounds, blocks, assists },
    );
  }
  await build(replica);
  expect(
    await replica.column(
      `SELECT player_key || ' ' || string_agg(player_type, ', ' ORDER BY game_date)
       FROM hoopduck.player_weighted_form GROUP BY player_key ORDER BY 1`,
    ),
  ).toEqual(['both big, big', 'centre wing, big', 'playmaker guard, wing', 'scorer wing, wing']);
  replica.close();
});

/** BOS over seven weeks: a trade, a return, a long absence, and a man of the season that ended twelve days before. */
async function sevenWeeks(): Promise<Replica> {
  const replica = await emptyInputs();
  const home = 'BOS';
  await addGames(replica, [
    { date: '2023-10-20', home, away: 'DEN' },
    { date: '2023-11-01', home, away: 'DEN' },
    { date: '2023-11-03', home, away: 'MIA' },
    { date: '2023-11-05', home, away: 'DEN' },
    // Put off: it is not a game that anybody missed.
    { date: '2023-11-06', home, away: 'MIA', final: false },
    { date: '2023-11-07', home, away: 'MIA' },
    { date: '2023-11-08', home: 'DEN', away: 'MIA' },
    { date: '2023-12-16', home, away: 'MIA' },
    { date: '2023-12-17', home, away: 'DEN', final: false },
  ]);
  const plays = (lookup: string, team: string, ...dates: string[]): Listing[] =>
    dates.map((date) => ({ date, lookup, team, minutes: 20 }));
  await addListings(replica, [
    ...plays('veteran', 'BOS', '2023-10-20'),
    ...plays('injured', 'BOS', '2023-11-01', '2023-11-07', '2023-12-16'),
    ...plays('traded', 'BOS', '2023-11-01'),
    ...plays('traded', 'DEN', '2023-11-05'),
    ...plays('longout', 'BOS', '2023-11-01'),
    // Listed, but he does not play.
    { date: '2023-11-03', lookup: 'longout', team: 'BOS' },
  ]);
  return replica;
}

test('a team is whoever played for it last, this season and within 45 days, with the games that he missed', async () => {
  const replica = await sevenWeeks();
  await build(replica);
  expect(await members(replica, 'BOS')).toEqual([
    '2023-11-03 injured 0',
    '2023-11-03 longout 0',
    '2023-11-03 traded 0',
    // On the date of the traded man's first game for DEN his newest game is still one for BOS.
    '2023-11-05 injured 1',
    '2023-11-05 longout 1',
    '2023-11-05 traded 1',
    '2023-11-06 injured 2',
    '2023-11-06 longout 2',
    '2023-11-07 injured 2',
    '2023-11-07 longout 2',
    // From the 1st of November to the 16th of December are 45 days.
    '2023-12-16 injured 0',
    '2023-12-16 longout 3',
    '2023-12-17 injured 0',
  ]);
  expect(await members(replica, 'DEN')).toEqual(['2023-11-08 traded 0', '2023-12-17 traded 1']);
  replica.close();
});

test('who plays on a date and later, and for whom, changes nothing on it', async () => {
  const replica = await sevenWeeks();
  await build(replica);
  const before = async (date: string) =>
    (await members(replica, 'BOS')).filter((row) => row.slice(0, 10) <= date);
  for (const date of ['2023-11-05', '2023-11-07', '2023-12-16']) {
    const whole = await before(date);
    await replica.run('BEGIN TRANSACTION');
    for (const table of ['hoopduck.stg_player_game', 'nba_analytics.player_game_summary']) {
      await replica.run(`DELETE FROM ${table} WHERE game_date >= CAST($date AS DATE)`, { date });
    }
    await replica.run(
      'UPDATE hoopduck.stg_team_game SET is_final = FALSE WHERE game_date >= CAST($date AS DATE)',
      { date },
    );
    await build(replica);
    expect(await before(date), date).toEqual(whole);
    await replica.run('ROLLBACK');
  }
  replica.close();
});

test('a build of one date alone gives the rows that a build of all dates gives', async () => {
  const replica = await sevenWeeks();
  await build(replica);
  const whole = [...(await members(replica, 'BOS')), ...(await members(replica, 'DEN'))];
  for (const date of ['2023-11-05', '2023-11-07', '2023-12-16', '2023-12-17']) {
    await buildPrecompute(replica, { from: date, to: date }, ['hoopduck.roster_member']);
    expect([...(await members(replica, 'BOS')), ...(await members(replica, 'DEN'))]).toEqual(
      whole.filter((row) => row.startsWith(date)),
    );
  }
  replica.close();
});
