-- What each man did in the games that he played, as the windows of SPEC 4 sum it; the zones are NULL where any
-- of them is unknown. One row a player and date.
--
-- key: game_date, player_lookup
-- partition: game_date
-- reads: hoopduck.player_appearance (same date), nba_analytics.player_game_summary (same date)
SELECT
  a.game_date,
  a.player_lookup,
  a.player_key,
  a.season_year,
  a.has_zones,
  CAST(s.minutes_played AS NUMERIC(38, 9)) AS minutes,
  s.points,
  s.rebounds,
  s.offensive_rebounds,
  s.assists,
  s.steals,
  s.blocks,
  s.turnovers,
  s.personal_fouls,
  s.plus_minus,
  s.fg_attempts,
  s.fg_makes,
  s.three_pt_attempts,
  s.three_pt_makes,
  s.ft_attempts,
  s.ft_makes,
  -- Usage is averaged with minutes as weights: both sums come from games with a known usage.
  CAST(s.usage_rate * s.minutes_played AS NUMERIC(38, 9)) AS usage_minutes,
  IF(s.usage_rate IS NOT NULL, CAST(s.minutes_played AS NUMERIC(38, 9)), NULL) AS usage_weight,
  IF(s.unassisted_fg_makes IS NOT NULL, s.assisted_fg_makes, NULL) AS assisted_makes,
  s.assisted_fg_makes + s.unassisted_fg_makes AS makes_with_roles,
  IF(a.has_zones, s.paint_attempts, NULL) AS paint_attempts,
  IF(a.has_zones, s.paint_makes, NULL) AS paint_makes,
  IF(a.has_zones, s.mid_range_attempts, NULL) AS mid_range_attempts,
  IF(a.has_zones, s.mid_range_makes, NULL) AS mid_range_makes,
  IF(a.has_zones, s.three_attempts_pbp, NULL) AS three_attempts,
  IF(a.has_zones, s.three_makes_pbp, NULL) AS three_makes
FROM hoopduck.player_appearance AS a
JOIN nba_analytics.player_game_summary AS s
  ON s.game_date = a.game_date AND s.player_lookup = a.player_lookup
WHERE a.game_date BETWEEN @from_date AND @to_date AND a.is_played
