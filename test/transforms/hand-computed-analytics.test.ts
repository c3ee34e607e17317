import { expect, test } from 'vitest';
import { type Paper, row, stored, withoutPaper } from './support/on-paper.ts';
import { LETTERS, NIGHT, RawLeague } from './support/raw-league.ts';

const OFFENSE = 'nba_analytics.team_offense_game_summary';
const DEFENSE = 'nba_analytics.team_defense_game_summary';
const PLAYERS = 'nba_analytics.player_game_summary';

/**
 * Boston beat New York 121 to 110 after one overtime. Boston has a box score, New York ten men of 26:30 whose
 * rows add up to a team. Of Boston's men Tatum played, Horford did not, Smart was inactive.
 */
async function paperNight(): Promise<RawLeague> {
  const league = await RawLeague.open();
  await league.game('NYK', 'BOS', {
    game_id: '0022300555',
    home_team_score: 121,
    away_team_score: 110,
  });
  // 2 * (44 - 13) + 3 * 13 + 20 = 121.
  await league.box('BOS', {
    minutes: '265:00',
    points: 121,
    fg_made: 44,
    three_pt_made: 13,
    defensive_rebounds: 33,
    total_rebounds: 43,
    steals: 7,
    blocks: 5,
  });
  await league.team('NYK', { minutes: '26:30' });
  await league.man('BOS', 'jaysontatum', {
    player_name: 'Jayson Tatum',
    minutes: '26:30',
    plus_minus: 8,
  });
  await league.absent('BOS', 'alhorford', { dnp_reason: 'DNP - Rest' });
  await league.absent('BOS', 'marcussmart', { player_status: 'inactive' });
  // Tatum's 9 shots: 2 of 3 in the paint, 1 of 3 from mid-range, 1 of 3 threes; 2 of the 4 makes assisted.
  const assisted = { player_2_role: 'assist' };
  const three = { shot_distance: 25, shot_type: '3PT' };
  await league.shot('BOS', 'jaysontatum', assisted);
  await league.shot('BOS', 'jaysontatum', { shot_distance: 8 });
  await league.shot('BOS', 'jaysontatum', { shot_made: false });
  await league.shot('BOS', 'jaysontatum', { shot_distance: 8.1, ...assisted });
  await league.shot('BOS', 'jaysontatum', { shot_distance: 15, shot_made: false });
  await league.shot('BOS', 'jaysontatum', { shot_distance: 20, shot_made: false });
  await league.shot('BOS', 'jaysontatum', three);
  await league.shot('BOS', 'jaysontatum', { ...three, shot_made: false });
  await league.shot('BOS', 'jaysontatum', { ...three, shot_made: false });
  // Of New York's 90 shots two are on record, both of one man.
  await league.shot('NYK', `nyk${LETTERS[0]}`, { shot_made: false });
  await league.shot('NYK', `nyk${LETTERS[0]}`, { shot_distance: 12 });
  for (const [line, at] of [
    [10, '10:00:00'],
    [10.5, '15:00:00'],
  ] as const) {
    await league.insert('odds_api_player_points_props', {
      game_date: NIGHT,
      player_lookup: 'jaysontatum',
      bookmaker: 'draftkings',
      points_line: line,
      snapshot_timestamp: `${NIGHT} ${at}`,
    });
  }
  await league.build(OFFENSE, DEFENSE, PLAYERS);
  return league;
}

const GAME = {
  game_id: '20240115_NYK_BOS',
  nba_game_id: '0022300555',
  game_date: NIGHT,
  season_year: 2023,
};
const BOSTON = { team_abbr: 'BOS', opponent_team_abbr: 'NYK', home_game: true, win_flag: true };
const NEW_YORK = { team_abbr: 'NYK', opponent_team_abbr: 'BOS', home_game: false, win_flag: false };
const NO_LINE = {
  ...{ points_line: null, opening_line: null, line_movement: null, over_under_result: null },
  ...{ margin: null, points_line_source: null },
};
const NO_ZONES = {
  ...{ paint_attempts: null, paint_makes: null, mid_range_attempts: null, mid_range_makes: null },
  ...{ three_attempts_pbp: null, three_makes_pbp: null, has_complete_shot_zones: false },
  ...{ assisted_fg_makes: null, unassisted_fg_makes: null },
};
/** The line of RawLeague's man. */
const LINE = {
  ...{ points: 11, minutes_played: 26.5, assists: 2, rebounds: 4, offensive_rebounds: 1 },
  ...{ defensive_rebounds: 3, steals: 1, blocks: 1, turnovers: 1, fg_attempts: 9, fg_makes: 4 },
  ...{ three_pt_attempts: 3, three_pt_makes: 1, ft_attempts: 2, ft_makes: 2, personal_fouls: 2 },
};
const NO_LINE_OF_HIS = Object.fromEntries(Object.keys(LINE).map((column) => [column, null]));
const ACTIVE = { is_active: true, player_status: 'active', is_dnp: false, dnp_reason: null };
const BOOK = {
  ...{ primary_source_used: 'nbac_gamebook', data_quality_tier: 'gold', quality_score: 100 },
  game_completeness_pct: 100,
};

