-- How many final games of the season a team had before each of its games, past and coming.
-- One row a team and game.
--
-- key: game_date, team_abbr
-- partition: game_date
-- spine: hoopduck.stg_team_game
-- reads: hoopduck.stg_team_game (same date; season of team_abbr)
WITH game AS (
  SELECT
    game_date, team_abbr, season_year,
    COUNT(IF(is_final, 1, NULL)) OVER (
      PARTITION BY team_abbr, season_year ORDER BY game_date
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS season_games_before
  FROM hoopduck.stg_team_game
  WHERE game_date <= @to_date
    AND season_year IN (
      SELECT season_year FROM hoopduck.stg_team_game
      WHERE game_date BETWEEN @from_date AND @to_date)
)
SELECT game_date, team_abbr, season_year, season_games_before
FROM game
WHERE game_date >= @from_date
