-- One row for each side of a game that has lines: the spread (the team's own, negative when favoured) and the
-- total of the last snapshot before tip-off (SPEC, section 2, quirk 10). Book by market: draftkings, fanduel,
-- then by name. Without a tip-off, snapshots after 16:00 UTC of the date are left out: a live line is a leak.
--
-- key: game_date, team_abbr
-- partition: game_date
-- reads: nba_raw.odds_api_game_lines (same date), hoopduck.stg_team_game (same date), hoopduck.stg_team_code (any date)
WITH found AS (
  SELECT
    g.game_date, g.nba_game_id,
    IFNULL(LOWER(TRIM(l.bookmaker_key)), '') AS bookmaker,
    LOWER(TRIM(l.market_key)) AS market,
    CASE
      WHEN LOWER(TRIM(l.market_key)) = 'totals' THEN 'total'
      ELSE COALESCE(o.team_abbr,
        IF(l.outcome_name = l.home_team, h.team_abbr, NULL), IF(l.outcome_name = l.away_team, a.team_abbr, NULL))
    END AS side,
    IF(l.outcome_point > -1000 AND l.outcome_point < 1000, l.outcome_point, NULL) AS point,
    l.outcome_name,
    l.snapshot_timestamp,
    CASE
      WHEN COALESCE(l.commence_time, g.tipoff_at) IS NOT NULL
        THEN l.snapshot_timestamp < COALESCE(l.commence_time, g.tipoff_at)
      ELSE l.snapshot_timestamp <= CAST(l.game_date AS TIMESTAMP) + INTERVAL 16 HOUR
    END AS is_before_tipoff
  FROM nba_raw.odds_api_game_lines AS l
  LEFT JOIN hoopduck.stg_team_code AS h ON LOWER(h.raw_code) = LOWER(TRIM(l.home_team_abbr))
  LEFT JOIN hoopduck.stg_team_code AS a ON LOWER(a.raw_code) = LOWER(TRIM(l.away_team_abbr))
  LEFT JOIN hoopduck.stg_team_code AS o ON LOWER(o.raw_code) = LOWER(TRIM(l.outcome_team_abbr))
  JOIN hoopduck.stg_team_game AS g
    ON g.game_date = l.game_date AND g.team_abbr = COALESCE(h.team_abbr, o.team_abbr, a.team_abbr)
      -- A line of a game that was moved is not one of the game that took its place.
      AND (h.team_abbr IS NULL OR a.team_abbr IS NULL OR g.opponent_team_abbr = a.team_abbr)
  WHERE l.game_date BETWEEN @from_date AND @to_date
),
last_snapshot AS (
  SELECT *
  FROM found
  WHERE is_before_tipoff AND side IS NOT NULL AND market IN ('spreads', 'totals')
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY nba_game_id, game_date, bookmaker, market, side
    ORDER BY snapshot_timestamp DESC, IF(point IS NULL, 1, 0), outcome_name DESC, point DESC
  ) = 1
),
chosen AS (
  SELECT *
  FROM last_snapshot
  WHERE point IS NOT NULL
  QUALIFY DENSE_RANK() OVER (
    PARTITION BY nba_game_id, game_date, market
    ORDER BY CASE bookmaker WHEN 'draftkings' THEN 0 WHEN 'fanduel' THEN 1 WHEN '' THEN 3 ELSE 2 END, bookmaker
  ) = 1
)
SELECT
  g.game_date, g.team_abbr,
  -- One side's spread is the other's with the sign turned.
  CAST(COALESCE(
    MAX(IF(c.market = 'spreads' AND c.side = g.team_abbr, c.point, NULL)),
    -MAX(IF(c.market = 'spreads' AND c.side = g.opponent_team_abbr, c.point, NULL))
  ) AS FLOAT64) AS game_spread,
  CAST(MAX(IF(c.market = 'totals', c.point, NULL)) AS FLOAT64) AS game_total
FROM hoopduck.stg_team_game AS g
JOIN chosen AS c ON c.nba_game_id = g.nba_game_id AND c.game_date = g.game_date
WHERE g.game_date BETWEEN @from_date AND @to_date
GROUP BY g.game_date, g.team_abbr
