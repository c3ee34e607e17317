-- One row for each man of a gamebook and date after de-duplication (SPEC, section 2, quirks 1 to 6):
-- codes, names and minutes normalised, the newest scrape kept (ties: more known columns, then the larger
-- digest). team_abbr is NULL where a dnp or inactive row names none; nba_game_id is then the game that the
-- row itself names, to be checked against the team that is found for it later. Two nba_player_id under one
-- lookup are two men: both stay, marked ambiguous.
--
-- key: game_date, player_lookup, nba_player_id
-- partition: game_date
-- reads: nba_raw.nbac_gamebook_player_stats (same date),
--   hoopduck.stg_game (same date), hoopduck.stg_team_game (same date), hoopduck.stg_team_code (any date)
WITH normalised AS (
  SELECT
    g.game_date, n.player_lookup, n.base_lookup, g.nba_player_id,
    g.player_name AS player_full_name,
    t.team_abbr,
    IFNULL(TRIM(g.team_abbr), '') = '' AS names_no_team,
    CASE
      WHEN LOWER(TRIM(g.player_status)) IN ('active', 'dnp', 'inactive') THEN LOWER(TRIM(g.player_status))
      WHEN IFNULL(m.minutes, 0) > 0 OR IFNULL(g.points, 0) > 0 OR IFNULL(g.field_goals_attempted, 0) > 0 THEN 'active'
      ELSE 'dnp'
    END AS player_status,
    g.dnp_reason,
    g.minutes AS raw_minutes, m.minutes AS minutes_played, IFNULL(NOT m.is_readable, FALSE) AS has_unreadable_minutes,
    g.points, g.assists, g.total_rebounds AS rebounds, g.offensive_rebounds, g.defensive_rebounds,
    g.steals, g.blocks, g.turnovers,
    g.field_goals_attempted AS fg_attempts, g.field_goals_made AS fg_makes,
    g.three_pointers_attempted AS three_pt_attempts, g.three_pointers_made AS three_pt_makes,
    g.free_throws_attempted AS ft_attempts, g.free_throws_made AS ft_makes,
    g.plus_minus, g.personal_fouls,
    g.game_id AS raw_game_id, g.nba_game_id AS raw_nba_game_id, g.home_team_abbr, g.away_team_abbr,
    g.season_year, g.processed_at
  FROM nba_raw.nbac_gamebook_player_stats AS g
  JOIN hoopduck.raw_player_name AS n ON n.raw_value = COALESCE(NULLIF(TRIM(g.player_lookup), ''), g.player_name)
  LEFT JOIN hoopduck.raw_minutes AS m ON m.raw_value = g.minutes
  LEFT JOIN hoopduck.stg_team_code AS t ON LOWER(t.raw_code) = LOWER(TRIM(g.team_abbr))
  WHERE g.game_date BETWEEN @from_date AND @to_date AND n.player_lookup IS NOT NULL
),
teamless AS (
  SELECT
    normalised.*,
    -- YYYYMMDD_AWAY_HOME, or the other way round: one of its teams finds the game.
    CASE WHEN STRPOS(SUBSTR(raw_game_id, 10), '_') > 1
      THEN SUBSTR(raw_game_id, 10, STRPOS(SUBSTR(raw_game_id, 10), '_') - 1) END AS team_of_game_id
  FROM normalised
  WHERE names_no_team AND player_status <> 'active'
),
found AS (
  -- A row with a team is in the game that its team plays that day; a dnp or inactive row without one is
  -- in the game that it names.
  SELECT r.*, own.nba_game_id
  FROM normalised AS r
  JOIN hoopduck.stg_team_game AS own ON own.game_date = r.game_date AND own.team_abbr = r.team_abbr
  UNION ALL
  SELECT
    r.game_date, r.player_lookup, r.base_lookup, r.nba_player_id, r.player_full_name, r.team_abbr, r.names_no_team,
    r.player_status, r.dnp_reason, r.raw_minutes, r.minutes_played, r.has_unreadable_minutes,
    r.points, r.assists, r.rebounds, r.offensive_rebounds, r.defensive_rebounds, r.steals, r.blocks, r.turnovers,
    r.fg_attempts, r.fg_makes, r.three_pt_attempts, r.three_pt_makes, r.ft_attempts, r.ft_makes,
    r.plus_minus, r.personal_fouls,
    r.raw_game_id, r.raw_nba_game_id, r.home_team_abbr, r.away_team_abbr, r.season_year, r.processed_at,
    COALESCE(by_id.nba_game_id, by_side.nba_game_id)
  FROM teamless AS r
  LEFT JOIN hoopduck.stg_team_code AS h ON LOWER(h.raw_code) = LOWER(TRIM(r.home_team_abbr))
  LEFT JOIN hoopduck.stg_team_code AS a ON LOWER(a.raw_code) = LOWER(TRIM(r.away_team_abbr))
  LEFT JOIN hoopduck.stg_team_code AS i ON LOWER(i.raw_code) = LOWER(r.team_of_game_id)
  LEFT JOIN hoopduck.stg_game AS by_id
    ON by_id.game_date = r.game_date AND by_id.nba_game_id = LPAD(TRIM(r.raw_nba_game_id), 10, '0')
  LEFT JOIN hoopduck.stg_team_game AS by_side
    ON by_side.game_date = r.game_date AND by_side.team_abbr = COALESCE(h.team_abbr, a.team_abbr, i.team_abbr)
  WHERE COALESCE(by_id.nba_game_id, by_side.nba_game_id) IS NOT NULL
),
repeated AS (
  SELECT game_date, player_lookup FROM found GROUP BY game_date, player_lookup HAVING COUNT(*) > 1
),
identified AS (
  -- A scrape without the id is of the man whom the other scrapes of the lookup name.
  SELECT
    f.*,
    COALESCE(f.nba_player_id, MAX(f.nba_player_id) OVER (PARTITION BY f.game_date, f.player_lookup)) AS player_id
  FROM found AS f
  JOIN repeated AS r ON r.game_date = f.game_date AND r.player_lookup = f.player_lookup
),
newest AS (
  SELECT *
  FROM identified
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY game_date, player_lookup, player_id
    ORDER BY processed_at DESC,
      IF(team_abbr IS NULL, 0, 1) + IF(nba_player_id IS NULL, 0, 1) + IF(raw_minutes IS NULL, 0, 1)
        + IF(points IS NULL, 0, 1) + IF(assists IS NULL, 0, 1) + IF(rebounds IS NULL, 0, 1)
        + IF(offensive_rebounds IS NULL, 0, 1) + IF(defensive_rebounds IS NULL, 0, 1) + IF(steals IS NULL, 0, 1)
        + IF(blocks IS NULL, 0, 1) + IF(turnovers IS NULL, 0, 1) + IF(fg_attempts IS NULL, 0, 1)
        + IF(fg_makes IS NULL, 0, 1) + IF(three_pt_attempts IS NULL, 0, 1) + IF(three_pt_makes IS NULL, 0, 1)
        + IF(ft_attempts IS NULL, 0, 1) + IF(ft_makes IS NULL, 0, 1) + IF(plus_minus IS NULL, 0, 1)
        + IF(personal_fouls IS NULL, 0, 1) + IF(dnp_reason IS NULL, 0, 1) + IF(player_full_name IS NULL, 0, 1)
        + IF(raw_game_id IS NULL, 0, 1) + IF(raw_nba_game_id IS NULL, 0, 1) + IF(home_team_abbr IS NULL, 0, 1)
        + IF(away_team_abbr IS NULL, 0, 1) + IF(season_year IS NULL, 0, 1) DESC,
      MD5(CONCAT(
        IFNULL(team_abbr, ''), '|', player_status, '|', IFNULL(dnp_reason, ''), '|', IFNULL(raw_minutes, ''), '|',
        IFNULL(CAST(points AS STRING), ''), '|', IFNULL(CAST(assists AS STRING), ''), '|',
        IFNULL(CAST(rebounds AS STRING), ''), '|', IFNULL(CAST(offensive_rebounds AS STRING), ''), '|',
        IFNULL(CAST(defensive_rebounds AS STRING), ''), '|', IFNULL(CAST(steals AS STRING), ''), '|',
        IFNULL(CAST(blocks AS STRING), ''), '|', IFNULL(CAST(turnovers AS STRING), ''), '|',
        IFNULL(CAST(fg_attempts AS STRING), ''), '|', IFNULL(CAST(fg_makes AS STRING), ''), '|',
        IFNULL(CAST(three_pt_attempts AS STRING), ''), '|', IFNULL(CAST(three_pt_makes AS STRING), ''), '|',
        IFNULL(CAST(ft_attempts AS STRING), ''), '|', IFNULL(CAST(ft_makes AS STRING), ''), '|',
        IFNULL(CAST(plus_minus AS STRING), ''), '|', IFNULL(CAST(personal_fouls AS STRING), ''), '|',
        IFNULL(player_full_name, ''), '|', nba_game_id
      )) DESC
  ) = 1
),
men AS (
  SELECT f.*, f.nba_player_id AS player_id, FALSE AS is_ambiguous
  FROM found AS f
  LEFT JOIN repeated AS r ON r.game_date = f.game_date AND r.player_lookup = f.player_lookup
  WHERE r.player_lookup IS NULL
  UNION ALL
  SELECT
    newest.*,
    IFNULL(MIN(player_id) OVER (PARTITION BY game_date, player_lookup)
      <> MAX(player_id) OVER (PARTITION BY game_date, player_lookup), FALSE)
  FROM newest
)
SELECT
  game_date, player_lookup, base_lookup, player_id AS nba_player_id, player_full_name, team_abbr,
  nba_game_id, player_status, dnp_reason, has_unreadable_minutes,
  IF(player_status = 'active', minutes_played, NULL) AS minutes_played,
  CAST(IF(player_status = 'active', points, NULL) AS INT64) AS points,
  CAST(IF(player_status = 'active', assists, NULL) AS INT64) AS assists,
  CAST(IF(player_status = 'active', rebounds, NULL) AS INT64) AS rebounds,
  CAST(IF(player_status = 'active', offensive_rebounds, NULL) AS INT64) AS offensive_rebounds,
  CAST(IF(player_status = 'active', defensive_rebounds, NULL) AS INT64) AS defensive_rebounds,
  CAST(IF(player_status = 'active', steals, NULL) AS INT64) AS steals,
  CAST(IF(player_status = 'active', blocks, NULL) AS INT64) AS blocks,
  CAST(IF(player_status = 'active', turnovers, NULL) AS INT64) AS turnovers,
  CAST(IF(player_status = 'active', fg_attempts, NULL) AS INT64) AS fg_attempts,
  CAST(IF(player_status = 'active', fg_makes, NULL) AS INT64) AS fg_makes,
  CAST(IF(player_status = 'active', three_pt_attempts, NULL) AS INT64) AS three_pt_attempts,
  CAST(IF(player_status = 'active', three_pt_makes, NULL) AS INT64) AS three_pt_makes,
  CAST(IF(player_status = 'active', ft_attempts, NULL) AS INT64) AS ft_attempts,
  CAST(IF(player_status = 'active', ft_makes, NULL) AS INT64) AS ft_makes,
  CAST(IF(player_status = 'active', plus_minus, NULL) AS INT64) AS plus_minus,
  CAST(IF(player_status = 'active', personal_fouls, NULL) AS INT64) AS personal_fouls,
  is_ambiguous
FROM men
