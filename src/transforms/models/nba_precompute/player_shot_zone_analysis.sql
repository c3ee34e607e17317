-- Where a player took his shots before the date, and how many went in: his last 10 and 20 played
-- games of the season in which his zones are known (SPEC 4.1). One row a listed player and date.
-- His threes are those of the shots, not of the box score, so that the three rates sum to 100.
--
-- key: analysis_date, player_lookup
-- partition: analysis_date
-- spine: hoopduck.player_experience
-- reads: hoopduck.player_experience (same date),
--   hoopduck.player_timeline (last 20 rows where has_zones of player_key in season)
-- expects: one row a listed player
-- bootstrap: no rows

WITH asked AS (
  SELECT game_date, player_lookup, player_key, season_year, season_zone_games_before
  FROM hoopduck.player_experience
  WHERE game_date BETWEEN @from_date AND @to_date AND NOT is_bootstrap
),
game AS (
  SELECT *
  FROM hoopduck.player_timeline
  WHERE has_zones AND game_date < @to_date
    AND player_key IN (SELECT player_key FROM asked)
    AND season_year IN (SELECT season_year FROM asked)
),
-- What he had done after each game of the season with zones.
form AS (
  SELECT
    player_key,
    season_year,
    ROW_NUMBER() OVER season AS zone_games,
    SUM(paint_attempts) OVER last_10 AS paint_attempts_10,
    SUM(paint_makes) OVER last_10 AS paint_makes_10,
    SUM(mid_range_attempts) OVER last_10 AS mid_range_attempts_10,
    SUM(mid_range_makes) OVER last_10 AS mid_range_makes_10,
    SUM(three_attempts) OVER last_10 AS three_attempts_10,
    SUM(three_makes) OVER last_10 AS three_makes_10,
    SUM(assisted_makes) OVER last_10 AS assisted_makes_10,
    SUM(makes_with_roles) OVER last_10 AS makes_with_roles_10,
    SUM(paint_attempts + mid_range_attempts + three_attempts) OVER last_20 AS shots_20,
    SUM(paint_attempts) OVER last_20 AS paint_attempts_20,
    SUM(paint_makes) OVER last_20 AS paint_makes_20
  FROM game
  WINDOW
    season AS (PARTITION BY player_key, season_year ORDER BY game_date),
    last_10 AS (
      PARTITION BY player_key, season_year ORDER BY game_date
      ROWS BETWEEN 9 PRECEDING AND CURRENT ROW),
    last_20 AS (
      PARTITION BY player_key, season_year ORDER BY game_date
      ROWS BETWEEN 19 PRECEDING AND CURRENT ROW)
),
summed AS (
  SELECT
    a.game_date,
    a.player_lookup,
    CASE WHEN a.season_zone_games_before < 10 THEN a.season_zone_games_before ELSE 10 END AS games_10,
    CASE WHEN a.season_zone_games_before < 20 THEN a.season_zone_games_before ELSE 20 END AS games_20,
    CAST(f.paint_attempts_10 + f.mid_range_attempts_10 + f.three_attempts_10 AS FLOAT64)
      AS shots_10,
    CAST(f.paint_attempts_10 AS FLOAT64) AS paint_attempts_10,
    CAST(f.paint_makes_10 AS FLOAT64) AS paint_makes_10,
    CAST(f.mid_range_attempts_10 AS FLOAT64) AS mid_range_attempts_10,
    CAST(f.mid_range_makes_10 AS FLOAT64) AS mid_range_makes_10,
    CAST(f.three_attempts_10 AS FLOAT64) AS three_attempts_10,
    CAST(f.three_makes_10 AS FLOAT64) AS three_makes_10,
    CAST(f.assisted_makes_10 AS FLOAT64) AS assisted_makes_10,
    CAST(f.makes_with_roles_10 AS FLOAT64) AS makes_with_roles_10,
    CAST(f.shots_20 AS FLOAT64) AS shots_20,
    CAST(f.paint_attempts_20 AS FLOAT64) AS paint_attempts_20,
    CAST(f.paint_makes_20 AS FLOAT64) AS paint_makes_20
  FROM asked AS a
  LEFT JOIN form AS f
    ON f.player_key = a.player_key AND f.season_year = a.season_year
    AND f.zone_games = a.season_zone_games_before
),
figure AS (
  SELECT
    *,
    ROUND(SAFE_DIVIDE(100 * paint_attempts_10, shots_10), 9) AS paint_rate_last_10,
    ROUND(SAFE_DIVIDE(100 * mid_range_attempts_10, shots_10), 9) AS mid_range_rate_last_10,
    ROUND(SAFE_DIVIDE(100 * three_attempts_10, shots_10), 9) AS three_pt_rate_last_10
  FROM summed
)
SELECT
  game_date AS analysis_date,
  player_lookup,
  games_10 AS games_in_sample_10,
  games_20 AS games_in_sample_20,
  CAST(COALESCE(shots_10, 0) AS INT64) AS total_shots_last_10,
  paint_rate_last_10,
  mid_range_rate_last_10,
  three_pt_rate_last_10,
  ROUND(SAFE_DIVIDE(paint_makes_10, paint_attempts_10), 9) AS paint_pct_last_10,
  ROUND(SAFE_DIVIDE(mid_range_makes_10, mid_range_attempts_10), 9) AS mid_range_pct_last_10,
  ROUND(SAFE_DIVIDE(three_makes_10, three_attempts_10), 9) AS three_pt_pct_last_10,
  ROUND(SAFE_DIVIDE(paint_attempts_10, games_10), 9) AS paint_attempts_per_game,
  ROUND(SAFE_DIVIDE(mid_range_attempts_10, games_10), 9) AS mid_range_attempts_per_game,
  ROUND(SAFE_DIVIDE(three_attempts_10, games_10), 9) AS three_pt_attempts_per_game,
  ROUND(SAFE_DIVIDE(100 * paint_attempts_20, shots_20), 9) AS paint_rate_last_20,
  ROUND(SAFE_DIVIDE(paint_makes_20, paint_attempts_20), 9) AS paint_pct_last_20,
  ROUND(SAFE_DIVIDE(100 * assisted_makes_10, makes_with_roles_10), 9) AS assisted_rate_last_10,
  CASE
    WHEN paint_rate_last_10 IS NULL THEN NULL
    WHEN paint_rate_last_10 >= 40 THEN 'paint'
    WHEN three_pt_rate_last_10 >= 40 THEN 'perimeter'
    WHEN mid_range_rate_last_10 >= 35 THEN 'mid_range'
    ELSE 'balanced'
  END AS primary_scoring_zone,
  CASE
    WHEN games_10 >= 10 THEN 'excellent'
    WHEN games_10 >= 7 THEN 'good'
    WHEN games_10 >= 5 THEN 'limited'
    ELSE 'insufficient'
  END AS sample_quality_10
FROM figure
