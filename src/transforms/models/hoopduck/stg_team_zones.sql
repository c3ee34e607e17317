-- One row for each side of a final game that has shots: the team's shots by zone, whoever took them (SPEC 3.1, 3.3).
--
-- key: game_date, team_abbr
-- partition: game_date
-- reads: hoopduck.stg_shooter (same date), hoopduck.stg_team_game (same date)
WITH games AS (
  SELECT nba_game_id FROM hoopduck.stg_shooter WHERE game_date BETWEEN @from_date AND @to_date GROUP BY nba_game_id
)
SELECT
  g.game_date, g.team_abbr,
  CAST(IFNULL(SUM(s.paint_attempts), 0) AS INT64) AS paint_attempts,
  CAST(IFNULL(SUM(s.paint_makes), 0) AS INT64) AS paint_makes,
  CAST(IFNULL(SUM(s.mid_range_attempts), 0) AS INT64) AS mid_range_attempts,
  CAST(IFNULL(SUM(s.mid_range_makes), 0) AS INT64) AS mid_range_makes
FROM hoopduck.stg_team_game AS g
JOIN games ON games.nba_game_id = g.nba_game_id
LEFT JOIN hoopduck.stg_shooter AS s ON s.game_date = g.game_date AND s.team_abbr = g.team_abbr
WHERE g.game_date BETWEEN @from_date AND @to_date
GROUP BY g.game_date, g.team_abbr
