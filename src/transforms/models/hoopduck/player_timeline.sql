-- Every row of the population with what the man did in that game, where he played, and what he had
-- done before it: the numbers that the windows of SPEC 4 are counted by. Stats are NULL where he did
-- not play; the zones are NULL where any of them is unknown. A man who is listed twice on a date
-- under two lookups counts once. One row a player and date.
--
-- key: game_date, player_lookup
-- partition: game_date
-- reads: hoopduck.population (earlier dates), nba_analytics.player_game_summary (earlier dates)

WITH listed AS (
  SELECT
    p.game_date, p.player_lookup, p.player_key, p.team_abbr, p.opponent_team_abbr, p.season_year,
    p.home_game, p.is_bootstrap, s.minutes_played, s.points, s.fg_attempts, s.ft_attempts,
    s.usage_rate, s.paint_attempts, s.paint_makes, s.mid_range_attempts, s.mid_range_makes,
    s.three_attempts_pbp, s.three_makes_pbp, s.assisted_fg_makes, s.unassisted_fg_makes,
    COALESCE(s.minutes_played > 0, FALSE) AS has_minutes
  FROM hoopduck.population AS p
  LEFT JOIN nba_analytics.player_game_summary AS s
    ON s.game_date = p.game_date AND s.player_lookup = p.player_lookup
  WHERE p.game_date <= @to_date
    AND p.player_key IN (
      SELECT player_key FROM hoopduck.population WHERE game_date BETWEEN @from_date AND @to_date)
),
twice AS (
  SELECT player_key, game_date, MIN(player_lookup) AS kept_lookup
  FROM listed
  WHERE has_minutes
  GROUP BY player_key, game_date
  HAVING COUNT(*) > 1
),
counted AS (
  SELECT
    l.*,
    l.has_minutes AND (t.kept_lookup IS NULL OR t.kept_lookup = l.player_lookup) AS is_played
  FROM listed AS l
  LEFT JOIN twice AS t
    ON t.player_key = l.player_key AND t.game_date = l.game_date
),
game AS (
  SELECT
    game_date, player_lookup, player_key, team_abbr, opponent_team_abbr, season_year, home_game,
    is_bootstrap, is_played, paint_attempts, paint_makes, mid_range_attempts,
    mid_range_makes, three_attempts_pbp, three_makes_pbp,
    IF(is_played, CAST(minutes_played AS NUMERIC(38, 9)), NULL) AS minutes,
    IF(is_played, points, NULL) AS points,
    IF(is_played, fg_attempts, NULL) AS fg_attempts,
    IF(is_played, ft_attempts, NULL) AS ft_attempts,
    -- Usage is averaged with minutes as weights: both sums come from games with a known usage.
    IF(is_played, CAST(usage_rate * minutes_played AS NUMERIC(38, 9)), NULL) AS usage_minutes,
    IF(is_played AND usage_rate IS NOT NULL, CAST(minutes_played AS NUMERIC(38, 9)), NULL)
      AS usage_weight,
    IF(is_played AND unassisted_fg_makes IS NOT NULL, assisted_fg_makes, NULL) AS assisted_makes,
    IF(is_played, assisted_fg_makes + unassisted_fg_makes, NULL) AS makes_with_roles,
    is_played AND paint_attempts IS NOT NULL AND paint_makes IS NOT NULL
      AND mid_range_attempts IS NOT NULL AND mid_range_makes IS NOT NULL
      AND three_attempts_pbp IS NOT NULL AND three_makes_pbp IS NOT NULL AS has_zones
  FROM counted
),
-- What he had done in all seasons before a season.
earlier_seasons AS (
  SELECT
    player_key,
    season_year,
    SUM(games) OVER seasons_before AS games,
    MAX(last_date) OVER seasons_before AS last_date
  FROM (
    SELECT
      player_key,
      season_year,
      COUNT(IF(is_played, 1, NULL)) AS games,
      MAX(IF(is_played, game_date, NULL)) AS last_date
    FROM game
    GROUP BY player_key, season_year) AS season
  WINDOW seasons_before AS (
    PARTITION BY player_key ORDER BY season_year
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
summed AS (
  SELECT
    *,
    COUNT(IF(is_played, 1, NULL)) OVER season AS season_games_before,
    MAX(IF(is_played, game_date, NULL)) OVER season AS season_last_played_date,
    COUNT(IF(has_zones, 1, NULL)) OVER season AS season_zone_games_before,
    SUM(points) OVER season AS season_points_before,
    COUNT(points) OVER season AS season_games_with_points_before,
    SUM(minutes) OVER season AS season_minutes_before
  FROM game
  -- Of a man's rows of one date at most one is played, and it stands last: no row counts its own date.
  WINDOW season AS (
    PARTITION BY player_key, season_year ORDER BY game_date, is_played
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
SELECT
  s.game_date,
  s.player_lookup,
  s.player_key,
  s.team_abbr,
  s.opponent_team_abbr,
  s.season_year,
  s.home_game,
  s.is_bootstrap,
  s.is_played,
  s.has_zones,
  CAST(COALESCE(e.games, 0) + s.season_games_before AS INT64) AS games_before,
  COALESCE(s.season_last_played_date, e.last_date) AS last_played_date,
  s.season_games_before,
  s.season_zone_games_before,
  CAST(s.season_points_before AS INT64) AS season_points_before,
  s.season_games_with_points_before,
  s.season_minutes_before,
  s.minutes,
  s.points,
  s.fg_attempts,
  s.ft_attempts,
  s.usage_minutes,
  s.usage_weight,
  s.assisted_makes,
  s.makes_with_roles,
  IF(s.has_zones, s.paint_attempts, NULL) AS paint_attempts,
  IF(s.has_zones, s.paint_makes, NULL) AS paint_makes,
  IF(s.has_zones, s.mid_range_attempts, NULL) AS mid_range_attempts,
  IF(s.has_zones, s.mid_range_makes, NULL) AS mid_range_makes,
  IF(s.has_zones, s.three_attempts_pbp, NULL) AS three_attempts,
  IF(s.has_zones, s.three_makes_pbp, NULL) AS three_makes
FROM summed AS s
LEFT JOIN earlier_seasons AS e
  ON e.player_key = s.player_key AND e.season_year = s.season_year
WHERE s.game_date >= @from_date
