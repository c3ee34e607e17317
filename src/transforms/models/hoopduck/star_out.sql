-- The stars whom a team's injury report for a game lists out (SPEC 4.4). A star has a season mean of
-- at least 18 points, or of at least 28 minutes and 12 points, over at least 10 games before the
-- date. A name of the report is the man whose newest listing before the date has that lookup.
--
-- key: game_date, team_abbr, player_key
-- partition: game_date
-- reads: hoopduck.stg_player_out (same date), hoopduck.stg_team_game (same date),
--   hoopduck.player_timeline (earlier dates)

WITH out_name AS (
  SELECT o.game_date, o.team_abbr, o.player_lookup, g.season_year
  FROM hoopduck.stg_player_out AS o
  JOIN hoopduck.stg_team_game AS g
    ON g.game_date = o.game_date AND g.team_abbr = o.team_abbr
  WHERE o.game_date BETWEEN @from_date AND @to_date
),
man_of_name AS (
  SELECT player_lookup, player_key, MIN(game_date) AS first_date
  FROM hoopduck.player_timeline
  WHERE game_date < @to_date AND player_lookup IN (SELECT player_lookup FROM out_name)
  GROUP BY player_lookup, player_key
),
-- Only a name that several men have had needs its listings to tell who has it on a date.
shared_listing AS (
  SELECT player_lookup, player_key, game_date
  FROM hoopduck.player_timeline
  WHERE game_date < @to_date
    AND player_lookup IN (
      SELECT player_lookup FROM man_of_name GROUP BY player_lookup HAVING COUNT(*) > 1)
),
candidate AS (
  SELECT
    o.game_date, o.team_abbr, o.player_lookup, o.season_year, m.player_key,
    MAX(l.game_date) AS last_listed_date
  FROM out_name AS o
  JOIN man_of_name AS m
    ON m.player_lookup = o.player_lookup AND m.first_date < o.game_date
  LEFT JOIN shared_listing AS l
    ON l.player_lookup = m.player_lookup AND l.player_key = m.player_key
    AND l.game_date < o.game_date
  GROUP BY o.game_date, o.team_abbr, o.player_lookup, o.season_year, m.player_key
),
man_out AS (
  SELECT game_date, team_abbr, season_year, player_key
  FROM candidate
  WHERE TRUE
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY game_date, team_abbr, player_lookup
    ORDER BY last_listed_date DESC, player_key) = 1
),
-- A man's season after each game that he played, which holds up to his next one.
season_form AS (
  SELECT
    player_key,
    season_year,
    game_date,
    LEAD(game_date) OVER season AS next_date,
    season_games_before + 1 AS games,
    ROUND(SAFE_DIVIDE(
      CAST(COALESCE(season_points_before, 0) + COALESCE(points, 0) AS FLOAT64),
      season_games_with_points_before + IF(points IS NULL, 0, 1)), 9) AS points_avg,
    ROUND(CAST(COALESCE(season_minutes_before, 0) + minutes AS FLOAT64)
      / (season_games_before + 1), 9) AS minutes_avg
  FROM hoopduck.player_timeline
  WHERE is_played AND game_date < @to_date
    AND player_key IN (SELECT player_key FROM man_out)
    AND season_year IN (SELECT season_year FROM man_out)
  WINDOW season AS (PARTITION BY player_key, season_year ORDER BY game_date)
)
SELECT DISTINCT o.game_date, o.team_abbr, o.player_key
FROM man_out AS o
JOIN season_form AS f
  ON f.player_key = o.player_key AND f.season_year = o.season_year
  AND f.game_date < o.game_date AND (f.next_date IS NULL OR f.next_date >= o.game_date)
WHERE f.games >= 10
  AND (f.points_avg >= 18 OR (f.minutes_avg >= 28 AND f.points_avg >= 12))
