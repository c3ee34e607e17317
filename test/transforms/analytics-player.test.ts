import { expect, test } from 'vitest';
import { NIGHT, RawLeague } from './support/raw-league.ts';

const PLAYERS = 'nba_analytics.player_game_summary';
const NO_SHOTS = {
  points: 0,
  field_goals_made: 0,
  field_goals_attempted: 0,
  three_pointers_made: 0,
  three_pointers_attempted: 0,
  free_throws_made: 0,
  free_throws_attempted: 0,
};

/** Boston beat New York 110 to 100; Boston's box score: FGA 90, FTA 20, TOV 10. */
async function leagueWithBoston(minutes = '240:00'): Promise<RawLeague> {
  const league = await RawLeague.open();
  await league.game('NYK', 'BOS');
  await league.box('BOS', { minutes });
  return league;
}

test('a row has its ids, its box score, its efficiency and the outcome of the game', async () => {
  const league = await leagueWithBoston();
  await league.man('BOS', 'tatum', {
    player_name: 'Jayson Tatum',
    nba_player_id: 3,
    plus_minus: -4,
  });
  // usage 100*(9 + 0.88 + 1)*48/(24*(90 + 8.8 + 10)) = 20; ts 11/(2*(9 + 0.88)); efg (4 + 0.5)/9
  expect(await league.rowsOf(PLAYERS, '* EXCLUDE (data_hash, processed_at)')).toEqual([
    {
      player_lookup: 'tatum',
      player_full_name: 'Jayson Tatum',
      game_id: '20240115_NYK_BOS',
      nba_game_id: '0022300001',
      game_date: NIGHT,
      team_abbr: 'BOS',
      opponent_team_abbr: 'NYK',
      season_year: 2023,
      home_game: true,
      points: 11,
      minutes_played: 24,
      assists: 2,
      rebounds: 4,
      offensive_rebounds: 1,
      defensive_rebounds: 3,
      steals: 1,
      blocks: 1,
      turnovers: 1,
      fg_attempts: 9,
      fg_makes: 4,
      three_pt_attempts: 3,
      three_pt_makes: 1,
      ft_attempts: 2,
      ft_makes: 2,
      plus_minus: -4,
      personal_fouls: 2,
      paint_attempts: null,
      paint_makes: null,
      mid_range_attempts: null,
      mid_range_makes: null,
      three_attempts_pbp: null,
      three_makes_pbp: null,
      has_complete_shot_zones: false,
      assisted_fg_makes: null,
      unassisted_fg_makes: null,
      usage_rate: 20,
      ts_pct: 0.556680162,
      efg_pct: 0.5,
      win_flag: true,
      points_line: null,
      opening_line: null,
      line_movement: null,
      over_under_result: null,
      margin: null,
      points_line_source: null,
      is_active: true,
      player_status: 'active',
      is_dnp: false,
      dnp_reason: null,
      usage_rate_valid: true,
      usage_null_reason: null,
      primary_source_used: 'nbac_gamebook',
      data_quality_tier: 'gold',
      quality_score: 100,
      quality_issues: null,
      is_production_ready: true,
      game_completeness_pct: 50,
    },
  ]);
});

test('usage counts the minutes of overtime', async () => {
  const league = await leagueWithBoston('265:00');
  await league.man('BOS', 'a', { minutes: '26:30' });
  await league.man('BOS', 'b', { minutes: '24:00' });
  // 100*10.88*53/(26.5*108.8) = 20 and 100*10.88*53/(24*108.8) = 22.0833...
  expect(await league.rowsOf(PLAYERS, 'player_lookup AS l, usage_rate AS u')).toEqual([
    { l: 'a', u: 20 },
    { l: 'b', u: 22.083333333 },
  ]);
});

test('a true zero stays zero, and a usage over 100 is kept and called invalid', async () => {
  const league = await leagueWithBoston();
  await league.man('BOS', 'idle', { ...NO_SHOTS, turnovers: 0 });
  await league.man('BOS', 'brief', { minutes: '1:00' });
  // 100*10.88*48/(1*108.8) = 480
  expect(
    await league.rowsOf(
      PLAYERS,
      'player_lookup AS l, usage_rate AS u, usage_rate_valid AS v, usage_null_reason AS r, ts_pct, efg_pct, quality_issues AS i',
    ),
  ).toEqual([
    {
      l: 'brief',
      u: 480,
      v: false,
      r: null,
      ts_pct: 0.556680162,
      efg_pct: 0.5,
      i: 'usage_over_100',
    },
    { l: 'idle', u: 0, v: true, r: null, ts_pct: null, efg_pct: null, i: null },
  ]);
});

test('a NULL usage has the first reason that holds: dnp, no minutes, no team row, missing stat', async () => {
  const league = await leagueWithBoston();
  await league.game('CHI', 'MIA');
  await league.box('MIA', { turnovers: null });
  await league.absent('NYK', 'a_dnp');
  await league.man('NYK', 'b_zero', { minutes: '0:00', turnovers: null });
  await league.man('NYK', 'c_unknown', { minutes: null });
  await league.man('NYK', 'd_noteam', { turnovers: null });
  await league.man('BOS', 'e_nostat', { turnovers: null });
  await league.man('MIA', 'f_teamstat');
  expect(
    await league.rowsOf(
      PLAYERS,
      'player_lookup AS l, usage_rate AS u, usage_rate_valid AS v, usage_null_reason AS r, quality_issues AS i, is_production_ready AS ready',
    ),
  ).toEqual([
    { l: 'adnp', u: null, v: null, r: 'dnp', i: 'missing_team_row', ready: false },
    { l: 'bzero', u: null, v: null, r: 'no_minutes', i: 'missing_team_row', ready: false },
    {
      l: 'cunknown',
      u: null,
      v: null,
      r: 'no_minutes',
      i: 'missing_team_row,missing_minutes',
      ready: false,
    },
    { l: 'dnoteam', u: null, v: null, r: 'no_team_row', i: 'missing_team_row', ready: false },
    { l: 'enostat', u: null, v: null, r: 'missing_stat', i: 'missing_stat', ready: false },
    { l: 'fteamstat', u: null, v: null, r: 'missing_stat', i: 'missing_stat', ready: false },
  ]);
});

