-- Who was listed for which team in each final game, without what he did; two men of one name who cannot be
-- told apart by the key are left out. One row a player and date.
--
-- key: game_date, player_lookup
-- partition: game_date
-- reads: hoopduck.stg_player_game (same date), hoopduck.stg_team_game (same date)
SELECT p.game_date, p.player_lookup, p.player_key, p.team_abbr
FROM hoopduck.stg_player_game AS p
JOIN hoopduck.stg_team_game AS g
  ON g.game_date = p.game_date AND g.team_abbr = p.team_abbr
WHERE p.game_date BETWEEN @from_date AND @to_date AND g.is_final AND NOT p.is_ambiguous
