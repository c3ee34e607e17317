-- One row for each shooter of a team in a final game, as play-by-play names him: his shots by zone (SPEC 3.3).
-- Distance <= 8.0 ft is paint; else a three by event_subtype or shot_type; else mid-range. Plays are
-- de-duplicated by (game, event_sequence) before shots are picked, because a newer scrape can turn a shot
-- into something else. One name with and without the numeric prefix is one shooter.
--
-- key: game_date, team_abbr, shooter_lookup, prefix_player_id
-- partition: game_date
-- reads: nba_raw.bigdataball_play_by_play (same date), hoopduck.stg_team_game (same date), hoopduck.stg_team_code (any date)
WITH repeated AS (
  -- Only plays that are there more than once need ranking; nearly all are there once.
  SELECT p.game_date, g.nba_game_id, p.event_sequence
  FROM nba_raw.bigdataball_play_by_play AS p
  LEFT JOIN hoopduck.stg_team_code AS t ON LOWER(t.raw_code) = LOWER(TRIM(p.player_1_team_abbr))
  LEFT JOIN hoopduck.stg_team_code AS h ON LOWER(h.raw_code) = LOWER(TRIM(p.home_team_abbr))
  LEFT JOIN hoopduck.stg_team_code AS a ON LOWER(a.raw_code) = LOWER(TRIM(p.away_team_abbr))
  JOIN hoopduck.stg_team_game AS g
    ON g.game_date = p.game_date AND g.team_abbr = COALESCE(h.team_abbr, a.team_abbr, t.team_abbr)
  WHERE p.game_date BETWEEN @from_date AND @to_date
  GROUP BY p.game_date, g.nba_game_id, p.event_sequence
  HAVING COUNT(*) > 1
),
newest AS (
  SELECT
    p.game_date, g.nba_game_id, t.team_abbr, p.event_sequence, p.event_type, p.event_subtype, p.shot_type,
    p.shot_distance, p.shot_made, p.points_scored, p.player_1_lookup, p.player_1_name, p.player_2_role
  FROM nba_raw.bigdataball_play_by_play AS p
  LEFT JOIN hoopduck.stg_team_code AS t ON LOWER(t.raw_code) = LOWER(TRIM(p.player_1_team_abbr))
  LEFT JOIN hoopduck.stg_team_code AS h ON LOWER(h.raw_code) = LOWER(TRIM(p.home_team_abbr))
  LEFT JOIN hoopduck.stg_team_code AS a ON LOWER(a.raw_code) = LOWER(TRIM(p.away_team_abbr))
  JOIN hoopduck.stg_team_game AS g
    ON g.game_date = p.game_date AND g.team_abbr = COALESCE(h.team_abbr, a.team_abbr, t.team_abbr)
  JOIN repeated AS r ON r.nba_game_id = g.nba_game_id AND r.event_sequence = p.event_sequence
  WHERE p.game_date BETWEEN @from_date AND @to_date
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY g.nba_game_id, p.event_sequence
    ORDER BY p.processed_at DESC,
      IF(p.game_id IS NULL, 0, 1) + IF(p.bdb_game_id IS NULL, 0, 1) + IF(p.season_year IS NULL, 0, 1)
        + IF(p.home_team_abbr IS NULL, 0, 1) + IF(p.away_team_abbr IS NULL, 0, 1) + IF(p.period IS NULL, 0, 1)
        + IF(p.game_clock_seconds IS NULL, 0, 1) + IF(p.event_type IS NULL, 0, 1) + IF(p.event_subtype IS NULL, 0, 1)
        + IF(p.player_1_name IS NULL, 0, 1) + IF(p.player_1_lookup IS NULL, 0, 1)
        + IF(p.player_1_team_abbr IS NULL, 0, 1) + IF(p.player_2_role IS NULL, 0, 1)
        + IF(p.player_2_lookup IS NULL, 0, 1) + IF(p.player_2_team_abbr IS NULL, 0, 1) + IF(p.shot_made IS NULL, 0, 1)
        + IF(p.shot_type IS NULL, 0, 1) + IF(p.shot_distance IS NULL, 0, 1) + IF(p.points_scored IS NULL, 0, 1)
        + IF(p.original_x IS NULL, 0, 1) + IF(p.original_y IS NULL, 0, 1) + IF(p.data_source IS NULL, 0, 1) DESC,
      MD5(CONCAT(
        IFNULL(p.event_type, ''), '|', IFNULL(p.event_subtype, ''), '|', IFNULL(p.shot_type, ''), '|',
        IFNULL(p.player_1_lookup, ''), '|', IFNULL(p.player_1_name, ''), '|', IFNULL(t.team_abbr, ''), '|',
        IFNULL(CAST(p.shot_distance AS STRING), ''), '|', IFNULL(CAST(p.shot_made AS STRING), ''), '|',
        IFNULL(CAST(p.points_scored AS STRING), ''), '|', IFNULL(p.player_2_role, '')
      )) DESC
  ) = 1
),
plays AS (
  SELECT
    p.game_date, p.event_sequence, t.team_abbr,
    COALESCE(h.team_abbr, a.team_abbr, t.team_abbr) AS game_team_abbr,
    p.event_subtype, p.shot_type, p.shot_distance, p.shot_made, p.points_scored,
    p.player_1_lookup, p.player_1_name, p.player_2_role
  FROM nba_raw.bigdataball_play_by_play AS p
  JOIN hoopduck.stg_team_code AS t ON LOWER(t.raw_code) = LOWER(TRIM(p.player_1_team_abbr))
  LEFT JOIN hoopduck.stg_team_code AS h ON LOWER(h.raw_code) = LOWER(TRIM(p.home_team_abbr))
  LEFT JOIN hoopduck.stg_team_code AS a ON LOWER(a.raw_code) = LOWER(TRIM(p.away_team_abbr))
  WHERE p.game_date BETWEEN @from_date AND @to_date AND LOWER(p.event_type) = 'shot'
),
shots AS (
  SELECT
    p.game_date, g.nba_game_id, p.team_abbr, p.event_subtype, p.shot_type, p.shot_distance, p.shot_made,
    p.points_scored, p.player_1_lookup, p.player_1_name, p.player_2_role
  FROM plays AS p
  JOIN hoopduck.stg_team_game AS g
    ON g.game_date = p.game_date AND g.team_abbr = p.game_team_abbr AND g.is_final
  LEFT JOIN repeated AS r ON r.nba_game_id = g.nba_game_id AND r.event_sequence = p.event_sequence
  WHERE r.nba_game_id IS NULL
    AND (p.team_abbr = g.team_abbr OR p.team_abbr = g.opponent_team_abbr)
  UNION ALL
  SELECT
    n.game_date, n.nba_game_id, n.team_abbr, n.event_subtype, n.shot_type, n.shot_distance, n.shot_made,
    n.points_scored, n.player_1_lookup, n.player_1_name, n.player_2_role
  FROM newest AS n
  JOIN hoopduck.stg_team_game AS g
    ON g.game_date = n.game_date AND g.team_abbr = n.team_abbr AND g.nba_game_id = n.nba_game_id AND g.is_final
  WHERE LOWER(n.event_type) = 'shot'
),
zoned AS (
  SELECT
    game_date, nba_game_id, team_abbr, player_2_role,
    COALESCE(NULLIF(TRIM(player_1_lookup), ''), player_1_name) AS raw_player,
    COALESCE(shot_made, points_scored > 0, FALSE) AS made,
    CASE
      WHEN shot_distance <= 8.0 THEN 'paint'
      WHEN STRPOS(LOWER(IFNULL(event_subtype, '')), '3pt') > 0 OR LOWER(IFNULL(shot_type, '')) = '3pt' THEN 'three'
      ELSE 'mid_range'
    END AS zone
  FROM shots
  -- The distance is known: neither NULL nor NaN.
  WHERE shot_distance >= 0 AND shot_distance < 1000
),
counted AS (
  SELECT
    game_date, nba_game_id, team_abbr, raw_player,
    COUNTIF(zone = 'paint') AS paint_attempts, COUNTIF(zone = 'paint' AND made) AS paint_makes,
    COUNTIF(zone = 'mid_range') AS mid_range_attempts, COUNTIF(zone = 'mid_range' AND made) AS mid_range_makes,
    COUNTIF(zone = 'three') AS three_attempts, COUNTIF(zone = 'three' AND made) AS three_makes,
    COUNT(*) AS shots,
    COUNT(player_2_role) AS roles,
    COUNTIF(made AND LOWER(IFNULL(player_2_role, '')) = 'assist') AS assisted_makes
  FROM zoned
  GROUP BY game_date, nba_game_id, team_abbr, raw_player
),
named AS (
  SELECT
    c.*, n.player_lookup AS shooter_lookup, n.base_lookup,
    COALESCE(
      n.prefix_player_id,
      MAX(n.prefix_player_id) OVER (PARTITION BY c.nba_game_id, c.team_abbr, n.player_lookup)
    ) AS prefix_player_id,
    SUM(c.roles) OVER (PARTITION BY c.nba_game_id) > 0 AS has_roles
  FROM counted AS c
  LEFT JOIN hoopduck.raw_player_name AS n ON n.raw_value = c.raw_player
)
SELECT
  game_date, nba_game_id, team_abbr, shooter_lookup, MAX(base_lookup) AS base_lookup, prefix_player_id,
  CAST(SUM(paint_attempts) AS INT64) AS paint_attempts, CAST(SUM(paint_makes) AS INT64) AS paint_makes,
  CAST(SUM(mid_range_attempts) AS INT64) AS mid_range_attempts, CAST(SUM(mid_range_makes) AS INT64) AS mid_range_makes,
  CAST(SUM(three_attempts) AS INT64) AS three_attempts, CAST(SUM(three_makes) AS INT64) AS three_makes,
  CAST(SUM(shots) AS INT64) AS shots,
  CAST(IF(LOGICAL_OR(has_roles), SUM(assisted_makes), NULL) AS INT64) AS assisted_fg_makes,
  CAST(IF(LOGICAL_OR(has_roles), SUM(paint_makes + mid_range_makes + three_makes - assisted_makes), NULL) AS INT64)
    AS unassisted_fg_makes
FROM named
GROUP BY game_date, nba_game_id, team_abbr, shooter_lookup, prefix_player_id
