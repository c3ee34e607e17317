-- Points lines of the main players, of each bookmaker, at each snapshot.
SELECT
  g.game_id,
  g.game_date,
  g.tip_utc AS game_start_time,
  k.name AS bookmaker,
  p.name AS player_name,
  p.lookup AS player_lookup,
  l.line2 / 2 AS points_line,
  g.tip_utc + to_minutes(l.minutes) AS snapshot_timestamp,
  g.tip_utc + to_minutes(l.minutes + 2) AS processed_at
FROM prop AS l
JOIN games AS g ON g.game = l.game
JOIN player AS p ON p.player = l.player
JOIN book AS k ON k.code = l.book
ORDER BY l.rowid
