-- A row for each man on a team's roster in a played game; dnp and inactive men have NULL stats.
SELECT
  g.game_id,
  g.nba_game_id,
  g.game_date,
  g.season_year,
  g.home_abbr AS home_team_abbr,
  g.away_abbr AS away_team_abbr,
  p.name AS player_name,
  p.lookup AS player_lookup,
  p.nba_player_id,
  t.abbr AS team_abbr,
  CASE b.status WHEN 0 THEN 'active' WHEN 1 THEN 'dnp' ELSE 'inactive' END AS player_status,
  r.reason AS dnp_reason,
  CASE
    WHEN b.status = 0 AND b.seconds % 60 = 0 THEN CONCAT(b.seconds // 60, ':00')
    WHEN b.status = 0 THEN printf('%d:%02d', b.seconds // 60, b.seconds % 60)
  END AS minutes,
  CASE WHEN b.status = 0 THEN b.points END AS points,
  CASE WHEN b.status = 0 THEN b.fgm END AS field_goals_made,
  CASE WHEN b.status = 0 THEN b.fga END AS field_goals_attempted,
  CASE WHEN b.status = 0 THEN b.tpm END AS three_pointers_made,
  CASE WHEN b.status = 0 THEN b.tpa END AS three_pointers_attempted,
  CASE WHEN b.status = 0 THEN b.ftm END AS free_throws_made,
  CASE WHEN b.status = 0 THEN b.fta END AS free_throws_attempted,
  CASE WHEN b.status = 0 THEN b.oreb + b.dreb END AS total_rebounds,
  CASE WHEN b.status = 0 THEN b.assists END AS assists,
  CASE WHEN b.status = 0 THEN b.steals END AS steals,
  CASE WHEN b.status = 0 THEN b.blocks END AS blocks,
  CASE WHEN b.status = 0 THEN b.turnovers END AS turnovers,
  CASE WHEN b.status = 0 THEN b.fouls END AS personal_fouls,
  CASE WHEN b.status = 0 THEN b.oreb END AS offensive_rebounds,
  CASE WHEN b.status = 0 THEN b.dreb END AS defensive_rebounds,
  CASE WHEN b.status = 0 THEN b.plus_minus END AS plus_minus,
  g.scraped_at AS processed_at
FROM box AS b
JOIN games AS g ON g.game = b.game
JOIN player AS p ON p.player = b.player
JOIN team AS t ON t.team = b.team
LEFT JOIN box_reason AS r ON r.code = b.reason
ORDER BY b.rowid
