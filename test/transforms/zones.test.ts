import { expect, test } from 'vitest';
import { RawLeague, type RawRow } from './support/raw-league.ts';

const PLAYERS = 'nba_analytics.player_game_summary';
const ZONES =
  'player_lookup AS l, paint_attempts AS pa, paint_makes AS pm, mid_range_attempts AS ma, mid_range_makes AS mm, three_attempts_pbp AS ta, three_makes_pbp AS tm, has_complete_shot_zones AS full';
const NONE = { pa: null, pm: null, ma: null, mm: null, ta: null, tm: null, full: false };

async function leagueWithGame(): Promise<RawLeague> {
  const league = await RawLeague.open();
  await league.game('NYK', 'BOS');
  return league;
}

/** A man with so many shots in the box score. */
async function shooter(league: RawLeague, lookup: string, attempts: number, over: RawRow = {}) {
  await league.man('BOS', lookup, { field_goals_attempted: attempts, ...over });
}

/** So many made lay-ups. */
async function layups(league: RawLeague, lookup: string, shots: number, over: RawRow = {}) {
  for (let i = 0; i < shots; i++) await league.shot('BOS', lookup, over);
}

/** One paint attempt a lay-up. */
const paint = (l: string, n: number, full = true) => ({
  l,
  pa: n,
  pm: n,
  ma: 0,
  mm: 0,
  ta: 0,
  tm: 0,
  full,
});

test('8 feet are paint, a three is told by subtype or shot type, the rest is mid-range', async () => {
  const league = await leagueWithGame();
  await shooter(league, 'tatum', 7);
  const miss = { shot_made: false };
  await league.shot('BOS', 'tatum', { shot_distance: 8 });
  await league.shot('BOS', 'tatum', { shot_distance: 8.1, ...miss });
  await league.shot('BOS', 'tatum', { shot_distance: 22, event_subtype: 'jump shot' });
  await league.shot('BOS', 'tatum', { shot_distance: 24, event_subtype: 'Pullup 3PT jump shot' });
  await league.shot('BOS', 'tatum', {
    shot_distance: 24,
    event_subtype: null,
    shot_type: '3PT',
    ...miss,
  });
  await league.shot('BOS', 'tatum', {
    shot_distance: 25,
    event_subtype: null,
    shot_type: null,
    ...miss,
  });
  // Made by its points where shot_made is unknown.
  await league.shot('BOS', 'tatum', { shot_distance: 0, shot_made: null, points_scored: 2 });
  // Neither a shot of unknown distance nor a free throw counts.
  await league.shot('BOS', 'tatum', { shot_distance: null });
  await league.shot('BOS', 'tatum', { event_type: 'free throw' });
  expect(await league.rowsOf(PLAYERS, ZONES)).toEqual([
    { l: 'tatum', pa: 2, pm: 2, ma: 3, mm: 1, ta: 2, tm: 1, full: true },
  ]);
});

test('in a game that has shots FGA 0 gives zeros; FGA without shots gives NULLs and is counted', async () => {
  const league = await leagueWithGame();
  await shooter(league, 'tatum', 2);
  await layups(league, 'tatum', 2);
  await shooter(league, 'idle', 0);
  await shooter(league, 'lost', 5);
  await league.absent('BOS', 'out');
  expect(await league.rowsOf(PLAYERS, ZONES)).toEqual([
    paint('idle', 0),
    { l: 'lost', ...NONE },
    { l: 'out', ...NONE },
    paint('tatum', 2),
  ]);
  expect(await league.rowsOf('hoopduck.stg_left_out', 'reason, row_count')).toEqual([
    { reason: 'no shots found for a man with attempts, zones unknown', row_count: 1 },
  ]);
});

test('a game without shots has NULLs, also for FGA 0', async () => {
  const league = await leagueWithGame();
  await league.game('CHI', 'MIA');
  await shooter(league, 'idle', 0);
  await league.shot('MIA', 'butler');
  expect(await league.rowsOf(PLAYERS, ZONES)).toEqual([{ l: 'idle', ...NONE }]);
  expect(await league.rowsOf('hoopduck.stg_left_out', 'reason')).toEqual([]);
});

test('shots short of the attempts are kept and not complete', async () => {
  const league = await leagueWithGame();
  await shooter(league, 'tatum', 3);
  await layups(league, 'tatum', 2);
  expect(await league.rowsOf(PLAYERS, ZONES)).toEqual([paint('tatum', 2, false)]);
});

test('the prefix of a lookup is the man, whatever the name behind it', async () => {
  const league = await leagueWithGame();
  await shooter(league, 'nicolasclaxton', 2, { nba_player_id: 1629651 });
  await layups(league, '1629651nicclaxton', 2);
  expect(await league.rowsOf(PLAYERS, ZONES)).toEqual([paint('nicolasclaxton', 2)]);
});

test('one name with and without a prefix is one shooter', async () => {
  const league = await leagueWithGame();
  await shooter(league, 'kellyoubrejr', 3);
  await layups(league, '1626162kellyoubre', 2);
  await layups(league, 'kellyoubre', 1);
  expect(await league.rowsOf(PLAYERS, ZONES)).toEqual([paint('kellyoubrejr', 3)]);
});

test('an unknown shooter is the man of the same name without its suffix', async () => {
  const league = await leagueWithGame();
  await shooter(league, 'jimmybutleriii', 4);
  await layups(league, 'jimmybutler', 3);
  expect(await league.rowsOf(PLAYERS, ZONES)).toEqual([paint('jimmybutleriii', 3, false)]);
});

