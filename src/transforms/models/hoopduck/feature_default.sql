-- The default features of every row of the population, by name and in order (docs/features.md says what each is),
-- and how many games each man had played before. Unknown stays NULL. One row a player and date.
--
-- key: game_date, player_lookup
-- partition: game_date
-- reads: hoopduck.player_experience (same date), hoopduck.player_weighted_mean (same date),
--   hoopduck.player_record (same date), hoopduck.roster_share (same date),
--   hoopduck.team_schedule (same date), hoopduck.stg_team_game (same date),
--   hoopduck.team_weighted_form (same date), hoopduck.stg_game_line (same date),
--   hoopduck.feature_report (same date),
--   nba_precompute.player_daily_cache (same date), nba_precompute.player_game_context (same date)

WITH game AS (
  SELECT
    g.game_date,
    g.team_abbr,
    CAST(IF(g.is_playoffs, 1, 0) AS FLOAT64) AS is_playoffs,
    CAST(UNIX_DATE(g.game_date) - UNIX_DATE(g.season_start) AS FLOAT64) AS season_day,
    CAST(s.season_games_before + 1 AS FLOAT64) AS team_season_game,
    -- The spread is the team's own, negative when it is favoured.
    l.game_spread AS team_spread,
    l.game_total,
    (l.game_total - l.game_spread) / 2 AS team_implied_total,
    (l.game_total + l.game_spread) / 2 AS opponent_implied_total,
    f.points_ewm_25 AS points_of_240_ewm_25,
    f.threes_ewm_15,
    f.margin_last_game,
    f.win_share,
    o.points_ewm_25 AS opponent_points_of_240_ewm_25,
    o.margin_ewm_25 AS opponent_margin_ewm_25,
    o.threes_allowed_ewm_15,
    o.def_rating_ewm_8,
    o.def_rating_ewm_25,
    o.points_allowed_ewm_8,
    o.above_form_ewm_15,
    o.above_career_ewm_15,
    o.guard_above_ewm_20,
    o.wing_above_ewm_20,
    o.big_above_ewm_20,
    o.win_share AS opponent_win_share,
    ROUND(f.margin_ewm_25 - o.margin_ewm_25 + IF(g.home_game, 2.5, -2.5), 9) AS expected_margin
  FROM hoopduck.stg_team_game AS g
  JOIN hoopduck.team_schedule AS s
    ON s.game_date = g.game_date AND s.team_abbr = g.team_abbr
  LEFT JOIN hoopduck.team_weighted_form AS f
    ON f.game_date = g.game_date AND f.team_abbr = g.team_abbr
  LEFT JOIN hoopduck.team_weighted_form AS o
    ON o.game_date = g.game_date AND o.team_abbr = g.opponent_team_abbr
  LEFT JOIN hoopduck.stg_game_line AS l
    ON l.game_date = g.game_date AND l.team_abbr = g.team_abbr
  WHERE g.game_date BETWEEN @from_date AND @to_date
)
SELECT
  p.game_date,
  p.player_lookup,
  p.player_key,
  p.season_year,
  p.team_abbr,
  p.opponent_team_abbr,
  p.games_before,
  t.points_share AS points_share_of_roster,
  r.points_avg_with_team,
  w.points_ewm_3,
  w.fg_attempts_ewm_3,
  w.points_squared_ewm_10,
  g.team_spread,
  r.minutes_last_game,
  c.minutes_in_last_7_days AS minutes_last_7_days,
  CASE r.player_type
    WHEN 'big' THEN g.big_above_ewm_20
    WHEN 'guard' THEN g.guard_above_ewm_20
    ELSE g.wing_above_ewm_20
  END AS opponent_above_career_of_type_ewm_20,
  t.fg_attempts_share AS fg_attempts_share_of_roster,
  g.is_playoffs,
  ROUND(g.team_implied_total - g.points_of_240_ewm_25, 9) AS implied_total_above_form,
  g.expected_margin,
  CAST(r.season_points AS FLOAT64) AS season_points,
  g.opponent_margin_ewm_25,
  r.minutes_avg_last_3,
  g.season_day,
  CAST(r.games_missed AS FLOAT64) AS games_missed,
  g.team_season_game,
  ABS(g.team_spread) AS spread_size,
  ROUND(g.game_total - (g.points_of_240_ewm_25 + g.opponent_points_of_240_ewm_25), 9) AS game_total_above_form,
  r.minutes_avg_with_team,
  ROUND(w.minutes_ewm_1_5 - w.minutes_ewm_6, 9) AS minutes_trend,
  CAST(r.team_margin_last_game AS FLOAT64) AS margin_last_game,
  t.usage_load AS roster_usage_load,
  w.home_points_ewm_12,
  CAST(g.margin_last_game AS FLOAT64) AS team_margin_last_game,
  ROUND(w.usage_rate_ewm_3 - w.usage_rate_ewm_25, 9) AS usage_trend,
  -- Below a millionth is what the two means lost by rounding: a root would make it visible.
  ROUND(SQRT(IF(w.minutes_squared_ewm_10 - w.minutes_ewm_12 * w.minutes_ewm_12 < 0.000001, 0,
    w.minutes_squared_ewm_10 - w.minutes_ewm_12 * w.minutes_ewm_12)), 9) AS minutes_deviation_ewm,
  g.above_form_ewm_15 AS opponent_above_form_ewm_15,
  g.threes_allowed_ewm_15 AS opponent_three_pt_allowed_ewm_15,
  ROUND((r.career_three_makes + 35) / CAST(r.career_threes + 100 AS FLOAT64), 9) AS three_pt_pct_shrunk,
  g.opponent_win_share,
  ROUND(f.points_avg_last_5 - f.points_avg_season, 9) AS points_trend,
  g.def_rating_ewm_8 AS opponent_def_rating_ewm_8,
  w.blocks_ewm_8,
  w.usage_rate_ewm_8,
  w.offensive_rebounds_ewm_30,
  g.above_career_ewm_15 AS opponent_above_career_ewm_15,
  g.points_allowed_ewm_8 AS opponent_points_allowed_ewm_8,
  g.win_share AS team_win_share,
  t.points AS roster_points,
  CAST(r.games_with_team AS FLOAT64) AS games_with_team,
  CAST(r.fg_attempts_last_game AS FLOAT64) AS fg_attempts_last_game,
  g.opponent_implied_total,
  CAST(r.games_last_season AS FLOAT64) AS games_last_season,
  ABS(g.expected_margin) AS expected_margin_size,
  w.true_shooting_ewm_25,
  r.minutes_std_last_10,
  g.threes_ewm_15 AS team_three_pt_attempts_ewm_15,
  CAST(p.games_before AS FLOAT64) AS career_games,
  g.team_implied_total,
  w.fg_makes_ewm_30,
  t.star_points AS roster_star_points,
  r.points_per_minute_last_season,
  t.minutes_above AS roster_minutes_above,
  g.def_rating_ewm_25 AS opponent_def_rating_ewm_25,
  i.expected_points_share,
  i.expected_attempts_share,
  i.expected_minutes_share,
  i.chance_to_play,
  i.expected_minutes_above,
  i.expected_minutes_of_others,
  i.expected_points_of_others,
  i.expected_minutes_of_same_type,
  i.change_of_minutes_since_last_game,
  i.change_of_points_since_last_game,
  i.star_expected_points,
  i.opponent_change_of_points,
  i.opponent_missing_points,
  i.opponent_star_expected_points
FROM hoopduck.player_experience AS p
JOIN game AS g
  ON g.game_date = p.game_date AND g.team_abbr = p.team_abbr
LEFT JOIN hoopduck.player_weighted_mean AS w
  ON w.game_date = p.game_date AND w.player_lookup = p.player_lookup
LEFT JOIN hoopduck.player_record AS r
  ON r.game_date = p.game_date AND r.player_lookup = p.player_lookup
LEFT JOIN hoopduck.roster_share AS t
  ON t.game_date = p.game_date AND t.player_lookup = p.player_lookup
LEFT JOIN hoopduck.feature_report AS i
  ON i.game_date = p.game_date AND i.player_lookup = p.player_lookup
LEFT JOIN nba_precompute.player_daily_cache AS f
  ON f.cache_date = p.game_date AND f.player_lookup = p.player_lookup
LEFT JOIN nba_precompute.player_game_context AS c
  ON c.game_date = p.game_date AND c.player_lookup = p.player_lookup
WHERE p.game_date BETWEEN @from_date AND @to_date
