-- Who makes up a team before each of its games, past and coming: the men whose newest game before the date was
-- for it, in the same season and at most 45 days ago, with their form after that game. games_missed counts the
-- team's games since; 0: he played in its last one. Nothing here knows who plays on the date.
-- One row a man, team and game.
--
-- key: game_date, team_abbr, player_key
-- partition: game_date
-- spine: hoopduck.stg_team_game
-- reads: hoopduck.stg_team_game (same date; 45 days of team_abbr in season),
--   hoopduck.player_weighted_form (45 days in season)
WITH team_game AS (
  SELECT
    game_date, team_abbr, season_year,
    -- Final games of the team up to the date, and before it.
    COUNT(IF(is_final, 1, NULL)) OVER so_far AS games,
    COUNT(IF(is_final, 1, NULL)) OVER so_far - IF(is_final, 1, 0) AS games_before
  FROM hoopduck.stg_team_game
  WHERE game_date <= @to_date AND UNIX_DATE(game_date) >= UNIX_DATE(@from_date) - 45
  WINDOW so_far AS (
    PARTITION BY team_abbr, season_year ORDER BY game_date
    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
),
-- A game is a man's newest on every date after it up to his next one.
form AS (
  SELECT *, LEAD(game_date) OVER (PARTITION BY player_key ORDER BY game_date) AS next_date
  FROM hoopduck.player_weighted_form
  WHERE game_date < @to_date AND UNIX_DATE(game_date) >= UNIX_DATE(@from_date) - 45
)
SELECT
  g.game_date,
  g.team_abbr,
  f.player_lookup,
  f.player_key,
  g.season_year,
  CAST(g.games_before - newest.games AS INT64) AS games_missed,
  f.expected_minutes,
  f.expected_points,
  f.expected_usage,
  f.expected_attempts,
  f.minutes_20,
  f.points_20,
  f.player_type
FROM form AS f
JOIN team_game AS newest
  ON newest.game_date = f.game_date AND newest.team_abbr = f.team_abbr
JOIN team_game AS g
  ON g.team_abbr = f.team_abbr AND g.season_year = f.season_year
  AND g.game_date > f.game_date AND (f.next_date IS NULL OR f.next_date >= g.game_date)
WHERE UNIX_DATE(g.game_date) - UNIX_DATE(f.game_date) <= 45
  AND g.game_date >= @from_date
