-- Shots, with the man who passed or blocked. From October 2024 on a lookup carries the man's id in
-- front; a name that ends in III is written without it (SPEC 3.3: sources spell names differently).
SELECT
  g.game_id,
  CAST(g.nba_game_id AS BIGINT) AS bdb_game_id,
  g.game_date,
  g.season_year,
  g.home_abbr AS home_team_abbr,
  g.away_abbr AS away_team_abbr,
  s.sequence AS event_sequence,
  s.period,
  s.clock AS game_clock_seconds,
  'shot' AS event_type,
  k.name AS event_subtype,
  p.play_name AS player_1_name,
  IF(g.game_date >= DATE '2024-10-01', p.prefixed_lookup, p.play_lookup) AS player_1_lookup,
  t.abbr AS player_1_team_abbr,
  CASE s.role WHEN 1 THEN 'assist' WHEN 2 THEN 'block' END AS player_2_role,
  IF(g.game_date >= DATE '2024-10-01', p2.prefixed_lookup, p2.play_lookup) AS player_2_lookup,
  t2.abbr AS player_2_team_abbr,
  s.made = 1 AS shot_made,
  IF(s.three = 1, '3PT', '2PT') AS shot_type,
  CAST(s.distance AS DOUBLE) AS shot_distance,
  IF(s.made = 1, 2 + s.three, 0) AS points_scored,
  s.x / 10 AS original_x,
  s.y / 10 AS original_y,
  'bigdataball' AS data_source,
  g.scraped_at AS processed_at
FROM shot AS s
JOIN games AS g ON g.game = s.game
JOIN player AS p ON p.player = s.player
JOIN team AS t ON t.team = s.team
JOIN subtype AS k ON k.code = s.subtype
LEFT JOIN player AS p2 ON p2.player = s.player2
LEFT JOIN team AS t2 ON t2.team = s.team2
ORDER BY s.rowid