test('an unknown shooter without a namesake is the only man whose FGA equals his shots', async () => {
  const league = await leagueWithGame();
  await shooter(league, 'enesfreedom', 3);
  await shooter(league, 'other', 4);
  await layups(league, 'eneskanter', 3);
  expect(await league.rowsOf(PLAYERS, ZONES)).toEqual([
    paint('enesfreedom', 3),
    { l: 'other', ...NONE },
  ]);
});

test('names go first: a namesake is found although another man has the same FGA', async () => {
  const league = await leagueWithGame();
  await shooter(league, 'larrynancejr', 5);
  await shooter(league, 'freedom', 3);
  await layups(league, 'larrynance', 3);
  await layups(league, 'kanter', 3);
  expect(await league.rowsOf(PLAYERS, ZONES)).toEqual([
    paint('freedom', 3),
    paint('larrynancejr', 3, false),
  ]);
});

test('two shooters that fit one man, or one that fits two, are nobody', async () => {
  const league = await leagueWithGame();
  await shooter(league, 'freedom', 3);
  await layups(league, 'kanter', 3);
  await layups(league, 'stranger', 3);
  await shooter(league, 'twin', 2);
  await shooter(league, 'other', 2);
  await layups(league, 'unknown', 2);
  expect(await league.rowsOf(PLAYERS, ZONES)).toEqual([
    { l: 'freedom', ...NONE },
    { l: 'other', ...NONE },
    { l: 'twin', ...NONE },
  ]);
});

test("shots are taken from nobody: a man who has his own gets no other's", async () => {
  const league = await leagueWithGame();
  await shooter(league, 'tatum', 2);
  await layups(league, 'tatum', 1);
  await layups(league, 'unknown', 2);
  expect(await league.rowsOf(PLAYERS, ZONES)).toEqual([paint('tatum', 1, false)]);
});

test("a man of the other team's box score is known, and nobody else", async () => {
  const league = await leagueWithGame();
  await shooter(league, 'tatum', 2);
  await league.man('NYK', 'brunson', { field_goals_attempted: 2 });
  await layups(league, 'brunson', 2);
  expect(await league.rowsOf(PLAYERS, ZONES)).toEqual([
    { l: 'brunson', ...NONE },
    { l: 'tatum', ...NONE },
  ]);
});

test('a newer scrape that turns a shot into another event takes the shot away', async () => {
  const league = await leagueWithGame();
  await shooter(league, 'tatum', 1);
  await league.shot('BOS', 'tatum', { event_sequence: 700, processed_at: '2024-01-16' });
  await league.shot('BOS', 'tatum', { event_sequence: 701, processed_at: '2024-01-16' });
  await league.shot('BOS', 'tatum', {
    event_sequence: 701,
    event_type: 'turnover',
    processed_at: '2024-01-17',
  });
  // The same number in another game of the night is another play.
  await league.game('CHI', 'MIA');
  await league.shot('MIA', 'butler', { event_sequence: 700 });
  expect(await league.rowsOf('hoopduck.stg_shooter', 'shooter_lookup AS l, shots')).toEqual([
    { l: 'butler', shots: 1 },
    { l: 'tatum', shots: 1 },
  ]);
});

test('a play is found under either team, with foreign codes, and its newest scrape counts once', async () => {
  const league = await RawLeague.open();
  await league.game('PHX', 'BKN');
  await league.man('PHX', 'booker', { field_goals_attempted: 1 });
  const play = { event_sequence: 5, home_team_abbr: 'BRK', away_team_abbr: 'PHO' };
  await league.shot('PHO', 'booker', { ...play, shot_made: false, processed_at: '2024-01-16' });
  await league.shot('PHX', 'booker', {
    event_sequence: 5,
    shot_made: true,
    processed_at: '2024-01-17',
  });
  expect(await league.rowsOf(PLAYERS, ZONES)).toEqual([paint('booker', 1)]);
});

test('assisted makes are known only where play-by-play carries roles', async () => {
  const league = await leagueWithGame();
  await league.game('CHI', 'MIA');
  await shooter(league, 'tatum', 3);
  await league.shot('BOS', 'tatum', { player_2_role: 'assist' });
  await league.shot('BOS', 'tatum');
  await league.shot('BOS', 'tatum', { shot_made: false, player_2_role: 'block' });
  await shooter(league, 'idle', 0);
  await league.man('MIA', 'butler', { field_goals_attempted: 1 });
  await league.shot('MIA', 'butler');
  expect(
    await league.rowsOf(
      PLAYERS,
      'player_lookup AS l, assisted_fg_makes AS a, unassisted_fg_makes AS u',
    ),
  ).toEqual([
    { l: 'butler', a: null, u: null },
    { l: 'idle', a: 0, u: 0 },
    { l: 'tatum', a: 1, u: 1 },
  ]);
});

test("a team's zones are all its shots, also those of shooters whom nobody knows", async () => {
  const league = await leagueWithGame();
  await league.box('BOS');
  await league.box('NYK', { points: 100, fg_made: 36, three_pt_made: 8 });
  await layups(league, 'stranger', 3);
  await league.shot('BOS', 'tatum', { shot_distance: 15, shot_made: false });
  expect(
    await league.rowsOf(
      'nba_analytics.team_offense_game_summary',
      'team_abbr AS t, team_paint_attempts AS pa, team_paint_makes AS pm, team_mid_range_attempts AS ma, team_mid_range_makes AS mm, points_in_paint_scored AS p',
    ),
  ).toEqual([
    { t: 'BOS', pa: 3, pm: 3, ma: 1, mm: 0, p: 6 },
    { t: 'NYK', pa: 0, pm: 0, ma: 0, mm: 0, p: 0 },
  ]);
});
