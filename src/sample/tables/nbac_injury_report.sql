-- Lines of the reports of 17:30 Eastern, of the day of a game and of the evening before.
SELECT
  DATE '1970-01-01' + r.day AS report_date,
  17 AS report_hour,
  g.season_label AS season,
  g.game_date,
  strftime(g.tip_est, '%I:%M %p (ET)') AS game_time,
  g.game_id,
  CONCAT(g.away_abbr, '@', g.home_abbr) AS matchup,
  g.away_abbr AS away_team,
  g.home_abbr AS home_team,
  t.abbr AS team,
  p.name AS player_name_original,
  p.name AS player_full_name,
  p.lookup AS player_lookup,
  s.name AS injury_status,
  x.reason,
  CASE WHEN r.reason = 0 THEN 'g_league' WHEN r.reason = 6 THEN 'rest' ELSE 'injury' END AS reason_category,
  1.0 AS confidence_score,
  1.0 AS overall_report_confidence,
  EASTERN_TO_UTC(CAST(DATE '1970-01-01' + r.day AS TIMESTAMP) + to_minutes(17 * 60 + 35)) AS processed_at
FROM report AS r
JOIN games AS g ON g.game = r.game
JOIN team AS t ON t.team = r.team
JOIN player AS p ON p.player = r.player
JOIN report_status AS s ON s.code = r.status
JOIN report_reason AS x ON x.code = r.reason
ORDER BY r.rowid
