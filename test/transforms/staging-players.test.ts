import { expect, test } from 'vitest';
import { NIGHT, RawLeague } from './support/raw-league.ts';

const MEN = 'hoopduck.stg_player_game';
const LEFT_OUT = 'hoopduck.stg_left_out';
const GAMEBOOK = 'nbac_gamebook_player_stats';

/** Boston against New York, final. */
async function leagueWithGame(): Promise<RawLeague> {
  const league = await RawLeague.open();
  await league.game('NYK', 'BOS');
  return league;
}

test('of rows with different values the newest stays', async () => {
  const league = await leagueWithGame();
  await league.man('BOS', 'tatum', { points: 11, processed_at: '2024-01-16 08:00:00' });
  await league.man('BOS', 'Tatum', { points: 30, processed_at: '2024-01-16 09:00:00' });
  await league.man('BOS', 'tatum', { points: 12, processed_at: '2024-01-16 07:00:00' });
  expect(await league.rowsOf(MEN, 'player_lookup, points')).toEqual([
    { player_lookup: 'tatum', points: 30 },
  ]);
});

test('of equally new rows the one with more known columns stays, whatever their order', async () => {
  // Either way round, so that the digest cannot be what decides.
  for (const [fuller, sparser] of [
    [10, 20],
    [20, 10],
  ] as const) {
    const league = await leagueWithGame();
    await league.man('BOS', 'tatum', { points: fuller });
    await league.man('BOS', 'tatum', { points: sparser, plus_minus: null });
    await league.man('BOS', 'brown', { points: sparser, plus_minus: null });
    await league.man('BOS', 'brown', { points: fuller });
    expect(await league.rowsOf(MEN, 'points')).toEqual([{ points: fuller }, { points: fuller }]);
  }
});

test('of equally new and equally full rows the choice does not depend on their order', async () => {
  const kept: unknown[] = [];
  for (const order of [0, 1]) {
    const league = await leagueWithGame();
    const rows = [{ blocks: 3 }, { blocks: 4 }];
    for (const row of order === 0 ? rows : rows.toReversed()) await league.man('BOS', 'tatum', row);
    kept.push(await league.rowsOf(MEN, 'blocks'));
  }
  expect(kept[0]).toHaveLength(1);
  expect(kept[0]).toEqual(kept[1]);
});

test('the game is found before the newest row is: an orphan row never wins', async () => {
  const league = await leagueWithGame();
  await league.man('BOS', 'tatum', { points: 30, processed_at: '2024-01-16' });
  await league.man('MIA', 'tatum', { points: 5, processed_at: '2024-01-17' });
  expect(await league.rowsOf(MEN, 'team_abbr, points')).toEqual([{ team_abbr: 'BOS', points: 30 }]);
  expect(await league.rowsOf(LEFT_OUT, 'raw_table, reason, row_count')).toEqual([
    {
      raw_table: GAMEBOOK,
      reason: 'orphan: its team has no game in the schedule that day',
      row_count: 1,
    },
  ]);
});

test('the newest row is kept before it is filtered: a man who became inactive does not stay active', async () => {
  const league = await leagueWithGame();
  await league.man('BOS', 'tatum', { processed_at: '2024-01-16' });
  await league.absent('BOS', 'tatum', { player_status: 'inactive', processed_at: '2024-01-17' });
  expect(await league.rowsOf(MEN, 'player_status, minutes_played, points')).toEqual([
    { player_status: 'inactive', minutes_played: null, points: null },
  ]);
});

test('a row that moved to another team leaves the old one', async () => {
  const league = await leagueWithGame();
  await league.man('BOS', 'porzingis', { processed_at: '2024-01-16' });
  await league.man('NYK', 'porzingis', { processed_at: '2024-01-17' });
  expect(await league.rowsOf(MEN, 'team_abbr')).toEqual([{ team_abbr: 'NYK' }]);
});

test('minutes that cannot be read are unknown and counted, in every box score', async () => {
  const league = await leagueWithGame();
  await league.man('BOS', 'tatum', { minutes: 'PT36M' });
  await league.man('BOS', 'brown', { minutes: '12:60' });
  await league.man('BOS', 'white', { minutes: '-' });
  await league.box('BOS', { minutes: 'PT240M' });
  await league.fallback('NYK', 'brunson', { minutes: 'n/a' });
  expect(await league.rowsOf(MEN, 'player_lookup, minutes_played')).toEqual([
    { player_lookup: 'brown', minutes_played: 13 },
    { player_lookup: 'brunson', minutes_played: null },
    { player_lookup: 'tatum', minutes_played: null },
    { player_lookup: 'white', minutes_played: null },
  ]);
  const reason = 'minutes cannot be read, kept as unknown';
  expect(await league.rowsOf(LEFT_OUT, 'raw_table, reason, row_count')).toEqual([
    { raw_table: 'bdl_player_boxscores', reason, row_count: 1 },
    { raw_table: GAMEBOOK, reason, row_count: 1 },
    { raw_table: 'nbac_team_boxscore', reason, row_count: 1 },
  ]);
});

