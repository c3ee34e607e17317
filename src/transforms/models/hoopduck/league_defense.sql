-- What the league allowed before a date, by zone: the mean over teams of makes / attempts allowed in their games
-- of the 30 days before, teams with at least 10 such games; with fewer than 20 such teams over all games of the
-- season before the date (SPEC 4.2). source says which, and default that there was no game. One row a date.
--
-- key: game_date
-- partition: game_date
-- spine: hoopduck.stg_team_game
-- reads: hoopduck.stg_team_game (same date), nba_analytics.team_defense_game_summary (season)

WITH asked_date AS (
  SELECT game_date, MAX(season_year) AS season_year
  FROM hoopduck.stg_team_game
  WHERE game_date BETWEEN @from_date AND @to_date AND NOT is_bootstrap
  GROUP BY game_date
),
allowed AS (
  SELECT
    game_date,
    defending_team_abbr AS team_abbr,
    season_year,
    opp_paint_attempts IS NOT NULL AND opp_paint_makes IS NOT NULL
      AND opp_mid_range_attempts IS NOT NULL AND opp_mid_range_makes IS NOT NULL AS has_zones,
    opp_three_pt_attempts IS NOT NULL AND opp_three_pt_makes IS NOT NULL AS knows_threes,
    opp_paint_attempts,
    opp_paint_makes,
    opp_mid_range_attempts,
    opp_mid_range_makes,
    opp_three_pt_attempts,
    opp_three_pt_makes
  FROM nba_analytics.team_defense_game_summary
  WHERE game_date < @to_date AND season_year IN (SELECT season_year FROM asked_date)
),
game AS (
  SELECT
    game_date, team_abbr, season_year, has_zones, knows_threes,
    IF(has_zones, opp_paint_attempts, NULL) AS paint_attempts,
    IF(has_zones, opp_paint_makes, NULL) AS paint_makes,
    IF(has_zones, opp_mid_range_attempts, NULL) AS mid_range_attempts,
    IF(has_zones, opp_mid_range_makes, NULL) AS mid_range_makes,
    IF(knows_threes, opp_three_pt_attempts, NULL) AS three_attempts,
    IF(knows_threes, opp_three_pt_makes, NULL) AS three_makes
  FROM allowed
),
-- Every team of the season on every asked date: the league's mean needs those that rest, too.
asked_team AS (
  SELECT d.game_date, t.team_abbr, d.season_year
  FROM asked_date AS d
  JOIN (SELECT DISTINCT team_abbr, season_year FROM game) AS t ON t.season_year = d.season_year
),
event AS (
  SELECT
    game_date, team_abbr, season_year, TRUE AS is_game, has_zones, paint_attempts, paint_makes,
    mid_range_attempts, mid_range_makes, knows_threes, three_attempts, three_makes
  FROM game
  UNION ALL
  SELECT
    game_date, team_abbr, season_year, FALSE, FALSE, CAST(NULL AS INT64), CAST(NULL AS INT64),
    CAST(NULL AS INT64), CAST(NULL AS INT64), FALSE, CAST(NULL AS INT64), CAST(NULL AS INT64)
  FROM asked_team
),
team_share AS (
  SELECT
    game_date,
    is_game,
    COUNT(IF(knows_threes, 1, NULL)) OVER last_30_days AS games_30,
    COUNT(IF(has_zones, 1, NULL)) OVER last_30_days AS zone_games_30,
    COUNT(IF(knows_threes, 1, NULL)) OVER season AS games,
    COUNT(IF(has_zones, 1, NULL)) OVER season AS zone_games,
    SAFE_DIVIDE(
      CAST(SUM(paint_makes) OVER last_30_days AS FLOAT64),
      CAST(SUM(paint_attempts) OVER last_30_days AS FLOAT64)) AS paint_30,
    SAFE_DIVIDE(
      CAST(SUM(mid_range_makes) OVER last_30_days AS FLOAT64),
      CAST(SUM(mid_range_attempts) OVER last_30_days AS FLOAT64)) AS mid_range_30,
    SAFE_DIVIDE(
      CAST(SUM(three_makes) OVER last_30_days AS FLOAT64),
      CAST(SUM(three_attempts) OVER last_30_days AS FLOAT64)) AS three_30,
    SAFE_DIVIDE(
      CAST(SUM(paint_makes) OVER season AS FLOAT64),
      CAST(SUM(paint_attempts) OVER season AS FLOAT64)) AS paint,
    SAFE_DIVIDE(
      CAST(SUM(mid_range_makes) OVER season AS FLOAT64),
      CAST(SUM(mid_range_attempts) OVER season AS FLOAT64)) AS mid_range,
    SAFE_DIVIDE(
      CAST(SUM(three_makes) OVER season AS FLOAT64),
      CAST(SUM(three_attempts) OVER season AS FLOAT64)) AS three
  FROM event
  WINDOW
    last_30_days AS (
      PARTITION BY team_abbr, season_year ORDER BY UNIX_DATE(game_date)
      RANGE BETWEEN 30 PRECEDING AND 1 PRECEDING),
    season AS (
      PARTITION BY team_abbr, season_year ORDER BY UNIX_DATE(game_date)
      RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
-- Means over teams; sums of decimals, so that the order of addition cannot show.
SELECT
  game_date,
  CASE
    WHEN COUNTIF(games_30 >= 10) >= 20 THEN 'window'
    WHEN COUNTIF(games > 0) > 0 THEN 'season'
    ELSE 'default'
  END AS source,
  CASE
    WHEN COUNTIF(zone_games_30 >= 10) >= 20 THEN 'window'
    WHEN COUNTIF(zone_games > 0) > 0 THEN 'season'
    ELSE 'default'
  END AS source_zones,
  SAFE_DIVIDE(
    CAST(SUM(IF(zone_games_30 >= 10, CAST(paint_30 AS NUMERIC(38, 9)), NULL)) AS FLOAT64),
    COUNT(IF(zone_games_30 >= 10, paint_30, NULL))) AS paint_30,
  SAFE_DIVIDE(
    CAST(SUM(IF(zone_games_30 >= 10, CAST(mid_range_30 AS NUMERIC(38, 9)), NULL)) AS FLOAT64),
    COUNT(IF(zone_games_30 >= 10, mid_range_30, NULL))) AS mid_range_30,
  SAFE_DIVIDE(
    CAST(SUM(IF(games_30 >= 10, CAST(three_30 AS NUMERIC(38, 9)), NULL)) AS FLOAT64),
    COUNT(IF(games_30 >= 10, three_30, NULL))) AS three_30,
  SAFE_DIVIDE(CAST(SUM(CAST(paint AS NUMERIC(38, 9))) AS FLOAT64), COUNT(paint)) AS paint,
  SAFE_DIVIDE(CAST(SUM(CAST(mid_range AS NUMERIC(38, 9))) AS FLOAT64), COUNT(mid_range))
    AS mid_range,
  SAFE_DIVIDE(CAST(SUM(CAST(three AS NUMERIC(38, 9))) AS FLOAT64), COUNT(three)) AS three
FROM team_share
WHERE NOT is_game
GROUP BY game_date
