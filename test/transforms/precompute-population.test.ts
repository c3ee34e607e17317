import { expect, test } from 'vitest';
import {
  addGames,
  addListings,
  buildPrecompute,
  day,
  emptyInputs,
} from './support/precompute-inputs.ts';

const TABLES = ['hoopduck.population'];

const population = `SELECT game_date || ' ' || player_lookup || ' ' || team_abbr AS row
  FROM hoopduck.population ORDER BY 1`;

test('the population of a past game is everyone listed, dnp included, two men of one name left out', async () => {
  const replica = await emptyInputs();
  await addGames(replica, [{ date: '2023-11-10', home: 'BOS', away: 'MIA' }]);
  await addListings(replica, [
    { date: '2023-11-10', lookup: 'starter', team: 'BOS', minutes: 30 },
    { date: '2023-11-10', lookup: 'benched', team: 'MIA' },
    { date: '2023-11-10', lookup: 'twin', key: '1', team: 'BOS', minutes: 10, ambiguous: true },
    { date: '2023-11-10', lookup: 'twin', key: '2', team: 'MIA', minutes: 12, ambiguous: true },
  ]);
  await buildPrecompute(replica, undefined, TABLES);
  expect(
    await replica.rows(`SELECT game_date, player_lookup, player_key, team_abbr, opponent_team_abbr,
        game_id, season_year, season_start, home_game, is_final, is_playoffs, is_bootstrap
      FROM hoopduck.population ORDER BY player_lookup`),
  ).toEqual([
    {
      game_date: '2023-11-10',
      player_lookup: 'benched',
      player_key: 'benched',
      team_abbr: 'MIA',
      opponent_team_abbr: 'BOS',
      game_id: '20231110_MIA_BOS',
      season_year: 2023,
      season_start: '2023-10-24',
      home_game: false,
      is_final: true,
      is_playoffs: false,
      is_bootstrap: false,
    },
    expect.objectContaining({ player_lookup: 'starter', team_abbr: 'BOS', home_game: true }),
  ]);
  replica.close();
});

test('a coming game has those whose newest listing is for the team, recent in days or in games', async () => {
  const replica = await emptyInputs();
  // BOS: final games on days 1 to 7 of December, then none until the coming one of the 21st.
  // Its last five games are those of the 3rd to the 7th; 14 days before the 21st is the 7th.
  const dates = [1, 2, 3, 4, 5, 6, 7].map((n) => day('2023-12-01', n - 1));
  await addGames(replica, [
    ...dates.map((date) => ({ date, home: 'BOS', away: 'MIA' })),
    { date: '2023-12-19', home: 'DEN', away: 'UTA' },
    { date: '2023-12-21', home: 'BOS', away: 'DEN', final: false },
  ]);
  await addListings(replica, [
    { date: '2023-12-07', lookup: 'fourteendays', team: 'BOS', minutes: 1 },
    { date: '2023-12-03', lookup: 'fifthlastgame', team: 'BOS' },
    { date: '2023-12-02', lookup: 'sixthlastgame', team: 'BOS', minutes: 30 },
    { date: '2023-12-07', lookup: 'traded', team: 'BOS', minutes: 30 },
    { date: '2023-12-19', lookup: 'traded', team: 'DEN', minutes: 30 },
    { date: '2023-12-07', lookup: 'left', team: 'BOS', minutes: 30 },
    { date: '2023-12-19', lookup: 'left', team: 'UTA', minutes: 30 },
  ]);
  await buildPrecompute(replica, { from: '2023-12-21', to: '2023-12-21' }, TABLES);
  expect(await replica.column(population)).toEqual([
    '2023-12-21 fifthlastgame BOS',
    '2023-12-21 fourteendays BOS',
    '2023-12-21 traded DEN',
  ]);
  replica.close();
});

test('a listing that is not among the last five games counts for 14 days, not for 15', async () => {
  const replica = await emptyInputs();
  const dates = Array.from({ length: 8 }, (_, i) => day('2023-12-01', i));
  await addGames(replica, [
    ...dates.map((date) => ({ date, home: 'BOS', away: 'MIA' })),
    { date: '2023-12-15', home: 'BOS', away: 'DEN', final: false },
    { date: '2023-12-16', home: 'BOS', away: 'DEN', final: false },
  ]);
  await addListings(replica, [
    { date: '2023-12-01', lookup: 'first', team: 'BOS', minutes: 1 },
    { date: '2023-12-02', lookup: 'second', team: 'BOS', minutes: 1 },
  ]);
  await buildPrecompute(replica, { from: '2023-12-15', to: '2023-12-16' }, TABLES);
  expect(await replica.column(population)).toEqual([
    '2023-12-15 first BOS',
    '2023-12-15 second BOS',
    '2023-12-16 second BOS',
  ]);
  replica.close();
});

test('a coming opener takes the last five games of the season before', async () => {
  const replica = await emptyInputs();
  await addGames(replica, [
    { date: '2023-04-09', home: 'BOS', away: 'MIA' },
    { date: '2023-10-25', home: 'BOS', away: 'MIA', final: false },
  ]);
  await addListings(replica, [{ date: '2023-04-09', lookup: 'veteran', team: 'MIA', minutes: 8 }]);
  await buildPrecompute(replica, undefined, TABLES);
  expect(await replica.column(population)).toEqual([
    '2023-04-09 veteran MIA',
    '2023-10-25 veteran MIA',
  ]);
  replica.close();
});

test('men of a coming game who share a lookup have no row, and a man of a final game is not repeated', async () => {
  const replica = await emptyInputs();
  await addGames(replica, [
    { date: '2023-11-10', home: 'BOS', away: 'MIA' },
    { date: '2023-11-11', home: 'DEN', away: 'UTA' },
    { date: '2023-11-12', home: 'BOS', away: 'DEN', final: false },
    { date: '2023-11-12', home: 'MIA', away: 'UTA' },
  ]);
  await addListings(replica, [
    { date: '2023-11-10', lookup: 'namesake', key: '1', team: 'BOS', minutes: 5 },
    { date: '2023-11-11', lookup: 'namesake', key: '2', team: 'DEN', minutes: 5 },
    { date: '2023-11-10', lookup: 'moved', team: 'BOS', minutes: 5 },
    { date: '2023-11-12', lookup: 'moved', team: 'MIA', minutes: 5 },
    { date: '2023-11-10', lookup: 'stayed', team: 'BOS', minutes: 5 },
  ]);
  await buildPrecompute(replica, { from: '2023-11-12', to: '2023-11-12' }, TABLES);
  expect(await replica.column(population)).toEqual([
    '2023-11-12 moved MIA',
    '2023-11-12 stayed BOS',
  ]);
  replica.close();
});
