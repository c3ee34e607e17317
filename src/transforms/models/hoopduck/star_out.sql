-- The stars whom a team's injury report for a game lists out (SPEC 4.4). A star has a season mean of
-- at least 18 points, or of at least 28 minutes and 12 points, over at least 10 games before the date.
--
-- key: game_date, team_abbr, player_key
-- partition: game_date
-- spine: hoopduck.man_out
-- reads: hoopduck.man_out (same date), hoopduck.player_timeline (season of player_key)
WITH man_out AS (
  SELECT game_date, team_abbr, season_year, player_key
  FROM hoopduck.man_out
  WHERE game_date BETWEEN @from_date AND @to_date
),
-- A man's season after each game that he played, which holds up to his next one.
season_form AS (
  SELECT
    player_key,
    season_year,
    game_date,
    LEAD(game_date) OVER season AS next_date,
    COUNT(*) OVER so_far AS games,
    ROUND(SAFE_DIVIDE(CAST(SUM(points) OVER so_far AS FLOAT64), COUNT(points) OVER so_far), 9)
      AS points_avg,
    ROUND(CAST(SUM(minutes) OVER so_far AS FLOAT64) / COUNT(*) OVER so_far, 9) AS minutes_avg
  FROM hoopduck.player_timeline
  WHERE game_date < @to_date
    AND player_key IN (SELECT player_key FROM man_out)
    AND season_year IN (SELECT season_year FROM man_out)
  WINDOW
    season AS (PARTITION BY player_key, season_year ORDER BY game_date),
    so_far AS (
      PARTITION BY player_key, season_year ORDER BY game_date
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
)
SELECT DISTINCT o.game_date, o.team_abbr, o.player_key
FROM man_out AS o
JOIN season_form AS f
  ON f.player_key = o.player_key AND f.season_year = o.season_year
  AND f.game_date < o.game_date AND (f.next_date IS NULL OR f.next_date >= o.game_date)
WHERE f.games >= 10
  AND (f.points_avg >= 18 OR (f.minutes_avg >= 28 AND f.points_avg >= 12))
