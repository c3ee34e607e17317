-- How much a player's game departs from his form, in points: fatigue, his shot zone against the
-- opponent's defence, pace, and a rise or fall of his usage (SPEC 4.5). An unknown input makes its
-- score 0 and is named. One row a listed player and date.
--
-- key: game_date, player_lookup
-- partition: game_date
-- reads: hoopduck.player_experience (same date), nba_precompute.player_shot_zone_analysis (same date),
--   nba_precompute.team_defense_zone_analysis (same date), nba_precompute.player_daily_cache (same date),
--   nba_precompute.player_game_context (same date)
-- expects: one row a listed player
-- bootstrap: no rows

WITH input AS (
  SELECT
    p.game_date, p.player_lookup, c.game_id, p.team_abbr, p.opponent_team_abbr,
    c.days_rest, c.back_to_back, c.games_in_last_7_days, c.minutes_in_last_7_days,
    c.avg_minutes_per_game_last_7, c.back_to_backs_last_14_days, c.pace_differential,
    c.projected_usage_rate, c.star_teammates_out,
    f.usage_rate_last_10, f.games_played_season,
    z.primary_scoring_zone,
    CASE z.primary_scoring_zone
      WHEN 'perimeter' THEN z.three_pt_rate_last_10
      WHEN 'mid_range' THEN z.mid_range_rate_last_10
      ELSE z.paint_rate_last_10
    END AS zone_rate,
    -- A balanced player is held against the paint.
    CASE z.primary_scoring_zone
      WHEN 'perimeter' THEN d.three_pt_defense_vs_league_avg
      WHEN 'mid_range' THEN d.mid_range_defense_vs_league_avg
      WHEN 'paint' THEN d.paint_defense_vs_league_avg
      WHEN 'balanced' THEN d.paint_defense_vs_league_avg
    END AS zone_defense,
    d.paint_defense_vs_league_avg IS NOT NULL AND d.mid_range_defense_vs_league_avg IS NOT NULL
      AND d.three_pt_defense_vs_league_avg IS NOT NULL AS knows_defense
  FROM hoopduck.player_experience AS p
  LEFT JOIN nba_precompute.player_game_context AS c
    ON c.game_date = p.game_date AND c.player_lookup = p.player_lookup
  LEFT JOIN nba_precompute.player_daily_cache AS f
    ON f.cache_date = p.game_date AND f.player_lookup = p.player_lookup
  LEFT JOIN nba_precompute.player_shot_zone_analysis AS z
    ON z.analysis_date = p.game_date AND z.player_lookup = p.player_lookup
  LEFT JOIN nba_precompute.team_defense_zone_analysis AS d
    ON d.analysis_date = p.game_date AND d.team_abbr = p.opponent_team_abbr
  WHERE p.game_date BETWEEN @from_date AND @to_date AND NOT p.is_bootstrap
),
raw_score AS (
  SELECT
    *,
    -- No synced table has an age: its penalty is 0.
    100
      + CASE WHEN back_to_back THEN -15 WHEN days_rest >= 3 THEN 5 ELSE 0 END
      + CASE WHEN games_in_last_7_days >= 4 THEN -10 ELSE 0 END
      + CASE WHEN minutes_in_last_7_days > 140 THEN -10 ELSE 0 END
      + CASE WHEN avg_minutes_per_game_last_7 > 35 THEN -8 ELSE 0 END
      + CASE
          WHEN back_to_backs_last_14_days >= 2 THEN -12
          WHEN back_to_backs_last_14_days = 1 THEN -5
          ELSE 0
        END AS raw_fatigue,
    COALESCE(zone_defense * CASE WHEN zone_rate < 50 THEN zone_rate / 50 ELSE 1 END, 0)
      AS raw_shot_zone,
    CASE
      WHEN usage_rate_last_10 > 0
        THEN COALESCE(
          (projected_usage_rate - usage_rate_last_10) * CAST(0.3 AS FLOAT64)
          * CASE
              WHEN projected_usage_rate <= usage_rate_last_10 THEN CAST(1 AS FLOAT64)
              WHEN star_teammates_out >= 2 THEN CAST(1.3 AS FLOAT64)
              WHEN star_teammates_out = 1 THEN CAST(1.15 AS FLOAT64)
              ELSE CAST(1 AS FLOAT64)
            END, 0)
      ELSE CAST(0 AS FLOAT64)
    END AS raw_usage_spike,
    IF(days_rest IS NULL, 'days_rest,', '') AS no_days_rest,
    IF(projected_usage_rate IS NULL, 'projected_usage_rate,', '') AS no_usage,
    IF(pace_differential IS NULL, 'pace_differential,', '') AS no_pace,
    IF(primary_scoring_zone IS NULL, 'player_shot_zone,', '') AS no_zone,
    IF(knows_defense, '', 'team_defense_zone,') AS no_defense
  FROM input
),
score AS (
  SELECT
    *,
    CAST(CASE WHEN raw_fatigue > 100 THEN 100 WHEN raw_fatigue < 0 THEN 0 ELSE raw_fatigue END
      AS FLOAT64) AS fatigue,
    GREATEST(-10, LEAST(10, raw_shot_zone * CASE
      WHEN ABS(raw_shot_zone) > 5 THEN CAST(1.2 AS FLOAT64) ELSE CAST(1 AS FLOAT64)
    END)) AS shot_zone,
    GREATEST(-3, LEAST(3, COALESCE(pace_differential / 2, 0))) AS pace,
    GREATEST(-3, LEAST(3, raw_usage_spike)) AS usage_spike,
    CONCAT(no_days_rest, no_usage, no_pace, no_zone, no_defense) AS missing,
    IF(days_rest IS NULL, 0, 20) + IF(projected_usage_rate IS NULL, 0, 20)
      + IF(pace_differential IS NULL, 0, 20) + IF(primary_scoring_zone IS NULL, 0, 20)
      + IF(knows_defense, 20, 0) AS completeness
  FROM raw_score
),
total AS (
  SELECT
    *,
    -- First to 12 decimals, so that what is a half in decimals is one in binary, too: 0.345, which a
    -- double holds as a little less, becomes 34.5 hundredths and then 35.
    ROUND(ROUND(((fatigue - 100) / 20 + shot_zone + pace + usage_spike) * 1000000000000)
      / 10000000000) / 100 AS total_adjustment
  FROM score
),
warned AS (
  SELECT
    *,
    CONCAT(
      IF(fatigue < 50, 'fatigue_score below 50,', ''),
      IF(ABS(shot_zone) > 8, 'shot_zone_mismatch_score beyond 8,', ''),
      IF(ABS(total_adjustment) > 12, 'total_composite_adjustment beyond 12,', '')) AS warnings,
    -- Two decimals are enough for a reader of the JSON columns.
    ROUND(zone_rate, 2) AS zone_rate_2,
    ROUND(zone_defense, 2) AS zone_defense_2,
    ROUND(pace_differential, 2) AS pace_differential_2,
    ROUND(projected_usage_rate, 2) AS projected_usage_2,
    ROUND(usage_rate_last_10, 2) AS usage_2
  FROM total
),
-- Whole numbers without a point: engines differ in whether they write 36 or 36.0.
worded AS (
  SELECT
    *,
    IF(zone_rate_2 = FLOOR(zone_rate_2), CAST(CAST(zone_rate_2 AS INT64) AS STRING), CAST(zone_rate_2 AS STRING))
      AS zone_rate_text,
    IF(zone_defense_2 = FLOOR(zone_defense_2), CAST(CAST(zone_defense_2 AS INT64) AS STRING), CAST(zone_defense_2 AS STRING))
      AS zone_defense_text,
    IF(pace_differential_2 = FLOOR(pace_differential_2), CAST(CAST(pace_differential_2 AS INT64) AS STRING), CAST(pace_differential_2 AS STRING))
      AS pace_differential_text,
    IF(projected_usage_2 = FLOOR(projected_usage_2), CAST(CAST(projected_usage_2 AS INT64) AS STRING), CAST(projected_usage_2 AS STRING))
      AS projected_usage_text,
    IF(usage_2 = FLOOR(usage_2), CAST(CAST(usage_2 AS INT64) AS STRING), CAST(usage_2 AS STRING))
      AS usage_text
  FROM warned
)
SELECT
  game_date,
  player_lookup,
  game_id,
  team_abbr,
  opponent_team_abbr,
  fatigue AS fatigue_score,
  ROUND(shot_zone, 9) AS shot_zone_mismatch_score,
  ROUND(pace, 9) AS pace_score,
  ROUND(usage_spike, 9) AS usage_spike_score,
  CAST(0 AS FLOAT64) AS referee_favorability_score,
  CAST(0 AS FLOAT64) AS look_ahead_pressure_score,
  CAST(0 AS FLOAT64) AS travel_impact_score,
  CAST(0 AS FLOAT64) AS opponent_strength_score,
  total_adjustment AS total_composite_adjustment,
  'hoopduck_v1' AS calculation_version,
  CAST(completeness AS FLOAT64) AS data_completeness_pct,
  IF(missing = '', NULL, SUBSTR(missing, 1, LENGTH(missing) - 1)) AS missing_data_fields,
  COALESCE(games_played_season, 0) < 10 AS early_season_flag,
  warnings <> '' AS has_warnings,
  IF(warnings = '', NULL, SUBSTR(warnings, 1, LENGTH(warnings) - 1)) AS warning_details,
  CONCAT(
    '{"days_rest":', COALESCE(CAST(days_rest AS STRING), 'null'),
    ',"back_to_back":',
    CASE WHEN back_to_back THEN 'true' WHEN NOT back_to_back THEN 'false' ELSE 'null' END,
    ',"games_in_last_7_days":', COALESCE(CAST(games_in_last_7_days AS STRING), 'null'),
    ',"minutes_in_last_7_days":',
    COALESCE(CAST(CAST(ROUND(minutes_in_last_7_days) AS INT64) AS STRING), 'null'),
    ',"back_to_backs_last_14_days":', COALESCE(CAST(back_to_backs_last_14_days AS STRING), 'null'),
    '}') AS fatigue_context_json,
  CONCAT(
    '{"primary_scoring_zone":',
    IF(primary_scoring_zone IS NULL, 'null', CONCAT('"', primary_scoring_zone, '"')),
    ',"zone_rate":', COALESCE(zone_rate_text, 'null'),
    ',"defense_vs_league_avg":', COALESCE(zone_defense_text, 'null'),
    '}') AS shot_zone_context_json,
  CONCAT(
    '{"pace_differential":', COALESCE(pace_differential_text, 'null'),
    '}') AS pace_context_json,
  CONCAT(
    '{"projected_usage_rate":', COALESCE(projected_usage_text, 'null'),
    ',"usage_rate_last_10":', COALESCE(usage_text, 'null'),
    ',"star_teammates_out":', COALESCE(CAST(star_teammates_out AS STRING), 'null'),
    '}') AS usage_context_json
FROM worded
