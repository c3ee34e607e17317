-- A player's form before the date (SPEC 4.3): means of his last 5 and 10 played games, which cross
-- seasons, his season so far, and the pace and rating of his team. One row a listed player and date.
--
-- key: cache_date, player_lookup
-- partition: cache_date
-- spine: hoopduck.player_experience
-- reads: hoopduck.player_experience (same date), hoopduck.team_recent_form (same date),
--   hoopduck.player_timeline (last 10 rows of player_key; season of player_key)
-- expects: one row a listed player

WITH asked AS (
  SELECT
    game_date, player_lookup, player_key, team_abbr, season_year, games_before, season_games_before
  FROM hoopduck.player_experience
  WHERE game_date BETWEEN @from_date AND @to_date
),
game AS (
  SELECT
    player_key,
    season_year,
    game_date,
    points,
    points * points AS points_squared,
    minutes,
    usage_minutes,
    usage_weight,
    assisted_makes,
    makes_with_roles,
    -- Hundredths of a true shooting attempt, FGA + 0.44 FTA: whole numbers, so that the sum is exact.
    IF(points IS NULL, NULL, 100 * fg_attempts + 44 * ft_attempts) AS shooting_hundredths,
    IF(fg_attempts IS NULL OR ft_attempts IS NULL, NULL, points) AS shooting_points
  FROM hoopduck.player_timeline
  WHERE game_date < @to_date AND player_key IN (SELECT player_key FROM asked)
),
-- The games of seasons before the first one asked for: all are counted, and the last ten are in a window.
earlier AS (
  SELECT
    player_key,
    game_date,
    ROW_NUMBER() OVER (PARTITION BY player_key ORDER BY game_date DESC) AS games_back,
    COUNT(*) OVER (PARTITION BY player_key) AS games_in_all
  FROM game
  WHERE season_year < (SELECT MIN(season_year) FROM asked)
),
reached AS (
  SELECT g.*
  FROM game AS g
  WHERE g.season_year >= (SELECT MIN(season_year) FROM asked)
  UNION ALL
  SELECT g.*
  FROM game AS g
  JOIN earlier AS e ON e.player_key = g.player_key AND e.game_date = g.game_date
  WHERE e.games_back <= 10
),
left_out AS (
  SELECT player_key, MAX(games_in_all) - 10 AS games
  FROM earlier
  GROUP BY player_key
  HAVING MAX(games_in_all) > 10
),
-- What he had done after each game that he played.
form AS (
  SELECT
    player_key,
    season_year,
    ROW_NUMBER() OVER man AS games,
    SUM(points) OVER last_5 AS points_5,
    COUNT(points) OVER last_5 AS games_5,
    SUM(points) OVER last_10 AS points_10,
    SUM(points_squared) OVER last_10 AS points_squared_10,
    COUNT(points) OVER last_10 AS games_10,
    SUM(minutes) OVER last_10 AS minutes_10,
    SUM(usage_minutes) OVER last_10 AS usage_minutes_10,
    SUM(usage_weight) OVER last_10 AS usage_weight_10,
    SUM(shooting_points) OVER last_10 AS shooting_points_10,
    SUM(shooting_hundredths) OVER last_10 AS shooting_hundredths_10,
    SUM(assisted_makes) OVER last_10 AS assisted_makes_10,
    SUM(makes_with_roles) OVER last_10 AS makes_with_roles_10,
    SUM(points) OVER season AS points_season,
    COUNT(points) OVER season AS games_season
  FROM reached
  WINDOW
    man AS (PARTITION BY player_key ORDER BY game_date),
    last_5 AS (
      PARTITION BY player_key ORDER BY game_date ROWS BETWEEN 4 PRECEDING AND CURRENT ROW),
    last_10 AS (
      PARTITION BY player_key ORDER BY game_date ROWS BETWEEN 9 PRECEDING AND CURRENT ROW),
    season AS (
      PARTITION BY player_key, season_year ORDER BY game_date
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
),
summed AS (
  SELECT
    a.game_date,
    a.player_lookup,
    a.team_abbr,
    a.season_games_before,
    CASE WHEN a.games_before < 10 THEN a.games_before ELSE 10 END AS played_10,
    CAST(f.points_5 AS FLOAT64) AS points_5,
    f.games_5,
    CAST(f.points_10 AS FLOAT64) AS points_10,
    CAST(f.points_squared_10 AS FLOAT64) AS points_squared_10,
    f.games_10,
    -- His last game may be of an earlier season.
    IF(f.season_year = a.season_year, CAST(f.points_season AS FLOAT64), NULL) AS points_season,
    IF(f.season_year = a.season_year, f.games_season, 0) AS games_season,
    CAST(f.minutes_10 AS FLOAT64) AS minutes_10,
    CAST(f.usage_minutes_10 AS FLOAT64) AS usage_minutes_10,
    CAST(f.usage_weight_10 AS FLOAT64) AS usage_weight_10,
    CAST(f.shooting_points_10 AS FLOAT64) AS shooting_points_10,
    CAST(f.shooting_hundredths_10 AS FLOAT64) / 100 AS shooting_attempts_10,
    CAST(f.assisted_makes_10 AS FLOAT64) AS assisted_makes_10,
    CAST(f.makes_with_roles_10 AS FLOAT64) AS makes_with_roles_10
  FROM asked AS a
  LEFT JOIN left_out AS l ON l.player_key = a.player_key
  LEFT JOIN form AS f
    ON f.player_key = a.player_key AND f.games = a.games_before - IFNULL(l.games, 0)
)
SELECT
  s.game_date AS cache_date,
  s.player_lookup,
  s.team_abbr,
  ROUND(SAFE_DIVIDE(s.points_5, s.games_5), 9) AS points_avg_last_5,
  ROUND(SAFE_DIVIDE(s.points_10, s.games_10), 9) AS points_avg_last_10,
  ROUND(SAFE_DIVIDE(s.points_season, s.games_season), 9) AS points_avg_season,
  -- Sample deviation from sums of integers, which are exact.
  CASE
    WHEN s.games_10 >= 2 THEN ROUND(SQRT(
      (s.games_10 * s.points_squared_10 - s.points_10 * s.points_10)
      / (s.games_10 * (s.games_10 - 1))), 9)
  END AS points_std_last_10,
  ROUND(SAFE_DIVIDE(s.minutes_10, s.played_10), 9) AS minutes_avg_last_10,
  ROUND(SAFE_DIVIDE(s.usage_minutes_10, s.usage_weight_10), 9) AS usage_rate_last_10,
  ROUND(SAFE_DIVIDE(s.shooting_points_10, 2 * s.shooting_attempts_10), 9) AS ts_pct_last_10,
  s.season_games_before AS games_played_season,
  t.pace_last_10 AS team_pace_last_10,
  t.off_rating_last_10 AS team_off_rating_last_10,
  ROUND(SAFE_DIVIDE(100 * s.assisted_makes_10, s.makes_with_roles_10), 9) AS assisted_rate_last_10
FROM summed AS s
LEFT JOIN hoopduck.team_recent_form AS t
  ON t.game_date = s.game_date AND t.team_abbr = s.team_abbr
