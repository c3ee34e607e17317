import { expect, test } from 'vitest';
import { NIGHT, RawLeague, type RawRow } from './support/raw-league.ts';

const GAME_LINE = 'hoopduck.stg_game_line';
const PLAYER_LINE = 'hoopduck.stg_player_line';
const TEAMS = 'team_abbr AS t, game_spread AS s, game_total AS o';

/** New York at Boston, tip-off 19:30 Eastern, 00:30 UTC of the next day. */
async function leagueWithGame(over: RawRow = {}): Promise<RawLeague> {
  const league = await RawLeague.open();
  await league.game('NYK', 'BOS', { game_date_est: '2024-01-15 19:30:00', ...over });
  return league;
}

/** A bookmaker's spread for Boston. */
async function spread(league: RawLeague, point: number | null, at: string, over: RawRow = {}) {
  await league.insert('odds_api_game_lines', {
    game_date: NIGHT,
    home_team_abbr: 'BOS',
    away_team_abbr: 'NYK',
    bookmaker_key: 'draftkings',
    market_key: 'spreads',
    outcome_team_abbr: 'BOS',
    outcome_point: point,
    snapshot_timestamp: at,
    ...over,
  });
}

async function total(league: RawLeague, point: number, at: string, over: RawRow = {}) {
  const outcome = { market_key: 'totals', outcome_team_abbr: null, outcome_name: 'Over' };
  await spread(league, point, at, { ...outcome, ...over });
}

test('the last line before tip-off counts, and a live one never', async () => {
  const league = await leagueWithGame();
  await spread(league, -3, '2024-01-15 15:00:00');
  await spread(league, -5.5, '2024-01-16 00:29:59');
  await spread(league, -20, '2024-01-16 00:30:00');
  await total(league, 220, '2024-01-15 15:00:00');
  await total(league, 180, '2024-01-16 02:00:00');
  expect(await league.rowsOf(GAME_LINE, TEAMS)).toEqual([
    { t: 'BOS', s: -5.5, o: 220 },
    { t: 'NYK', s: 5.5, o: 220 },
  ]);
});

test("the time of the lines themselves comes before the schedule's", async () => {
  const league = await leagueWithGame();
  const commence = { commence_time: '2024-01-15 20:00:00' };
  await spread(league, -3, '2024-01-15 19:59:00', commence);
  await spread(league, -9, '2024-01-15 20:01:00', commence);
  expect(await league.rowsOf(GAME_LINE, TEAMS)).toEqual([
    { t: 'BOS', s: -3, o: null },
    { t: 'NYK', s: 3, o: null },
  ]);
});

test('with no tip-off at all, what was seen after 16:00 UTC is left out', async () => {
  const league = await leagueWithGame({ game_date_est: null });
  await spread(league, -3, '2024-01-15 16:00:00');
  await spread(league, -9, '2024-01-15 16:00:01');
  expect(await league.rowsOf(GAME_LINE, TEAMS)).toEqual([
    { t: 'BOS', s: -3, o: null },
    { t: 'NYK', s: 3, o: null },
  ]);
});

test('a game whose lines are all live has none', async () => {
  const league = await leagueWithGame();
  await spread(league, -9, '2024-01-16 01:00:00');
  expect(await league.rowsOf(GAME_LINE, TEAMS)).toEqual([]);
});

test('draftkings, then fanduel, then by name, chosen for each market alone', async () => {
  const league = await leagueWithGame();
  const at = '2024-01-15 15:00:00';
  await spread(league, -1, at, { bookmaker_key: 'betmgm' });
  await spread(league, -2, at, { bookmaker_key: 'FanDuel' });
  await total(league, 210, at, { bookmaker_key: 'williamhill' });
  await total(league, 211, at, { bookmaker_key: 'caesars' });
  await total(league, 212, at, { bookmaker_key: null });
  expect(await league.rowsOf(GAME_LINE, TEAMS, "team_abbr = 'BOS'")).toEqual([
    { t: 'BOS', s: -2, o: 211 },
  ]);
  await spread(league, -4, '2024-01-15 08:00:00');
  expect(await league.rowsOf(GAME_LINE, TEAMS, "team_abbr = 'BOS'")).toEqual([
    { t: 'BOS', s: -4, o: 211 },
  ]);
});

test("each side has its own spread, by code, by full name, or as the other's turned round", async () => {
  const league = await leagueWithGame();
  await league.game('PHX', 'UTA');
  const at = '2024-01-15 15:00:00';
  await spread(league, -3, at);
  await spread(league, 3.5, at, { outcome_team_abbr: 'NY' });
  await spread(league, 7, at, {
    home_team_abbr: 'UTAH',
    away_team_abbr: 'PHO',
    home_team: 'Utah Jazz',
    outcome_team_abbr: null,
    outcome_name: 'Utah Jazz',
  });
  expect(await league.rowsOf(GAME_LINE, TEAMS)).toEqual([
    { t: 'BOS', s: -3, o: null },
    { t: 'NYK', s: 3.5, o: null },
    { t: 'PHX', s: -7, o: null },
    { t: 'UTA', s: 7, o: null },
  ]);
});

