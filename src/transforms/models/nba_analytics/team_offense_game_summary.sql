-- One row for each team of a final game (SPEC 3.1): from the league's box score where it is there and
-- consistent (gold), else reconstructed from its players where they are a whole team (silver), else no row.
-- possessions = FGA + 0.44*FTA + TOV - OREB; offensive_rating = points per 100 possessions;
-- pace = possessions per 48 minutes; ts_pct = points / (2*(FGA + 0.44*FTA)).
--
-- key: game_date, team_abbr
-- partition: game_date
-- expects: two rows a final game
-- reads: hoopduck.stg_team_game (same date), hoopduck.stg_team_box (same date),
--   hoopduck.stg_team_players (same date), hoopduck.stg_team_zones (same date)
WITH chosen AS (
  SELECT
    g.game_id, g.nba_game_id, g.game_date, g.team_abbr, g.opponent_team_abbr, g.season_year, g.home_game,
    g.team_score, g.opponent_score,
    IFNULL(b.is_consistent, FALSE) AS from_box,
    b.team_abbr IS NOT NULL AND NOT b.is_consistent AS has_bad_box,
    IF(b.is_consistent, b.points, p.points) AS points_scored,
    IF(b.is_consistent, b.fg_attempts, p.fg_attempts) AS fg_attempts,
    IF(b.is_consistent, b.fg_makes, p.fg_makes) AS fg_makes,
    IF(b.is_consistent, b.three_pt_attempts, p.three_pt_attempts) AS three_pt_attempts,
    IF(b.is_consistent, b.three_pt_makes, p.three_pt_makes) AS three_pt_makes,
    IF(b.is_consistent, b.ft_attempts, p.ft_attempts) AS ft_attempts,
    IF(b.is_consistent, b.ft_makes, p.ft_makes) AS ft_makes,
    IF(b.is_consistent, b.offensive_rebounds, p.offensive_rebounds) AS offensive_rebounds,
    IF(b.is_consistent, b.rebounds, p.rebounds) AS rebounds,
    IF(b.is_consistent, b.assists, p.assists) AS assists,
    IF(b.is_consistent, b.turnovers, p.turnovers) AS turnovers,
    IF(b.is_consistent, b.personal_fouls, p.personal_fouls) AS personal_fouls,
    -- The box score's minutes when the row comes from it and they can be a team's, else the players'.
    CASE WHEN b.is_consistent AND b.minutes >= 200 THEN b.minutes ELSE p.minutes END AS minutes,
    p.players_inactive
  FROM hoopduck.stg_team_game AS g
  LEFT JOIN hoopduck.stg_team_box AS b ON b.game_date = g.game_date AND b.team_abbr = g.team_abbr
  LEFT JOIN hoopduck.stg_team_players AS p ON p.game_date = g.game_date AND p.team_abbr = g.team_abbr
  WHERE g.is_final AND g.game_date BETWEEN @from_date AND @to_date
    AND (IFNULL(b.is_consistent, FALSE) OR IFNULL(p.is_whole, FALSE))
),
timed AS (
  SELECT
    c.*,
    CAST(CASE WHEN minutes IS NULL THEN NULL WHEN minutes > 240 THEN ROUND((minutes - 240) / 25) ELSE 0 END AS INT64)
      AS overtime_periods,
    ROUND(fg_attempts + 0.44 * ft_attempts + turnovers - offensive_rebounds, 9) AS possessions
  FROM chosen AS c
),
paired AS (
  SELECT
    t.*,
    COALESCE(t.points_scored - o.points_scored, t.team_score - t.opponent_score) AS margin_of_victory,
    COUNT(*) OVER (PARTITION BY t.game_date, t.nba_game_id) AS rows_of_game
  FROM timed AS t
  LEFT JOIN timed AS o ON o.game_date = t.game_date AND o.team_abbr = t.opponent_team_abbr
)
SELECT
  r.game_id, r.nba_game_id, r.game_date, r.team_abbr, r.opponent_team_abbr, r.season_year,
  r.points_scored, r.fg_attempts, r.fg_makes, r.three_pt_attempts, r.three_pt_makes, r.ft_attempts, r.ft_makes,
  r.offensive_rebounds, r.rebounds, r.assists, r.turnovers, r.personal_fouls,
  z.paint_attempts AS team_paint_attempts, z.paint_makes AS team_paint_makes,
  z.mid_range_attempts AS team_mid_range_attempts, z.mid_range_makes AS team_mid_range_makes,
  2 * z.paint_makes AS points_in_paint_scored,
  ROUND(CASE WHEN r.possessions > 0 THEN 100.0 * r.points_scored / r.possessions END, 9) AS offensive_rating,
  ROUND(r.possessions * 48 / ((240 + 25 * r.overtime_periods) / 5.0), 9) AS pace,
  r.possessions,
  ROUND(CASE WHEN r.fg_attempts + 0.44 * r.ft_attempts > 0
    THEN r.points_scored / (2 * (r.fg_attempts + 0.44 * r.ft_attempts)) END, 9) AS ts_pct,
  r.home_game,
  r.margin_of_victory > 0 AS win_flag,
  r.margin_of_victory,
  r.overtime_periods,
  r.players_inactive,
  IF(r.from_box, 'nbac_team_boxscore', 'reconstructed_from_players') AS primary_source_used,
  IF(r.from_box, 'gold', 'silver') AS data_quality_tier,
  CAST(IF(r.from_box, 100, 85) AS INT64) AS quality_score,
  NULLIF(SUBSTR(CONCAT(
    IF(r.from_box, '', ',reconstructed'),
    IF(r.has_bad_box, ',inconsistent_box_score', ''),
    IF(r.rows_of_game < 2, ',missing_opponent_row', ''),
    IF(r.possessions IS NULL OR r.overtime_periods IS NULL, ',missing_stat', '')
  ), 2), '') AS quality_issues,
  r.rows_of_game = 2 AND r.possessions IS NOT NULL AND r.overtime_periods IS NOT NULL AS is_production_ready,
  ROUND(100.0 * r.rows_of_game / 2, 9) AS game_completeness_pct
FROM paired AS r
LEFT JOIN hoopduck.stg_team_zones AS z ON z.game_date = r.game_date AND z.team_abbr = r.team_abbr
