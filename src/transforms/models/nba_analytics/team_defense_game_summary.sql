-- One row for each team of a final game whose opponent has a row: the opponent's offense turned round, and the
-- team's own steals, blocks and defensive rebounds (SPEC 3.2). defensive_rating = points allowed per 100
-- possessions of the opponent.
--
-- key: game_date, defending_team_abbr
-- partition: game_date
-- expects: two rows a final game
-- reads: nba_analytics.team_offense_game_summary (same date), hoopduck.stg_team_box (same date),
--   hoopduck.stg_team_players (same date), hoopduck.stg_team_game (same date)
SELECT
  g.game_id, g.nba_game_id, g.game_date, g.team_abbr AS defending_team_abbr, g.opponent_team_abbr, g.season_year,
  o.points_scored AS points_allowed,
  o.fg_attempts AS opp_fg_attempts, o.fg_makes AS opp_fg_makes,
  o.three_pt_attempts AS opp_three_pt_attempts, o.three_pt_makes AS opp_three_pt_makes,
  o.ft_attempts AS opp_ft_attempts, o.ft_makes AS opp_ft_makes,
  o.offensive_rebounds AS opp_offensive_rebounds, o.rebounds AS opp_rebounds, o.assists AS opp_assists,
  o.turnovers AS turnovers_forced,
  o.offensive_rating AS defensive_rating,
  o.pace AS opponent_pace,
  o.ts_pct AS opponent_ts_pct,
  o.team_paint_attempts AS opp_paint_attempts, o.team_paint_makes AS opp_paint_makes,
  o.team_mid_range_attempts AS opp_mid_range_attempts, o.team_mid_range_makes AS opp_mid_range_makes,
  2 * o.team_paint_makes AS points_in_paint_allowed,
  2 * o.team_mid_range_makes AS mid_range_points_allowed,
  3 * o.three_pt_makes AS three_pt_points_allowed,
  -- From where the team's own row comes; half a team's players say nothing of the team.
  CASE WHEN b.is_consistent THEN b.steals WHEN p.is_whole THEN p.steals END AS steals,
  CASE WHEN b.is_consistent THEN b.blocks WHEN p.is_whole THEN p.blocks END AS blocks,
  CASE WHEN b.is_consistent THEN b.defensive_rebounds WHEN p.is_whole THEN p.defensive_rebounds END AS defensive_rebounds,
  g.home_game,
  o.margin_of_victory < 0 AS win_flag,
  -o.margin_of_victory AS margin_of_victory,
  o.overtime_periods
FROM hoopduck.stg_team_game AS g
JOIN nba_analytics.team_offense_game_summary AS o
  ON o.game_date = g.game_date AND o.team_abbr = g.opponent_team_abbr
LEFT JOIN hoopduck.stg_team_box AS b ON b.game_date = g.game_date AND b.team_abbr = g.team_abbr
LEFT JOIN hoopduck.stg_team_players AS p ON p.game_date = g.game_date AND p.team_abbr = g.team_abbr
WHERE g.is_final AND g.game_date BETWEEN @from_date AND @to_date
