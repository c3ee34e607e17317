-- Every row of the population with how much its man had played before it: the numbers by which the
-- windows of SPEC 4 find their last game. One row a player and date.
--
-- key: game_date, player_lookup
-- partition: game_date
-- spine: hoopduck.player_appearance
-- reads: hoopduck.population (same date), hoopduck.player_appearance (same date; earlier dates of player_key)
WITH appearance AS (
  SELECT game_date, player_lookup, player_key, season_year, is_played, has_zones
  FROM hoopduck.player_appearance
  WHERE game_date <= @to_date
    AND player_key IN (
      SELECT player_key FROM hoopduck.player_appearance
      WHERE game_date BETWEEN @from_date AND @to_date)
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
    FROM appearance
    GROUP BY player_key, season_year) AS season
  WINDOW seasons_before AS (
    PARTITION BY player_key ORDER BY season_year
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
counted AS (
  SELECT
    game_date,
    player_lookup,
    player_key,
    season_year,
    COUNT(IF(is_played, 1, NULL)) OVER season AS season_games_before,
    MAX(IF(is_played, game_date, NULL)) OVER season AS season_last_played_date,
    COUNT(IF(has_zones, 1, NULL)) OVER season AS season_zone_games_before
  FROM appearance
  -- Of a man's rows of one date at most one is played, and it stands last: no row counts its own date.
  WINDOW season AS (
    PARTITION BY player_key, season_year ORDER BY game_date, is_played
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
SELECT
  p.game_date,
  p.player_lookup,
  p.player_key,
  p.team_abbr,
  p.opponent_team_abbr,
  p.season_year,
  p.home_game,
  p.is_bootstrap,
  CAST(COALESCE(e.games, 0) + c.season_games_before AS INT64) AS games_before,
  COALESCE(c.season_last_played_date, e.last_date) AS last_played_date,
  c.season_games_before,
  c.season_zone_games_before
FROM hoopduck.population AS p
JOIN counted AS c
  ON c.game_date = p.game_date AND c.player_lookup = p.player_lookup
LEFT JOIN earlier_seasons AS e
  ON e.player_key = p.player_key AND e.season_year = p.season_year
WHERE p.game_date BETWEEN @from_date AND @to_date
