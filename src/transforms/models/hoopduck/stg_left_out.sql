-- One row for each date, raw table and reason for which rows were left out of staging, with their number
-- (SPEC, section 2, quirks 4 to 7, and section 3.3). Counted, never silent.
--
-- key: game_date, raw_table, reason
-- partition: game_date
-- reads: nba_raw.nbac_gamebook_player_stats (same date), nba_raw.nbac_team_boxscore (same date),
--   nba_raw.bdl_player_boxscores (same date), hoopduck.stg_gamebook (same date), hoopduck.stg_fallback (same date),
--   hoopduck.stg_team_box (same date), hoopduck.stg_player_game (same date), hoopduck.stg_player_zones (same date),
--   hoopduck.stg_team_game (same date), hoopduck.stg_team_code (any date)
WITH player_rows AS (
  SELECT
    'nbac_gamebook_player_stats' AS raw_table, game_date, team_abbr,
    COALESCE(NULLIF(TRIM(player_lookup), ''), player_name) AS raw_player,
    IFNULL(TRIM(team_abbr), '') = '' AND IFNULL(LOWER(TRIM(player_status)), '') <> 'active' AS is_teamless
  FROM nba_raw.nbac_gamebook_player_stats
  WHERE game_date BETWEEN @from_date AND @to_date
  UNION ALL
  SELECT
    'bdl_player_boxscores', game_date, team_abbr,
    COALESCE(NULLIF(TRIM(player_lookup), ''), player_full_name), FALSE
  FROM nba_raw.bdl_player_boxscores
  WHERE game_date BETWEEN @from_date AND @to_date
),
box_rows AS (
  SELECT p.raw_table, p.game_date, p.team_abbr, n.player_lookup, n.player_lookup IS NULL AS is_nameless, p.is_teamless
  FROM player_rows AS p
  LEFT JOIN hoopduck.raw_player_name AS n ON n.raw_value = p.raw_player
  UNION ALL
  SELECT 'nbac_team_boxscore', game_date, team_abbr, NULL, FALSE, FALSE
  FROM nba_raw.nbac_team_boxscore
  WHERE game_date BETWEEN @from_date AND @to_date
),
reasons AS (
  SELECT
    b.game_date, b.raw_table,
    CASE
      WHEN b.is_nameless THEN 'names no player'
      WHEN g.team_abbr IS NULL THEN 'orphan: its team has no game in the schedule that day'
      ELSE 'its game is not final'
    END AS reason
  FROM box_rows AS b
  LEFT JOIN hoopduck.stg_team_code AS t ON LOWER(t.raw_code) = LOWER(TRIM(b.team_abbr))
  LEFT JOIN hoopduck.stg_team_game AS g ON g.game_date = b.game_date AND g.team_abbr = t.team_abbr
  WHERE b.is_nameless OR (NOT b.is_teamless AND (g.team_abbr IS NULL OR NOT g.is_final))
  UNION ALL
  SELECT b.game_date, b.raw_table, 'no team, and names no game of that day'
  FROM box_rows AS b
  LEFT JOIN (
    SELECT game_date, player_lookup
    FROM hoopduck.stg_gamebook
    WHERE game_date BETWEEN @from_date AND @to_date
    GROUP BY game_date, player_lookup
  ) AS s ON s.game_date = b.game_date AND s.player_lookup = b.player_lookup
  WHERE b.is_teamless AND NOT b.is_nameless AND s.player_lookup IS NULL
  UNION ALL
  SELECT
    b.game_date, 'nbac_gamebook_player_stats',
    IF(g.is_final, 'no team, and no earlier listing of the season that plays in the game', 'its game is not final')
  FROM hoopduck.stg_gamebook AS b
  JOIN hoopduck.stg_team_game AS g ON g.game_date = b.game_date AND g.nba_game_id = b.nba_game_id AND g.home_game
  LEFT JOIN hoopduck.stg_player_game AS p
    ON p.game_date = b.game_date AND p.player_lookup = b.player_lookup
      AND IFNULL(p.nba_player_id, -1) = IFNULL(b.nba_player_id, -1)
  WHERE b.game_date BETWEEN @from_date AND @to_date AND b.team_abbr IS NULL AND p.player_lookup IS NULL
  UNION ALL
  SELECT game_date, 'nbac_gamebook_player_stats', 'minutes cannot be read, kept as unknown'
  FROM hoopduck.stg_gamebook
  WHERE game_date BETWEEN @from_date AND @to_date AND has_unreadable_minutes
  UNION ALL
  SELECT game_date, 'bdl_player_boxscores', 'minutes cannot be read, kept as unknown'
  FROM hoopduck.stg_fallback
  WHERE game_date BETWEEN @from_date AND @to_date AND has_unreadable_minutes
  UNION ALL
  SELECT game_date, 'nbac_team_boxscore', 'minutes cannot be read, kept as unknown'
  FROM hoopduck.stg_team_box
  WHERE game_date BETWEEN @from_date AND @to_date AND has_unreadable_minutes
  UNION ALL
  SELECT p.game_date, 'bigdataball_play_by_play', 'no shots found for a man with attempts, zones unknown'
  FROM hoopduck.stg_player_game AS p
  JOIN hoopduck.stg_player_zones AS z
    ON z.game_date = p.game_date AND z.player_lookup = p.player_lookup AND z.player_key = p.player_key
  WHERE p.game_date BETWEEN @from_date AND @to_date AND p.fg_attempts > 0 AND z.paint_attempts IS NULL
)
SELECT game_date, raw_table, reason, COUNT(*) AS row_count
FROM reasons
GROUP BY game_date, raw_table, reason
