-- One row for each team of a final game that the league's box score has, newest scrape (SPEC, section 2,
-- quirks 1, 2, 5, 7; section 3.1). is_consistent: points and FGA above 0, and the points are the shots' points.
--
-- key: game_date, team_abbr
-- partition: game_date
-- reads: nba_raw.nbac_team_boxscore (same date), hoopduck.stg_team_game (same date), hoopduck.stg_team_code (any date)
WITH found AS (
  SELECT
    b.game_date, g.team_abbr, g.is_final, m.minutes AS minutes, IFNULL(NOT m.is_readable, FALSE) AS has_unreadable_minutes,
    b.points, b.fg_attempted AS fg_attempts, b.fg_made AS fg_makes,
    b.three_pt_attempted AS three_pt_attempts, b.three_pt_made AS three_pt_makes,
    b.ft_attempted AS ft_attempts, b.ft_made AS ft_makes,
    b.offensive_rebounds, b.defensive_rebounds, b.total_rebounds AS rebounds, b.assists, b.steals, b.blocks,
    b.turnovers, b.personal_fouls, b.processed_at,
    IF(b.points IS NULL, 0, 1) + IF(b.fg_attempted IS NULL, 0, 1) + IF(b.fg_made IS NULL, 0, 1)
      + IF(b.three_pt_attempted IS NULL, 0, 1) + IF(b.three_pt_made IS NULL, 0, 1) + IF(b.ft_attempted IS NULL, 0, 1)
      + IF(b.ft_made IS NULL, 0, 1) + IF(b.offensive_rebounds IS NULL, 0, 1) + IF(b.defensive_rebounds IS NULL, 0, 1)
      + IF(b.total_rebounds IS NULL, 0, 1) + IF(b.assists IS NULL, 0, 1) + IF(b.steals IS NULL, 0, 1)
      + IF(b.blocks IS NULL, 0, 1) + IF(b.turnovers IS NULL, 0, 1) + IF(b.personal_fouls IS NULL, 0, 1)
      + IF(b.minutes IS NULL, 0, 1) + IF(b.plus_minus IS NULL, 0, 1) + IF(b.game_id IS NULL, 0, 1)
      + IF(b.nba_game_id IS NULL, 0, 1) + IF(b.season_year IS NULL, 0, 1) + IF(b.team_id IS NULL, 0, 1)
      + IF(b.is_home IS NULL, 0, 1) AS known_columns,
    MD5(CONCAT(
      IFNULL(b.minutes, ''), '|', IFNULL(CAST(b.points AS STRING), ''), '|', IFNULL(CAST(b.fg_attempted AS STRING), ''), '|',
      IFNULL(CAST(b.fg_made AS STRING), ''), '|', IFNULL(CAST(b.three_pt_attempted AS STRING), ''), '|',
      IFNULL(CAST(b.three_pt_made AS STRING), ''), '|', IFNULL(CAST(b.ft_attempted AS STRING), ''), '|',
      IFNULL(CAST(b.ft_made AS STRING), ''), '|', IFNULL(CAST(b.offensive_rebounds AS STRING), ''), '|',
      IFNULL(CAST(b.defensive_rebounds AS STRING), ''), '|', IFNULL(CAST(b.total_rebounds AS STRING), ''), '|',
      IFNULL(CAST(b.assists AS STRING), ''), '|', IFNULL(CAST(b.steals AS STRING), ''), '|',
      IFNULL(CAST(b.blocks AS STRING), ''), '|',
      IFNULL(CAST(b.turnovers AS STRING), ''), '|', IFNULL(CAST(b.personal_fouls AS STRING), '')
    )) AS row_digest
  FROM nba_raw.nbac_team_boxscore AS b
  JOIN hoopduck.stg_team_code AS t ON LOWER(t.raw_code) = LOWER(TRIM(b.team_abbr))
  JOIN hoopduck.stg_team_game AS g ON g.game_date = b.game_date AND g.team_abbr = t.team_abbr
  LEFT JOIN hoopduck.raw_minutes AS m ON m.raw_value = b.minutes
  WHERE b.game_date BETWEEN @from_date AND @to_date
),
newest AS (
  SELECT *
  FROM found
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY game_date, team_abbr ORDER BY processed_at DESC, known_columns DESC, row_digest DESC
  ) = 1
)
SELECT
  game_date, team_abbr, minutes, has_unreadable_minutes,
  CAST(points AS INT64) AS points, CAST(fg_attempts AS INT64) AS fg_attempts, CAST(fg_makes AS INT64) AS fg_makes,
  CAST(three_pt_attempts AS INT64) AS three_pt_attempts, CAST(three_pt_makes AS INT64) AS three_pt_makes,
  CAST(ft_attempts AS INT64) AS ft_attempts, CAST(ft_makes AS INT64) AS ft_makes,
  CAST(offensive_rebounds AS INT64) AS offensive_rebounds, CAST(defensive_rebounds AS INT64) AS defensive_rebounds,
  CAST(rebounds AS INT64) AS rebounds, CAST(assists AS INT64) AS assists, CAST(steals AS INT64) AS steals,
  CAST(blocks AS INT64) AS blocks, CAST(turnovers AS INT64) AS turnovers, CAST(personal_fouls AS INT64) AS personal_fouls,
  IFNULL(
    points > 0 AND fg_attempts > 0 AND points = 2 * (fg_makes - three_pt_makes) + 3 * three_pt_makes + ft_makes,
    FALSE
  ) AS is_consistent
FROM newest
WHERE is_final
