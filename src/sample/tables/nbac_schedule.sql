-- Every game as it was scraped a week before (scheduled), and after it was played (final).
WITH scrapes AS (
  SELECT *, 1 AS scrape_status, scraped_at - to_days(8) AS processed_at FROM games
  UNION ALL
  SELECT *, 3, scraped_at FROM games WHERE status = 3
)
SELECT
  nba_game_id AS game_id,
  season_label AS season_nba_format,
  season_year,
  game_date,
  tip_est AS game_date_est,
  scrape_status AS game_status,
  CASE WHEN scrape_status = 3 THEN 'Final' ELSE strftime(tip_est, '%-I:%M %p ET') END AS game_status_text,
  home_abbr AS home_team_tricode,
  away_abbr AS away_team_tricode,
  kind = 2 AS is_regular_season,
  kind = 4 AS is_playoffs,
  FALSE AS is_all_star,
  is_neutral AS neutral_site_flag,
  CASE WHEN scrape_status = 3 THEN home_score END AS home_team_score,
  CASE WHEN scrape_status = 3 THEN away_score END AS away_team_score,
  CASE WHEN scrape_status = 3 THEN IF(home_score > away_score, home_abbr, away_abbr) END AS winning_team_tricode,
  'sample' AS data_source,
  processed_at
FROM scrapes
ORDER BY game, scrape_status