/**
 * possessions: 90 + 0.44*20 + 10 - 10 = 98.8 of either team; overtime: (265 - 240)/25 = 1;
 * pace: 98.8*48/(265/5) = 4742.4/53; rating: 12100/98.8 and 11000/98.8; ts: 121/(2*98.8) and 110/(2*98.8).
 * Usage of 9 shots, 2 free throws, 1 turnover in 26.5 of 53 minutes: 100*10.88*53/(26.5*108.8) = 20.
 * His ts: 11/(2*(9 + 0.88)); efg: (4 + 0.5)/9.
 */
const PAPER: Paper = {
  [OFFENSE]: [
    row(
      { ...GAME, ...BOSTON, points_scored: 121, fg_attempts: 90, fg_makes: 44 },
      { three_pt_attempts: 30, three_pt_makes: 13, ft_attempts: 20, ft_makes: 20 },
      { offensive_rebounds: 10, rebounds: 43, assists: 20, turnovers: 10, personal_fouls: 20 },
      { team_paint_attempts: 3, team_paint_makes: 2, points_in_paint_scored: 4 },
      { team_mid_range_attempts: 3, team_mid_range_makes: 1 },
      {
        offensive_rating: 122.469635628,
        pace: 89.479245283,
        possessions: 98.8,
        ts_pct: 0.612348178,
      },
      { margin_of_victory: 11, overtime_periods: 1, players_inactive: 1 },
      { primary_source_used: 'nbac_team_boxscore', data_quality_tier: 'gold', quality_score: 100 },
      { quality_issues: null, game_completeness_pct: 100 },
    ),
    row(
      { ...GAME, ...NEW_YORK, points_scored: 110, fg_attempts: 90, fg_makes: 40 },
      { three_pt_attempts: 30, three_pt_makes: 10, ft_attempts: 20, ft_makes: 20 },
      { offensive_rebounds: 10, rebounds: 40, assists: 20, turnovers: 10, personal_fouls: 20 },
      { team_paint_attempts: 1, team_paint_makes: 0, points_in_paint_scored: 0 },
      { team_mid_range_attempts: 1, team_mid_range_makes: 1 },
      {
        offensive_rating: 111.336032389,
        pace: 89.479245283,
        possessions: 98.8,
        ts_pct: 0.556680162,
      },
      { margin_of_victory: -11, overtime_periods: 1, players_inactive: 0 },
      { primary_source_used: 'reconstructed_from_players', data_quality_tier: 'silver' },
      { quality_score: 85, quality_issues: 'reconstructed', game_completeness_pct: 100 },
    ),
  ],
  [DEFENSE]: [
    row(
      { ...GAME, defending_team_abbr: 'BOS', opponent_team_abbr: 'NYK', home_game: true },
      { points_allowed: 110, opp_fg_attempts: 90, opp_fg_makes: 40, opp_three_pt_attempts: 30 },
      { opp_three_pt_makes: 10, opp_ft_attempts: 20, opp_ft_makes: 20, opp_offensive_rebounds: 10 },
      { opp_rebounds: 40, opp_assists: 20, turnovers_forced: 10, defensive_rating: 111.336032389 },
      { opponent_pace: 89.479245283, opponent_ts_pct: 0.556680162, opp_paint_attempts: 1 },
      { opp_paint_makes: 0, opp_mid_range_attempts: 1, opp_mid_range_makes: 1 },
      // 2 * 0, 2 * 1 and 3 * 10 points.
      { points_in_paint_allowed: 0, mid_range_points_allowed: 2, three_pt_points_allowed: 30 },
      { steals: 7, blocks: 5, defensive_rebounds: 33 },
      { win_flag: true, margin_of_victory: 11, overtime_periods: 1 },
    ),
    row(
      { ...GAME, defending_team_abbr: 'NYK', opponent_team_abbr: 'BOS', home_game: false },
      { points_allowed: 121, opp_fg_attempts: 90, opp_fg_makes: 44, opp_three_pt_attempts: 30 },
      { opp_three_pt_makes: 13, opp_ft_attempts: 20, opp_ft_makes: 20, opp_offensive_rebounds: 10 },
      { opp_rebounds: 43, opp_assists: 20, turnovers_forced: 10, defensive_rating: 122.469635628 },
      { opponent_pace: 89.479245283, opponent_ts_pct: 0.612348178, opp_paint_attempts: 3 },
      { opp_paint_makes: 2, opp_mid_range_attempts: 3, opp_mid_range_makes: 1 },
      { points_in_paint_allowed: 4, mid_range_points_allowed: 2, three_pt_points_allowed: 39 },
      // Of its ten men.
      { steals: 10, blocks: 10, defensive_rebounds: 30 },
      { win_flag: false, margin_of_victory: -11, overtime_periods: 1 },
    ),
  ],
  [PLAYERS]: [
    row(
      { player_lookup: 'alhorford', player_full_name: 'alhorford', ...GAME, ...BOSTON, ...BOOK },
      { ...NO_LINE_OF_HIS, plus_minus: null, ...NO_ZONES, ...NO_LINE },
      { usage_rate: null, ts_pct: null, efg_pct: null },
      { is_active: false, player_status: 'dnp', is_dnp: true, dnp_reason: 'DNP - Rest' },
      { usage_rate_valid: null, usage_null_reason: 'dnp', quality_issues: null },
    ),
    row(
      { player_lookup: 'jaysontatum', player_full_name: 'Jayson Tatum', ...GAME, ...BOSTON },
      { ...LINE, plus_minus: 8, ...ACTIVE, ...BOOK },
      { paint_attempts: 3, paint_makes: 2, mid_range_attempts: 3, mid_range_makes: 1 },
      { three_attempts_pbp: 3, three_makes_pbp: 1, has_complete_shot_zones: true },
      { assisted_fg_makes: 2, unassisted_fg_makes: 2 },
      { usage_rate: 20, ts_pct: 0.556680162, efg_pct: 0.5 },
      { points_line: 10.5, opening_line: 10, line_movement: 0.5, over_under_result: 'OVER' },
      { margin: 0.5, points_line_source: 'odds_api/draftkings' },
      { usage_rate_valid: true, usage_null_reason: null, quality_issues: null },
    ),
    // Nine shots, and none of them among the game's plays.
    row(
      { player_lookup: 'nykb', player_full_name: 'nykb', ...GAME, ...NEW_YORK },
      { ...LINE, plus_minus: 0, ...ACTIVE, ...BOOK, ...NO_ZONES, ...NO_LINE },
      { usage_rate: 20, ts_pct: 0.556680162, efg_pct: 0.5 },
      { usage_rate_valid: true, usage_null_reason: null, quality_issues: 'missing_shot_zones' },
    ),
  ],
};

