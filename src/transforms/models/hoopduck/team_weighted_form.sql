-- A team's form before each of its games, past and coming: weighted means over its games with both teams' rows, in
-- which a game weighs half of one that came h games later (name_ewm_h, as in player_weighted_mean, across seasons);
-- its record of the season; its last margin. Points of and against it are those of 240 minutes. above_form and
-- above_career: what the men who met it scored above expectation; by type per 36 minutes. One row a team and game.
--
-- key: game_date, team_abbr
-- partition: game_date
-- spine: hoopduck.stg_team_game
-- reads: hoopduck.stg_team_game (same date), hoopduck.defense_effect (earlier dates of team_abbr),
--   nba_analytics.team_offense_game_summary (earlier dates of team_abbr),
--   nba_analytics.team_defense_game_summary (earlier dates of defending_team_abbr as team_abbr)
WITH asked AS (
  SELECT team_abbr, season_year
  FROM hoopduck.stg_team_game
  WHERE game_date BETWEEN @from_date AND @to_date
),
game AS (
  -- Rows without a result count for nothing on later dates.
  SELECT
    g.game_date, g.team_abbr, g.season_year,
    SAFE_DIVIDE(240.0 * o.points_scored, 240 + 25 * o.overtime_periods) AS points_of_240,
    o.margin_of_victory AS margin,
    o.three_pt_attempts,
    d.opp_three_pt_attempts AS three_pt_allowed,
    d.defensive_rating,
    SAFE_DIVIDE(240.0 * d.points_allowed, 240 + 25 * d.overtime_periods) AS allowed_of_240,
    IFNULL(m.above_form, 0) AS above_form,
    IFNULL(m.above_career, 0) AS above_career,
    IFNULL(m.guard_above, 0) AS guard_above,
    IFNULL(m.guard_minutes, 0) AS guard_minutes,
    IFNULL(m.wing_above, 0) AS wing_above,
    IFNULL(m.wing_minutes, 0) AS wing_minutes,
    IFNULL(m.big_above, 0) AS big_above,
    IFNULL(m.big_minutes, 0) AS big_minutes,
    o.points_scored + o.margin_of_victory + o.three_pt_attempts IS NOT NULL
      AND d.opp_three_pt_attempts + d.points_allowed IS NOT NULL
      AND o.overtime_periods + d.overtime_periods IS NOT NULL AND d.defensive_rating IS NOT NULL AS is_whole
  FROM hoopduck.stg_team_game AS g
  LEFT JOIN nba_analytics.team_offense_game_summary AS o
    ON o.game_date = g.game_date AND o.team_abbr = g.team_abbr
  LEFT JOIN nba_analytics.team_defense_game_summary AS d
    ON d.game_date = g.game_date AND d.defending_team_abbr = g.team_abbr
  LEFT JOIN hoopduck.defense_effect AS m
    ON m.game_date = g.game_date AND m.team_abbr = g.team_abbr
  WHERE g.game_date <= @to_date
    AND g.team_abbr IN (SELECT team_abbr FROM asked)
),
numbered AS (
  SELECT
    *,
    LAST_VALUE(margin IGNORE NULLS) OVER career AS margin_last_game,
    COUNT(IF(is_whole, 1, NULL)) OVER season_so_far AS season_games
  FROM game
  WINDOW
    career AS (
      PARTITION BY team_abbr ORDER BY game_date
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
    season_so_far AS (
      PARTITION BY team_abbr, season_year ORDER BY game_date
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
),
-- Sums of exact numbers, so that the order of addition cannot show; weights begin anew with each season, to fit
-- into them, at a million, so that the ninth decimal of a sum is none of a mean.
weighed AS (
  SELECT
    *,
    IF(is_whole, POW(2.0, 20 + season_games / 8.0), NULL) AS weight_8,
    IF(is_whole, POW(2.0, 20 + season_games / 15.0), NULL) AS weight_15,
    IF(is_whole, POW(2.0, 20 + season_games / 20.0), NULL) AS weight_20,
    IF(is_whole, POW(2.0, 20 + season_games / 25.0), NULL) AS weight_25
  FROM numbered
),
term AS (
  SELECT
    game_date, team_abbr, season_year, is_whole, season_games, margin, margin_last_game,
    CAST(points_of_240 * weight_25 AS NUMERIC(38, 9)) AS points_25,
    CAST(margin * weight_25 AS NUMERIC(38, 9)) AS margin_25,
    CAST(three_pt_attempts * weight_15 AS NUMERIC(38, 9)) AS threes_15,
    CAST(three_pt_allowed * weight_15 AS NUMERIC(38, 9)) AS threes_allowed_15,
    CAST(defensive_rating * weight_8 AS NUMERIC(38, 9)) AS def_rating_8,
    CAST(defensive_rating * weight_25 AS NUMERIC(38, 9)) AS def_rating_25,
    CAST(allowed_of_240 * weight_8 AS NUMERIC(38, 9)) AS points_allowed_8,
    CAST(above_form * weight_15 AS NUMERIC(38, 9)) AS above_form_15,
    CAST(above_career * weight_15 AS NUMERIC(38, 9)) AS above_career_15,
    CAST(guard_above * weight_20 AS NUMERIC(38, 9)) AS guard_above_20,
    CAST(guard_minutes * weight_20 AS NUMERIC(38, 9)) AS guard_minutes_20,
    CAST(wing_above * weight_20 AS NUMERIC(38, 9)) AS wing_above_20,
    CAST(wing_minutes * weight_20 AS NUMERIC(38, 9)) AS wing_minutes_20,
    CAST(big_above * weight_20 AS NUMERIC(38, 9)) AS big_above_20,
    CAST(big_minutes * weight_20 AS NUMERIC(38, 9)) AS big_minutes_20
  FROM weighed
),
season_sum AS (
  SELECT
    team_abbr, season_year,
    MAX(season_games) AS season_games,
    SUM(points_25) AS points_25,
    SUM(margin_25) AS margin_25,
    SUM(threes_15) AS threes_15,
    SUM(threes_allowed_15) AS threes_allowed_15,
    SUM(def_rating_8) AS def_rating_8,
    SUM(def_rating_25) AS def_rating_25,
    SUM(points_allowed_8) AS points_allowed_8,
    SUM(above_form_15) AS above_form_15,
    SUM(above_career_15) AS above_career_15,
    SUM(guard_above_20) AS guard_above_20,
    SUM(guard_minutes_20) AS guard_minutes_20,
    SUM(wing_above_20) AS wing_above_20,
    SUM(wing_minutes_20) AS wing_minutes_20,
    SUM(big_above_20) AS big_above_20,
    SUM(big_minutes_20) AS big_minutes_20
  FROM term
  GROUP BY team_abbr, season_year
),
season_total AS (
  SELECT
    *,
    CAST(IFNULL(SUM(season_games) OVER (
      PARTITION BY team_abbr ORDER BY season_year
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS INT64) AS games_before
  FROM season_sum
),
season_pair AS (
  SELECT
    later.season_year AS later_season, later.games_before AS later_games_before, sums.*,
    POW(0.5, (later.games_before - sums.games_before) / 8.0) AS decay_8,
    POW(0.5, (later.games_before - sums.games_before) / 15.0) AS decay_15,
    POW(0.5, (later.games_before - sums.games_before) / 20.0) AS decay_20,
    POW(0.5, (later.games_before - sums.games_before) / 25.0) AS decay_25
  FROM season_total AS later
  JOIN season_total AS sums
    ON sums.team_abbr = later.team_abbr AND sums.season_year < later.season_year
),
-- All earlier seasons, by the weights with which a season begins.
earlier AS (
  SELECT
    team_abbr, later_season AS season_year, MAX(later_games_before) AS games_before,
    SUM(CAST(CAST(points_25 AS FLOAT64) * decay_25 AS NUMERIC(38, 9))) AS points_25,
    SUM(CAST(CAST(margin_25 AS FLOAT64) * decay_25 AS NUMERIC(38, 9))) AS margin_25,
    SUM(CAST(CAST(threes_15 AS FLOAT64) * decay_15 AS NUMERIC(38, 9))) AS threes_15,
    SUM(CAST(CAST(threes_allowed_15 AS FLOAT64) * decay_15 AS NUMERIC(38, 9))) AS threes_allowed_15,
    SUM(CAST(CAST(def_rating_8 AS FLOAT64) * decay_8 AS NUMERIC(38, 9))) AS def_rating_8,
    SUM(CAST(CAST(def_rating_25 AS FLOAT64) * decay_25 AS NUMERIC(38, 9))) AS def_rating_25,
    SUM(CAST(CAST(points_allowed_8 AS FLOAT64) * decay_8 AS NUMERIC(38, 9))) AS points_allowed_8,
    SUM(CAST(CAST(above_form_15 AS FLOAT64) * decay_15 AS NUMERIC(38, 9))) AS above_form_15,
    SUM(CAST(CAST(above_career_15 AS FLOAT64) * decay_15 AS NUMERIC(38, 9))) AS above_career_15,
    SUM(CAST(CAST(guard_above_20 AS FLOAT64) * decay_20 AS NUMERIC(38, 9))) AS guard_above_20,
    SUM(CAST(CAST(guard_minutes_20 AS FLOAT64) * decay_20 AS NUMERIC(38, 9))) AS guard_minutes_20,
    SUM(CAST(CAST(wing_above_20 AS FLOAT64) * decay_20 AS NUMERIC(38, 9))) AS wing_above_20,
    SUM(CAST(CAST(wing_minutes_20 AS FLOAT64) * decay_20 AS NUMERIC(38, 9))) AS wing_minutes_20,
    SUM(CAST(CAST(big_above_20 AS FLOAT64) * decay_20 AS NUMERIC(38, 9))) AS big_above_20,
    SUM(CAST(CAST(big_minutes_20 AS FLOAT64) * decay_20 AS NUMERIC(38, 9))) AS big_minutes_20
  FROM season_pair
  GROUP BY team_abbr, later_season
),
summed AS (
  SELECT
    game_date, team_abbr, season_year,
    season_games - IF(is_whole, 1, 0) AS season_games,
    margin_last_game,
    COUNT(IF(margin > 0, 1, NULL)) OVER season AS wins,
    COUNT(margin) OVER season AS results,
    SUM(points_25) OVER season AS points_25,
    SUM(margin_25) OVER season AS margin_25,
    SUM(threes_15) OVER season AS threes_15,
    SUM(threes_allowed_15) OVER season AS threes_allowed_15,
    SUM(def_rating_8) OVER season AS def_rating_8,
    SUM(def_rating_25) OVER season AS def_rating_25,
    SUM(points_allowed_8) OVER season AS points_allowed_8,
    SUM(above_form_15) OVER season AS above_form_15,
    SUM(above_career_15) OVER season AS above_career_15,
    SUM(guard_above_20) OVER season AS guard_above_20,
    SUM(guard_minutes_20) OVER season AS guard_minutes_20,
    SUM(wing_above_20) OVER season AS wing_above_20,
    SUM(wing_minutes_20) OVER season AS wing_minutes_20,
    SUM(big_above_20) OVER season AS big_above_20,
    SUM(big_minutes_20) OVER season AS big_minutes_20
  FROM term
  -- Of seasons before the first one asked for only the sums are wanted.
  WHERE season_year >= (SELECT MIN(season_year) FROM asked)
  WINDOW season AS (
    PARTITION BY team_abbr, season_year ORDER BY game_date
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
-- The weights of all n games so far sum to (pow(2, n/h) - 1)/(1 - pow(2, -1/h)), here in this season's measure.
whole AS (
  SELECT
    f.game_date, f.team_abbr, f.margin_last_game, f.wins, f.results,
    CAST(IFNULL(f.points_25, 0) + IFNULL(e.points_25, 0) AS FLOAT64) AS points_25,
    CAST(IFNULL(f.margin_25, 0) + IFNULL(e.margin_25, 0) AS FLOAT64) AS margin_25,
    CAST(IFNULL(f.threes_15, 0) + IFNULL(e.threes_15, 0) AS FLOAT64) AS threes_15,
    CAST(IFNULL(f.threes_allowed_15, 0) + IFNULL(e.threes_allowed_15, 0) AS FLOAT64) AS threes_allowed_15,
    CAST(IFNULL(f.def_rating_8, 0) + IFNULL(e.def_rating_8, 0) AS FLOAT64) AS def_rating_8,
    CAST(IFNULL(f.def_rating_25, 0) + IFNULL(e.def_rating_25, 0) AS FLOAT64) AS def_rating_25,
    CAST(IFNULL(f.points_allowed_8, 0) + IFNULL(e.points_allowed_8, 0) AS FLOAT64) AS points_allowed_8,
    CAST(IFNULL(f.above_form_15, 0) + IFNULL(e.above_form_15, 0) AS FLOAT64) AS above_form_15,
    CAST(IFNULL(f.above_career_15, 0) + IFNULL(e.above_career_15, 0) AS FLOAT64) AS above_career_15,
    CAST(IFNULL(f.guard_above_20, 0) + IFNULL(e.guard_above_20, 0) AS FLOAT64) AS guard_above_20,
    CAST(IFNULL(f.guard_minutes_20, 0) + IFNULL(e.guard_minutes_20, 0) AS FLOAT64) AS guard_minutes_20,
    CAST(IFNULL(f.wing_above_20, 0) + IFNULL(e.wing_above_20, 0) AS FLOAT64) AS wing_above_20,
    CAST(IFNULL(f.wing_minutes_20, 0) + IFNULL(e.wing_minutes_20, 0) AS FLOAT64) AS wing_minutes_20,
    CAST(IFNULL(f.big_above_20, 0) + IFNULL(e.big_above_20, 0) AS FLOAT64) AS big_above_20,
    CAST(IFNULL(f.big_minutes_20, 0) + IFNULL(e.big_minutes_20, 0) AS FLOAT64) AS big_minutes_20,
    SAFE_DIVIDE(
      1048576 * (POW(2.0, f.season_games / 8.0) - POW(0.5, IFNULL(e.games_before, 0) / 8.0)),
      1 - POW(0.5, 1 / 8.0)) AS weight_8,
    SAFE_DIVIDE(
      1048576 * (POW(2.0, f.season_games / 15.0) - POW(0.5, IFNULL(e.games_before, 0) / 15.0)),
      1 - POW(0.5, 1 / 15.0)) AS weight_15,
    SAFE_DIVIDE(
      1048576 * (POW(2.0, f.season_games / 25.0) - POW(0.5, IFNULL(e.games_before, 0) / 25.0)),
      1 - POW(0.5, 1 / 25.0)) AS weight_25
  FROM summed AS f
  LEFT JOIN earlier AS e
    ON e.team_abbr = f.team_abbr AND e.season_year = f.season_year
  WHERE f.game_date >= @from_date
)
SELECT
  game_date,
  team_abbr,
  margin_last_game,
  ROUND(SAFE_DIVIDE(CAST(wins AS FLOAT64), results), 9) AS win_share,
  ROUND(SAFE_DIVIDE(points_25, weight_25), 9) AS points_ewm_25,
  ROUND(SAFE_DIVIDE(margin_25, weight_25), 9) AS margin_ewm_25,
  ROUND(SAFE_DIVIDE(threes_15, weight_15), 9) AS threes_ewm_15,
  ROUND(SAFE_DIVIDE(threes_allowed_15, weight_15), 9) AS threes_allowed_ewm_15,
  ROUND(SAFE_DIVIDE(def_rating_8, weight_8), 9) AS def_rating_ewm_8,
  ROUND(SAFE_DIVIDE(def_rating_25, weight_25), 9) AS def_rating_ewm_25,
  ROUND(SAFE_DIVIDE(points_allowed_8, weight_8), 9) AS points_allowed_ewm_8,
  ROUND(SAFE_DIVIDE(above_form_15, weight_15), 9) AS above_form_ewm_15,
  ROUND(SAFE_DIVIDE(above_career_15, weight_15), 9) AS above_career_ewm_15,
  ROUND(SAFE_DIVIDE(36 * guard_above_20, guard_minutes_20), 9) AS guard_above_ewm_20,
  ROUND(SAFE_DIVIDE(36 * wing_above_20, wing_minutes_20), 9) AS wing_above_ewm_20,
  ROUND(SAFE_DIVIDE(36 * big_above_20, big_minutes_20), 9) AS big_above_ewm_20
FROM whole
