-- What the men who met a team in a game scored above what was expected of them: above their weighted mean
-- (half-life 12 games) and above their career's points per minute at the minutes that they played,
-- minutes*(career points + 8)/(career minutes + 20); the latter by type, too. One row a team and game.
--
-- key: game_date, team_abbr
-- partition: game_date
-- reads: hoopduck.player_box (same date), hoopduck.player_weighted_mean (same date),
--   hoopduck.player_record (same date)
WITH man AS (
  SELECT
    b.game_date,
    b.opponent_team_abbr AS team_abbr,
    r.player_type,
    b.minutes,
    CAST(b.points - f.points_ewm_12 AS NUMERIC(38, 9)) AS above_form,
    CAST(b.points - SAFE_DIVIDE(
      CAST(b.minutes AS FLOAT64) * (r.career_points + 8),
      CAST(r.career_minutes AS FLOAT64) + 20) AS NUMERIC(38, 9)) AS above_career
  FROM hoopduck.player_box AS b
  JOIN hoopduck.player_weighted_mean AS f
    ON f.game_date = b.game_date AND f.player_lookup = b.player_lookup
  JOIN hoopduck.player_record AS r
    ON r.game_date = b.game_date AND r.player_lookup = b.player_lookup
  WHERE b.game_date BETWEEN @from_date AND @to_date AND b.points IS NOT NULL
)
SELECT
  game_date,
  team_abbr,
  CAST(SUM(above_form) AS FLOAT64) AS above_form,
  CAST(SUM(above_career) AS FLOAT64) AS above_career,
  CAST(SUM(IF(player_type = 'guard', above_career, 0)) AS FLOAT64) AS guard_above,
  CAST(SUM(IF(player_type = 'wing', above_career, 0)) AS FLOAT64) AS wing_above,
  CAST(SUM(IF(player_type = 'big', above_career, 0)) AS FLOAT64) AS big_above,
  CAST(SUM(IF(player_type = 'guard', minutes, 0)) AS FLOAT64) AS guard_minutes,
  CAST(SUM(IF(player_type = 'wing', minutes, 0)) AS FLOAT64) AS wing_minutes,
  CAST(SUM(IF(player_type = 'big', minutes, 0)) AS FLOAT64) AS big_minutes
FROM man
GROUP BY game_date, team_abbr
