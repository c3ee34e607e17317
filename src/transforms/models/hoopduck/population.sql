-- Who a date's rows are about: the listed players of final games, and those who are expected in coming
-- ones (SPEC 4.4), with the facts of the game. One row a player and date.
--
-- key: game_date, player_lookup
-- partition: game_date
-- reads: hoopduck.stg_team_game (same date), hoopduck.player_listing (same date),
--   hoopduck.coming_player (same date)
WITH listed AS (
  SELECT game_date, player_lookup, player_key, team_abbr
  FROM hoopduck.player_listing
  WHERE game_date BETWEEN @from_date AND @to_date
  UNION ALL
  SELECT c.game_date, c.player_lookup, c.player_key, c.team_abbr
  FROM hoopduck.coming_player AS c
  LEFT JOIN hoopduck.player_listing AS p
    ON p.game_date = c.game_date AND p.player_lookup = c.player_lookup
  WHERE c.game_date BETWEEN @from_date AND @to_date AND p.player_lookup IS NULL
)
SELECT
  l.game_date, l.player_lookup, l.player_key, g.team_abbr, g.opponent_team_abbr, g.game_id,
  g.nba_game_id, g.season_year, g.season_start, g.home_game, g.is_final, g.is_playoffs,
  g.is_bootstrap
FROM listed AS l
JOIN hoopduck.stg_team_game AS g
  ON g.game_date = l.game_date AND g.team_abbr = l.team_abbr
