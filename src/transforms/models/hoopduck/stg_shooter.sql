-- One row for each shooter of a team in a final game, as play-by-play names him: his shots by zone (SPEC 3.3).
-- Distance <= 8.0 ft is paint; else a three by event_subtype or shot_type; else mid-range. Plays are
-- de-duplicated by (game, event_sequence) before shots are picked, because a newer scrape can turn a shot
-- into something else. One name with and without the numeric prefix is one shooter.
--
-- key: game_date, team_abbr, shooter_lookup, prefix_player_id
-- partition: game_date
-- reads: nba_raw.bigdataball_play_by_play (same date), hoopduck.stg_team_game (same date), hoopduck.stg_team_code (any date)
WITH found AS (
  SELECT
    p.game_date,
    COALESCE(own.nba_game_id, home.nba_game_id) AS nba_game_id,
    t.team_abbr,
    own.is_final AND own.nba_game_id IS NOT NULL AS is_final,
    p.event_sequence, p.event_type, p.event_subtype, p.shot_type, p.shot_distance, p.shot_made, p.points_scored,
    p.player_1_lookup, p.player_1_name, p.player_2_role, p.processed_at
  FROM nba_raw.bigdataball_play_by_play AS p
  LEFT JOIN hoopduck.stg_team_code AS t ON t.raw_code = UPPER(TRIM(p.player_1_team_abbr))
  LEFT JOIN hoopduck.stg_team_code AS h ON h.raw_code = UPPER(TRIM(p.home_team_abbr))
  LEFT JOIN hoopduck.stg_team_game AS own ON own.game_date = p.game_date AND own.team_abbr = t.team_abbr
  LEFT JOIN hoopduck.stg_team_game AS home ON home.game_date = p.game_date AND home.team_abbr = h.team_abbr
  WHERE p.game_date BETWEEN @from_date AND @to_date
),
repeated AS (
  SELECT nba_game_id, event_sequence
  FROM found
  WHERE nba_game_id IS NOT NULL
  GROUP BY nba_game_id, event_sequence
  HAVING COUNT(*) > 1
),
newest AS (
  -- Only plays that are there more than once need ranking; nearly all are there once.
  SELECT f.*
  FROM found AS f
  LEFT JOIN repeated AS r ON r.nba_game_id = f.nba_game_id AND r.event_sequence = f.event_sequence
  WHERE f.nba_game_id IS NOT NULL AND r.nba_game_id IS NULL
  UNION ALL
  SELECT f.*
  FROM found AS f
  JOIN repeated AS r ON r.nba_game_id = f.nba_game_id AND r.event_sequence = f.event_sequence
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY f.nba_game_id, f.event_sequence
    ORDER BY f.processed_at DESC,
      IF(f.team_abbr IS NULL, 0, 1) + IF(f.event_subtype IS NULL, 0, 1) + IF(f.shot_type IS NULL, 0, 1)
        + IF(f.shot_distance IS NULL, 0, 1) + IF(f.shot_made IS NULL, 0, 1) + IF(f.player_1_lookup IS NULL, 0, 1)
        + IF(f.player_2_role IS NULL, 0, 1) + IF(f.points_scored IS NULL, 0, 1) DESC,
      MD5(CONCAT(
        IFNULL(f.event_type, ''), '|', IFNULL(f.event_subtype, ''), '|', IFNULL(f.player_1_lookup, ''), '|',
        IFNULL(CAST(f.shot_distance AS STRING), ''), '|', IFNULL(CAST(f.shot_made AS STRING), '')
      )) DESC
  ) = 1
),
shots AS (
  SELECT
    s.game_date, s.nba_game_id, s.team_abbr,
    n.player_lookup AS shooter_lookup, COALESCE(full_name.base_lookup, n.base_lookup) AS base_lookup, n.prefix_player_id,
    COALESCE(s.shot_made, s.points_scored > 0, FALSE) AS made,
    s.player_2_role,
    CASE
      WHEN s.shot_distance <= 8.0 THEN 'paint'
      WHEN IFNULL(STRPOS(LOWER(s.event_subtype), '3pt'), 0) > 0 OR IFNULL(UPPER(s.shot_type), '') = '3PT' THEN 'three'
      ELSE 'mid_range'
    END AS zone
  FROM newest AS s
  LEFT JOIN hoopduck.raw_player_name AS n ON n.raw_value = COALESCE(s.player_1_lookup, s.player_1_name)
  LEFT JOIN hoopduck.raw_player_name AS full_name
    ON full_name.raw_value = s.player_1_name AND full_name.player_lookup = n.player_lookup
  WHERE s.is_final AND LOWER(s.event_type) = 'shot'
    AND s.shot_distance >= 0 AND s.shot_distance < 1000
),
roles AS (
  SELECT nba_game_id, COUNT(player_2_role) > 0 AS has_roles FROM shots GROUP BY nba_game_id
)
SELECT
  s.game_date, s.nba_game_id, s.team_abbr, s.shooter_lookup, MAX(s.base_lookup) AS base_lookup,
  s.prefix_player_id,
  COUNTIF(s.zone = 'paint') AS paint_attempts,
  COUNTIF(s.zone = 'paint' AND s.made) AS paint_makes,
  COUNTIF(s.zone = 'mid_range') AS mid_range_attempts,
  COUNTIF(s.zone = 'mid_range' AND s.made) AS mid_range_makes,
  COUNTIF(s.zone = 'three') AS three_attempts,
  COUNTIF(s.zone = 'three' AND s.made) AS three_makes,
  COUNT(*) AS shots,
  IF(LOGICAL_OR(r.has_roles), COUNTIF(s.made AND LOWER(s.player_2_role) = 'assist'), NULL) AS assisted_fg_makes,
  IF(LOGICAL_OR(r.has_roles), COUNTIF(s.made AND IFNULL(LOWER(s.player_2_role), '') <> 'assist'), NULL) AS unassisted_fg_makes
FROM (
  SELECT
    game_date, nba_game_id, team_abbr, shooter_lookup, base_lookup, made, zone, player_2_role,
    COALESCE(
      prefix_player_id,
      MAX(prefix_player_id) OVER (PARTITION BY game_date, team_abbr, shooter_lookup)
    ) AS prefix_player_id
  FROM shots
) AS s
JOIN roles AS r ON r.nba_game_id = s.nba_game_id
GROUP BY s.game_date, s.nba_game_id, s.team_abbr, s.shooter_lookup, s.prefix_player_id
