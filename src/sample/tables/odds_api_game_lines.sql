-- Spread of each team and the total, of each bookmaker, at each snapshot.
SELECT
  g.game_id,
  g.game_date,
  g.tip_utc AS commence_time,
  g.home_abbr AS home_team_abbr,
  g.away_abbr AS away_team_abbr,
  k.name AS bookmaker_key,
  o.market AS market_key,
  CASE o.side WHEN 0 THEN g.home_abbr WHEN 1 THEN g.away_abbr WHEN 2 THEN 'Over' ELSE 'Under' END AS outcome_name,
  CASE o.side WHEN 0 THEN g.home_abbr WHEN 1 THEN g.away_abbr END AS outcome_team_abbr,
  CASE o.side WHEN 0 THEN l.spread2 / 2 WHEN 1 THEN -l.spread2 / 2 ELSE l.total2 / 2 END AS outcome_point,
  g.tip_utc + to_minutes(l.minutes) AS snapshot_timestamp
FROM line AS l
JOIN games AS g ON g.game = l.game
JOIN book AS k ON k.code = l.book
CROSS JOIN (VALUES (0, 'spreads'), (1, 'spreads'), (2, 'totals'), (3, 'totals')) AS o (side, market)
ORDER BY l.rowid, o.side
