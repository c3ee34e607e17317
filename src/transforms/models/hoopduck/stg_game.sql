-- One row for each game between two of the 30 teams: regular season (002), playoffs (004), play-in (005)
-- and cup final (006), as its newest scrape has it (SPEC, section 2, quirks 1, 2, 5, 7, 8). Home and away
-- come from here alone, and game_id is rebuilt as YYYYMMDD_AWAY_HOME. tipoff_at is UTC; a schedule time
-- of midnight is no time. A team plays at most once a day: of two games, the final one stays.
--
-- key: game_date, nba_game_id
-- partition: game_date
-- reads: nba_raw.nbac_schedule (any date), hoopduck.stg_team_code (any date)
WITH normalised AS (
  SELECT
    LPAD(TRIM(s.game_id), 10, '0') AS nba_game_id,
    s.game_date,
    s.game_date_est,
    s.game_status,
    h.team_abbr AS home_team_abbr,
    a.team_abbr AS away_team_abbr,
    s.home_team_score,
    s.away_team_score,
    s.processed_at,
    IF(s.game_date_est IS NULL, 0, 1) + IF(s.home_team_score IS NULL, 0, 1)
      + IF(s.away_team_score IS NULL, 0, 1) + IF(s.game_status_text IS NULL, 0, 1)
      + IF(s.winning_team_tricode IS NULL, 0, 1) + IF(s.neutral_site_flag IS NULL, 0, 1)
      + IF(s.home_team_tricode IS NULL, 0, 1) + IF(s.away_team_tricode IS NULL, 0, 1)
      + IF(s.season_nba_format IS NULL, 0, 1) + IF(s.season_year IS NULL, 0, 1) + IF(s.data_source IS NULL, 0, 1)
      + IF(s.is_regular_season IS NULL, 0, 1) + IF(s.is_playoffs IS NULL, 0, 1)
      + IF(s.is_all_star IS NULL, 0, 1) AS known_columns,
    MD5(CONCAT(
      IFNULL(CAST(s.game_date AS STRING), ''), '|', IFNULL(CAST(s.game_date_est AS STRING), ''), '|',
      IFNULL(h.team_abbr, ''), '|', IFNULL(a.team_abbr, ''), '|',
      IFNULL(CAST(s.home_team_score AS STRING), ''), '|', IFNULL(CAST(s.away_team_score AS STRING), '')
    )) AS row_digest
  FROM nba_raw.nbac_schedule AS s
  LEFT JOIN hoopduck.stg_team_code AS h ON LOWER(h.raw_code) = LOWER(TRIM(s.home_team_tricode))
  LEFT JOIN hoopduck.stg_team_code AS a ON LOWER(a.raw_code) = LOWER(TRIM(s.away_team_tricode))
),
newest AS (
  SELECT *
  FROM normalised
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY nba_game_id
    ORDER BY game_status DESC, processed_at DESC, known_columns DESC, row_digest DESC
  ) = 1
),
games AS (
  SELECT
    newest.*,
    CASE
      -- Seasons after the listed ones begin in October.
      WHEN game_date >= DATE '2026-10-01' THEN EXTRACT(YEAR FROM game_date) - IF(EXTRACT(MONTH FROM game_date) >= 10, 0, 1)
      WHEN game_date >= DATE '2025-10-21' THEN 2025
      WHEN game_date >= DATE '2024-10-22' THEN 2024
      WHEN game_date >= DATE '2023-10-24' THEN 2023
      WHEN game_date >= DATE '2022-10-18' THEN 2022
      WHEN game_date >= DATE '2021-10-19' THEN 2021
      WHEN game_date >= DATE '2020-12-22' THEN 2020
      WHEN game_date >= DATE '2019-10-22' THEN 2019
      WHEN game_date >= DATE '2018-10-16' THEN 2018
      WHEN game_date >= DATE '2017-10-17' THEN 2017
      WHEN game_date >= DATE '2016-10-25' THEN 2016
      WHEN game_date >= DATE '2015-10-27' THEN 2015
      ELSE EXTRACT(YEAR FROM game_date) - IF(EXTRACT(MONTH FROM game_date) >= 10, 0, 1)
    END AS season_year
  FROM newest
  WHERE SUBSTR(nba_game_id, 1, 3) IN ('002', '004', '005', '006')
    AND home_team_abbr IS NOT NULL AND away_team_abbr IS NOT NULL AND home_team_abbr <> away_team_abbr
),
sides AS (
  SELECT nba_game_id, game_date, game_status, home_team_abbr AS team_abbr FROM games
  UNION ALL
  SELECT nba_game_id, game_date, game_status, away_team_abbr FROM games
),
once_a_day AS (
  SELECT nba_game_id, game_date
  FROM (
    SELECT nba_game_id, game_date,
      ROW_NUMBER() OVER (PARTITION BY game_date, team_abbr ORDER BY game_status DESC, nba_game_id DESC) AS place
    FROM sides
  ) AS ranked
  GROUP BY nba_game_id, game_date
  HAVING MAX(place) = 1
),
season_starts AS (
  SELECT season_year, MIN(game_date) AS first_game
  FROM games
  WHERE SUBSTR(nba_game_id, 1, 3) = '002'
  GROUP BY season_year
)
SELECT
  games.game_date,
  games.nba_game_id,
  CONCAT(REPLACE(CAST(games.game_date AS STRING), '-', ''), '_', away_team_abbr, '_', home_team_abbr) AS game_id,
  CAST(games.season_year AS INT64) AS season_year,
  CASE games.season_year
    WHEN 2015 THEN DATE '2015-10-27'
    WHEN 2016 THEN DATE '2016-10-25'
    WHEN 2017 THEN DATE '2017-10-17'
    WHEN 2018 THEN DATE '2018-10-16'
    WHEN 2019 THEN DATE '2019-10-22'
    WHEN 2020 THEN DATE '2020-12-22'
    WHEN 2021 THEN DATE '2021-10-19'
    WHEN 2022 THEN DATE '2022-10-18'
    WHEN 2023 THEN DATE '2023-10-24'
    WHEN 2024 THEN DATE '2024-10-22'
    WHEN 2025 THEN DATE '2025-10-21'
    ELSE COALESCE(season_starts.first_game, games.game_date)
  END AS season_start,
  home_team_abbr,
  away_team_abbr,
  CAST(game_status AS INT64) AS game_status,
  IFNULL(game_status = 3, FALSE) AS is_final,
  SUBSTR(games.nba_game_id, 1, 3) = '004' AS is_playoffs,
  CASE
    WHEN EXTRACT(HOUR FROM game_date_est) = 0 AND EXTRACT(MINUTE FROM game_date_est) = 0 THEN NULL
    ELSE EASTERN_TO_UTC(game_date_est)
  END AS tipoff_at,
  -- A game that nobody has scored in has no score yet.
  CAST(IF(home_team_score = 0 AND away_team_score = 0, NULL, home_team_score) AS INT64) AS home_score,
  CAST(IF(home_team_score = 0 AND away_team_score = 0, NULL, away_team_score) AS INT64) AS away_score
FROM games
JOIN once_a_day ON once_a_day.nba_game_id = games.nba_game_id AND once_a_day.game_date = games.game_date
LEFT JOIN season_starts ON season_starts.season_year = games.season_year
WHERE games.game_date BETWEEN @from_date AND @to_date
