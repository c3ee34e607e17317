import { expect, test } from 'vitest';
import { NIGHT, RawLeague } from './support/raw-league.ts';

const OFFENSE = 'nba_analytics.team_offense_game_summary';
const DEFENSE = 'nba_analytics.team_defense_game_summary';
/** 100 points: 2 * (36 - 8) + 3 * 8 + 20. */
const HUNDRED = { points: 100, fg_made: 36, three_pt_made: 8 };

/** Boston beat New York 110 to 100. */
async function leagueWithGame(over = {}): Promise<RawLeague> {
  const league = await RawLeague.open();
  await league.game('NYK', 'BOS', { game_id: '0022300555', ...over });
  return league;
}

test('a team row comes from a consistent box score, with possessions, ratings, pace and margin', async () => {
  const league = await leagueWithGame();
  await league.box('BOS');
  await league.box('NYK', HUNDRED);
  const rows = await league.rowsOf(
    OFFENSE,
    '* EXCLUDE (data_hash, processed_at)',
    "team_abbr = 'BOS'",
  );
  // possessions 90 + 0.44*20 + 10 - 10 = 98.8; rating 100*110/98.8; pace 98.8*48/(240/5);
  // ts 110/(2*(90 + 0.44*20)) = 110/197.6
  expect(rows).toEqual([
    {
      game_id: '20240115_NYK_BOS',
      nba_game_id: '0022300555',
      game_date: NIGHT,
      team_abbr: 'BOS',
      opponent_team_abbr: 'NYK',
      season_year: 2023,
      points_scored: 110,
      fg_attempts: 90,
      fg_makes: 40,
      three_pt_attempts: 30,
      three_pt_makes: 10,
      ft_attempts: 20,
      ft_makes: 20,
      offensive_rebounds: 10,
      rebounds: 40,
      assists: 20,
      turnovers: 10,
      personal_fouls: 20,
      team_paint_attempts: null,
      team_paint_makes: null,
      team_mid_range_attempts: null,
      team_mid_range_makes: null,
      points_in_paint_scored: null,
      offensive_rating: 111.336032389,
      pace: 98.8,
      possessions: 98.8,
      ts_pct: 0.556680162,
      home_game: true,
      win_flag: true,
      margin_of_victory: 10,
      overtime_periods: 0,
      players_inactive: null,
      primary_source_used: 'nbac_team_boxscore',
      data_quality_tier: 'gold',
      quality_score: 100,
      quality_issues: null,
      is_production_ready: true,
      game_completeness_pct: 100,
    },
  ]);
  const types = await league.replica.columnsOf(OFFENSE);
  expect(types.filter(({ name }) => ['possessions', 'players_inactive'].includes(name))).toEqual([
    { name: 'possessions', type: 'DOUBLE' },
    { name: 'players_inactive', type: 'BIGINT' },
  ]);
  expect(types.slice(-2).map(({ name }) => name)).toEqual(['data_hash', 'processed_at']);
});

test('without a box score, or with an inconsistent one, a whole team is summed from its players', async () => {
  const league = await leagueWithGame();
  await league.team('BOS');
  await league.team('NYK', { field_goals_made: 4, three_pointers_made: 0, points: 10 });
  await league.box('NYK', { points: 101 });
  const columns =
    'team_abbr AS t, points_scored AS p, fg_makes, possessions, margin_of_victory AS m, primary_source_used AS s, data_quality_tier AS tier, quality_score AS q, quality_issues AS i, is_production_ready AS ready';
  const same = { s: 'reconstructed_from_players', tier: 'silver', q: 85, ready: true };
  expect(await league.rowsOf(OFFENSE, columns)).toEqual([
    { t: 'BOS', p: 110, fg_makes: 40, possessions: 98.8, m: 10, ...same, i: 'reconstructed' },
    {
      t: 'NYK',
      p: 100,
      fg_makes: 40,
      possessions: 98.8,
      m: -10,
      ...same,
      i: 'reconstructed,inconsistent_box_score',
    },
  ]);
});

test.each([
  ['four men', 4, { minutes: '60:00' }, { home_team_score: 44 }],
  ['nine men of ten, 216 minutes', 9, {}, { home_team_score: 99 }],
  ['ten men with 247 minutes', 10, { minutes: '24:42' }, {}],
  ["a score that is not the schedule's", 10, {}, { home_team_score: 112 }],
  ['points that the shots do not add up to', 10, { points: 12 }, { home_team_score: 120 }],
  ['a stat missing for all', 10, { three_pointers_made: null }, {}],
])('%s are no team: no row, and the date is short', async (_, size, over, score) => {
  const league = await leagueWithGame(score);
  await league.team('BOS', over, size);
  await league.box('NYK', HUNDRED);
  expect(await league.rowsOf(OFFENSE, 'team_abbr')).toEqual([{ team_abbr: 'NYK' }]);
  expect(
    await league.replica.rows(
      'SELECT rows, expected_rows, verdict, detail FROM hoopduck.partition WHERE table_name = $name',
      { name: OFFENSE },
    ),
  ).toEqual([
    { rows: 1, expected_rows: 2, verdict: 'short', detail: 'no row for BOS (20240115_NYK_BOS)' },
  ]);
});