test('a man without a team takes that of his newest earlier listing of the season', async () => {
  const league = await leagueWithGame();
  await league.game('NYK', 'MIA', { game_date: '2024-01-10' });
  await league.game('BOS', 'CHI', { game_date: '2024-01-12' });
  await league.man('MIA', 'traded', { game_date: '2024-01-10' });
  await league.man('BOS', 'traded', { game_date: '2024-01-12' });
  await league.absent(null, 'traded', { game_id: '20240115_NYK_BOS' });
  expect(await league.rowsOf(MEN, 'team_abbr, player_status', `game_date = '${NIGHT}'`)).toEqual([
    { team_abbr: 'BOS', player_status: 'dnp' },
  ]);
});

test('the same nba_player_id is the same man under another lookup', async () => {
  const league = await leagueWithGame();
  await league.game('BOS', 'CHI', { game_date: '2024-01-12' });
  await league.man('BOS', 'xaviertillmansr', { game_date: '2024-01-12', nba_player_id: 7 });
  await league.absent('', 'xaviertillman', { nba_game_id: '22300001', nba_player_id: 7 });
  expect(await league.rowsOf(MEN, 'player_lookup, team_abbr', `game_date = '${NIGHT}'`)).toEqual([
    { player_lookup: 'xaviertillman', team_abbr: 'BOS' },
  ]);
});

test('a man without a team leaves, and is counted, when his last team does not play in that game', async () => {
  const league = await leagueWithGame();
  await league.game('CHI', 'MIA', { game_date: NIGHT });
  await league.game('CHI', 'MIA', { game_date: '2024-01-12' });
  await league.game('BOS', 'CHI', { game_date: '2023-04-01' });
  await league.man('MIA', 'elsewhere', { game_date: '2024-01-12' });
  await league.absent(null, 'elsewhere', { home_team_abbr: 'BOS', away_team_abbr: 'NYK' });
  // A listing of the season before does not count.
  await league.man('BOS', 'lastyear', { game_date: '2023-04-01' });
  await league.absent(null, 'lastyear', { home_team_abbr: 'BOS', away_team_abbr: 'NYK' });
  await league.absent(null, 'nogame');
  // A code that is no team's is not a missing one.
  await league.absent('XYZ', 'allstar', { home_team_abbr: 'BOS', away_team_abbr: 'NYK' });
  expect(await league.rowsOf(MEN, 'player_lookup', `game_date = '${NIGHT}'`)).toEqual([]);
  expect(await league.rowsOf(LEFT_OUT, 'reason, row_count', `game_date = '${NIGHT}'`)).toEqual([
    { reason: 'no team, and names no game of that day', row_count: 1 },
    {
      reason: 'no team, and no earlier listing of the season that plays in the game',
      row_count: 2,
    },
    { reason: 'orphan: its team has no game in the schedule that day', row_count: 1 },
  ]);
});

test('two nba_player_id under one lookup both stay in staging, and neither is published', async () => {
  const league = await leagueWithGame();
  await league.man('BOS', 'jalenwilliams', { nba_player_id: 1, points: 10 });
  await league.man('NYK', 'jalenwilliams', { nba_player_id: 2, points: 20 });
  await league.man('BOS', 'tatum', { nba_player_id: 3 });
  expect(
    await league.rowsOf(MEN, 'player_lookup, nba_player_id, player_key, is_ambiguous'),
  ).toEqual([
    { player_lookup: 'jalenwilliams', nba_player_id: 1, player_key: '1', is_ambiguous: true },
    { player_lookup: 'jalenwilliams', nba_player_id: 2, player_key: '2', is_ambiguous: true },
    { player_lookup: 'tatum', nba_player_id: 3, player_key: '3', is_ambiguous: false },
  ]);
  expect(await league.rowsOf('nba_analytics.player_game_summary', 'player_lookup')).toEqual([
    { player_lookup: 'tatum' },
  ]);
});

