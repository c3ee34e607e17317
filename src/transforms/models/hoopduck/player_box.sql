-- What each man did in the games that he played and how they ended for his team, as the default features sum it.
-- is_whole: all of it is known but the margin; only such games count for weighted means.
-- One row a player and date.
--
-- key: game_date, player_lookup
-- partition: game_date
-- reads: hoopduck.player_workload (same date), hoopduck.player_timeline (same date),
--   hoopduck.team_schedule (same date), hoopduck.stg_team_game (same date),
--   nba_analytics.team_offense_game_summary (same date)
SELECT
  w.game_date,
  w.player_lookup,
  w.player_key,
  w.season_year,
  w.team_abbr,
  g.opponent_team_abbr,
  g.home_game,
  s.season_games_before AS team_games_before,
  o.margin_of_victory AS team_margin,
  w.minutes,
  CAST(w.minutes_of_240 AS NUMERIC(38, 9)) AS minutes_of_240,
  w.usage_rate,
  w.points,
  w.fg_attempts,
  t.fg_makes,
  t.ft_attempts,
  t.three_pt_attempts,
  t.three_pt_makes,
  w.offensive_rebounds,
  w.assists,
  w.blocks,
  w.minutes_of_240 IS NOT NULL AND w.usage_rate IS NOT NULL
    AND w.points + w.fg_attempts + t.fg_makes + t.ft_attempts IS NOT NULL
    AND w.offensive_rebounds + w.blocks IS NOT NULL AS is_whole
FROM hoopduck.player_workload AS w
JOIN hoopduck.player_timeline AS t
  ON t.game_date = w.game_date AND t.player_lookup = w.player_lookup
JOIN hoopduck.stg_team_game AS g
  ON g.game_date = w.game_date AND g.team_abbr = w.team_abbr
JOIN hoopduck.team_schedule AS s
  ON s.game_date = w.game_date AND s.team_abbr = w.team_abbr
LEFT JOIN nba_analytics.team_offense_game_summary AS o
  ON o.game_date = w.game_date AND o.team_abbr = w.team_abbr
WHERE w.game_date BETWEEN @from_date AND @to_date
