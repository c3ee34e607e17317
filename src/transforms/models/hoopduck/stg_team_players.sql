-- One row for each team of a final game that lists players of either side: the sums of its players (SPEC 3.1).
-- A sum is NULL when a man who played lacks the stat. is_whole: at least five played, their minutes sum to within 6 of
-- 240 + 25k, the points are the shots' points, and they equal the schedule's score where it has one, so that
-- half a team never passes for a team.
--
-- key: game_date, team_abbr
-- partition: game_date
-- reads: hoopduck.stg_player_game (same date), hoopduck.stg_team_game (same date)
WITH sums AS (
  SELECT
    game_date, team_abbr,
    COUNTIF(minutes_played > 0) AS played,
    COUNTIF(player_status = 'inactive') AS inactive,
    CAST(SUM(CAST(minutes_played AS NUMERIC(38,9))) AS FLOAT64) AS minutes,
    IF(COUNTIF(minutes_played > 0 AND points IS NULL) > 0, NULL, SUM(points)) AS points,
    IF(COUNTIF(minutes_played > 0 AND fg_attempts IS NULL) > 0, NULL, SUM(fg_attempts)) AS fg_attempts,
    IF(COUNTIF(minutes_played > 0 AND fg_makes IS NULL) > 0, NULL, SUM(fg_makes)) AS fg_makes,
    IF(COUNTIF(minutes_played > 0 AND three_pt_attempts IS NULL) > 0, NULL, SUM(three_pt_attempts)) AS three_pt_attempts,
    IF(COUNTIF(minutes_played > 0 AND three_pt_makes IS NULL) > 0, NULL, SUM(three_pt_makes)) AS three_pt_makes,
    IF(COUNTIF(minutes_played > 0 AND ft_attempts IS NULL) > 0, NULL, SUM(ft_attempts)) AS ft_attempts,
    IF(COUNTIF(minutes_played > 0 AND ft_makes IS NULL) > 0, NULL, SUM(ft_makes)) AS ft_makes,
    IF(COUNTIF(minutes_played > 0 AND offensive_rebounds IS NULL) > 0, NULL, SUM(offensive_rebounds)) AS offensive_rebounds,
    IF(COUNTIF(minutes_played > 0 AND defensive_rebounds IS NULL) > 0, NULL, SUM(defensive_rebounds)) AS defensive_rebounds,
    IF(COUNTIF(minutes_played > 0 AND rebounds IS NULL) > 0, NULL, SUM(rebounds)) AS rebounds,
    IF(COUNTIF(minutes_played > 0 AND assists IS NULL) > 0, NULL, SUM(assists)) AS assists,
    IF(COUNTIF(minutes_played > 0 AND steals IS NULL) > 0, NULL, SUM(steals)) AS steals,
    IF(COUNTIF(minutes_played > 0 AND blocks IS NULL) > 0, NULL, SUM(blocks)) AS blocks,
    IF(COUNTIF(minutes_played > 0 AND turnovers IS NULL) > 0, NULL, SUM(turnovers)) AS turnovers,
    IF(COUNTIF(minutes_played > 0 AND personal_fouls IS NULL) > 0, NULL, SUM(personal_fouls)) AS personal_fouls
  FROM hoopduck.stg_player_game
  WHERE game_date BETWEEN @from_date AND @to_date
  GROUP BY game_date, team_abbr
),
listed AS (
  SELECT g.game_date, g.nba_game_id, COUNTIF(p.player_status IN ('dnp', 'inactive')) AS not_active
  FROM hoopduck.stg_player_game AS p
  JOIN hoopduck.stg_team_game AS g ON g.game_date = p.game_date AND g.team_abbr = p.team_abbr
  WHERE p.game_date BETWEEN @from_date AND @to_date
  GROUP BY g.game_date, g.nba_game_id
)
SELECT
  g.game_date, g.team_abbr, IFNULL(s.played, 0) AS played,
  CAST(s.minutes AS FLOAT64) AS minutes,
  -- A game that lists no dnp or inactive man says nothing about who was inactive.
  CAST(IF(l.not_active > 0, IFNULL(s.inactive, 0), NULL) AS INT64) AS players_inactive,
  CAST(s.points AS INT64) AS points, CAST(s.fg_attempts AS INT64) AS fg_attempts, CAST(s.fg_makes AS INT64) AS fg_makes,
  CAST(s.three_pt_attempts AS INT64) AS three_pt_attempts, CAST(s.three_pt_makes AS INT64) AS three_pt_makes,
  CAST(s.ft_attempts AS INT64) AS ft_attempts, CAST(s.ft_makes AS INT64) AS ft_makes,
  CAST(s.offensive_rebounds AS INT64) AS offensive_rebounds, CAST(s.defensive_rebounds AS INT64) AS defensive_rebounds,
  CAST(s.rebounds AS INT64) AS rebounds, CAST(s.assists AS INT64) AS assists, CAST(s.steals AS INT64) AS steals,
  CAST(s.blocks AS INT64) AS blocks, CAST(s.turnovers AS INT64) AS turnovers, CAST(s.personal_fouls AS INT64) AS personal_fouls,
  IFNULL(
    s.played >= 5 AND s.points > 0 AND s.fg_attempts > 0
      AND s.points = 2 * (s.fg_makes - s.three_pt_makes) + 3 * s.three_pt_makes + s.ft_makes
      AND ABS(s.minutes - 240 - 25 * CASE WHEN s.minutes > 240 THEN ROUND((s.minutes - 240) / 25) ELSE 0 END) <= 6
      AND (g.team_score IS NULL OR g.team_score = s.points),
    FALSE
  ) AS is_whole
FROM hoopduck.stg_team_game AS g
JOIN listed AS l ON l.game_date = g.game_date AND l.nba_game_id = g.nba_game_id
LEFT JOIN sums AS s ON s.game_date = g.game_date AND s.team_abbr = g.team_abbr
