-- One row for each player and date that has a points line: the last snapshot before tip-off and the first one
-- of the same book (SPEC, section 2, quirk 10). Every odds_api row comes before the bettingpros rows; books:
-- draftkings, fanduel, then by name. Without a tip-off, snapshots after 16:00 UTC of the date are left out.
--
-- key: game_date, player_lookup
-- partition: game_date
-- reads: nba_raw.odds_api_player_points_props (same date), nba_raw.bettingpros_player_points_props (same date),
--   hoopduck.stg_team_game (same date), hoopduck.stg_team_code (any date)
WITH found AS (
  SELECT
    p.game_date, n.player_lookup, 'odds_api' AS source, IFNULL(LOWER(TRIM(p.bookmaker)), '') AS bookmaker,
    p.points_line, p.snapshot_timestamp, COALESCE(p.game_start_time, g.tipoff_at) AS tipoff_at, 0 AS under
  FROM nba_raw.odds_api_player_points_props AS p
  JOIN hoopduck.raw_player_name AS n ON n.raw_value = COALESCE(NULLIF(TRIM(p.player_lookup), ''), p.player_name)
  LEFT JOIN hoopduck.stg_team_code AS h ON LOWER(h.raw_code) = LOWER(TRIM(p.home_team_abbr))
  LEFT JOIN hoopduck.stg_team_code AS a ON LOWER(a.raw_code) = LOWER(TRIM(p.away_team_abbr))
  LEFT JOIN hoopduck.stg_team_game AS g
    ON g.game_date = p.game_date AND g.team_abbr = COALESCE(h.team_abbr, a.team_abbr)
  WHERE p.game_date BETWEEN @from_date AND @to_date
  UNION ALL
  SELECT
    p.game_date, n.player_lookup, 'bettingpros', IFNULL(LOWER(TRIM(p.bookmaker)), ''),
    p.points_line, COALESCE(p.snapshot_timestamp, p.bookmaker_last_update), g.tipoff_at,
    IF(LOWER(p.bet_side) = 'under', 1, 0)
  FROM nba_raw.bettingpros_player_points_props AS p
  JOIN hoopduck.raw_player_name AS n ON n.raw_value = COALESCE(NULLIF(TRIM(p.player_lookup), ''), p.player_name)
  LEFT JOIN hoopduck.stg_team_code AS t ON LOWER(t.raw_code) = LOWER(TRIM(p.player_team))
  LEFT JOIN hoopduck.stg_team_game AS g ON g.game_date = p.game_date AND g.team_abbr = t.team_abbr
  WHERE p.game_date BETWEEN @from_date AND @to_date AND IFNULL(LOWER(p.market_type), 'points') = 'points'
),
before_tipoff AS (
  SELECT *
  FROM found
  WHERE player_lookup IS NOT NULL AND points_line > 0 AND points_line < 1000
    AND CASE
      WHEN tipoff_at IS NOT NULL THEN snapshot_timestamp < tipoff_at
      ELSE snapshot_timestamp <= CAST(game_date AS TIMESTAMP) + INTERVAL 16 HOUR
    END
),
ranked AS (
  SELECT
    game_date, player_lookup, source, bookmaker, points_line,
    FIRST_VALUE(points_line) OVER (
      PARTITION BY game_date, player_lookup, source, bookmaker
      ORDER BY snapshot_timestamp, under, points_line
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS opening_line,
    ROW_NUMBER() OVER (
      PARTITION BY game_date, player_lookup
      ORDER BY IF(source = 'odds_api', 0, 1),
        CASE bookmaker WHEN 'draftkings' THEN 0 WHEN 'fanduel' THEN 1 WHEN '' THEN 3 ELSE 2 END, bookmaker,
        snapshot_timestamp DESC, under, points_line DESC
    ) AS place
  FROM before_tipoff
)
SELECT
  game_date, player_lookup,
  CAST(points_line AS FLOAT64) AS points_line,
  CAST(opening_line AS FLOAT64) AS opening_line,
  CONCAT(source, '/', bookmaker) AS points_line_source
FROM ranked
WHERE place = 1