test('a night with overtime, shots, a line and absent men is as it was computed by hand', async () => {
  const { replica } = await paperNight();
  expect(await stored(replica, OFFENSE, 'TRUE')).toEqual(PAPER[OFFENSE]);
  expect(await stored(replica, DEFENSE, 'TRUE')).toEqual(PAPER[DEFENSE]);
  expect(
    await stored(replica, PLAYERS, "player_lookup IN ('alhorford', 'jaysontatum', 'nykb')"),
  ).toEqual(PAPER[PLAYERS]);
});

test('every stored column of dataset nba_analytics has a value computed by hand', async () => {
  const { replica } = await paperNight();
  expect(await withoutPaper(replica, 'nba_analytics', PAPER)).toEqual([]);
});

test('a defence that faced no possession and no shots has no rating and no zones', async () => {
  const league = await RawLeague.open();
  await league.game('CHI', 'MIA');
  await league.box('MIA');
  // 10 attempts + 0 - 10 offensive rebounds: no possession; 20 points of 10 shots: ts 20/(2*10).
  const shots = { points: 20, fg_made: 10, fg_attempted: 10, three_pt_made: 0 };
  await league.box('CHI', { ...shots, ft_made: 0, ft_attempted: 0, turnovers: 0 });
  await league.build(DEFENSE);
  const [row] = await stored(league.replica, DEFENSE, "defending_team_abbr = 'MIA'");
  expect(row).toMatchObject({
    points_allowed: 20,
    defensive_rating: null,
    opponent_pace: 0,
    opponent_ts_pct: 1,
    opp_paint_attempts: null,
    opp_paint_makes: null,
    opp_mid_range_attempts: null,
    opp_mid_range_makes: null,
    points_in_paint_allowed: null,
    mid_range_points_allowed: null,
    three_pt_points_allowed: 0,
    overtime_periods: 0,
  });
});
