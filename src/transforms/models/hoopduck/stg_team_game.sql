-- Two rows for each game of the schedule, one a side, past and coming alike: what a box-score row finds
-- its game by, (game_date, team_abbr) (SPEC, section 2, quirk 1). The bootstrap is days 0 to 13 of a season.
--
-- key: game_date, team_abbr
-- partition: game_date
-- reads: hoopduck.stg_game (same date)
SELECT
  game_date, home_team_abbr AS team_abbr, away_team_abbr AS opponent_team_abbr, game_id, nba_game_id,
  season_year, season_start, TRUE AS home_game, is_final, is_playoffs,
  UNIX_DATE(game_date) - UNIX_DATE(season_start) < 14 AS is_bootstrap,
  tipoff_at, home_score AS team_score, away_score AS opponent_score
FROM hoopduck.stg_game
WHERE game_date BETWEEN @from_date AND @to_date
UNION ALL
SELECT
  game_date, away_team_abbr, home_team_abbr, game_id, nba_game_id,
  season_year, season_start, FALSE, is_final, is_playoffs,
  UNIX_DATE(game_date) - UNIX_DATE(season_start) < 14,
  tipoff_at, away_score, home_score
FROM hoopduck.stg_game
WHERE game_date BETWEEN @from_date AND @to_date