test('a scrape without the id is of the same man, not of a second one', async () => {
  const league = await leagueWithGame();
  await league.man('BOS', 'tatum', { nba_player_id: 3, points: 10, processed_at: '2024-01-16' });
  await league.man('BOS', 'tatum', { points: 20, processed_at: '2024-01-17' });
  expect(await league.rowsOf(MEN, 'nba_player_id, points, is_ambiguous')).toEqual([
    { nba_player_id: 3, points: 20, is_ambiguous: false },
  ]);
});

test('a row without an id belongs to the man whom earlier rows of its lookup name', async () => {
  const league = await leagueWithGame();
  await league.game('BOS', 'CHI', { game_date: '2024-01-12' });
  await league.game('BOS', 'CHI', { game_date: '2024-01-18' });
  await league.man('BOS', 'tatum', { game_date: '2024-01-12', nba_player_id: 3 });
  await league.man('BOS', 'tatum');
  await league.man('BOS', 'tatum', { game_date: '2024-01-18', nba_player_id: 4 });
  await league.man('NYK', 'brunson');
  expect(await league.rowsOf(MEN, 'player_lookup, player_key', `game_date = '${NIGHT}'`)).toEqual([
    { player_lookup: 'brunson', player_key: 'brunson' },
    { player_lookup: 'tatum', player_key: '3' },
  ]);
});

test('a man first seen without an id keeps his history when the id comes', async () => {
  const league = await leagueWithGame();
  const dates = ['2024-01-11', '2024-01-12', '2024-01-18'];
  for (const game_date of dates) await league.game('BOS', 'CHI', { game_date });
  await league.man('BOS', 'known', { game_date: '2024-01-11', nba_player_id: 9 });
  await league.insert('bdl_player_boxscores', {
    game_date: '2024-01-12',
    team_abbr: 'BOS',
    player_lookup: 'rookie',
    player_full_name: 'Rookie',
    minutes: '20:00',
  });
  await league.man('BOS', 'renamed', { game_date: '2024-01-12' });
  await league.man('BOS', 'rookie', { nba_player_id: 5 });
  await league.man('BOS', 'renamed', { nba_player_id: 9 });
  await league.man('BOS', 'rookie', { game_date: '2024-01-18' });
  await league.man('BOS', 'newcomer', { game_date: '2024-01-18', nba_player_id: 5 });
  // An id that has an earlier row is its own man already; a second lookup of the id follows it.
  expect(await league.rowsOf(MEN, 'game_date, player_lookup, player_key')).toEqual([
    { game_date: '2024-01-11', player_lookup: 'known', player_key: '9' },
    { game_date: '2024-01-12', player_lookup: 'renamed', player_key: 'renamed' },
    { game_date: '2024-01-12', player_lookup: 'rookie', player_key: 'rookie' },
    { game_date: NIGHT, player_lookup: 'renamed', player_key: '9' },
    { game_date: NIGHT, player_lookup: 'rookie', player_key: 'rookie' },
    { game_date: '2024-01-18', player_lookup: 'newcomer', player_key: 'rookie' },
    { game_date: '2024-01-18', player_lookup: 'rookie', player_key: 'rookie' },
  ]);
});

test('box rows of a scheduled or a live game are left out and counted', async () => {
  const league = await RawLeague.open();
  await league.game('NYK', 'BOS', { game_status: 1 });
  await league.game('CHI', 'MIA', { game_status: 2 });
  await league.man('BOS', 'tatum');
  await league.man('MIA', 'butler');
  await league.box('MIA');
  expect(await league.rowsOf(MEN, 'player_lookup')).toEqual([]);
  expect(await league.rowsOf('nba_analytics.team_offense_game_summary', 'team_abbr')).toEqual([]);
  expect(await league.rowsOf(LEFT_OUT, 'raw_table, reason, row_count')).toEqual([
    { raw_table: GAMEBOOK, reason: 'its game is not final', row_count: 2 },
    { raw_table: 'nbac_team_boxscore', reason: 'its game is not final', row_count: 1 },
  ]);
});

test('a row that names no player is counted', async () => {
  const league = await leagueWithGame();
  await league.man('BOS', '', { player_name: 'Jayson Tatum' });
  await league.man('BOS', '???', { player_name: null });
  expect(await league.rowsOf(MEN, 'player_lookup')).toEqual([{ player_lookup: 'jaysontatum' }]);
  expect(await league.rowsOf(LEFT_OUT, 'reason, row_count')).toEqual([
    { reason: 'names no player', row_count: 1 },
  ]);
});
