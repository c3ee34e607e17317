-- The second source of player rows: of three nights only, with its own ways of writing names.
SELECT
  g.nba_game_id AS game_id,
  g.game_date,
  g.season_year,
  COALESCE(t.variant, t.abbr) AS team_abbr,
  p.plain_name AS player_full_name,
  p.plain_lookup AS player_lookup,
  CAST((b.seconds + 30) // 60 AS VARCHAR) AS minutes,
  b.oreb + b.dreb AS rebounds,
  b.fgm AS field_goals_made,
  b.fga AS field_goals_attempted,
  b.tpm AS three_pointers_made,
  b.tpa AS three_pointers_attempted,
  b.ftm AS free_throws_made,
  b.fta AS free_throws_attempted,
  b.points,
  b.assists,
  b.steals,
  b.blocks,
  b.turnovers,
  b.fouls AS personal_fouls,
  b.oreb AS offensive_rebounds,
  b.dreb AS defensive_rebounds,
  g.scraped_at + to_minutes(45) AS processed_at
FROM box AS b
JOIN games AS g ON g.game = b.game
JOIN player AS p ON p.player = b.player
JOIN team AS t ON t.team = b.team
JOIN fallback_night AS n ON n.game_date = g.game_date
WHERE b.status = 0 AND b.seconds > 0
ORDER BY b.rowid
