-- One row for each man whom the report of his team's game lists out or doubtful for that game (SPEC, section 2,
-- quirk 11). Absent from the report means available, whatever an older one said.
--
-- key: game_date, team_abbr, player_lookup
-- partition: game_date
-- reads: nba_raw.nbac_injury_report (same date), hoopduck.stg_injury_report (same date), hoopduck.stg_team_code (any date)
WITH listed AS (
  SELECT
    r.game_date, t.team_abbr, n.player_lookup, LOWER(TRIM(i.injury_status)) AS injury_status
  FROM hoopduck.stg_injury_report AS r
  JOIN nba_raw.nbac_injury_report AS i
    ON i.game_date = r.game_date AND i.report_date = r.report_date AND i.report_hour = r.report_hour
  JOIN hoopduck.stg_team_code AS t ON LOWER(t.raw_code) = LOWER(TRIM(i.team)) AND t.team_abbr = r.team_abbr
  JOIN hoopduck.raw_player_name AS n ON n.raw_value = COALESCE(NULLIF(TRIM(i.player_lookup), ''), i.player_full_name)
  WHERE r.game_date BETWEEN @from_date AND @to_date AND n.player_lookup IS NOT NULL
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY r.game_date, t.team_abbr, n.player_lookup
    ORDER BY i.processed_at DESC,
      IF(i.injury_status IS NULL, 0, 1) + IF(i.reason IS NULL, 0, 1) + IF(i.reason_category IS NULL, 0, 1)
        + IF(i.player_full_name IS NULL, 0, 1) + IF(i.game_id IS NULL, 0, 1) + IF(i.game_time IS NULL, 0, 1)
        + IF(i.matchup IS NULL, 0, 1) + IF(i.confidence_score IS NULL, 0, 1) DESC,
      MD5(IFNULL(LOWER(TRIM(i.injury_status)), '')) DESC
  ) = 1
)
SELECT game_date, team_abbr, player_lookup, injury_status
FROM listed
WHERE injury_status IN ('out', 'doubtful')
