-- The chance that a man plays, for the dates of a season as its earlier seasons have it: of each group of men
-- the share that played, with ten more men who play as often as all of whatever minutes. The rows stand under
-- the season's first date, so that a night of the season changes none of them; a season before which no game
-- had a report has none. One row a season and group.
--
-- key: game_date, is_out, was_out, games_missed_from, minutes_from
-- partition: game_date
-- spine: hoopduck.stg_team_game
-- reads: hoopduck.stg_team_game (same date; season), hoopduck.playing_count (earlier dates)
WITH season AS (
  SELECT season_year, first_date AS game_date
  FROM (
    SELECT season_year, MIN(game_date) AS first_date
    FROM hoopduck.stg_team_game
    WHERE game_date <= @to_date
    GROUP BY season_year) AS begun
  WHERE first_date >= @from_date
),
counted AS (
  SELECT
    s.game_date, s.season_year, c.is_out, c.was_out, c.games_missed_from, c.minutes_from,
    SUM(c.men) AS men,
    SUM(c.played) AS played
  FROM season AS s
  JOIN hoopduck.playing_count AS c
    ON c.season_year < s.season_year AND c.game_date < s.game_date
  GROUP BY
    s.game_date, s.season_year, c.is_out, c.was_out, c.games_missed_from, c.minutes_from
),
-- Every group, seen or not.
chance AS (
  SELECT s.game_date, s.season_year, o.is_out, w.was_out, m.games_missed_from, t.minutes_from
  FROM (SELECT DISTINCT game_date, season_year FROM counted) AS s
  CROSS JOIN (SELECT TRUE AS is_out UNION ALL SELECT FALSE) AS o
  CROSS JOIN (
    SELECT 'no' AS was_out UNION ALL SELECT 'yes' UNION ALL SELECT 'unknown') AS w
  CROSS JOIN (
    SELECT 0 AS games_missed_from UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 5
    UNION ALL SELECT 10) AS m
  CROSS JOIN (
    SELECT 0 AS minutes_from UNION ALL SELECT 8 UNION ALL SELECT 14 UNION ALL SELECT 20
    UNION ALL SELECT 28) AS t
),
summed AS (
  SELECT
    g.game_date, g.season_year, g.is_out, g.was_out, g.games_missed_from, g.minutes_from,
    IFNULL(c.men, 0) AS men,
    IFNULL(c.played, 0) AS played,
    SUM(c.men) OVER all_minutes AS men_of_all_minutes,
    SUM(c.played) OVER all_minutes AS played_of_all_minutes,
    SUM(c.men) OVER tonight AS men_tonight,
    SUM(c.played) OVER tonight AS played_tonight
  FROM chance AS g
  LEFT JOIN counted AS c
    ON c.game_date = g.game_date AND c.is_out = g.is_out AND c.was_out = g.was_out
    AND c.games_missed_from = g.games_missed_from AND c.minutes_from = g.minutes_from
  WINDOW
    all_minutes AS (PARTITION BY g.game_date, g.is_out, g.was_out, g.games_missed_from),
    tonight AS (PARTITION BY g.game_date, g.is_out)
)
SELECT
  game_date,
  season_year,
  is_out,
  was_out,
  CAST(games_missed_from AS INT64) AS games_missed_from,
  CAST(minutes_from AS INT64) AS minutes_from,
  CAST(men AS INT64) AS men,
  -- A group that nobody was in goes by all whom the report says the same of.
  ROUND((played + 10 * COALESCE(
    SAFE_DIVIDE(played_of_all_minutes, men_of_all_minutes),
    SAFE_DIVIDE(played_tonight, men_tonight),
    IF(is_out, 0, 1))) / (men + 10), 9) AS chance_to_play
FROM summed
