-- One row for each man of the fallback source and date after de-duplication (SPEC, section 2, quirk 9),
-- before it is decided whether the gamebook knows him. Active means minutes or any counting stat.
--
-- key: game_date, player_lookup
-- partition: game_date
-- reads: nba_raw.bdl_player_boxscores (same date), hoopduck.stg_team_game (same date), hoopduck.stg_team_code (any date)
WITH found AS (
  SELECT
    b.game_date,
    n.player_lookup,
    COALESCE(full_name.base_lookup, n.base_lookup) AS base_lookup,
    b.player_full_name,
    g.team_abbr,
    g.nba_game_id,
    b.minutes AS raw_minutes,
    m.minutes AS minutes_played,
    IFNULL(NOT m.is_readable, FALSE) AS has_unreadable_minutes,
    b.points, b.assists, b.rebounds, b.offensive_rebounds, b.defensive_rebounds, b.steals, b.blocks, b.turnovers,
    b.field_goals_attempted AS fg_attempts, b.field_goals_made AS fg_makes,
    b.three_pointers_attempted AS three_pt_attempts, b.three_pointers_made AS three_pt_makes,
    b.free_throws_attempted AS ft_attempts, b.free_throws_made AS ft_makes, b.personal_fouls,
    IF(b.game_id IS NULL, 0, 1) + IF(b.season_year IS NULL, 0, 1) AS known_keys,
    b.processed_at
  FROM nba_raw.bdl_player_boxscores AS b
  JOIN hoopduck.raw_player_name AS n ON n.raw_value = COALESCE(NULLIF(TRIM(b.player_lookup), ''), b.player_full_name)
  JOIN hoopduck.stg_team_code AS t ON LOWER(t.raw_code) = LOWER(TRIM(b.team_abbr))
  JOIN hoopduck.stg_team_game AS g ON g.game_date = b.game_date AND g.team_abbr = t.team_abbr
  LEFT JOIN hoopduck.raw_player_name AS full_name
    ON full_name.raw_value = b.player_full_name AND full_name.player_lookup = n.player_lookup
  LEFT JOIN hoopduck.raw_minutes AS m ON m.raw_value = b.minutes
  WHERE b.game_date BETWEEN @from_date AND @to_date AND n.player_lookup IS NOT NULL
),
newest AS (
  SELECT *
  FROM found
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY game_date, player_lookup
    ORDER BY processed_at DESC,
      IF(raw_minutes IS NULL, 0, 1) + IF(points IS NULL, 0, 1) + IF(assists IS NULL, 0, 1)
        + IF(rebounds IS NULL, 0, 1) + IF(offensive_rebounds IS NULL, 0, 1) + IF(defensive_rebounds IS NULL, 0, 1)
        + IF(steals IS NULL, 0, 1) + IF(blocks IS NULL, 0, 1) + IF(turnovers IS NULL, 0, 1)
        + IF(fg_attempts IS NULL, 0, 1) + IF(fg_makes IS NULL, 0, 1) + IF(three_pt_attempts IS NULL, 0, 1)
        + IF(three_pt_makes IS NULL, 0, 1) + IF(ft_attempts IS NULL, 0, 1) + IF(ft_makes IS NULL, 0, 1)
        + IF(personal_fouls IS NULL, 0, 1) + IF(player_full_name IS NULL, 0, 1) + known_keys DESC,
      MD5(CONCAT(
        team_abbr, '|', IFNULL(raw_minutes, ''), '|', IFNULL(CAST(points AS STRING), ''), '|',
        IFNULL(CAST(assists AS STRING), ''), '|', IFNULL(CAST(rebounds AS STRING), ''), '|',
        IFNULL(CAST(offensive_rebounds AS STRING), ''), '|', IFNULL(CAST(defensive_rebounds AS STRING), ''), '|',
        IFNULL(CAST(steals AS STRING), ''), '|', IFNULL(CAST(blocks AS STRING), ''), '|',
        IFNULL(CAST(turnovers AS STRING), ''), '|', IFNULL(CAST(fg_attempts AS STRING), ''), '|',
        IFNULL(CAST(fg_makes AS STRING), ''), '|', IFNULL(CAST(three_pt_attempts AS STRING), ''), '|',
        IFNULL(CAST(three_pt_makes AS STRING), ''), '|', IFNULL(CAST(ft_attempts AS STRING), ''), '|',
        IFNULL(CAST(ft_makes AS STRING), ''), '|', IFNULL(CAST(personal_fouls AS STRING), ''), '|',
        IFNULL(player_full_name, '')
      )) DESC
  ) = 1
)
SELECT
  newest.*,
  IF(
    IFNULL(minutes_played, 0) > 0 OR IFNULL(points, 0) > 0 OR IFNULL(assists, 0) > 0 OR IFNULL(rebounds, 0) > 0
      OR IFNULL(offensive_rebounds, 0) > 0 OR IFNULL(defensive_rebounds, 0) > 0 OR IFNULL(steals, 0) > 0
      OR IFNULL(blocks, 0) > 0 OR IFNULL(turnovers, 0) > 0 OR IFNULL(personal_fouls, 0) > 0
      OR IFNULL(fg_attempts, 0) > 0 OR IFNULL(fg_makes, 0) > 0 OR IFNULL(three_pt_attempts, 0) > 0
      OR IFNULL(three_pt_makes, 0) > 0 OR IFNULL(ft_attempts, 0) > 0 OR IFNULL(ft_makes, 0) > 0,
    'active', 'dnp'
  ) AS player_status
FROM newest
