-- The teams of games that are not final, one row a side: the dates whose players have to be expected.
--
-- key: game_date, team_abbr
-- partition: game_date
-- reads: hoopduck.stg_team_game (same date)
SELECT game_date, team_abbr
FROM hoopduck.stg_team_game
WHERE game_date BETWEEN @from_date AND @to_date AND NOT is_final
