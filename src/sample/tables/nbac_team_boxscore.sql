-- A row for each team in a played game: the sums of its players.
SELECT
  g.game_id,
  g.nba_game_id,
  g.game_date,
  g.season_year,
  t.team_id,
  t.abbr AS team_abbr,
  b.team = g.home AS is_home,
  CONCAT(240 + 25 * g.overtimes, ':00') AS minutes,
  b.fg_made,
  b.fg_attempted,
  b.three_pt_made,
  b.three_pt_attempted,
  b.ft_made,
  b.ft_attempted,
  b.offensive_rebounds + b.defensive_rebounds AS total_rebounds,
  b.points,
  b.assists,
  b.steals,
  b.blocks,
  b.turnovers,
  b.personal_fouls,
  b.offensive_rebounds,
  b.defensive_rebounds,
  IF(b.team = g.home, 1, -1) * (g.home_score - g.away_score) AS plus_minus,
  g.scraped_at AS processed_at
FROM (
  SELECT
    game,
    team,
    SUM(fgm) AS fg_made,
    SUM(fga) AS fg_attempted,
    SUM(tpm) AS three_pt_made,
    SUM(tpa) AS three_pt_attempted,
    SUM(ftm) AS ft_made,
    SUM(fta) AS ft_attempted,
    SUM(points) AS points,
    SUM(assists) AS assists,
    SUM(steals) AS steals,
    SUM(blocks) AS blocks,
    SUM(turnovers) AS turnovers,
    SUM(fouls) AS personal_fouls,
    SUM(oreb) AS offensive_rebounds,
    SUM(dreb) AS defensive_rebounds
  FROM box
  GROUP BY game, team
) AS b
JOIN games AS g ON g.game = b.game
JOIN team AS t ON t.team = b.team
ORDER BY b.game, b.team
