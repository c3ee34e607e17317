-- The listings whose man or team cannot be told from the row itself (SPEC, section 2, quirks 3 and 6). A row
-- without a team takes the team of his newest earlier listing of the season. player_key is the man for
-- histories: his nba_player_id where this row or an earlier one of his lookup has it, else the lookup; a man
-- first seen without an id keeps his lookup when the id comes, so that no key depends on a later row. A listing
-- that is not here has its own team, and as key its own id, else its own lookup.
--
-- key: game_date, player_lookup, nba_player_id
-- partition: game_date
-- spine: hoopduck.stg_listing
-- reads: hoopduck.stg_listing (same date; earlier dates)
WITH listed AS (
  SELECT game_date, player_lookup, nba_player_id, is_gamebook, team_abbr, season_year
  FROM hoopduck.stg_listing
  WHERE game_date <= @to_date
),
teamless AS (
  SELECT game_date, player_lookup, nba_player_id, season_year, IFNULL(nba_player_id, -1) AS row_id
  FROM listed
  WHERE game_date >= @from_date AND is_gamebook AND team_abbr IS NULL
),
listings_of_man AS (
  -- The same id is the same man; where a row has none, the same lookup is.
  SELECT t.game_date, t.player_lookup, t.row_id, l.game_date AS listed_on, l.is_gamebook, l.team_abbr
  FROM teamless AS t
  JOIN listed AS l
    ON l.nba_player_id = t.nba_player_id AND l.season_year = t.season_year AND l.game_date < t.game_date
  WHERE l.team_abbr IS NOT NULL
  UNION ALL
  SELECT t.game_date, t.player_lookup, t.row_id, l.game_date, l.is_gamebook, l.team_abbr
  FROM teamless AS t
  JOIN listed AS l
    ON l.player_lookup = t.player_lookup AND l.season_year = t.season_year AND l.game_date < t.game_date
  WHERE l.team_abbr IS NOT NULL AND (l.nba_player_id IS NULL OR t.nba_player_id IS NULL)
),
earlier_team AS (
  SELECT game_date, player_lookup, row_id, team_abbr
  FROM listings_of_man
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY game_date, player_lookup, row_id ORDER BY listed_on DESC, is_gamebook DESC, team_abbr
  ) = 1
),
first_nameless AS (
  SELECT player_lookup, MIN(game_date) AS first_date
  FROM listed
  WHERE nba_player_id IS NULL
  GROUP BY player_lookup
),
known_ids AS (
  -- Who an id is missing from is the man whom the newest earlier gamebook row of the lookup names.
  SELECT
    l.game_date, l.player_lookup, l.nba_player_id,
    LAST_VALUE(l.nba_player_id IGNORE NULLS) OVER (
      PARTITION BY l.player_lookup ORDER BY l.game_date, IFNULL(l.nba_player_id, -1)
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS earlier_player_id
  FROM listed AS l
  JOIN first_nameless AS n ON n.player_lookup = l.player_lookup
),
first_named AS (
  -- The first row of each id, and whether it is the first id of its lookup.
  SELECT nba_player_id, player_lookup, game_date
  FROM (
    SELECT
      nba_player_id, player_lookup, game_date,
      ROW_NUMBER() OVER (PARTITION BY nba_player_id ORDER BY game_date, player_lookup) AS row_of_id,
      ROW_NUMBER() OVER (PARTITION BY player_lookup ORDER BY game_date, nba_player_id) AS row_of_lookup
    FROM listed
    WHERE nba_player_id IN (
      SELECT l.nba_player_id
      FROM listed AS l
      JOIN first_nameless AS f ON f.player_lookup = l.player_lookup
      WHERE l.nba_player_id IS NOT NULL
    )
  ) AS named_rows
  WHERE row_of_id = 1 AND row_of_lookup = 1
),
known_as AS (
  SELECT n.nba_player_id, n.player_lookup AS player_key
  FROM first_named AS n
  JOIN first_nameless AS f ON f.player_lookup = n.player_lookup AND f.first_date < n.game_date
),
asked AS (
  SELECT game_date, player_lookup, nba_player_id, LOGICAL_OR(is_gamebook AND team_abbr IS NULL) AS is_teamless
  FROM listed
  WHERE game_date >= @from_date
    AND (team_abbr IS NULL OR nba_player_id IS NULL
      OR nba_player_id IN (SELECT nba_player_id FROM known_as))
  GROUP BY game_date, player_lookup, nba_player_id
),
gap AS (
  SELECT game_date, player_lookup, MAX(earlier_player_id) AS earlier_player_id
  FROM known_ids
  WHERE nba_player_id IS NULL AND earlier_player_id IS NOT NULL
  GROUP BY game_date, player_lookup
),
identified AS (
  SELECT
    l.game_date, l.player_lookup, l.nba_player_id, e.team_abbr, l.is_teamless,
    COALESCE(l.nba_player_id, k.earlier_player_id) AS known_id
  FROM asked AS l
  LEFT JOIN earlier_team AS e
    ON l.is_teamless AND e.game_date = l.game_date AND e.player_lookup = l.player_lookup
      AND e.row_id = IFNULL(l.nba_player_id, -1)
  LEFT JOIN gap AS k
    ON l.nba_player_id IS NULL AND k.game_date = l.game_date AND k.player_lookup = l.player_lookup
)
SELECT
  i.game_date, i.player_lookup, i.nba_player_id, i.team_abbr,
  COALESCE(a.player_key, CAST(i.known_id AS STRING), i.player_lookup) AS player_key
FROM identified AS i
LEFT JOIN known_as AS a ON a.nba_player_id = i.known_id
WHERE i.is_teamless OR i.nba_player_id IS NULL OR a.player_key IS NOT NULL
