-- What the reports say of the men of each team that has a report for its game: whether it lists a man out
-- (is_out), whether the team's game before had listed him out (was_out: no, yes; unknown when that game has no
-- report), and the bounds of the groups of missed games and of minutes in which chances to play are counted.
-- One row a man, team and game.
--
-- key: game_date, team_abbr, player_key
-- partition: game_date
-- spine: hoopduck.roster_member
-- reads: hoopduck.roster_member (same date),
--   hoopduck.stg_team_game (same date; 45 days of team_abbr in season),
--   hoopduck.stg_injury_report (same date; 45 days of team_abbr in season),
--   hoopduck.man_out (same date; 45 days of team_abbr in season)
WITH team_game AS (
  SELECT
    game_date, team_abbr,
    -- A man of the team has played for it within 45 days, so its game before is not older either.
    MAX(IF(is_final, game_date, NULL)) OVER (
      PARTITION BY team_abbr, season_year ORDER BY game_date
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS last_date
  FROM hoopduck.stg_team_game
  WHERE game_date <= @to_date AND UNIX_DATE(game_date) >= UNIX_DATE(@from_date) - 45
),
-- A report can name a man twice, by a former name.
listed_out AS (
  SELECT DISTINCT game_date, team_abbr, player_key
  FROM hoopduck.man_out
  WHERE game_date <= @to_date AND UNIX_DATE(game_date) >= UNIX_DATE(@from_date) - 45
)
SELECT
  m.game_date,
  m.team_abbr,
  m.player_key,
  m.season_year,
  tonight.player_key IS NOT NULL AS is_out,
  CASE
    WHEN last_report.game_date IS NULL THEN 'unknown'
    WHEN last_time.player_key IS NULL THEN 'no'
    ELSE 'yes'
  END AS was_out,
  CAST(CASE
    WHEN m.games_missed < 2 THEN m.games_missed
    WHEN m.games_missed < 5 THEN 2
    WHEN m.games_missed < 10 THEN 5
    ELSE 10
  END AS INT64) AS games_missed_from,
  CAST(CASE
    WHEN m.minutes_20 >= 28 THEN 28
    WHEN m.minutes_20 >= 20 THEN 20
    WHEN m.minutes_20 >= 14 THEN 14
    WHEN m.minutes_20 >= 8 THEN 8
    ELSE 0
  END AS INT64) AS minutes_from,
  m.games_missed,
  m.expected_minutes,
  m.expected_points,
  m.expected_attempts,
  m.points_20,
  m.player_type
FROM hoopduck.roster_member AS m
JOIN hoopduck.stg_injury_report AS report
  ON report.game_date = m.game_date AND report.team_abbr = m.team_abbr
JOIN team_game AS g
  ON g.game_date = m.game_date AND g.team_abbr = m.team_abbr
LEFT JOIN listed_out AS tonight
  ON tonight.game_date = m.game_date AND tonight.team_abbr = m.team_abbr
  AND tonight.player_key = m.player_key
LEFT JOIN hoopduck.stg_injury_report AS last_report
  ON last_report.game_date = g.last_date AND last_report.team_abbr = m.team_abbr
LEFT JOIN listed_out AS last_time
  ON last_time.game_date = g.last_date AND last_time.team_abbr = m.team_abbr
  AND last_time.player_key = m.player_key
WHERE m.game_date BETWEEN @from_date AND @to_date
