-- One row for each man listed for a final game, dnp and inactive included (SPEC 3.4), joined to his team's row
-- by (game_date, team_abbr) and never dropped for want of it.
-- usage_rate = 100*(FGA + 0.44*FTA + TOV)*(team_minutes/5) / (minutes*(tFGA + 0.44*tFTA + tTOV)), with
-- team_minutes = 240 + 25 a period of overtime; a true 0 stays 0, above 100 is kept and marked invalid.
-- ts_pct = points/(2*(FGA + 0.44*FTA)); efg_pct = (FGM + 0.5*3PM)/FGA.
--
-- key: game_date, player_lookup
-- partition: game_date
-- expects: players of both teams
-- reads: hoopduck.stg_player_game (same date), hoopduck.stg_team_game (same date),
--   hoopduck.stg_player_zones (same date), hoopduck.stg_player_line (same date),
--   nba_analytics.team_offense_game_summary (same date)
WITH joined AS (
  SELECT
    p.player_lookup, p.player_full_name, g.game_id, g.nba_game_id, p.game_date, p.team_abbr, g.opponent_team_abbr,
    g.season_year, g.home_game,
    p.points, p.minutes_played, p.assists, p.rebounds, p.offensive_rebounds, p.defensive_rebounds, p.steals,
    p.blocks, p.turnovers, p.fg_attempts, p.fg_makes, p.three_pt_attempts, p.three_pt_makes, p.ft_attempts,
    p.ft_makes, p.plus_minus, p.personal_fouls,
    z.paint_attempts, z.paint_makes, z.mid_range_attempts, z.mid_range_makes, z.three_attempts_pbp, z.three_makes_pbp,
    z.assisted_fg_makes, z.unassisted_fg_makes, z.player_lookup IS NOT NULL AS game_has_shots,
    p.player_status, p.dnp_reason, p.source,
    l.points_line, l.opening_line, l.points_line_source,
    t.team_abbr IS NOT NULL AS has_team_row,
    COALESCE(t.margin_of_victory, -o.margin_of_victory, g.team_score - g.opponent_score) AS margin_of_victory,
    COALESCE(t.game_completeness_pct, o.game_completeness_pct, 0.0) AS game_completeness_pct,
    240 + 25 * t.overtime_periods AS team_minutes,
    p.fg_attempts + 0.44 * p.ft_attempts + p.turnovers AS chances,
    t.fg_attempts + 0.44 * t.ft_attempts + t.turnovers AS team_chances
  FROM hoopduck.stg_player_game AS p
  JOIN hoopduck.stg_team_game AS g ON g.game_date = p.game_date AND g.team_abbr = p.team_abbr
  LEFT JOIN nba_analytics.team_offense_game_summary AS t
    ON t.game_date = p.game_date AND t.team_abbr = p.team_abbr
  LEFT JOIN nba_analytics.team_offense_game_summary AS o
    ON o.game_date = g.game_date AND o.team_abbr = g.opponent_team_abbr
  LEFT JOIN hoopduck.stg_player_zones AS z
    ON z.game_date = p.game_date AND z.player_lookup = p.player_lookup AND z.player_key = p.player_key
  LEFT JOIN hoopduck.stg_player_line AS l ON l.game_date = p.game_date AND l.player_lookup = p.player_lookup
  WHERE p.game_date BETWEEN @from_date AND @to_date AND NOT p.is_ambiguous
),
reasoned AS (
  SELECT
    j.*,
    CASE
      WHEN player_status <> 'active' THEN 'dnp'
      WHEN IFNULL(minutes_played, 0) <= 0 THEN 'no_minutes'
      WHEN NOT has_team_row THEN 'no_team_row'
      WHEN chances IS NULL OR team_chances IS NULL OR team_minutes IS NULL OR team_chances <= 0 THEN 'missing_stat'
    END AS usage_null_reason
  FROM joined AS j
),
rated AS (
  SELECT
    r.*,
    IF(usage_null_reason IS NULL,
      ROUND(100.0 * chances * (team_minutes / 5.0) / (minutes_played * team_chances), 9), NULL) AS usage_rate,
    IFNULL(minutes_played, 0) > 0 AS played
  FROM reasoned AS r
)
SELECT
  player_lookup, player_full_name, game_id, nba_game_id, game_date, team_abbr, opponent_team_abbr, season_year, home_game,
  points, CAST(minutes_played AS FLOAT64) AS minutes_played, assists, rebounds, offensive_rebounds, defensive_rebounds,
  steals, blocks, turnovers, fg_attempts, fg_makes, three_pt_attempts, three_pt_makes, ft_attempts, ft_makes,
  plus_minus, personal_fouls,
  paint_attempts, paint_makes, mid_range_attempts, mid_range_makes, three_attempts_pbp, three_makes_pbp,
  IFNULL(paint_attempts + mid_range_attempts + three_attempts_pbp = fg_attempts, FALSE) AS has_complete_shot_zones,
  assisted_fg_makes, unassisted_fg_makes,
  CAST(usage_rate AS FLOAT64) AS usage_rate,
  ROUND(CASE WHEN fg_attempts + ft_attempts > 0 THEN points / (2 * (fg_attempts + 0.44 * ft_attempts)) END, 9) AS ts_pct,
  ROUND(CASE WHEN fg_attempts > 0 THEN (fg_makes + 0.5 * three_pt_makes) / fg_attempts END, 9) AS efg_pct,
  margin_of_victory > 0 AS win_flag,
  points_line,
  opening_line,
  points_line - opening_line AS line_movement,
  CASE
    WHEN NOT played OR points IS NULL OR points_line IS NULL THEN NULL
    WHEN points > points_line THEN 'OVER'
    WHEN points < points_line THEN 'UNDER'
    ELSE 'PUSH'
  END AS over_under_result,
  IF(played, points - points_line, NULL) AS margin,
  points_line_source,
  player_status = 'active' AS is_active,
  player_status,
  player_status IN ('dnp', 'inactive') AS is_dnp,
  dnp_reason,
  usage_rate <= 100 AS usage_rate_valid,
  usage_null_reason,
  source AS primary_source_used,
  IF(source = 'nbac_gamebook', 'gold', 'silver') AS data_quality_tier,
  CAST(IF(source = 'nbac_gamebook', 100, 85) AS INT64) AS quality_score,
  NULLIF(SUBSTR(CONCAT(
    IF(source = 'nbac_gamebook', '', ',fallback_source'),
    IF(has_team_row, '', ',missing_team_row'),
    IF(player_status = 'active' AND minutes_played IS NULL, ',missing_minutes', ''),
    IF(IFNULL(usage_null_reason, '') = 'missing_stat', ',missing_stat', ''),
    IF(IFNULL(usage_rate > 100, FALSE), ',usage_over_100', ''),
    IF(game_has_shots AND fg_attempts > 0 AND paint_attempts IS NULL, ',missing_shot_zones', '')
  ), 2), '') AS quality_issues,
  has_team_row AND NOT (player_status = 'active' AND minutes_played IS NULL)
    AND IFNULL(usage_null_reason, '') <> 'missing_stat' AS is_production_ready,
  game_completeness_pct
FROM rated
