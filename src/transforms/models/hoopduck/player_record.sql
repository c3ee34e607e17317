-- What a man had done before the date as plain sums and means: in his career (the replica's), in this season, in
-- the season before, for this team in this season, and in his last games. Minutes in means are those of a game
-- without overtime. His type is big at 2.6 offensive rebounds and blocks per 36 minutes of his career, else guard
-- at 4.2 assists, else wing. games_missed: his team's games since his last one, which was for it and in this
-- season, else NULL. One row a player and date.
--
-- key: game_date, player_lookup
-- partition: game_date
-- spine: hoopduck.player_experience
-- reads: hoopduck.player_experience (same date), hoopduck.team_schedule (same date),
--   hoopduck.player_box (earlier dates of player_key)
WITH asked AS (
  SELECT player_key, season_year
  FROM hoopduck.player_experience
  WHERE game_date BETWEEN @from_date AND @to_date
),
box AS (
  SELECT
    game_date, player_lookup, player_key, season_year, team_abbr,
    team_games_before, team_margin, minutes, minutes_of_240,
    CAST(CAST(minutes_of_240 AS FLOAT64) * CAST(minutes_of_240 AS FLOAT64) AS NUMERIC(38, 9)) AS minutes_squared,
    points, fg_attempts, three_pt_attempts, three_pt_makes,
    assists, IFNULL(offensive_rebounds, 0) + IFNULL(blocks, 0) AS inside
  FROM hoopduck.player_box
  WHERE game_date <= @to_date AND player_key IN (SELECT player_key FROM asked)
),
-- The games of seasons before the first one asked for, the last one first.
earlier AS (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY player_key ORDER BY game_date DESC) AS games_back
  FROM box
  WHERE season_year < (SELECT MIN(season_year) FROM asked)
),
earlier_total AS (
  SELECT
    player_key,
    SUM(minutes) AS minutes,
    SUM(points) AS points,
    SUM(three_pt_attempts) AS three_pt_attempts,
    SUM(three_pt_makes) AS three_pt_makes,
    SUM(inside) AS inside,
    SUM(assists) AS assists,
    MAX(IF(minutes_of_240 IS NULL, NULL, game_date)) AS minutes_date,
    MAX(IF(team_margin IS NULL, NULL, game_date)) AS margin_date,
    MAX(IF(fg_attempts IS NULL, NULL, game_date)) AS attempts_date
  FROM earlier
  GROUP BY player_key
),
later AS (
  -- Rows without a game count for nothing on later dates, so what they say of earlier ones is not read.
  SELECT
    e.game_date, e.player_lookup, e.player_key, e.season_year, e.team_abbr,
    b.game_date IS NOT NULL AS has_game,
    b.team_abbr AS played_for,
    b.team_games_before, b.team_margin, b.minutes, b.minutes_of_240, b.minutes_squared,
    b.points, b.fg_attempts, b.three_pt_attempts, b.three_pt_makes,
    b.assists, b.inside
  FROM (
    SELECT game_date, player_lookup, player_key, season_year, team_abbr
    FROM hoopduck.player_experience
    WHERE game_date <= @to_date
      AND season_year >= (SELECT MIN(season_year) FROM asked)
      AND player_key IN (SELECT player_key FROM asked)) AS e
  LEFT JOIN (
    SELECT *
    FROM box
    WHERE season_year >= (SELECT MIN(season_year) FROM asked)) AS b
    ON b.game_date = e.game_date AND b.player_lookup = e.player_lookup
),
numbered AS (
  SELECT
    *,
    TRUE AS is_later,
    COUNT(IF(has_game, 1, NULL)) OVER (
      -- Of a man's rows of one date at most one is a game, and it stands last: no row counts its own date.
      PARTITION BY player_key ORDER BY game_date, has_game
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS games_before
  FROM later
  UNION ALL
  -- Of the earlier ones, the games that a last value or a last ten can reach.
  SELECT
    e.game_date, e.player_lookup, e.player_key, e.season_year, e.team_abbr, TRUE, e.team_abbr,
    e.team_games_before, e.team_margin, e.minutes, e.minutes_of_240, e.minutes_squared,
    e.points, e.fg_attempts, e.three_pt_attempts, e.three_pt_makes, e.assists, e.inside, FALSE, -e.games_back
  FROM earlier AS e
  JOIN earlier_total AS t ON t.player_key = e.player_key
  WHERE e.games_back <= 10
    OR e.game_date = t.minutes_date OR e.game_date = t.margin_date OR e.game_date = t.attempts_date
),
season_total AS (
  SELECT
    player_key, season_year,
    COUNT(*) AS games,
    SAFE_DIVIDE(CAST(SUM(points) AS FLOAT64),
      CAST(SUM(IF(points IS NULL, NULL, minutes)) AS FLOAT64)) AS points_per_minute
  FROM box
  GROUP BY player_key, season_year
),
summed AS (
  SELECT
    game_date, player_lookup, player_key, season_year, team_abbr,
    SUM(IF(is_later, minutes, NULL)) OVER career AS later_minutes,
    SUM(IF(is_later, points, NULL)) OVER career AS later_points,
    SUM(IF(is_later, three_pt_attempts, NULL)) OVER career AS later_threes,
    SUM(IF(is_later, three_pt_makes, NULL)) OVER career AS later_three_makes,
    SUM(IF(is_later, inside, NULL)) OVER career AS later_inside,
    SUM(IF(is_later, assists, NULL)) OVER career AS later_assists,
    LAST_VALUE(minutes_of_240 IGNORE NULLS) OVER career AS minutes_last_game,
    LAST_VALUE(team_margin IGNORE NULLS) OVER career AS team_margin_last_game,
    LAST_VALUE(fg_attempts IGNORE NULLS) OVER career AS fg_attempts_last_game,
    SUM(points) OVER season AS season_points,
    LAST_VALUE(played_for IGNORE NULLS) OVER season AS last_team_abbr,
    LAST_VALUE(team_games_before IGNORE NULLS) OVER season AS last_team_games_before,
    COUNT(IF(has_game, 1, NULL)) OVER stint AS games_with_team,
    SUM(points) OVER stint AS stint_points,
    COUNT(points) OVER stint AS stint_point_games,
    SUM(minutes_of_240) OVER stint AS stint_minutes,
    COUNT(minutes_of_240) OVER stint AS stint_minute_games,
    SUM(minutes_of_240) OVER last_3 AS minutes_3,
    COUNT(minutes_of_240) OVER last_3 AS games_3,
    SUM(minutes_of_240) OVER last_10 AS minutes_10,
    SUM(minutes_squared) OVER last_10 AS minutes_squared_10,
    COUNT(minutes_of_240) OVER last_10 AS games_10
  FROM numbered
  WINDOW
    career AS (
      PARTITION BY player_key ORDER BY game_date, has_game
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
    season AS (
      PARTITION BY player_key, season_year ORDER BY game_date, has_game
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
    stint AS (
      PARTITION BY player_key, season_year, team_abbr ORDER BY game_date, has_game
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
    last_3 AS (
      PARTITION BY player_key ORDER BY games_before RANGE BETWEEN 3 PRECEDING AND 1 PRECEDING),
    last_10 AS (
      PARTITION BY player_key ORDER BY games_before RANGE BETWEEN 10 PRECEDING AND 1 PRECEDING)
),
with_career AS (
  SELECT
    s.*,
    COALESCE(s.later_minutes + t.minutes, s.later_minutes, t.minutes) AS career_minutes,
    COALESCE(s.later_points + t.points, s.later_points, t.points) AS career_points,
    COALESCE(s.later_threes + t.three_pt_attempts, s.later_threes, t.three_pt_attempts) AS career_threes,
    COALESCE(s.later_three_makes + t.three_pt_makes, s.later_three_makes, t.three_pt_makes) AS career_three_makes,
    COALESCE(s.later_inside + t.inside, s.later_inside, t.inside) AS career_inside,
    COALESCE(s.later_assists + t.assists, s.later_assists, t.assists) AS career_assists
  FROM summed AS s
  LEFT JOIN earlier_total AS t ON t.player_key = s.player_key
  WHERE s.game_date >= @from_date
)
SELECT
  s.game_date,
  s.player_lookup,
  CAST(IFNULL(s.career_points, 0) AS INT64) AS career_points,
  IFNULL(s.career_minutes, 0) AS career_minutes,
  CAST(IFNULL(s.career_threes, 0) AS INT64) AS career_threes,
  CAST(IFNULL(s.career_three_makes, 0) AS INT64) AS career_three_makes,
  CASE
    WHEN s.career_inside * 360 >= s.career_minutes * 26 THEN 'big'
    WHEN s.career_assists * 360 >= s.career_minutes * 42 THEN 'guard'
    ELSE 'wing'
  END AS player_type,
  CAST(s.minutes_last_game AS FLOAT64) AS minutes_last_game,
  s.team_margin_last_game,
  s.fg_attempts_last_game,
  CAST(IFNULL(s.season_points, 0) AS INT64) AS season_points,
  IF(s.last_team_abbr = s.team_abbr, t.season_games_before - s.last_team_games_before - 1, NULL) AS games_missed,
  s.games_with_team,
  ROUND(SAFE_DIVIDE(CAST(s.stint_points AS FLOAT64), s.stint_point_games), 9) AS points_avg_with_team,
  ROUND(SAFE_DIVIDE(CAST(s.stint_minutes AS FLOAT64), s.stint_minute_games), 9) AS minutes_avg_with_team,
  ROUND(SAFE_DIVIDE(CAST(s.minutes_3 AS FLOAT64), s.games_3), 9) AS minutes_avg_last_3,
  -- n*sum(x*x) - sum(x)*sum(x) of equal minutes is 0 but for rounding.
  ROUND(SQRT(SAFE_DIVIDE(
    GREATEST(
      s.games_10 * CAST(s.minutes_squared_10 AS FLOAT64)
        - CAST(s.minutes_10 AS FLOAT64) * CAST(s.minutes_10 AS FLOAT64), 0),
    s.games_10 * (s.games_10 - 1))), 9) AS minutes_std_last_10,
  COALESCE(b.games, 0) AS games_last_season,
  ROUND(b.points_per_minute, 9) AS points_per_minute_last_season
FROM with_career AS s
LEFT JOIN hoopduck.team_schedule AS t
  ON t.game_date = s.game_date AND t.team_abbr = s.team_abbr
LEFT JOIN season_total AS b
  ON b.player_key = s.player_key AND b.season_year = s.season_year - 1