test.each([
  ['246 minutes', { minutes: '24:36' }, {}, 0],
  ['266 minutes with one overtime', { minutes: '26:36' }, {}, 1],
  ['five men who played 48 minutes each', { minutes: '48:00' }, { home_team_score: 55 }, 0],
  ['no score in the schedule', {}, { home_team_score: null }, 0],
])('%s are a team', async (name, over, score, overtimes) => {
  const league = await leagueWithGame(score);
  await league.team('BOS', over, name.startsWith('five') ? 5 : 10);
  expect(await league.rowsOf(OFFENSE, 'overtime_periods')).toEqual([
    { overtime_periods: overtimes },
  ]);
});

test('overtime is read from minutes: of the box score from 200 on, else of the players', async () => {
  const league = await leagueWithGame();
  await league.game('CHI', 'MIA');
  await league.box('BOS', { minutes: '265:00' });
  await league.box('NYK', { ...HUNDRED, minutes: '53:00' });
  await league.team('NYK', { minutes: '29:00' });
  await league.box('MIA', { minutes: null });
  await league.box('CHI', { ...HUNDRED, minutes: '230' });
  // BOS: pace 98.8*48/(265/5); NYK: 290 minutes are two overtimes, 98.8*48/58;
  // MIA: no minutes at all, so no pace.
  expect(
    await league.rowsOf(
      OFFENSE,
      'team_abbr AS t, overtime_periods AS o, pace, quality_issues AS i, is_production_ready AS r',
    ),
  ).toEqual([
    { t: 'BOS', o: 1, pace: 89.479245283, i: null, r: true },
    { t: 'CHI', o: 0, pace: 98.8, i: null, r: true },
    { t: 'MIA', o: null, pace: null, i: 'missing_stat', r: false },
    { t: 'NYK', o: 2, pace: 81.765517241, i: null, r: true },
  ]);
});

test('a denominator of zero or less, or a missing stat, makes a figure NULL', async () => {
  const league = await leagueWithGame();
  // 10 attempts and no turnover against 10 offensive rebounds: no possession.
  const few = {
    points: 20,
    fg_made: 10,
    fg_attempted: 10,
    three_pt_made: 0,
    ft_made: 0,
    ft_attempted: 0,
  };
  await league.box('BOS', { ...few, turnovers: 0 });
  await league.box('NYK', { ...HUNDRED, turnovers: null });
  expect(
    await league.rowsOf(
      OFFENSE,
      'team_abbr AS t, possessions AS p, offensive_rating AS r, ts_pct AS ts, quality_issues AS i',
    ),
  ).toEqual([
    { t: 'BOS', p: 0, r: null, ts: 1, i: null },
    { t: 'NYK', p: null, r: null, ts: 0.506072874, i: 'missing_stat' },
  ]);
});

test("with the opponent missing, margin and win are the schedule's and there is no defence row", async () => {
  const league = await leagueWithGame();
  await league.box('NYK', HUNDRED);
  await league.team('BOS', {}, 3);
  expect(
    await league.rowsOf(
      OFFENSE,
      'team_abbr, margin_of_victory, win_flag, quality_issues, is_production_ready, game_completeness_pct',
    ),
  ).toEqual([
    {
      team_abbr: 'NYK',
      margin_of_victory: -10,
      win_flag: false,
      quality_issues: 'missing_opponent_row',
      is_production_ready: false,
      game_completeness_pct: 50,
    },
  ]);
  // Three men of Boston say nothing of Boston's steals.
  expect(
    await league.rowsOf(
      DEFENSE,
      'defending_team_abbr, points_allowed, margin_of_victory, win_flag, steals',
    ),
  ).toEqual([
    {
      defending_team_abbr: 'BOS',
      points_allowed: 100,
      margin_of_victory: 10,
      win_flag: true,
      steals: null,
    },
  ]);
});

test('inactive men are counted, or unknown in a game that lists no dnp or inactive row', async () => {
  const league = await leagueWithGame();
  await league.game('CHI', 'MIA');
  await league.game('DEN', 'DAL');
  for (const team of ['BOS', 'MIA', 'DAL']) await league.box(team);
  for (const team of ['NYK', 'CHI', 'DEN']) await league.box(team, HUNDRED);
  await league.absent('NYK', 'a', { player_status: 'inactive' });
  await league.absent('NYK', 'b', { player_status: 'inactive' });
  await league.absent('NYK', 'c');
  await league.man('MIA', 'd');
  await league.absent('DEN', 'e');
  expect(await league.rowsOf(OFFENSE, 'team_abbr AS t, players_inactive AS n')).toEqual([
    { t: 'BOS', n: 0 },
    { t: 'CHI', n: null },
    { t: 'DAL', n: 0 },
    { t: 'DEN', n: 0 },
    { t: 'MIA', n: null },
    { t: 'NYK', n: 2 },
  ]);
});
