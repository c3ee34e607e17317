-- The men whom a team's injury report for a game lists out. A name of the report is the man whose newest
-- listing before the date has that lookup. One row a man and game.
--
-- key: game_date, team_abbr, player_lookup
-- partition: game_date
-- spine: hoopduck.stg_player_out
-- reads: hoopduck.stg_player_out (same date), hoopduck.stg_team_game (same date),
--   hoopduck.player_appearance (earlier dates of player_lookup)
WITH out_name AS (
  SELECT o.game_date, o.team_abbr, o.player_lookup, g.season_year
  FROM hoopduck.stg_player_out AS o
  JOIN hoopduck.stg_team_game AS g
    ON g.game_date = o.game_date AND g.team_abbr = o.team_abbr
  WHERE o.game_date BETWEEN @from_date AND @to_date
),
man_of_name AS (
  SELECT player_lookup, player_key, MIN(game_date) AS first_date
  FROM hoopduck.player_appearance
  WHERE game_date < @to_date AND player_lookup IN (SELECT player_lookup FROM out_name)
  GROUP BY player_lookup, player_key
),
-- Only a name that several men have had needs its listings to tell who has it on a date.
shared_listing AS (
  SELECT player_lookup, player_key, game_date
  FROM hoopduck.player_appearance
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
)
SELECT game_date, team_abbr, player_lookup, season_year, player_key
FROM candidate
WHERE TRUE
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY game_date, team_abbr, player_lookup
  ORDER BY last_listed_date DESC, player_key) = 1
