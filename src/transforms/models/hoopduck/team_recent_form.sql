-- Pace and ratings of a team before each of its games, past and coming: pooled over its last 10
-- games of the season, as SPEC 4.2 pools them. The games of the defensive rating are those with a
-- defence row, as there: one of the two rows of a game can be missing. One row a team and game.
--
-- key: game_date, team_abbr
-- partition: game_date
-- spine: hoopduck.stg_team_game
-- reads: hoopduck.stg_team_game (same date),
--   nba_analytics.team_offense_game_summary (last 10 rows of team_abbr in season),
--   nba_analytics.team_defense_game_summary (last 10 rows of defending_team_abbr as team_abbr in season)

WITH game AS (
  SELECT
    g.game_date, g.team_abbr, g.season_year,
    o.game_date IS NOT NULL AS has_offense,
    d.game_date IS NOT NULL AS has_defense,
    o.points_scored AS points,
    o.fg_attempts + o.turnovers - o.offensive_rebounds AS plain_possessions,
    o.ft_attempts,
    240 + 25 * o.overtime_periods AS team_minutes,
    d.points_allowed AS opp_points,
    d.opp_fg_attempts + d.turnovers_forced - d.opp_offensive_rebounds AS opp_plain_possessions,
    d.opp_ft_attempts
  FROM hoopduck.stg_team_game AS g
  LEFT JOIN nba_analytics.team_offense_game_summary AS o
    ON o.game_date = g.game_date AND o.team_abbr = g.team_abbr
  LEFT JOIN nba_analytics.team_defense_game_summary AS d
    ON d.game_date = g.game_date AND d.defending_team_abbr = g.team_abbr
  WHERE g.game_date <= @to_date
    AND g.season_year IN (
      SELECT season_year FROM hoopduck.stg_team_game
      WHERE game_date BETWEEN @from_date AND @to_date)
),
numbered AS (
  SELECT
    *,
    COUNT(IF(has_offense, 1, NULL)) OVER before_date AS games_before,
    COUNT(IF(has_defense, 1, NULL)) OVER before_date AS defense_games_before,
    -- A game with an unknown input is left out of both sums of a figure.
    plain_possessions + ft_attempts + points IS NOT NULL AS knows_offense,
    plain_possessions + ft_attempts + team_minutes IS NOT NULL AS knows_pace,
    opp_plain_possessions + opp_ft_attempts + opp_points IS NOT NULL AS knows_defense
  FROM game
  WINDOW before_date AS (
    PARTITION BY team_abbr, season_year ORDER BY UNIX_DATE(game_date)
    RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
pooled AS (
  SELECT
    game_date,
    team_abbr,
    season_year,
    CAST(SUM(IF(knows_pace, plain_possessions, NULL)) OVER last_10 AS FLOAT64)
      + 0.44 * CAST(SUM(IF(knows_pace, ft_attempts, NULL)) OVER last_10 AS FLOAT64)
      AS pace_possessions,
    CAST(SUM(IF(knows_pace, team_minutes, NULL)) OVER last_10 AS FLOAT64) / 5 AS pace_minutes,
    CAST(SUM(IF(knows_offense, points, NULL)) OVER last_10 AS FLOAT64) AS points,
    CAST(SUM(IF(knows_offense, plain_possessions, NULL)) OVER last_10 AS FLOAT64)
      + 0.44 * CAST(SUM(IF(knows_offense, ft_attempts, NULL)) OVER last_10 AS FLOAT64)
      AS possessions,
    CAST(SUM(IF(knows_defense, opp_points, NULL)) OVER last_10_defense AS FLOAT64) AS opp_points,
    CAST(SUM(IF(knows_defense, opp_plain_possessions, NULL)) OVER last_10_defense AS FLOAT64)
      + 0.44 * CAST(SUM(IF(knows_defense, opp_ft_attempts, NULL)) OVER last_10_defense AS FLOAT64)
      AS opp_possessions
  FROM numbered
  WINDOW
    last_10 AS (
      PARTITION BY team_abbr, season_year ORDER BY games_before
      RANGE BETWEEN 10 PRECEDING AND 1 PRECEDING),
    last_10_defense AS (
      PARTITION BY team_abbr, season_year ORDER BY defense_games_before
      RANGE BETWEEN 10 PRECEDING AND 1 PRECEDING)
)
SELECT
  game_date,
  team_abbr,
  ROUND(SAFE_DIVIDE(48 * pace_possessions, pace_minutes), 9) AS pace_last_10,
  ROUND(SAFE_DIVIDE(100 * points, possessions), 9) AS off_rating_last_10,
  ROUND(SAFE_DIVIDE(100 * opp_points, opp_possessions), 9) AS def_rating_last_10
FROM pooled
WHERE game_date >= @from_date
