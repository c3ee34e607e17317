-- A man's form after each game that he played: means in which a game weighs half of one that came h of his
-- games later, EW_h(x) = sum(x*pow(2, n/h))/sum(pow(2, n/h)) over his n-th games so far, across seasons,
-- unknown x left out; and his type by his career so far: big at 2.6 offensive rebounds and blocks per 36
-- minutes, else guard at 4.2 assists, else wing. A later row looks up the newest one before its date.
-- One row a player and date.
--
-- key: game_date, player_lookup
-- partition: game_date
-- spine: hoopduck.player_workload
-- reads: hoopduck.player_workload (same date; earlier dates of player_key)
WITH asked AS (
  SELECT player_key, season_year
  FROM hoopduck.player_workload
  WHERE game_date BETWEEN @from_date AND @to_date
),
game AS (
  SELECT
    *,
    ROW_NUMBER() OVER (PARTITION BY player_key, season_year ORDER BY game_date) AS season_games
  FROM hoopduck.player_workload
  WHERE game_date <= @to_date AND player_key IN (SELECT player_key FROM asked)
),
-- Weights begin with 2^50 in each season, so that they and their sums are whole numbers, exact in whatever order.
weighed AS (
  SELECT
    *,
    POW(2.0, 50 + season_games / 6.0) AS weight_6,
    POW(2.0, 50 + season_games / 12.0) AS weight_12,
    POW(2.0, 50 + season_games / 20.0) AS weight_20
  FROM game
),
term AS (
  SELECT
    game_date, player_lookup, player_key, season_year, team_abbr, season_games,
    minutes,
    IFNULL(offensive_rebounds, 0) + IFNULL(blocks, 0) AS inside,
    IFNULL(assists, 0) AS assists,
    CAST(minutes_of_240 * weight_6 AS NUMERIC(29)) AS minutes_6,
    CAST(IF(minutes_of_240 IS NULL, 0, weight_6) AS NUMERIC(29)) AS minutes_weight_6,
    CAST(minutes_of_240 * weight_20 AS NUMERIC(29)) AS minutes_20,
    CAST(IF(minutes_of_240 IS NULL, 0, weight_20) AS NUMERIC(29)) AS minutes_weight_20,
    CAST(points * weight_6 AS NUMERIC(29)) AS points_6,
    CAST(IF(points IS NULL, 0, weight_6) AS NUMERIC(29)) AS points_weight_6,
    CAST(points * weight_20 AS NUMERIC(29)) AS points_20,
    CAST(IF(points IS NULL, 0, weight_20) AS NUMERIC(29)) AS points_weight_20,
    CAST(usage_rate * weight_12 AS NUMERIC(29)) AS usage_12,
    CAST(IF(usage_rate IS NULL, 0, weight_12) AS NUMERIC(29)) AS usage_weight_12,
    CAST(fg_attempts * weight_12 AS NUMERIC(29)) AS attempts_12,
    CAST(IF(fg_attempts IS NULL, 0, weight_12) AS NUMERIC(29)) AS attempts_weight_12
  FROM weighed
),
season_sum AS (
  SELECT
    player_key, season_year,
    COUNT(*) AS season_games,
    SUM(minutes) AS minutes,
    SUM(inside) AS inside,
    SUM(assists) AS assists,
    SUM(minutes_6) AS minutes_6,
    SUM(minutes_weight_6) AS minutes_weight_6,
    SUM(minutes_20) AS minutes_20,
    SUM(minutes_weight_20) AS minutes_weight_20,
    SUM(points_6) AS points_6,
    SUM(points_weight_6) AS points_weight_6,
    SUM(points_20) AS points_20,
    SUM(points_weight_20) AS points_weight_20,
    SUM(usage_12) AS usage_12,
    SUM(usage_weight_12) AS usage_weight_12,
    SUM(attempts_12) AS attempts_12,
    SUM(attempts_weight_12) AS attempts_weight_12
  FROM term
  GROUP BY player_key, season_year
),
season_end AS (
  SELECT
    *,
    CAST(IFNULL(SUM(season_games) OVER seasons_before, 0) AS INT64) AS games_before,
    IFNULL(SUM(minutes) OVER seasons_before, 0) AS minutes_before,
    IFNULL(SUM(inside) OVER seasons_before, 0) AS inside_before,
    IFNULL(SUM(assists) OVER seasons_before, 0) AS assists_before
  FROM season_sum
  WINDOW seasons_before AS (
    PARTITION BY player_key ORDER BY season_year
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
season_pair AS (
  SELECT
    later.season_year AS later_season, sums.*,
    POW(0.5, (later.games_before - sums.games_before) / 6.0) AS decay_6,
    POW(0.5, (later.games_before - sums.games_before) / 12.0) AS decay_12,
    POW(0.5, (later.games_before - sums.games_before) / 20.0) AS decay_20
  FROM season_end AS later
  JOIN season_end AS sums
    ON sums.player_key = later.player_key AND sums.season_year < later.season_year
),
-- All earlier seasons, by the weights with which a season begins.
earlier AS (
  SELECT
    player_key,
    later_season AS season_year,
    SUM(CAST(CAST(minutes_6 AS FLOAT64) * decay_6 AS NUMERIC(29))) AS minutes_6,
    SUM(CAST(CAST(minutes_weight_6 AS FLOAT64) * decay_6 AS NUMERIC(29))) AS minutes_weight_6,
    SUM(CAST(CAST(minutes_20 AS FLOAT64) * decay_20 AS NUMERIC(29))) AS minutes_20,
    SUM(CAST(CAST(minutes_weight_20 AS FLOAT64) * decay_20 AS NUMERIC(29))) AS minutes_weight_20,
    SUM(CAST(CAST(points_6 AS FLOAT64) * decay_6 AS NUMERIC(29))) AS points_6,
    SUM(CAST(CAST(points_weight_6 AS FLOAT64) * decay_6 AS NUMERIC(29))) AS points_weight_6,
    SUM(CAST(CAST(points_20 AS FLOAT64) * decay_20 AS NUMERIC(29))) AS points_20,
    SUM(CAST(CAST(points_weight_20 AS FLOAT64) * decay_20 AS NUMERIC(29))) AS points_weight_20,
    SUM(CAST(CAST(usage_12 AS FLOAT64) * decay_12 AS NUMERIC(29))) AS usage_12,
    SUM(CAST(CAST(usage_weight_12 AS FLOAT64) * decay_12 AS NUMERIC(29))) AS usage_weight_12,
    SUM(CAST(CAST(attempts_12 AS FLOAT64) * decay_12 AS NUMERIC(29))) AS attempts_12,
    SUM(CAST(CAST(attempts_weight_12 AS FLOAT64) * decay_12 AS NUMERIC(29))) AS attempts_weight_12
  FROM season_pair
  GROUP BY player_key, later_season
),
so_far AS (
  SELECT
    game_date, player_lookup, player_key, season_year, team_abbr, season_games,
    SUM(minutes) OVER season AS minutes,
    SUM(inside) OVER season AS inside,
    SUM(assists) OVER season AS assists,
    SUM(minutes_6) OVER season AS minutes_6,
    SUM(minutes_weight_6) OVER season AS minutes_weight_6,
    SUM(minutes_20) OVER season AS minutes_20,
    SUM(minutes_weight_20) OVER season AS minutes_weight_20,
    SUM(points_6) OVER season AS points_6,
    SUM(points_weight_6) OVER season AS points_weight_6,
    SUM(points_20) OVER season AS points_20,
    SUM(points_weight_20) OVER season AS points_weight_20,
    SUM(usage_12) OVER season AS usage_12,
    SUM(usage_weight_12) OVER season AS usage_weight_12,
    SUM(attempts_12) OVER season AS attempts_12,
    SUM(attempts_weight_12) OVER season AS attempts_weight_12
  FROM term
  -- Of seasons before the first one asked for only the sums are wanted.
  WHERE season_year >= (SELECT MIN(season_year) FROM asked)
  WINDOW season AS (
    PARTITION BY player_key, season_year ORDER BY game_date
    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
),
whole AS (
  SELECT
    s.*,
    b.games_before + s.season_games AS games,
    b.minutes_before + s.minutes AS career_minutes,
    b.inside_before + s.inside AS career_inside,
    b.assists_before + s.assists AS career_assists
  FROM so_far AS s
  JOIN season_end AS b
    ON b.player_key = s.player_key AND b.season_year = s.season_year
  WHERE s.game_date >= @from_date
)
SELECT
  s.game_date,
  s.player_lookup,
  s.player_key,
  s.season_year,
  s.team_abbr,
  s.games,
  ROUND(SAFE_DIVIDE(
    CAST(IFNULL(s.minutes_6, 0) + IFNULL(e.minutes_6, 0) AS FLOAT64),
    CAST(s.minutes_weight_6 + IFNULL(e.minutes_weight_6, 0) AS FLOAT64)), 9) AS expected_minutes,
  ROUND(SAFE_DIVIDE(
    CAST(IFNULL(s.points_6, 0) + IFNULL(e.points_6, 0) AS FLOAT64),
    CAST(s.points_weight_6 + IFNULL(e.points_weight_6, 0) AS FLOAT64)), 9) AS expected_points,
  ROUND(SAFE_DIVIDE(
    CAST(IFNULL(s.usage_12, 0) + IFNULL(e.usage_12, 0) AS FLOAT64),
    CAST(s.usage_weight_12 + IFNULL(e.usage_weight_12, 0) AS FLOAT64)), 9) AS expected_usage,
  ROUND(SAFE_DIVIDE(
    CAST(IFNULL(s.attempts_12, 0) + IFNULL(e.attempts_12, 0) AS FLOAT64),
    CAST(s.attempts_weight_12 + IFNULL(e.attempts_weight_12, 0) AS FLOAT64)), 9) AS expected_attempts,
  ROUND(SAFE_DIVIDE(
    CAST(IFNULL(s.minutes_20, 0) + IFNULL(e.minutes_20, 0) AS FLOAT64),
    CAST(s.minutes_weight_20 + IFNULL(e.minutes_weight_20, 0) AS FLOAT64)), 9) AS minutes_20,
  ROUND(SAFE_DIVIDE(
    CAST(IFNULL(s.points_20, 0) + IFNULL(e.points_20, 0) AS FLOAT64),
    CAST(s.points_weight_20 + IFNULL(e.points_weight_20, 0) AS FLOAT64)), 9) AS points_20,
  CASE
    WHEN s.career_inside * 360 >= s.career_minutes * 26 THEN 'big'
    WHEN s.career_assists * 360 >= s.career_minutes * 42 THEN 'guard'
    ELSE 'wing'
  END AS player_type
FROM whole AS s
LEFT JOIN earlier AS e
  ON e.player_key = s.player_key AND e.season_year = s.season_year