test('a line of a game that was moved is not one of the game that took its place', async () => {
  const league = await leagueWithGame();
  await spread(league, -12, '2024-01-15 10:00:00', { away_team_abbr: 'DET' });
  expect(await league.rowsOf(GAME_LINE, TEAMS)).toEqual([]);
});

async function prop(league: RawLeague, line: number, at: string, over: RawRow = {}) {
  await league.insert('odds_api_player_points_props', {
    game_date: NIGHT,
    home_team_abbr: 'BOS',
    bookmaker: 'draftkings',
    player_name: 'Jayson Tatum',
    points_line: line,
    snapshot_timestamp: at,
    ...over,
  });
}

async function pro(league: RawLeague, line: number, at: string, over: RawRow = {}) {
  await league.insert('bettingpros_player_points_props', {
    game_date: NIGHT,
    market_type: 'points',
    bookmaker: 'draftkings',
    player_team: 'BOS',
    player_name: 'Jayson Tatum',
    points_line: line,
    snapshot_timestamp: at,
    ...over,
  });
}

const LINE = 'player_lookup AS l, points_line AS line, opening_line AS o, points_line_source AS s';

test("a player's line is the last before tip-off, its opening the first of the same book", async () => {
  const league = await leagueWithGame();
  await prop(league, 20.5, '2024-01-14 10:00:00', { bookmaker: 'fanduel' });
  await prop(league, 26.5, '2024-01-15 12:00:00');
  await prop(league, 27.5, '2024-01-16 00:00:00');
  await prop(league, 12.5, '2024-01-16 01:00:00');
  expect(await league.rowsOf(PLAYER_LINE, LINE)).toEqual([
    { l: 'jaysontatum', line: 27.5, o: 26.5, s: 'odds_api/draftkings' },
  ]);
});

test('every odds_api row comes before the bettingpros rows, whatever the book', async () => {
  const league = await leagueWithGame();
  await pro(league, 25.5, '2024-01-15 12:00:00');
  await pro(league, 30.5, '2024-01-15 12:00:00', { player_name: 'Al Horford', bookmaker: 'zbook' });
  await pro(league, 8.5, '2024-01-15 13:00:00', {
    player_name: 'Al Horford',
    market_type: 'assists',
  });
  await prop(league, 26.5, '2024-01-15 12:00:00', { bookmaker: 'zbook' });
  expect(await league.rowsOf(PLAYER_LINE, LINE)).toEqual([
    { l: 'alhorford', line: 30.5, o: 30.5, s: 'bettingpros/zbook' },
    { l: 'jaysontatum', line: 26.5, o: 26.5, s: 'odds_api/zbook' },
  ]);
});

test('books of a player go draftkings, fanduel, then by name', async () => {
  const league = await leagueWithGame();
  const at = '2024-01-15 12:00:00';
  await prop(league, 21.5, at, { bookmaker: 'betmgm' });
  await prop(league, 22.5, at, { bookmaker: 'fanduel' });
  await prop(league, 31.5, at, { bookmaker: 'caesars', player_name: 'Al Horford' });
  await prop(league, 32.5, at, { bookmaker: 'betmgm', player_name: 'Al Horford' });
  expect(await league.rowsOf(PLAYER_LINE, LINE)).toEqual([
    { l: 'alhorford', line: 32.5, o: 32.5, s: 'odds_api/betmgm' },
    { l: 'jaysontatum', line: 22.5, o: 22.5, s: 'odds_api/fanduel' },
  ]);
});

test("a player's line without any tip-off ends at 16:00 UTC; its own start time comes first", async () => {
  const league = await leagueWithGame({ game_date_est: null });
  await prop(league, 26.5, '2024-01-15 15:00:00');
  await prop(league, 12.5, '2024-01-15 17:00:00');
  const start = { player_name: 'Al Horford', game_start_time: '2024-01-16 00:30:00' };
  await prop(league, 8.5, '2024-01-15 15:00:00', start);
  await prop(league, 9.5, '2024-01-15 23:00:00', start);
  expect(await league.rowsOf(PLAYER_LINE, LINE)).toEqual([
    { l: 'alhorford', line: 9.5, o: 8.5, s: 'odds_api/draftkings' },
    { l: 'jaysontatum', line: 26.5, o: 26.5, s: 'odds_api/draftkings' },
  ]);
});
