-- Who was listed where, without what he did: one row for each gamebook and fallback row of a date. Histories of
-- names, ids and teams are read from here, so that a restated stat does not reach them.
--
-- key: game_date, player_lookup, nba_player_id, is_gamebook
-- partition: game_date
-- reads: hoopduck.stg_gamebook (same date), hoopduck.stg_fallback (same date),
--   hoopduck.stg_team_game (same date)
SELECT
  b.game_date, b.player_lookup, b.nba_player_id, TRUE AS is_gamebook, b.team_abbr, g.season_year
FROM hoopduck.stg_gamebook AS b
LEFT JOIN (
  SELECT game_date, MAX(season_year) AS season_year
  FROM hoopduck.stg_team_game
  WHERE game_date BETWEEN @from_date AND @to_date
  GROUP BY game_date
) AS g ON g.game_date = b.game_date
WHERE b.game_date BETWEEN @from_date AND @to_date
UNION ALL
SELECT f.game_date, f.player_lookup, NULL, FALSE, f.team_abbr, g.season_year
FROM hoopduck.stg_fallback AS f
JOIN hoopduck.stg_team_game AS g ON g.game_date = f.game_date AND g.team_abbr = f.team_abbr
WHERE f.game_date BETWEEN @from_date AND @to_date
