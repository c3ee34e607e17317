-- One row for each man listed for a final game: the gamebook's men, and the fallback's for those whom the
-- gamebook lacks, decided man by man (SPEC, section 2, quirks 6, 7, 9). A row without a team takes the team
-- of his newest earlier listing of the season, if that team plays in the game; else it leaves. player_key is
-- the man for histories; stg_identity has it where the row itself does not tell.
--
-- key: game_date, player_lookup, player_key
-- partition: game_date
-- reads: hoopduck.stg_gamebook (same date), hoopduck.stg_fallback (same date),
--   hoopduck.stg_team_game (same date), hoopduck.stg_identity (same date)
WITH gamebook AS (
  SELECT
    b.game_date, b.player_lookup, b.base_lookup, b.nba_player_id, b.player_full_name,
    b.team_abbr, b.player_status, b.dnp_reason, b.minutes_played,
    b.points, b.assists, b.rebounds, b.offensive_rebounds, b.defensive_rebounds, b.steals, b.blocks, b.turnovers,
    b.fg_attempts, b.fg_makes, b.three_pt_attempts, b.three_pt_makes, b.ft_attempts, b.ft_makes,
    b.plus_minus, b.personal_fouls, b.is_ambiguous
  FROM hoopduck.stg_gamebook AS b
  JOIN hoopduck.stg_team_game AS g ON g.game_date = b.game_date AND g.team_abbr = b.team_abbr
  WHERE g.is_final AND b.game_date BETWEEN @from_date AND @to_date
  UNION ALL
  SELECT
    t.game_date, t.player_lookup, t.base_lookup, t.nba_player_id, t.player_full_name,
    g.team_abbr, t.player_status, t.dnp_reason, t.minutes_played,
    t.points, t.assists, t.rebounds, t.offensive_rebounds, t.defensive_rebounds, t.steals, t.blocks, t.turnovers,
    t.fg_attempts, t.fg_makes, t.three_pt_attempts, t.three_pt_makes, t.ft_attempts, t.ft_makes,
    t.plus_minus, t.personal_fouls, t.is_ambiguous
  FROM hoopduck.stg_gamebook AS t
  JOIN hoopduck.stg_identity AS i
    ON i.game_date = t.game_date AND i.player_lookup = t.player_lookup
      AND IFNULL(i.nba_player_id, -1) = IFNULL(t.nba_player_id, -1)
  JOIN hoopduck.stg_team_game AS g
    ON g.game_date = t.game_date AND g.team_abbr = i.team_abbr AND g.nba_game_id = t.nba_game_id
  WHERE g.is_final AND t.team_abbr IS NULL AND t.game_date BETWEEN @from_date AND @to_date
),
candidates AS (
  -- Fallback men whom the gamebook does not have that day, nor in that team under the name without its suffix.
  SELECT f.*
  FROM hoopduck.stg_fallback AS f
  JOIN hoopduck.stg_team_game AS t
    ON t.game_date = f.game_date AND t.team_abbr = f.team_abbr AND t.is_final
  LEFT JOIN (
    SELECT game_date, player_lookup
    FROM hoopduck.stg_gamebook
    WHERE game_date BETWEEN @from_date AND @to_date
    GROUP BY game_date, player_lookup
  ) AS same_name ON same_name.game_date = f.game_date AND same_name.player_lookup = f.player_lookup
  LEFT JOIN (
    SELECT game_date, team_abbr, base_lookup FROM gamebook GROUP BY game_date, team_abbr, base_lookup
  ) AS same_base
    ON same_base.game_date = f.game_date AND same_base.team_abbr = f.team_abbr
      AND same_base.base_lookup = f.base_lookup
  WHERE f.game_date BETWEEN @from_date AND @to_date
    AND same_name.player_lookup IS NULL AND same_base.base_lookup IS NULL
),
team_sums AS (
  -- The gamebook rows of teams that have a candidate; a sum is NULL when a man who played lacks the stat.
  SELECT
    g.game_date, g.team_abbr,
    COUNTIF(g.minutes_played > 0) AS played,
    SUM(CAST(g.minutes_played AS NUMERIC(38,9))) AS minutes,
    IF(COUNTIF(g.minutes_played > 0 AND g.points IS NULL) > 0, NULL, SUM(g.points)) AS points,
    IF(COUNTIF(g.minutes_played > 0 AND g.fg_attempts IS NULL) > 0, NULL, SUM(g.fg_attempts)) AS fg_attempts,
    IF(COUNTIF(g.minutes_played > 0 AND g.fg_makes IS NULL) > 0, NULL, SUM(g.fg_makes)) AS fg_makes,
    IF(COUNTIF(g.minutes_played > 0 AND g.three_pt_makes IS NULL) > 0, NULL, SUM(g.three_pt_makes)) AS three_pt_makes,
    IF(COUNTIF(g.minutes_played > 0 AND g.ft_makes IS NULL) > 0, NULL, SUM(g.ft_makes)) AS ft_makes
  FROM gamebook AS g
  JOIN (SELECT game_date, team_abbr FROM candidates GROUP BY game_date, team_abbr) AS c
    ON c.game_date = g.game_date AND c.team_abbr = g.team_abbr
  GROUP BY g.game_date, g.team_abbr
),
variants AS (
  -- The team's gamebook rows without the man, and with him.
  SELECT c.game_date, c.player_lookup, c.team_abbr, FALSE AS with_him,
    s.played, s.minutes, s.points, s.fg_attempts, s.fg_makes, s.three_pt_makes, s.ft_makes
  FROM candidates AS c
  JOIN team_sums AS s ON s.game_date = c.game_date AND s.team_abbr = c.team_abbr
  UNION ALL
  SELECT c.game_date, c.player_lookup, c.team_abbr, TRUE,
    s.played + IF(IFNULL(c.minutes_played, 0) > 0, 1, 0),
    s.minutes + CAST(IFNULL(c.minutes_played, 0) AS NUMERIC(38,9)),
    s.points + IF(c.minutes_played > 0, c.points, IFNULL(c.points, 0)),
    s.fg_attempts + IF(c.minutes_played > 0, c.fg_attempts, IFNULL(c.fg_attempts, 0)),
    s.fg_makes + IF(c.minutes_played > 0, c.fg_makes, IFNULL(c.fg_makes, 0)),
    s.three_pt_makes + IF(c.minutes_played > 0, c.three_pt_makes, IFNULL(c.three_pt_makes, 0)),
    s.ft_makes + IF(c.minutes_played > 0, c.ft_makes, IFNULL(c.ft_makes, 0))
  FROM candidates AS c
  JOIN team_sums AS s ON s.game_date = c.game_date AND s.team_abbr = c.team_abbr
),
tested AS (
  -- Whole: the test for reconstruction of SPEC 3.1.
  SELECT
    v.game_date, v.player_lookup, v.with_him,
    IFNULL(
      v.played >= 5 AND v.points > 0 AND v.fg_attempts > 0
        AND v.points = 2 * (v.fg_makes - v.three_pt_makes) + 3 * v.three_pt_makes + v.ft_makes
        AND ABS(v.minutes - 240 - 25 * CASE WHEN v.minutes > 240 THEN ROUND((v.minutes - 240) / 25) ELSE 0 END) <= 6
        AND (t.team_score IS NULL OR t.team_score = v.points),
      FALSE
    ) AS is_whole
  FROM variants AS v
  JOIN hoopduck.stg_team_game AS t ON t.game_date = v.game_date AND t.team_abbr = v.team_abbr
),
spoilers AS (
  SELECT game_date, player_lookup
  FROM tested
  GROUP BY game_date, player_lookup
  HAVING LOGICAL_OR(is_whole AND NOT with_him) AND NOT LOGICAL_OR(is_whole AND with_him)
),
everyone AS (
  SELECT gamebook.*, 'nbac_gamebook' AS source FROM gamebook
  UNION ALL
  SELECT
    c.game_date, c.player_lookup, c.base_lookup, NULL, c.player_full_name,
    c.team_abbr, c.player_status, NULL,
    IF(c.player_status = 'active', c.minutes_played, NULL),
    CAST(IF(c.player_status = 'active', c.points, NULL) AS INT64),
    CAST(IF(c.player_status = 'active', c.assists, NULL) AS INT64),
    CAST(IF(c.player_status = 'active', c.rebounds, NULL) AS INT64),
    CAST(IF(c.player_status = 'active', c.offensive_rebounds, NULL) AS INT64),
    CAST(IF(c.player_status = 'active', c.defensive_rebounds, NULL) AS INT64),
    CAST(IF(c.player_status = 'active', c.steals, NULL) AS INT64),
    CAST(IF(c.player_status = 'active', c.blocks, NULL) AS INT64),
    CAST(IF(c.player_status = 'active', c.turnovers, NULL) AS INT64),
    CAST(IF(c.player_status = 'active', c.fg_attempts, NULL) AS INT64),
    CAST(IF(c.player_status = 'active', c.fg_makes, NULL) AS INT64),
    CAST(IF(c.player_status = 'active', c.three_pt_attempts, NULL) AS INT64),
    CAST(IF(c.player_status = 'active', c.three_pt_makes, NULL) AS INT64),
    CAST(IF(c.player_status = 'active', c.ft_attempts, NULL) AS INT64),
    CAST(IF(c.player_status = 'active', c.ft_makes, NULL) AS INT64),
    NULL,
    CAST(IF(c.player_status = 'active', c.personal_fouls, NULL) AS INT64),
    FALSE, 'bdl_boxscores'
  FROM candidates AS c
  LEFT JOIN spoilers AS s ON s.game_date = c.game_date AND s.player_lookup = c.player_lookup
  WHERE s.player_lookup IS NULL
)
SELECT
  e.game_date, e.player_lookup, e.base_lookup,
  COALESCE(i.player_key, CAST(e.nba_player_id AS STRING), e.player_lookup) AS player_key,
  e.nba_player_id, e.player_full_name, e.team_abbr, e.player_status, e.dnp_reason, e.minutes_played,
  e.points, e.assists, e.rebounds, e.offensive_rebounds, e.defensive_rebounds, e.steals, e.blocks, e.turnovers,
  e.fg_attempts, e.fg_makes, e.three_pt_attempts, e.three_pt_makes, e.ft_attempts, e.ft_makes,
  e.plus_minus, e.personal_fouls, e.source, e.is_ambiguous
FROM everyone AS e
LEFT JOIN hoopduck.stg_identity AS i
  ON i.game_date = e.game_date AND i.player_lookup = e.player_lookup
    AND IFNULL(i.nba_player_id, -1) = IFNULL(e.nba_player_id, -1)
