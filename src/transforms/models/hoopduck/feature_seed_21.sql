-- The seed set of 21 features (SPEC 6) of every row of the population, by name and in order, and how
-- many games each man had played before. Unknown stays NULL. One row a player and date.
--
-- key: game_date, player_lookup
-- partition: game_date
-- reads: hoopduck.player_experience (same date),
--   nba_precompute.player_shot_zone_analysis (same date),
--   nba_precompute.team_defense_zone_analysis (same date),
--   nba_precompute.player_daily_cache (same date), nba_precompute.player_game_context (same date),
--   nba_precompute.player_composite_factors (same date)

SELECT
  p.game_date,
  p.player_lookup,
  p.player_key,
  p.season_year,
  p.team_abbr,
  p.opponent_team_abbr,
  p.games_before,
  f.points_avg_last_5,
  f.points_avg_last_10,
  f.points_avg_season,
  f.points_std_last_10,
  f.minutes_avg_last_10,
  s.fatigue_score,
  s.shot_zone_mismatch_score,
  s.pace_score,
  s.usage_spike_score,
  d.defensive_rating_last_15 AS opponent_def_rating_last_15,
  d.opponent_pace_last_15,
  CAST(IF(p.home_game, 1, 0) AS FLOAT64) AS is_home,
  CAST(c.days_rest AS FLOAT64) AS days_rest,
  CAST(CASE WHEN c.back_to_back THEN 1 WHEN NOT c.back_to_back THEN 0 END AS FLOAT64)
    AS back_to_back,
  z.paint_rate_last_10,
  z.mid_range_rate_last_10,
  z.three_pt_rate_last_10,
  z.assisted_rate_last_10,
  f.team_pace_last_10,
  f.team_off_rating_last_10,
  f.usage_rate_last_10
FROM hoopduck.player_experience AS p
LEFT JOIN nba_precompute.player_daily_cache AS f
  ON f.cache_date = p.game_date AND f.player_lookup = p.player_lookup
LEFT JOIN nba_precompute.player_game_context AS c
  ON c.game_date = p.game_date AND c.player_lookup = p.player_lookup
LEFT JOIN nba_precompute.player_shot_zone_analysis AS z
  ON z.analysis_date = p.game_date AND z.player_lookup = p.player_lookup
LEFT JOIN nba_precompute.team_defense_zone_analysis AS d
  ON d.analysis_date = p.game_date AND d.team_abbr = p.opponent_team_abbr
LEFT JOIN nba_precompute.player_composite_factors AS s
  ON s.game_date = p.game_date AND s.player_lookup = p.player_lookup
WHERE p.game_date BETWEEN @from_date AND @to_date
