-- What each man did for his team in the games that he played, as weighted means and rosters sum it. Minutes
-- are those of a game without overtime, minutes*240/(team's minutes); NULL where the team has no row.
-- One row a player and date.
--
-- key: game_date, player_lookup
-- partition: game_date
-- reads: hoopduck.player_appearance (same date), nba_analytics.player_game_summary (same date),
--   nba_analytics.team_offense_game_summary (same date)
SELECT
  a.game_date,
  a.player_lookup,
  a.player_key,
  a.season_year,
  s.team_abbr,
  CAST(s.minutes_played AS NUMERIC(38, 9)) AS minutes,
  ROUND(SAFE_DIVIDE(s.minutes_played * 240, 240 + 25 * t.overtime_periods), 9) AS minutes_of_240,
  s.points,
  s.fg_attempts,
  s.usage_rate,
  s.offensive_rebounds,
  s.blocks,
  s.assists
FROM hoopduck.player_appearance AS a
JOIN nba_analytics.player_game_summary AS s
  ON s.game_date = a.game_date AND s.player_lookup = a.player_lookup
LEFT JOIN nba_analytics.team_offense_game_summary AS t
  ON t.game_date = s.game_date AND t.team_abbr = s.team_abbr
WHERE a.game_date BETWEEN @from_date AND @to_date AND a.is_played
