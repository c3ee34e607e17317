-- Texts and times of every simulated game; the raw tables take them from here. Times `*_est` are
-- Eastern, all others UTC; a scrape is made at noon of the next day, as in the real files.
SELECT
  f.game,
  f.season AS season_year,
  CONCAT(f.season, '-', LPAD(CAST((f.season + 1) % 100 AS VARCHAR), 2, '0')) AS season_label,
  f.kind,
  f.status,
  DATE '1970-01-01' + f.day AS game_date,
  CAST(DATE '1970-01-01' + f.day AS TIMESTAMP) + to_minutes(f.tip) AS tip_est,
  EASTERN_TO_UTC(CAST(DATE '1970-01-01' + f.day AS TIMESTAMP) + to_minutes(f.tip)) AS tip_utc,
  CAST(DATE '1970-01-01' + f.day + 1 AS TIMESTAMP) + to_hours(12) AS scraped_at,
  printf('%03d%02d%05d', f.kind, f.season % 100, f.number) AS nba_game_id,
  CONCAT(strftime(DATE '1970-01-01' + f.day, '%Y%m%d'), '_', away.abbr, '_', home.abbr) AS game_id,
  f.home,
  f.away,
  home.abbr AS home_abbr,
  away.abbr AS away_abbr,
  f.neutral = 1 AS is_neutral,
  CASE WHEN f.status = 3 THEN f.home_score END AS home_score,
  CASE WHEN f.status = 3 THEN f.away_score END AS away_score,
  f.overtimes
FROM game AS f
JOIN team AS home ON home.team = f.home
JOIN team AS away ON away.team = f.away
ORDER BY f.game
