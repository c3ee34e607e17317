-- One row for each listed player of a final game that has shots: his shots by zone (SPEC 3.3). Sources spell
-- names differently: a shot belongs to the listed player of its team with the same lookup or the prefix's
-- nba_player_id; a shooter whom no box score knows is the one listed player with FGA > 0 and no shots who has
-- the same name without its suffix, else the only one whose FGA equals the shots. Names first, then FGA among
-- those left; two shooters that fit one man: neither. FGA 0 gives zeros; FGA > 0 without shots gives NULL.
--
-- key: game_date, player_lookup, player_key
-- partition: game_date
-- reads: hoopduck.stg_shooter (same date), hoopduck.stg_player_game (same date), hoopduck.stg_team_game (same date)
WITH players AS (
  SELECT p.game_date, p.team_abbr, p.player_lookup, p.player_key, p.base_lookup, p.nba_player_id, p.fg_attempts
  FROM hoopduck.stg_player_game AS p
  JOIN hoopduck.stg_team_game AS g ON g.game_date = p.game_date AND g.team_abbr = p.team_abbr
  JOIN (SELECT nba_game_id FROM hoopduck.stg_shooter WHERE game_date BETWEEN @from_date AND @to_date GROUP BY nba_game_id) AS games
    ON games.nba_game_id = g.nba_game_id
  WHERE p.game_date BETWEEN @from_date AND @to_date
),
shooters AS (
  SELECT
    s.*,
    CONCAT(IFNULL(s.shooter_lookup, ''), '#', IFNULL(CAST(s.prefix_player_id AS STRING), '')) AS shooter
  FROM hoopduck.stg_shooter AS s
  WHERE s.game_date BETWEEN @from_date AND @to_date
),
known AS (
  -- The same lookup before the prefix's id, should they point at two men.
  SELECT s.game_date, s.team_abbr, s.shooter, COALESCE(MAX(a.player_key), MAX(b.player_key)) AS player_key
  FROM shooters AS s
  LEFT JOIN players AS a
    ON a.game_date = s.game_date AND a.team_abbr = s.team_abbr AND a.player_lookup = s.shooter_lookup
  LEFT JOIN players AS b
    ON b.game_date = s.game_date AND b.team_abbr = s.team_abbr AND b.nba_player_id = s.prefix_player_id
  WHERE a.player_key IS NOT NULL OR b.player_key IS NOT NULL
  GROUP BY s.game_date, s.team_abbr, s.shooter
),
lost_shooters AS (
  SELECT s.game_date, s.team_abbr, s.shooter, s.base_lookup, s.shots
  FROM shooters AS s
  LEFT JOIN known AS k ON k.game_date = s.game_date AND k.team_abbr = s.team_abbr AND k.shooter = s.shooter
  -- A man of the other team's box score is not lost, only his team's code is wrong.
  LEFT JOIN players AS elsewhere
    ON elsewhere.game_date = s.game_date AND elsewhere.player_lookup = s.shooter_lookup
  WHERE k.shooter IS NULL AND elsewhere.player_lookup IS NULL
),
open_players AS (
  SELECT p.game_date, p.team_abbr, p.player_key, p.base_lookup, p.fg_attempts
  FROM players AS p
  LEFT JOIN known AS k ON k.game_date = p.game_date AND k.team_abbr = p.team_abbr AND k.player_key = p.player_key
  WHERE p.fg_attempts > 0 AND k.player_key IS NULL
),
by_name AS (
  SELECT s.game_date, s.team_abbr, s.shooter, p.player_key
  FROM lost_shooters AS s
  JOIN open_players AS p
    ON p.game_date = s.game_date AND p.team_abbr = s.team_abbr AND p.base_lookup = s.base_lookup
  QUALIFY COUNT(*) OVER (PARTITION BY s.game_date, s.team_abbr, s.shooter) = 1
    AND COUNT(*) OVER (PARTITION BY s.game_date, s.team_abbr, p.player_key) = 1
),
by_attempts AS (
  SELECT s.game_date, s.team_abbr, s.shooter, p.player_key
  FROM lost_shooters AS s
  JOIN open_players AS p
    ON p.game_date = s.game_date AND p.team_abbr = s.team_abbr AND p.fg_attempts = s.shots
  LEFT JOIN by_name AS named_shooter
    ON named_shooter.game_date = s.game_date AND named_shooter.team_abbr = s.team_abbr AND named_shooter.shooter = s.shooter
  LEFT JOIN by_name AS named_player
    ON named_player.game_date = p.game_date AND named_player.team_abbr = p.team_abbr AND named_player.player_key = p.player_key
  WHERE named_shooter.shooter IS NULL AND named_player.player_key IS NULL
  QUALIFY COUNT(*) OVER (PARTITION BY s.game_date, s.team_abbr, s.shooter) = 1
    AND COUNT(*) OVER (PARTITION BY s.game_date, s.team_abbr, p.player_key) = 1
),
matched AS (
  SELECT game_date, team_abbr, shooter, player_key FROM known
  UNION ALL
  SELECT game_date, team_abbr, shooter, player_key FROM by_name
  UNION ALL
  SELECT game_date, team_abbr, shooter, player_key FROM by_attempts
),
zones AS (
  SELECT
    m.game_date, m.team_abbr, m.player_key,
    SUM(s.paint_attempts) AS paint_attempts, SUM(s.paint_makes) AS paint_makes,
    SUM(s.mid_range_attempts) AS mid_range_attempts, SUM(s.mid_range_makes) AS mid_range_makes,
    SUM(s.three_attempts) AS three_attempts, SUM(s.three_makes) AS three_makes,
    SUM(s.assisted_fg_makes) AS assisted_fg_makes, SUM(s.unassisted_fg_makes) AS unassisted_fg_makes
  FROM matched AS m
  JOIN shooters AS s ON s.game_date = m.game_date AND s.team_abbr = m.team_abbr AND s.shooter = m.shooter
  GROUP BY m.game_date, m.team_abbr, m.player_key
),
roles AS (
  SELECT game_date, team_abbr, COUNT(assisted_fg_makes) > 0 AS has_roles FROM shooters GROUP BY game_date, team_abbr
)
SELECT
  p.game_date, p.player_lookup, p.player_key,
  CAST(IF(p.fg_attempts = 0, IFNULL(z.paint_attempts, 0), z.paint_attempts) AS INT64) AS paint_attempts,
  CAST(IF(p.fg_attempts = 0, IFNULL(z.paint_makes, 0), z.paint_makes) AS INT64) AS paint_makes,
  CAST(IF(p.fg_attempts = 0, IFNULL(z.mid_range_attempts, 0), z.mid_range_attempts) AS INT64) AS mid_range_attempts,
  CAST(IF(p.fg_attempts = 0, IFNULL(z.mid_range_makes, 0), z.mid_range_makes) AS INT64) AS mid_range_makes,
  CAST(IF(p.fg_attempts = 0, IFNULL(z.three_attempts, 0), z.three_attempts) AS INT64) AS three_attempts_pbp,
  CAST(IF(p.fg_attempts = 0, IFNULL(z.three_makes, 0), z.three_makes) AS INT64) AS three_makes_pbp,
  CAST(IF(p.fg_attempts = 0 AND IFNULL(r.has_roles, FALSE), IFNULL(z.assisted_fg_makes, 0), z.assisted_fg_makes) AS INT64)
    AS assisted_fg_makes,
  CAST(IF(p.fg_attempts = 0 AND IFNULL(r.has_roles, FALSE), IFNULL(z.unassisted_fg_makes, 0), z.unassisted_fg_makes) AS INT64)
    AS unassisted_fg_makes
FROM players AS p
LEFT JOIN zones AS z ON z.game_date = p.game_date AND z.team_abbr = p.team_abbr AND z.player_key = p.player_key
LEFT JOIN roles AS r ON r.game_date = p.game_date AND r.team_abbr = p.team_abbr
