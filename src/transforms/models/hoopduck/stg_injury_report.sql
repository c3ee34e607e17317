-- One row for each team of a game that has a report: the newest one, whoever it lists, before tip-off and at
-- most 30 hours older (SPEC, section 2, quirk 11). None when tip-off is unknown, or when the team itself played
-- on the report's date and the game is a later one: that report spoke of the other game. No row: unknown.
--
-- key: game_date, team_abbr
-- partition: game_date
-- spine: hoopduck.stg_team_game
-- reads: hoopduck.stg_report (same date; 2 days), hoopduck.stg_team_game (same date; 2 days)
WITH newest AS (
  SELECT g.game_date, g.team_abbr, r.report_date, r.report_hour, r.report_at
  FROM hoopduck.stg_team_game AS g
  JOIN hoopduck.stg_report AS r
    ON r.report_at < g.tipoff_at AND r.report_at >= g.tipoff_at - INTERVAL 30 HOUR
    -- A tip-off on another date than the game's is no tip-off.
    AND UNIX_DATE(g.game_date) - UNIX_DATE(r.report_date) BETWEEN 0 AND 2
  WHERE g.game_date BETWEEN @from_date AND @to_date
  QUALIFY ROW_NUMBER() OVER (PARTITION BY g.game_date, g.team_abbr ORDER BY r.report_at DESC) = 1
)
SELECT n.game_date, n.team_abbr, n.report_date, n.report_hour, n.report_at
FROM newest AS n
LEFT JOIN hoopduck.stg_team_game AS played
  ON played.game_date = n.report_date AND played.team_abbr = n.team_abbr AND n.report_date < n.game_date
WHERE played.team_abbr IS NULL
