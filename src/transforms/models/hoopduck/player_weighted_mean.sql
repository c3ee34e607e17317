-- A man's weighted form before the date: means in which a game weighs half of one that came h of his games later,
-- EW_h(x) = sum(x*pow(2, n/h))/sum(pow(2, n/h)) over his n-th whole games before the date, across seasons
-- (name_ewm_h; 1_5 is 1.5).
-- One row a player and date.
--
-- key: game_date, player_lookup
-- partition: game_date
-- spine: hoopduck.player_experience
-- reads: hoopduck.player_experience (same date), hoopduck.player_box (earlier dates of player_key)
WITH asked AS (
  SELECT game_date, player_key, season_year
  FROM hoopduck.player_experience
  WHERE game_date BETWEEN @from_date AND @to_date
),
row_of_man AS (
  -- Rows without a game count for nothing on later dates, so what they say of earlier ones is not read.
  SELECT
    e.game_date, e.player_lookup, e.player_key, e.season_year,
    b.home_game, b.minutes_of_240,
    b.usage_rate, b.points, b.fg_attempts, b.fg_makes, b.ft_attempts,
    b.offensive_rebounds, b.blocks,
    COALESCE(b.is_whole, FALSE) AS is_whole
  FROM (
    SELECT game_date, player_lookup, player_key, season_year
    FROM hoopduck.player_experience
    WHERE game_date <= @to_date
      AND season_year >= (SELECT MIN(season_year) FROM asked)
      AND player_key IN (SELECT player_key FROM asked)) AS e
  LEFT JOIN (
    SELECT *
    FROM hoopduck.player_box
    WHERE season_year >= (SELECT MIN(season_year) FROM asked)) AS b
    ON b.game_date = e.game_date AND b.player_lookup = e.player_lookup
  UNION ALL
  -- Of seasons before the first one asked for only the sums of the games are wanted.
  SELECT
    game_date, player_lookup, player_key, season_year,
    home_game, minutes_of_240,
    usage_rate, points, fg_attempts, fg_makes, ft_attempts,
    offensive_rebounds, blocks,
    is_whole
  FROM hoopduck.player_box
  WHERE is_whole
    AND season_year < (SELECT MIN(season_year) FROM asked)
    AND player_key IN (SELECT player_key FROM asked)
),
numbered AS (
  SELECT
    *,
    CAST(minutes_of_240 AS FLOAT64) * CAST(minutes_of_240 AS FLOAT64) AS minutes_squared,
    COUNT(IF(is_whole, 1, NULL)) OVER season_so_far AS season_games
  FROM row_of_man
  -- Of a man's rows of one date at most one is a game, and it stands last: no row counts its own date.
  WINDOW season_so_far AS (
    PARTITION BY player_key, season_year ORDER BY game_date, is_whole
    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
),
-- Sums of exact numbers, so that the order of addition cannot show. Weights begin anew with each season, to fit into
-- them, and so high that what is rounded off a sum does not show in a mean: at 2^40, whole numbers (DuckDB reads a
-- large decimal with a fraction ten times slower); at 2^10, nine decimals, where they grow too fast for that: a
-- season of 115 games of 48 minutes still fits, and none has had more than 110.
weighed AS (
  SELECT
    *,
    IF(is_whole, POW(2.0, 10 + season_games / 1.5), NULL) AS weight_1_5,
    IF(is_whole, POW(2.0, 40 + season_games / 3.0), NULL) AS weight_3,
    IF(is_whole, POW(2.0, 40 + season_games / 6.0), NULL) AS weight_6,
    IF(is_whole, POW(2.0, 40 + season_games / 8.0), NULL) AS weight_8,
    IF(is_whole, POW(2.0, 40 + season_games / 10.0), NULL) AS weight_10,
    IF(is_whole, POW(2.0, 40 + season_games / 12.0), NULL) AS weight_12,
    IF(is_whole, POW(2.0, 40 + season_games / 25.0), NULL) AS weight_25,
    IF(is_whole, POW(2.0, 40 + season_games / 30.0), NULL) AS weight_30
  FROM numbered
),
term AS (
  SELECT
    game_date, player_lookup, player_key, season_year, is_whole, season_games,
    CAST(CAST(minutes_of_240 AS FLOAT64) * weight_1_5 AS NUMERIC(38, 9)) AS minutes_1_5,
    CAST(points * weight_3 AS NUMERIC(29)) AS points_3,
    CAST(fg_attempts * weight_3 AS NUMERIC(29)) AS attempts_3,
    CAST(usage_rate * weight_3 AS NUMERIC(29)) AS usage_3,
    CAST(CAST(minutes_of_240 AS FLOAT64) * weight_6 AS NUMERIC(29)) AS minutes_6,
    CAST(blocks * weight_8 AS NUMERIC(29)) AS blocks_8,
    CAST(usage_rate * weight_8 AS NUMERIC(29)) AS usage_8,
    CAST(points * points * weight_10 AS NUMERIC(29)) AS points_squared_10,
    CAST(minutes_squared * weight_10 AS NUMERIC(29)) AS minutes_squared_10,
    CAST(CAST(minutes_of_240 AS FLOAT64) * weight_12 AS NUMERIC(29)) AS minutes_12,
    CAST(points * weight_12 AS NUMERIC(29)) AS points_12,
    CAST(IF(home_game, points, 0) * weight_12 AS NUMERIC(29)) AS home_points_12,
    CAST(IF(home_game, 1, 0) * weight_12 AS NUMERIC(29)) AS home_weight_12,
    CAST(usage_rate * weight_25 AS NUMERIC(29)) AS usage_25,
    CAST(points * weight_25 AS NUMERIC(29)) AS points_25,
    CAST(fg_attempts * weight_25 AS NUMERIC(29)) AS attempts_25,
    CAST(ft_attempts * weight_25 AS NUMERIC(29)) AS free_throws_25,
    CAST(offensive_rebounds * weight_30 AS NUMERIC(29)) AS offensive_rebounds_30,
    CAST(fg_makes * weight_30 AS NUMERIC(29)) AS makes_30
  FROM weighed
),
season_sum AS (
  SELECT
    player_key, season_year,
    MAX(season_games) AS season_games,
    SUM(minutes_1_5) AS minutes_1_5,
    SUM(points_3) AS points_3,
    SUM(attempts_3) AS attempts_3,
    SUM(usage_3) AS usage_3,
    SUM(minutes_6) AS minutes_6,
    SUM(blocks_8) AS blocks_8,
    SUM(usage_8) AS usage_8,
    SUM(points_squared_10) AS points_squared_10,
    SUM(minutes_squared_10) AS minutes_squared_10,
    SUM(minutes_12) AS minutes_12,
    SUM(points_12) AS points_12,
    SUM(home_points_12) AS home_points_12,
    SUM(home_weight_12) AS home_weight_12,
    SUM(usage_25) AS usage_25,
    SUM(points_25) AS points_25,
    SUM(attempts_25) AS attempts_25,
    SUM(free_throws_25) AS free_throws_25,
    SUM(offensive_rebounds_30) AS offensive_rebounds_30,
    SUM(makes_30) AS makes_30
  FROM term
  GROUP BY player_key, season_year
),
season_total AS (
  SELECT
    *,
    CAST(IFNULL(SUM(season_games) OVER (
      PARTITION BY player_key ORDER BY season_year
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS INT64) AS games_before
  FROM season_sum
),
season_pair AS (
  SELECT
    later.season_year AS later_season, later.games_before AS later_games_before, sums.*,
    POW(0.5, (later.games_before - sums.games_before) / 1.5) AS decay_1_5,
    POW(0.5, (later.games_before - sums.games_before) / 3.0) AS decay_3,
    POW(0.5, (later.games_before - sums.games_before) / 6.0) AS decay_6,
    POW(0.5, (later.games_before - sums.games_before) / 8.0) AS decay_8,
    POW(0.5, (later.games_before - sums.games_before) / 10.0) AS decay_10,
    POW(0.5, (later.games_before - sums.games_before) / 12.0) AS decay_12,
    POW(0.5, (later.games_before - sums.games_before) / 25.0) AS decay_25,
    POW(0.5, (later.games_before - sums.games_before) / 30.0) AS decay_30
  FROM season_total AS later
  JOIN season_total AS sums
    ON sums.player_key = later.player_key AND sums.season_year < later.season_year
),
-- All earlier seasons, by the weights with which a season begins.
earlier AS (
  SELECT
    player_key, later_season AS season_year, MAX(later_games_before) AS games_before,
    SUM(CAST(CAST(minutes_1_5 AS FLOAT64) * decay_1_5 AS NUMERIC(38, 9))) AS minutes_1_5,
    SUM(CAST(CAST(points_3 AS FLOAT64) * decay_3 AS NUMERIC(29))) AS points_3,
    SUM(CAST(CAST(attempts_3 AS FLOAT64) * decay_3 AS NUMERIC(29))) AS attempts_3,
    SUM(CAST(CAST(usage_3 AS FLOAT64) * decay_3 AS NUMERIC(29))) AS usage_3,
    SUM(CAST(CAST(minutes_6 AS FLOAT64) * decay_6 AS NUMERIC(29))) AS minutes_6,
    SUM(CAST(CAST(blocks_8 AS FLOAT64) * decay_8 AS NUMERIC(29))) AS blocks_8,
    SUM(CAST(CAST(usage_8 AS FLOAT64) * decay_8 AS NUMERIC(29))) AS usage_8,
    SUM(CAST(CAST(points_squared_10 AS FLOAT64) * decay_10 AS NUMERIC(29))) AS points_squared_10,
    SUM(CAST(CAST(minutes_squared_10 AS FLOAT64) * decay_10 AS NUMERIC(29))) AS minutes_squared_10,
    SUM(CAST(CAST(minutes_12 AS FLOAT64) * decay_12 AS NUMERIC(29))) AS minutes_12,
    SUM(CAST(CAST(points_12 AS FLOAT64) * decay_12 AS NUMERIC(29))) AS points_12,
    SUM(CAST(CAST(home_points_12 AS FLOAT64) * decay_12 AS NUMERIC(29))) AS home_points_12,
    SUM(CAST(CAST(home_weight_12 AS FLOAT64) * decay_12 AS NUMERIC(29))) AS home_weight_12,
    SUM(CAST(CAST(usage_25 AS FLOAT64) * decay_25 AS NUMERIC(29))) AS usage_25,
    SUM(CAST(CAST(points_25 AS FLOAT64) * decay_25 AS NUMERIC(29))) AS points_25,
    SUM(CAST(CAST(attempts_25 AS FLOAT64) * decay_25 AS NUMERIC(29))) AS attempts_25,
    SUM(CAST(CAST(free_throws_25 AS FLOAT64) * decay_25 AS NUMERIC(29))) AS free_throws_25,
    SUM(CAST(CAST(offensive_rebounds_30 AS FLOAT64) * decay_30 AS NUMERIC(29))) AS offensive_rebounds_30,
    SUM(CAST(CAST(makes_30 AS FLOAT64) * decay_30 AS NUMERIC(29))) AS makes_30
  FROM season_pair
  GROUP BY player_key, later_season
),
summed AS (
  SELECT
    game_date, player_lookup, player_key, season_year,
    season_games - IF(is_whole, 1, 0) AS season_games,
    SUM(minutes_1_5) OVER season AS minutes_1_5,
    SUM(points_3) OVER season AS points_3,
    SUM(attempts_3) OVER season AS attempts_3,
    SUM(usage_3) OVER season AS usage_3,
    SUM(minutes_6) OVER season AS minutes_6,
    SUM(blocks_8) OVER season AS blocks_8,
    SUM(usage_8) OVER season AS usage_8,
    SUM(points_squared_10) OVER season AS points_squared_10,
    SUM(minutes_squared_10) OVER season AS minutes_squared_10,
    SUM(minutes_12) OVER season AS minutes_12,
    SUM(points_12) OVER season AS points_12,
    SUM(home_points_12) OVER season AS home_points_12,
    SUM(home_weight_12) OVER season AS home_weight_12,
    SUM(usage_25) OVER season AS usage_25,
    SUM(points_25) OVER season AS points_25,
    SUM(attempts_25) OVER season AS attempts_25,
    SUM(free_throws_25) OVER season AS free_throws_25,
    SUM(offensive_rebounds_30) OVER season AS offensive_rebounds_30,
    SUM(makes_30) OVER season AS makes_30
  FROM term
  WHERE season_year >= (SELECT MIN(season_year) FROM asked)
  WINDOW
    season AS (
      PARTITION BY player_key, season_year ORDER BY game_date, is_whole
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
-- The weights of all n games so far sum to (pow(2, n/h) - 1)/(1 - pow(2, -1/h)), here in this season's measure.
whole AS (
  SELECT
    f.game_date, f.player_lookup,
    CAST(IFNULL(f.minutes_1_5, 0) + IFNULL(e.minutes_1_5, 0) AS FLOAT64) AS minutes_1_5,
    CAST(IFNULL(f.points_3, 0) + IFNULL(e.points_3, 0) AS FLOAT64) AS points_3,
    CAST(IFNULL(f.attempts_3, 0) + IFNULL(e.attempts_3, 0) AS FLOAT64) AS attempts_3,
    CAST(IFNULL(f.usage_3, 0) + IFNULL(e.usage_3, 0) AS FLOAT64) AS usage_3,
    CAST(IFNULL(f.minutes_6, 0) + IFNULL(e.minutes_6, 0) AS FLOAT64) AS minutes_6,
    CAST(IFNULL(f.blocks_8, 0) + IFNULL(e.blocks_8, 0) AS FLOAT64) AS blocks_8,
    CAST(IFNULL(f.usage_8, 0) + IFNULL(e.usage_8, 0) AS FLOAT64) AS usage_8,
    CAST(IFNULL(f.points_squared_10, 0) + IFNULL(e.points_squared_10, 0) AS FLOAT64) AS points_squared_10,
    CAST(IFNULL(f.minutes_squared_10, 0) + IFNULL(e.minutes_squared_10, 0) AS FLOAT64) AS minutes_squared_10,
    CAST(IFNULL(f.minutes_12, 0) + IFNULL(e.minutes_12, 0) AS FLOAT64) AS minutes_12,
    CAST(IFNULL(f.points_12, 0) + IFNULL(e.points_12, 0) AS FLOAT64) AS points_12,
    CAST(IFNULL(f.home_points_12, 0) + IFNULL(e.home_points_12, 0) AS FLOAT64) AS home_points_12,
    CAST(IFNULL(f.home_weight_12, 0) + IFNULL(e.home_weight_12, 0) AS FLOAT64) AS home_weight_12,
    CAST(IFNULL(f.usage_25, 0) + IFNULL(e.usage_25, 0) AS FLOAT64) AS usage_25,
    CAST(IFNULL(f.points_25, 0) + IFNULL(e.points_25, 0) AS FLOAT64) AS points_25,
    CAST(IFNULL(f.attempts_25, 0) + IFNULL(e.attempts_25, 0) AS FLOAT64) AS attempts_25,
    CAST(IFNULL(f.free_throws_25, 0) + IFNULL(e.free_throws_25, 0) AS FLOAT64) AS free_throws_25,
    CAST(IFNULL(f.offensive_rebounds_30, 0) + IFNULL(e.offensive_rebounds_30, 0) AS FLOAT64) AS offensive_rebounds_30,
    CAST(IFNULL(f.makes_30, 0) + IFNULL(e.makes_30, 0) AS FLOAT64) AS makes_30,
    SAFE_DIVIDE(
      POW(2.0, 10 + f.season_games / 1.5) - POW(2.0, 10 - IFNULL(e.games_before, 0) / 1.5),
      1 - POW(0.5, 1 / 1.5)) AS weight_1_5,
    SAFE_DIVIDE(
      POW(2.0, 40 + f.season_games / 3.0) - POW(2.0, 40 - IFNULL(e.games_before, 0) / 3.0),
      1 - POW(0.5, 1 / 3.0)) AS weight_3,
    SAFE_DIVIDE(
      POW(2.0, 40 + f.season_games / 6.0) - POW(2.0, 40 - IFNULL(e.games_before, 0) / 6.0),
      1 - POW(0.5, 1 / 6.0)) AS weight_6,
    SAFE_DIVIDE(
      POW(2.0, 40 + f.season_games / 8.0) - POW(2.0, 40 - IFNULL(e.games_before, 0) / 8.0),
      1 - POW(0.5, 1 / 8.0)) AS weight_8,
    SAFE_DIVIDE(
      POW(2.0, 40 + f.season_games / 10.0) - POW(2.0, 40 - IFNULL(e.games_before, 0) / 10.0),
      1 - POW(0.5, 1 / 10.0)) AS weight_10,
    SAFE_DIVIDE(
      POW(2.0, 40 + f.season_games / 12.0) - POW(2.0, 40 - IFNULL(e.games_before, 0) / 12.0),
      1 - POW(0.5, 1 / 12.0)) AS weight_12,
    SAFE_DIVIDE(
      POW(2.0, 40 + f.season_games / 25.0) - POW(2.0, 40 - IFNULL(e.games_before, 0) / 25.0),
      1 - POW(0.5, 1 / 25.0)) AS weight_25,
    SAFE_DIVIDE(
      POW(2.0, 40 + f.season_games / 30.0) - POW(2.0, 40 - IFNULL(e.games_before, 0) / 30.0),
      1 - POW(0.5, 1 / 30.0)) AS weight_30
  FROM summed AS f
  LEFT JOIN earlier AS e
    ON e.player_key = f.player_key AND e.season_year = f.season_year
  WHERE f.game_date >= @from_date
)
SELECT
  game_date,
  player_lookup,
  ROUND(SAFE_DIVIDE(minutes_1_5, weight_1_5), 9) AS minutes_ewm_1_5,
  ROUND(SAFE_DIVIDE(points_3, weight_3), 9) AS points_ewm_3,
  ROUND(SAFE_DIVIDE(attempts_3, weight_3), 9) AS fg_attempts_ewm_3,
  ROUND(SAFE_DIVIDE(usage_3, weight_3), 9) AS usage_rate_ewm_3,
  ROUND(SAFE_DIVIDE(minutes_6, weight_6), 9) AS minutes_ewm_6,
  ROUND(SAFE_DIVIDE(blocks_8, weight_8), 9) AS blocks_ewm_8,
  ROUND(SAFE_DIVIDE(usage_8, weight_8), 9) AS usage_rate_ewm_8,
  ROUND(SAFE_DIVIDE(points_squared_10, weight_10), 9) AS points_squared_ewm_10,
  ROUND(SAFE_DIVIDE(minutes_squared_10, weight_10), 9) AS minutes_squared_ewm_10,
  ROUND(SAFE_DIVIDE(minutes_12, weight_12), 9) AS minutes_ewm_12,
  ROUND(SAFE_DIVIDE(points_12, weight_12), 9) AS points_ewm_12,
  ROUND(SAFE_DIVIDE(usage_25, weight_25), 9) AS usage_rate_ewm_25,
  ROUND(SAFE_DIVIDE(offensive_rebounds_30, weight_30), 9) AS offensive_rebounds_ewm_30,
  ROUND(SAFE_DIVIDE(makes_30, weight_30), 9) AS fg_makes_ewm_30,
  ROUND(SAFE_DIVIDE(home_points_12, home_weight_12), 9) AS home_points_ewm_12,
  ROUND(SAFE_DIVIDE(points_25, 2 * (attempts_25 + 0.44 * free_throws_25)), 9) AS true_shooting_ewm_25
FROM whole