test('a team denominator of zero is a missing stat, not a division', async () => {
  const league = await RawLeague.open();
  await league.game('NYK', 'BOS');
  // -10 turnovers make 10 + 0 - 10 = 0 chances.
  await league.box('BOS', {
    points: 20,
    fg_made: 10,
    fg_attempted: 10,
    three_pt_made: 0,
    ft_made: 0,
    ft_attempted: 0,
    turnovers: -10,
  });
  await league.man('BOS', 'tatum');
  expect(await league.rowsOf(PLAYERS, 'usage_rate AS u, usage_null_reason AS r')).toEqual([
    { u: null, r: 'missing_stat' },
  ]);
});

test("a row without its team's row stays, and its completeness is that of the game", async () => {
  const league = await leagueWithBoston();
  await league.man('NYK', 'brunson');
  expect(
    await league.rowsOf(
      PLAYERS,
      'player_lookup AS l, win_flag AS w, game_completeness_pct AS c, home_game AS h',
    ),
  ).toEqual([{ l: 'brunson', w: false, c: 50, h: false }]);
});

test('dnp and inactive rows are in the table with NULL stats', async () => {
  const league = await leagueWithBoston();
  await league.absent('BOS', 'a', {
    dnp_reason: "DNP - Coach's Decision",
    points: 0,
    minutes: '0:00',
  });
  await league.absent('BOS', 'b', { player_status: 'inactive' });
  expect(
    await league.rowsOf(
      PLAYERS,
      'player_lookup AS l, is_active, is_dnp, dnp_reason AS why, minutes_played AS m, points AS p, win_flag AS w',
    ),
  ).toEqual([
    {
      l: 'a',
      is_active: false,
      is_dnp: true,
      why: "DNP - Coach's Decision",
      m: null,
      p: null,
      w: true,
    },
    { l: 'b', is_active: false, is_dnp: true, why: null, m: null, p: null, w: true },
  ]);
});

test('an active row with no minutes is neither dnp nor played, and keeps its stats', async () => {
  const league = await leagueWithBoston();
  await league.man('BOS', 'a', { ...NO_SHOTS, minutes: '0:00', personal_fouls: 1 });
  await prop(league, 'a', 0.5);
  expect(
    await league.rowsOf(
      PLAYERS,
      'is_active, is_dnp, minutes_played AS m, points AS p, personal_fouls AS f, usage_rate AS u, over_under_result AS o, margin',
    ),
  ).toEqual([{ is_active: true, is_dnp: false, m: 0, p: 0, f: 1, u: null, o: null, margin: null }]);
});

test('points against the line are over, under or a push; nothing for one who did not play', async () => {
  const league = await leagueWithBoston();
  for (const [name, line] of [
    ['a', 10.5],
    ['b', 11.5],
    ['c', 11],
    ['d', 9.5],
  ] as const) {
    await prop(league, name, line - 1, '2024-01-15 10:00:00');
    await prop(league, name, line);
    if (name === 'd') await league.absent('BOS', name);
    else await league.man('BOS', name);
  }
  expect(
    await league.rowsOf(
      PLAYERS,
      'player_lookup AS l, points_line AS line, opening_line AS o, line_movement AS mv, over_under_result AS r, margin AS m, points_line_source AS s',
    ),
  ).toEqual([
    { l: 'a', line: 10.5, o: 9.5, mv: 1, r: 'OVER', m: 0.5, s: 'odds_api/draftkings' },
    { l: 'b', line: 11.5, o: 10.5, mv: 1, r: 'UNDER', m: -0.5, s: 'odds_api/draftkings' },
    { l: 'c', line: 11, o: 10, mv: 1, r: 'PUSH', m: 0, s: 'odds_api/draftkings' },
    { l: 'd', line: 9.5, o: 8.5, mv: 1, r: null, m: null, s: 'odds_api/draftkings' },
  ]);
});

test('a row of the fallback source says so', async () => {
  const league = await leagueWithBoston();
  await league.fallback('BOS', 'tatum');
  expect(
    await league.rowsOf(
      PLAYERS,
      'primary_source_used AS s, data_quality_tier AS t, quality_score AS q, quality_issues AS i, is_production_ready AS r, plus_minus AS pm, usage_rate AS u',
    ),
  ).toEqual([
    { s: 'bdl_boxscores', t: 'silver', q: 85, i: 'fallback_source', r: true, pm: null, u: 20 },
  ]);
});

async function prop(league: RawLeague, lookup: string, line: number, at = '2024-01-15 15:00:00') {
  await league.insert('odds_api_player_points_props', {
    game_date: NIGHT,
    player_lookup: lookup,
    bookmaker: 'draftkings',
    points_line: line,
    snapshot_timestamp: at,
  });
}
