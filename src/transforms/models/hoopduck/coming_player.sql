-- Who is expected in a coming game: every player whose newest listing before the date, of any team, is for the
-- team and is not older than 14 days or is among the team's last 5 games, previous season included (SPEC 4.4).
-- One row a player and date.
--
-- key: game_date, player_lookup
-- partition: game_date
-- spine: hoopduck.coming_game
-- reads: hoopduck.coming_game (same date), hoopduck.stg_team_game (earlier dates),
--   hoopduck.player_listing (earlier dates)
WITH asked AS (
  SELECT game_date, team_abbr
  FROM hoopduck.coming_game
  WHERE game_date BETWEEN @from_date AND @to_date
),
-- Each final game of a team that has a coming one, with the game four before it and the next one.
team_game AS (
  SELECT
    team_abbr,
    game_date,
    LAG(game_date, 4) OVER team_games AS fifth_last_date,
    LEAD(game_date) OVER team_games AS next_date
  FROM hoopduck.stg_team_game
  WHERE is_final AND game_date <= @to_date
    AND team_abbr IN (SELECT team_abbr FROM asked)
  WINDOW team_games AS (PARTITION BY team_abbr ORDER BY game_date)
),
-- Before a team's fifth game all of its games are among the last five.
coming_team AS (
  SELECT c.game_date, c.team_abbr, COALESCE(t.fifth_last_date, DATE '1900-01-01') AS fifth_last_date
  FROM asked AS c
  LEFT JOIN team_game AS t
    ON t.team_abbr = c.team_abbr AND t.game_date < c.game_date
    AND (t.next_date IS NULL OR t.next_date >= c.game_date)
),
-- A listing is a man's newest on every date after it up to his next one.
listing AS (
  SELECT
    game_date,
    player_lookup,
    player_key,
    team_abbr,
    LEAD(game_date) OVER man AS next_date
  FROM hoopduck.player_listing
  WHERE game_date <= @to_date
    AND player_key IN (
      SELECT player_key FROM hoopduck.player_listing
      WHERE team_abbr IN (SELECT team_abbr FROM asked))
  WINDOW man AS (PARTITION BY player_key ORDER BY game_date, player_lookup)
)
-- Two men of one name cannot be told apart by the key: neither has a row.
SELECT c.game_date, l.player_lookup, l.player_key, c.team_abbr
FROM coming_team AS c
JOIN listing AS l
  ON l.team_abbr = c.team_abbr AND l.game_date < c.game_date
  AND (l.next_date IS NULL OR l.next_date >= c.game_date)
WHERE UNIX_DATE(c.game_date) - UNIX_DATE(l.game_date) <= 14
  OR l.game_date >= c.fifth_last_date
QUALIFY COUNT(*) OVER (PARTITION BY c.game_date, l.player_lookup) = 1
