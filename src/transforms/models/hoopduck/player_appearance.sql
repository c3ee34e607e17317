-- Whether each man of the population played in that game, and whether his shots by zone are known, without
-- what he did: what the counts of games are made of. A man who is listed twice on a date under two
-- lookups counts once. One row a player and date.
--
-- key: game_date, player_lookup
-- partition: game_date
-- reads: hoopduck.population (same date), nba_analytics.player_game_summary (same date)
WITH listed AS (
  SELECT
    p.game_date, p.player_lookup, p.player_key, p.season_year,
    COALESCE(s.minutes_played > 0, FALSE) AS has_minutes,
    s.paint_attempts IS NOT NULL AND s.paint_makes IS NOT NULL
      AND s.mid_range_attempts IS NOT NULL AND s.mid_range_makes IS NOT NULL
      AND s.three_attempts_pbp IS NOT NULL AND s.three_makes_pbp IS NOT NULL AS knows_zones
  FROM hoopduck.population AS p
  LEFT JOIN nba_analytics.player_game_summary AS s
    ON s.game_date = p.game_date AND s.player_lookup = p.player_lookup
  WHERE p.game_date BETWEEN @from_date AND @to_date
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
)
SELECT
  game_date, player_lookup, player_key, season_year, is_played, is_played AND knows_zones AS has_zones
FROM counted
