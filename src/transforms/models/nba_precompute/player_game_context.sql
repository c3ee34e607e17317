-- The situation of a player's game as known before it (SPEC 4.4): rest and load, usage of his last
-- games, pace and ratings of both teams, the lines, and the stars whom his team's report lists out.
-- One row a listed player and date.
--
-- key: game_date, player_lookup
-- partition: game_date
-- spine: hoopduck.player_experience
-- reads: hoopduck.player_experience (same date),
--   hoopduck.player_timeline (14 days of player_key; last 7 rows of player_key),
--   hoopduck.stg_team_game (same date), hoopduck.team_recent_form (same date),
--   hoopduck.star_out (same date), hoopduck.stg_game_line (same date),
--   hoopduck.stg_injury_report (same date)
-- expects: one row a listed player

WITH asked AS (
  SELECT game_date, player_lookup, player_key, team_abbr, games_before, last_played_date
  FROM hoopduck.player_experience
  WHERE game_date BETWEEN @from_date AND @to_date
),
played AS (
  SELECT
    player_key,
    UNIX_DATE(game_date) AS day,
    minutes,
    -- The second game of a back-to-back: he played on the date before, too.
    IF(UNIX_DATE(game_date) - LAG(UNIX_DATE(game_date)) OVER man = 1, 1, NULL) AS back_to_back_end
  FROM hoopduck.player_timeline
  WHERE game_date < @to_date AND UNIX_DATE(game_date) >= UNIX_DATE(@from_date) - 14
    AND player_key IN (SELECT player_key FROM asked)
  WINDOW man AS (PARTITION BY player_key ORDER BY game_date)
),
-- His games and the dates that are asked for in one line of days.
event AS (
  SELECT player_key, day, minutes, back_to_back_end, CAST(NULL AS STRING) AS player_lookup
  FROM played
  UNION ALL
  SELECT player_key, UNIX_DATE(game_date), NULL, NULL, player_lookup
  FROM asked
),
recent AS (
  SELECT
    player_key,
    day,
    player_lookup,
    COUNT(minutes) OVER last_7_days AS games_7,
    COUNT(minutes) OVER last_14_days AS games_14,
    ROUND(CAST(COALESCE(SUM(minutes) OVER last_7_days, 0) AS FLOAT64), 9) AS minutes_7,
    ROUND(CAST(COALESCE(SUM(minutes) OVER last_14_days, 0) AS FLOAT64), 9) AS minutes_14,
    COUNT(back_to_back_end) OVER second_of_pair AS back_to_backs_14
  FROM event
  WINDOW
    last_7_days AS (
      PARTITION BY player_key ORDER BY day RANGE BETWEEN 7 PRECEDING AND 1 PRECEDING),
    last_14_days AS (
      PARTITION BY player_key ORDER BY day RANGE BETWEEN 14 PRECEDING AND 1 PRECEDING),
    -- Both dates of a pair lie in the 14 days when the second lies in the last 13.
    second_of_pair AS (
      PARTITION BY player_key ORDER BY day RANGE BETWEEN 13 PRECEDING AND 1 PRECEDING)
),
load AS (
  SELECT
    a.game_date, a.player_lookup, a.player_key, a.team_abbr, a.games_before,
    UNIX_DATE(a.game_date) - UNIX_DATE(a.last_played_date) AS days_since,
    r.games_7, r.games_14, r.minutes_7, r.minutes_14, r.back_to_backs_14
  FROM asked AS a
  JOIN recent AS r
    ON r.player_lookup = a.player_lookup AND r.day = UNIX_DATE(a.game_date)
),
-- His usage after each game that he played, weighted by minutes.
usage_form AS (
  SELECT
    player_key,
    ROW_NUMBER() OVER man AS games,
    CAST(SUM(usage_minutes) OVER last_7 AS FLOAT64) AS usage_minutes_7,
    CAST(SUM(usage_weight) OVER last_7 AS FLOAT64) AS usage_weight_7,
    CAST(SUM(usage_minutes) OVER last_3 AS FLOAT64) AS usage_minutes_3,
    CAST(SUM(usage_weight) OVER last_3 AS FLOAT64) AS usage_weight_3
  FROM hoopduck.player_timeline
  WHERE game_date < @to_date AND player_key IN (SELECT player_key FROM asked)
  WINDOW
    man AS (PARTITION BY player_key ORDER BY game_date),
    last_7 AS (
      PARTITION BY player_key ORDER BY game_date ROWS BETWEEN 6 PRECEDING AND CURRENT ROW),
    last_3 AS (
      PARTITION BY player_key ORDER BY game_date ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)
),
stars_of_team AS (
  SELECT game_date, team_abbr, COUNT(*) AS stars
  FROM hoopduck.star_out
  WHERE game_date BETWEEN @from_date AND @to_date
  GROUP BY game_date, team_abbr
),
-- What is the same for every man of a team; no report says nothing about who is out.
team_context AS (
  SELECT
    g.game_date,
    g.team_abbr,
    g.game_id,
    g.opponent_team_abbr,
    ROUND(team.pace_last_10 - opponent.pace_last_10, 9) AS pace_differential,
    opponent.pace_last_10 AS opponent_pace_last_10,
    opponent.def_rating_last_10 AS opponent_def_rating_last_10,
    line.game_total,
    line.game_spread,
    ROUND((line.game_total - line.game_spread) / 2, 9) AS team_implied_total,
    IF(report.game_date IS NULL, NULL, COALESCE(stars.stars, 0)) AS stars_out
  FROM hoopduck.stg_team_game AS g
  LEFT JOIN hoopduck.team_recent_form AS team
    ON team.game_date = g.game_date AND team.team_abbr = g.team_abbr
  LEFT JOIN hoopduck.team_recent_form AS opponent
    ON opponent.game_date = g.game_date AND opponent.team_abbr = g.opponent_team_abbr
  LEFT JOIN hoopduck.stg_game_line AS line
    ON line.game_date = g.game_date AND line.team_abbr = g.team_abbr
  LEFT JOIN hoopduck.stg_injury_report AS report
    ON report.game_date = g.game_date AND report.team_abbr = g.team_abbr
  LEFT JOIN stars_of_team AS stars
    ON stars.game_date = g.game_date AND stars.team_abbr = g.team_abbr
  WHERE g.game_date BETWEEN @from_date AND @to_date
)
SELECT
  l.game_date,
  l.player_lookup,
  t.game_id,
  l.team_abbr,
  t.opponent_team_abbr,
  CASE WHEN l.days_since > 30 THEN 30 ELSE l.days_since END AS days_rest,
  l.days_since = 1 AS back_to_back,
  l.games_7 AS games_in_last_7_days,
  l.games_14 AS games_in_last_14_days,
  l.minutes_7 AS minutes_in_last_7_days,
  l.minutes_14 AS minutes_in_last_14_days,
  ROUND(SAFE_DIVIDE(l.minutes_7, l.games_7), 9) AS avg_minutes_per_game_last_7,
  l.back_to_backs_14 AS back_to_backs_last_14_days,
  ROUND(SAFE_DIVIDE(u.usage_minutes_7, u.usage_weight_7), 9) AS avg_usage_rate_last_7_games,
  ROUND(SAFE_DIVIDE(u.usage_minutes_3, u.usage_weight_3), 9) AS projected_usage_rate,
  t.pace_differential,
  t.opponent_pace_last_10,
  t.opponent_def_rating_last_10,
  t.game_total,
  t.game_spread,
  t.team_implied_total,
  t.stars_out - IF(himself.player_key IS NULL, 0, 1) AS star_teammates_out
FROM load AS l
LEFT JOIN usage_form AS u
  ON u.player_key = l.player_key AND u.games = l.games_before
LEFT JOIN team_context AS t
  ON t.game_date = l.game_date AND t.team_abbr = l.team_abbr
LEFT JOIN hoopduck.star_out AS himself
  ON himself.game_date = l.game_date AND himself.team_abbr = l.team_abbr
  AND himself.player_key = l.player_key
