import { expect, test } from 'vitest';
import { NIGHT, RawLeague } from './support/raw-league.ts';

const GAME = 'hoopduck.stg_game';
const BOTH = 'game_date, nba_game_id, game_id, home_team_abbr, away_team_abbr';

test('a game found under three id spaces is one game, named YYYYMMDD_AWAY_HOME by the schedule', async () => {
  const league = await RawLeague.open();
  await league.game('NYK', 'BOS', { game_id: '0022300555' });
  await league.man('BOS', 'ours', { game_id: '20240115_NYK_BOS' });
  // An old row with home first, and the id of another space: neither is trusted.
  await league.man('NYK', 'theirs', { game_id: '20240115_BOS_NYK', nba_game_id: '22300999' });
  await league.shot('BOS', 'ours', { game_id: '22300555', home_team_abbr: 'BOS' });
  expect(
    await league.rowsOf(
      'nba_analytics.player_game_summary',
      'player_lookup, game_id, nba_game_id, home_game',
    ),
  ).toEqual([
    {
      player_lookup: 'ours',
      game_id: '20240115_NYK_BOS',
      nba_game_id: '0022300555',
      home_game: true,
    },
    {
      player_lookup: 'theirs',
      game_id: '20240115_NYK_BOS',
      nba_game_id: '0022300555',
      home_game: false,
    },
  ]);
  expect(await league.rowsOf('hoopduck.stg_shooter', 'nba_game_id, shots')).toEqual([
    { nba_game_id: '0022300555', shots: 1 },
  ]);
});

test('a schedule id without its leading zeros is the same game as with them', async () => {
  const league = await RawLeague.open();
  await league.game('NYK', 'BOS', { game_id: '22300555', game_status: 3 });
  await league.game('NYK', 'BOS', { game_id: '0022300555', game_status: 1 });
  expect(await league.rowsOf(GAME, 'nba_game_id, is_final')).toEqual([
    { nba_game_id: '0022300555', is_final: true },
  ]);
});

test('all eight foreign team codes are mapped; case and blanks do not matter', async () => {
  const league = await RawLeague.open();
  for (const [away, home] of [
    ['BRK', 'CHO'],
    ['PHO', 'NY'],
    ['GS', 'NO'],
    ['SA', 'UTAH'],
    [' bos', 'Mia '],
  ] as const) {
    await league.game(away, home);
  }
  expect(await league.rowsOf(GAME, 'away_team_abbr AS a, home_team_abbr AS h')).toEqual([
    { a: 'BKN', h: 'CHA' },
    { a: 'BOS', h: 'MIA' },
    { a: 'GSW', h: 'NOP' },
    { a: 'PHX', h: 'NYK' },
    { a: 'SAS', h: 'UTA' },
  ]);
});

test('preseason, all-star and guests are no games; playoffs, play-in and the cup final are', async () => {
  const league = await RawLeague.open();
  await league.game('NYK', 'BOS', { game_id: '0012300001' });
  await league.game('LAL', 'LAC', { game_id: '0032300001' });
  await league.game('RMD', 'DAL', { game_id: '0022300009' });
  await league.game('MIA', 'MIL', { game_id: '0042300001' });
  await league.game('CHI', 'CLE', { game_id: '0052300001' });
  await league.game('IND', 'DET', { game_id: '0062300001' });
  expect(await league.rowsOf(GAME, 'nba_game_id AS id, is_playoffs')).toEqual([
    { id: '0042300001', is_playoffs: true },
    { id: '0052300001', is_playoffs: false },
    { id: '0062300001', is_playoffs: false },
  ]);
});

test('a final scrape beats a newer one that is not; among equals the newest wins', async () => {
  const league = await RawLeague.open();
  const id = { game_id: '0022300001' };
  await league.game('NYK', 'BOS', {
    ...id,
    game_status: 3,
    home_team_score: 99,
    processed_at: '2024-01-16 01:00:00',
  });
  await league.game('NYK', 'BOS', {
    ...id,
    game_status: 3,
    home_team_score: 101,
    processed_at: '2024-01-16 02:00:00',
  });
  await league.game('NYK', 'BOS', {
    ...id,
    game_status: 2,
    home_team_score: 55,
    processed_at: '2024-01-17 00:00:00',
  });
  expect(await league.rowsOf(GAME, 'home_score, game_status, is_final')).toEqual([
    { home_score: 101, game_status: 3, is_final: true },
  ]);
});

