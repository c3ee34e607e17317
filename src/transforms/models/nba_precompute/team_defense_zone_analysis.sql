-- What a team allowed before the date, by zone: its last 15 games of the season (paint and mid-range:
-- the last 15 that have shots), against the league's last 30 days (SPEC 4.2). One row a team that
-- plays on the date.
--
-- key: analysis_date, team_abbr
-- partition: analysis_date
-- spine: hoopduck.stg_team_game
-- reads: hoopduck.stg_team_game (same date), hoopduck.league_defense (same date),
--   nba_analytics.team_defense_game_summary (
--     last 15 rows of defending_team_abbr as team_abbr in season;
--     last 15 rows where opp_paint_attempts IS NOT NULL AND opp_paint_makes IS NOT NULL
--       AND opp_mid_range_attempts IS NOT NULL AND opp_mid_range_makes IS NOT NULL
--       of defending_team_abbr as team_abbr in season)
-- expects: one row a team that plays
-- bootstrap: no rows

WITH asked AS (
  SELECT game_date, team_abbr, season_year
  FROM hoopduck.stg_team_game
  WHERE game_date BETWEEN @from_date AND @to_date AND NOT is_bootstrap
),
allowed AS (
  SELECT
    d.game_date,
    d.defending_team_abbr AS team_abbr,
    d.season_year,
    d.opp_paint_attempts IS NOT NULL AND d.opp_paint_makes IS NOT NULL
      AND d.opp_mid_range_attempts IS NOT NULL AND d.opp_mid_range_makes IS NOT NULL AS has_zones,
    d.opp_three_pt_attempts IS NOT NULL AND d.opp_three_pt_makes IS NOT NULL AS knows_threes,
    d.opp_paint_attempts,
    d.opp_paint_makes,
    d.opp_mid_range_attempts,
    d.opp_mid_range_makes,
    d.opp_three_pt_attempts,
    d.opp_three_pt_makes,
    d.points_allowed AS points,
    d.opp_fg_attempts + d.turnovers_forced - d.opp_offensive_rebounds AS plain_possessions,
    d.opp_ft_attempts AS ft_attempts,
    240 + 25 * d.overtime_periods AS team_minutes
  FROM nba_analytics.team_defense_game_summary AS d
  WHERE d.game_date < @to_date AND d.season_year IN (SELECT season_year FROM asked)
),
game AS (
  SELECT
    game_date, team_abbr, season_year, has_zones, knows_threes, points, plain_possessions,
    ft_attempts, team_minutes,
    IF(has_zones, opp_paint_attempts, NULL) AS paint_attempts,
    IF(has_zones, opp_paint_makes, NULL) AS paint_makes,
    IF(has_zones, opp_mid_range_attempts, NULL) AS mid_range_attempts,
    IF(has_zones, opp_mid_range_makes, NULL) AS mid_range_makes,
    IF(knows_threes, opp_three_pt_attempts, NULL) AS three_attempts,
    IF(knows_threes, opp_three_pt_makes, NULL) AS three_makes,
    plain_possessions + ft_attempts + points IS NOT NULL AS knows_rating,
    plain_possessions + ft_attempts + team_minutes IS NOT NULL AS knows_pace
  FROM allowed
),
numbered AS (
  SELECT
    a.game_date, a.team_abbr, a.season_year, g.game_date IS NOT NULL AS is_game, g.has_zones,
    g.knows_threes, g.knows_rating, g.knows_pace, g.points, g.plain_possessions, g.ft_attempts,
    g.team_minutes, g.paint_attempts, g.paint_makes, g.mid_range_attempts, g.mid_range_makes,
    g.three_attempts, g.three_makes,
    COUNT(IF(g.game_date IS NOT NULL, 1, NULL)) OVER before_date AS games_before,
    COUNT(IF(g.has_zones, 1, NULL)) OVER before_date AS zone_games_before
  FROM hoopduck.stg_team_game AS a
  LEFT JOIN game AS g ON g.game_date = a.game_date AND g.team_abbr = a.team_abbr
  WHERE a.game_date <= @to_date AND a.season_year IN (SELECT season_year FROM asked)
  WINDOW before_date AS (
    PARTITION BY a.team_abbr, a.season_year ORDER BY UNIX_DATE(a.game_date)
    RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
summed AS (
  SELECT
    game_date,
    team_abbr,
    CASE WHEN games_before < 15 THEN games_before ELSE 15 END AS games,
    CASE WHEN zone_games_before < 15 THEN zone_games_before ELSE 15 END AS zone_games,
    SUM(paint_attempts) OVER last_15_zones AS paint_attempts,
    SUM(paint_makes) OVER last_15_zones AS paint_makes,
    SUM(mid_range_attempts) OVER last_15_zones AS mid_range_attempts,
    SUM(mid_range_makes) OVER last_15_zones AS mid_range_makes,
    SUM(three_attempts) OVER last_15 AS three_attempts,
    SUM(three_makes) OVER last_15 AS three_makes,
    COUNT(IF(knows_threes, 1, NULL)) OVER last_15 AS games_with_threes,
    CAST(SUM(points) OVER last_15 AS FLOAT64) AS points,
    COUNT(points) OVER last_15 AS games_with_points,
    CAST(SUM(IF(knows_rating, points, NULL)) OVER last_15 AS FLOAT64) AS rating_points,
    CAST(SUM(IF(knows_rating, plain_possessions, NULL)) OVER last_15 AS FLOAT64)
      + 0.44 * CAST(SUM(IF(knows_rating, ft_attempts, NULL)) OVER last_15 AS FLOAT64)
      AS rating_possessions,
    CAST(SUM(IF(knows_pace, plain_possessions, NULL)) OVER last_15 AS FLOAT64)
      + 0.44 * CAST(SUM(IF(knows_pace, ft_attempts, NULL)) OVER last_15 AS FLOAT64)
      AS pace_possessions,
    CAST(SUM(IF(knows_pace, team_minutes, NULL)) OVER last_15 AS FLOAT64) / 5 AS pace_minutes
  FROM numbered
  -- Ordered by the number of earlier games (with shots), a frame of 15 holds the last 15 of them.
  WINDOW
    last_15 AS (
      PARTITION BY team_abbr, season_year ORDER BY games_before
      RANGE BETWEEN 15 PRECEDING AND 1 PRECEDING),
    last_15_zones AS (
      PARTITION BY team_abbr, season_year ORDER BY zone_games_before
      RANGE BETWEEN 15 PRECEDING AND 1 PRECEDING)
),
share AS (
  SELECT
    s.*,
    ROUND(SAFE_DIVIDE(CAST(s.paint_makes AS FLOAT64), s.paint_attempts), 9) AS paint_pct,
    ROUND(SAFE_DIVIDE(CAST(s.mid_range_makes AS FLOAT64), s.mid_range_attempts), 9)
      AS mid_range_pct,
    ROUND(SAFE_DIVIDE(CAST(s.three_makes AS FLOAT64), s.three_attempts), 9) AS three_pct
  FROM summed AS s
  JOIN asked AS a ON a.game_date = s.game_date AND a.team_abbr = s.team_abbr
),
-- On a date before any team's first game with a row there is no line of the league.
against_league AS (
  SELECT
    s.*,
    COALESCE(l.source, 'default') AS source,
    COALESCE(l.source_zones, 'default') AS source_zones,
    CASE l.source_zones WHEN 'window' THEN l.paint_30 WHEN 'season' THEN l.paint ELSE 0.58 END
      AS league_paint,
    CASE l.source_zones
      WHEN 'window' THEN l.mid_range_30 WHEN 'season' THEN l.mid_range ELSE 0.41
    END AS league_mid_range,
    CASE l.source WHEN 'window' THEN l.three_30 WHEN 'season' THEN l.three ELSE 0.355 END
      AS league_three
  FROM share AS s
  LEFT JOIN hoopduck.league_defense AS l ON l.game_date = s.game_date
)
SELECT
  game_date AS analysis_date,
  team_abbr,
  games AS games_in_sample,
  zone_games AS games_in_sample_zones,
  CAST(paint_attempts AS INT64) AS paint_attempts_allowed_last_15,
  CAST(paint_makes AS INT64) AS paint_makes_allowed_last_15,
  paint_pct AS paint_pct_allowed_last_15,
  ROUND(SAFE_DIVIDE(CAST(paint_attempts AS FLOAT64), zone_games), 9)
    AS paint_attempts_allowed_per_game,
  ROUND(SAFE_DIVIDE(2 * CAST(paint_makes AS FLOAT64), zone_games), 9)
    AS paint_points_allowed_per_game,
  CAST(mid_range_attempts AS INT64) AS mid_range_attempts_allowed_last_15,
  CAST(mid_range_makes AS INT64) AS mid_range_makes_allowed_last_15,
  mid_range_pct AS mid_range_pct_allowed_last_15,
  ROUND(SAFE_DIVIDE(CAST(mid_range_attempts AS FLOAT64), zone_games), 9)
    AS mid_range_attempts_allowed_per_game,
  ROUND(SAFE_DIVIDE(2 * CAST(mid_range_makes AS FLOAT64), zone_games), 9)
    AS mid_range_points_allowed_per_game,
  CAST(three_attempts AS INT64) AS three_pt_attempts_allowed_last_15,
  CAST(three_makes AS INT64) AS three_pt_makes_allowed_last_15,
  three_pct AS three_pt_pct_allowed_last_15,
  ROUND(SAFE_DIVIDE(CAST(three_attempts AS FLOAT64), games_with_threes), 9)
    AS three_pt_attempts_allowed_per_game,
  ROUND(SAFE_DIVIDE(3 * CAST(three_makes AS FLOAT64), games_with_threes), 9)
    AS three_pt_points_allowed_per_game,
  ROUND(SAFE_DIVIDE(100 * rating_points, rating_possessions), 9) AS defensive_rating_last_15,
  ROUND(SAFE_DIVIDE(48 * pace_possessions, pace_minutes), 9) AS opponent_pace_last_15,
  ROUND(SAFE_DIVIDE(points, games_with_points), 9) AS opponent_points_per_game,
  IF(zone_games >= 5, ROUND(100 * (paint_pct - league_paint), 9), NULL)
    AS paint_defense_vs_league_avg,
  IF(zone_games >= 5, ROUND(100 * (mid_range_pct - league_mid_range), 9), NULL)
    AS mid_range_defense_vs_league_avg,
  IF(games >= 5, ROUND(100 * (three_pct - league_three), 9), NULL)
    AS three_pt_defense_vs_league_avg,
  source AS league_source,
  source_zones AS league_source_zones
FROM against_league
