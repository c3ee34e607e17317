-- What a man's team is expected to do without him and with him, summed over its roster before the date; active: who
-- played in the team's last game. The shares and minutes_above are NULL for one who is not in the roster.
-- One row a player and date.
--
-- key: game_date, player_lookup
-- partition: game_date
-- reads: hoopduck.player_experience (same date), hoopduck.roster_member (same date)
WITH member AS (
  SELECT
    game_date, team_abbr, player_key, expected_points, expected_attempts,
    CAST(expected_minutes AS NUMERIC(38, 9)) AS minutes,
    games_missed = 0 AS is_active,
    IF(games_missed = 0, CAST(expected_minutes AS NUMERIC(38, 9)), NULL) AS active_minutes,
    IF(games_missed = 0, CAST(expected_points AS NUMERIC(38, 9)), NULL) AS active_points,
    IF(games_missed = 0, CAST(expected_attempts AS NUMERIC(38, 9)), NULL) AS active_attempts,
    IF(games_missed = 0, CAST(expected_usage * expected_minutes / 48 AS NUMERIC(38, 9)), NULL) AS active_usage,
    IF(games_missed = 0, points_20, NULL) AS active_points_20
  FROM hoopduck.roster_member
  WHERE game_date BETWEEN @from_date AND @to_date
),
ranked AS (
  SELECT
    *,
    -- Whoever has as many minutes is not above him.
    IFNULL(SUM(active_minutes) OVER up_to_equals, 0) - IFNULL(SUM(active_minutes) OVER equals, 0) AS minutes_above
  FROM member
  WINDOW
    up_to_equals AS (
      PARTITION BY game_date, team_abbr ORDER BY minutes DESC
      RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
    equals AS (PARTITION BY game_date, team_abbr, minutes)
),
team AS (
  SELECT
    game_date, team_abbr,
    CAST(SUM(active_points) AS FLOAT64) AS points,
    CAST(SUM(active_attempts) AS FLOAT64) AS attempts,
    CAST(SUM(active_usage) AS FLOAT64) AS usage_load,
    MAX(active_points_20) AS star_points
  FROM member
  GROUP BY game_date, team_abbr
)
SELECT
  e.game_date,
  e.player_lookup,
  ROUND(SAFE_DIVIDE(m.expected_points, t.points), 9) AS points_share,
  ROUND(SAFE_DIVIDE(m.expected_attempts, t.attempts), 9) AS fg_attempts_share,
  ROUND(CAST(IF(m.minutes IS NULL, NULL, m.minutes_above) AS FLOAT64), 9) AS minutes_above,
  ROUND(t.points, 9) AS points,
  ROUND(t.usage_load, 9) AS usage_load,
  t.star_points
FROM hoopduck.player_experience AS e
JOIN team AS t
  ON t.game_date = e.game_date AND t.team_abbr = e.team_abbr
LEFT JOIN ranked AS m
  ON m.game_date = e.game_date AND m.team_abbr = e.team_abbr AND m.player_key = e.player_key
WHERE e.game_date BETWEEN @from_date AND @to_date
