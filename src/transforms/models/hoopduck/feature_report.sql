-- What the injury reports of the day say of each man of the population: the chances that he and those around
-- him play (playing_rate), and what of minutes, shots and points they leave him. Sums go over his team's roster
-- (roster_member), the form of each man weighed by his chance. A man's own form is that of his newest game, for
-- whatever team; his own chance needs him on the roster. All is NULL, not 0, without his team's report of the
-- day, and in the first season that has reports; change_of_minutes_since_last_game is NULL in no other case, so
-- that it says which rows have a report. The opponent's figures ask the same of the opponent's report.
-- One row a player and date.
--
-- key: game_date, player_lookup
-- partition: game_date
-- spine: hoopduck.player_experience
-- reads: hoopduck.player_experience (same date), hoopduck.player_weighted_form (last 1 rows of player_key),
--   hoopduck.stg_injury_report (same date), hoopduck.roster_report (same date),
--   hoopduck.playing_rate (same date; season)
WITH asked AS (
  SELECT
    e.game_date, e.player_lookup, e.player_key, e.team_abbr, e.opponent_team_abbr, e.season_year,
    f.expected_minutes, f.expected_points, f.expected_attempts, f.player_type
  FROM hoopduck.player_experience AS e
  LEFT JOIN hoopduck.player_weighted_form AS f
    ON f.player_key = e.player_key AND f.games = e.games_before AND f.game_date < e.game_date
  WHERE e.game_date BETWEEN @from_date AND @to_date
),
member AS (
  SELECT
    r.game_date, r.team_abbr, r.player_key, r.player_type, r.expected_minutes, c.chance_to_play,
    CAST(c.chance_to_play * r.expected_minutes AS NUMERIC(38, 9)) AS minutes,
    CAST(c.chance_to_play * r.expected_points AS NUMERIC(38, 9)) AS points,
    CAST(c.chance_to_play * r.expected_attempts AS NUMERIC(38, 9)) AS attempts,
    CAST((c.chance_to_play - IF(r.games_missed = 0, 1, 0)) * r.expected_minutes AS NUMERIC(38, 9))
      AS change_of_minutes,
    CAST((c.chance_to_play - IF(r.games_missed = 0, 1, 0)) * r.expected_points AS NUMERIC(38, 9))
      AS change_of_points,
    CAST((1 - c.chance_to_play) * r.points_20 AS NUMERIC(38, 9)) AS missing_points,
    ROUND(c.chance_to_play * r.points_20, 9) AS star_points
  FROM hoopduck.roster_report AS r
  JOIN hoopduck.playing_rate AS c
    ON c.season_year = r.season_year AND c.is_out = r.is_out AND c.was_out = r.was_out
    AND c.games_missed_from = r.games_missed_from AND c.minutes_from = r.minutes_from
  WHERE r.game_date BETWEEN @from_date AND @to_date
),
team_sum AS (
  SELECT
    game_date, team_abbr,
    SUM(change_of_minutes) AS change_of_minutes,
    SUM(change_of_points) AS change_of_points,
    SUM(missing_points) AS missing_points,
    MAX(star_points) AS star_points
  FROM member
  GROUP BY game_date, team_abbr
),
-- Each team of a date that a report and a table of chances say something of; the men of none have played yet
-- when a season begins.
team AS (
  SELECT
    r.game_date, r.team_abbr, f.season_year,
    CAST(IFNULL(s.change_of_minutes, 0) AS FLOAT64) AS change_of_minutes,
    CAST(IFNULL(s.change_of_points, 0) AS FLOAT64) AS change_of_points,
    CAST(s.missing_points AS FLOAT64) AS missing_points,
    s.star_points
  FROM hoopduck.stg_injury_report AS r
  JOIN (SELECT DISTINCT game_date, team_abbr, season_year FROM asked) AS g
    ON g.game_date = r.game_date AND g.team_abbr = r.team_abbr
  JOIN (SELECT DISTINCT season_year FROM hoopduck.playing_rate WHERE game_date <= @to_date) AS f
    ON f.season_year = g.season_year
  LEFT JOIN team_sum AS s
    ON s.game_date = r.game_date AND s.team_abbr = r.team_abbr
),
around_him AS (
  SELECT
    a.game_date, a.player_lookup,
    CAST(SUM(m.minutes) AS FLOAT64) AS minutes,
    CAST(SUM(m.points) AS FLOAT64) AS points,
    CAST(SUM(m.attempts) AS FLOAT64) AS attempts,
    CAST(SUM(IF(m.expected_minutes > a.expected_minutes, m.minutes, 0)) AS FLOAT64) AS minutes_above,
    CAST(SUM(IF(m.player_type = a.player_type, m.minutes, 0)) AS FLOAT64) AS minutes_of_type
  FROM asked AS a
  JOIN member AS m
    ON m.game_date = a.game_date AND m.team_abbr = a.team_abbr AND m.player_key <> a.player_key
  GROUP BY a.game_date, a.player_lookup
)
SELECT
  a.game_date,
  a.player_lookup,
  a.team_abbr,
  ROUND(SAFE_DIVIDE(a.expected_points, a.expected_points + o.points), 9) AS expected_points_share,
  ROUND(SAFE_DIVIDE(a.expected_attempts, a.expected_attempts + o.attempts), 9)
    AS expected_attempts_share,
  ROUND(SAFE_DIVIDE(a.expected_minutes, a.expected_minutes + o.minutes), 9)
    AS expected_minutes_share,
  himself.chance_to_play,
  IF(a.expected_minutes IS NULL, NULL, o.minutes_above) AS expected_minutes_above,
  o.minutes AS expected_minutes_of_others,
  o.points AS expected_points_of_others,
  IF(a.player_type IS NULL, NULL, o.minutes_of_type) AS expected_minutes_of_same_type,
  t.change_of_minutes AS change_of_minutes_since_last_game,
  t.change_of_points AS change_of_points_since_last_game,
  t.star_points AS star_expected_points,
  opponent.change_of_points AS opponent_change_of_points,
  opponent.missing_points AS opponent_missing_points,
  opponent.star_points AS opponent_star_expected_points
FROM asked AS a
LEFT JOIN around_him AS o
  ON o.game_date = a.game_date AND o.player_lookup = a.player_lookup
LEFT JOIN member AS himself
  ON himself.game_date = a.game_date AND himself.team_abbr = a.team_abbr
  AND himself.player_key = a.player_key
LEFT JOIN team AS t
  ON t.game_date = a.game_date AND t.team_abbr = a.team_abbr
LEFT JOIN team AS opponent
  ON opponent.game_date = a.game_date AND opponent.team_abbr = a.opponent_team_abbr