test('a rescheduled game is on the date of its newest row, and its old date is empty', async () => {
  const league = await RawLeague.open();
  const id = { game_id: '0022300001', game_status: 1 };
  await league.game('NYK', 'BOS', { ...id, game_date: NIGHT, processed_at: '2024-01-10' });
  await league.game('NYK', 'BOS', { ...id, game_date: '2024-02-20', processed_at: '2024-01-15' });
  expect(await league.rowsOf(GAME, BOTH)).toEqual([
    {
      game_date: '2024-02-20',
      nba_game_id: '0022300001',
      game_id: '20240220_NYK_BOS',
      home_team_abbr: 'BOS',
      away_team_abbr: 'NYK',
    },
  ]);
});

test('a team that is down for two games of one day plays the final one', async () => {
  const league = await RawLeague.open();
  await league.game('NYK', 'BOS', { game_id: '0022300001', game_status: 1 });
  await league.game('MIA', 'BOS', { game_id: '0022300002', game_status: 3 });
  expect(await league.rowsOf(GAME, 'game_id')).toEqual([{ game_id: '20240115_MIA_BOS' }]);
});

test('a neutral site keeps its nominal home team', async () => {
  const league = await RawLeague.open();
  await league.game('BKN', 'CLE', { neutral_site_flag: true });
  expect(await league.rowsOf('hoopduck.stg_team_game', 'team_abbr, home_game')).toEqual([
    { team_abbr: 'BKN', home_game: false },
    { team_abbr: 'CLE', home_game: true },
  ]);
});

test('the season year is that of the newest start; October 2020 belongs to 2019-20', async () => {
  const league = await RawLeague.open();
  const on = async (date: string) => league.game('NYK', 'BOS', { game_date: date });
  for (const date of [
    '2014-11-01',
    '2015-03-01',
    '2020-10-11',
    '2020-12-22',
    '2023-10-24',
    '2024-06-17',
  ]) {
    await on(date);
  }
  expect(await league.rowsOf(GAME, 'game_date AS d, season_year AS y, season_start AS s')).toEqual([
    { d: '2014-11-01', y: 2014, s: '2014-11-01' },
    { d: '2015-03-01', y: 2014, s: '2014-11-01' },
    { d: '2020-10-11', y: 2019, s: '2019-10-22' },
    { d: '2020-12-22', y: 2020, s: '2020-12-22' },
    { d: '2023-10-24', y: 2023, s: '2023-10-24' },
    { d: '2024-06-17', y: 2023, s: '2023-10-24' },
  ]);
});

test('the bootstrap is days 0 to 13 of the season', async () => {
  const league = await RawLeague.open();
  for (const date of ['2023-10-24', '2023-11-06', '2023-11-07']) {
    await league.game('NYK', 'BOS', { game_date: date });
  }
  expect(
    await league.rowsOf(
      'hoopduck.stg_team_game',
      'game_date AS d, is_bootstrap AS b',
      "team_abbr = 'BOS'",
    ),
  ).toEqual([
    { d: '2023-10-24', b: true },
    { d: '2023-11-06', b: true },
    { d: '2023-11-07', b: false },
  ]);
});

test('tip-off is Eastern wall-clock time, in winter and in summer; midnight is no time', async () => {
  const league = await RawLeague.open();
  await league.game('NYK', 'BOS', { game_date_est: '2024-01-15 19:30:00' });
  await league.game('MIA', 'MIL', {
    game_date: '2024-04-15',
    game_date_est: '2024-04-15 19:30:00',
  });
  await league.game('CHI', 'CLE', {
    game_date: '2024-04-16',
    game_date_est: '2024-04-16 00:00:00',
  });
  await league.game('CHI', 'CLE', { game_date: '2024-04-18' });
  expect(await league.rowsOf(GAME, 'game_date AS d, tipoff_at AS t')).toEqual([
    { d: '2024-01-15', t: '2024-01-16 00:30:00' },
    { d: '2024-04-15', t: '2024-04-15 23:30:00' },
    { d: '2024-04-16', t: null },
    { d: '2024-04-18', t: null },
  ]);
});

test('nil to nil is no score', async () => {
  const league = await RawLeague.open();
  await league.game('NYK', 'BOS', { game_status: 1, home_team_score: 0, away_team_score: 0 });
  expect(await league.rowsOf(GAME, 'home_score, away_score')).toEqual([
    { home_score: null, away_score: null },
  ]);
});
