import { quoteTable } from '../../replica/identifiers.ts';
import { type Gates, record, recordMissingTable, share } from '../gates.ts';
import type { CheckOf } from '../thresholds.ts';

/**
 * Box-score rows of each date whose team has a game in the schedule that day (SPEC 2, quirk 7), and of all
 * rows those that lie between the schedule's first and last date. Games outside the league that the
 * schedule knows, preseason and all-star, are no orphans. This is what shows dates that the schedule
 * itself has lost: nothing is expected there, so nothing else could miss them.
 */
export async function orphanRows(gates: Gates, check: CheckOf<'orphan_rows'>): Promise<void> {
  const identity = { name: 'orphan_rows', ...check };
  const names = (await gates.columnsOf(check.table)).map(({ name }) => name);
  const needed = [check.table, 'nba_raw.nbac_schedule', 'hoopduck.stg_team_code'];
  for (const table of needed) {
    if ((await gates.columnsOf(table)).length === 0) return recordMissingTable(gates, identity);
  }
  if (!names.includes('team_abbr')) return;
  if (check.scopes.includes('all')) await record(gates, identity, BEYOND_SCHEDULE);
  if (!check.scopes.includes('date')) return;
  await record(
    gates,
    identity,
    `WITH known AS (
       SELECT game_date, team_abbr FROM hoopduck.stg_team_game
       UNION
       SELECT s.game_date, coalesce(t.team_abbr, s.code)
       FROM (
         SELECT game_date, upper(trim(unnest([home_team_tricode, away_team_tricode]))) AS code
         FROM nba_raw.nbac_schedule
         WHERE substr(lpad(trim(game_id), 10, '0'), 1, 3) NOT IN ('002', '004', '005', '006')) AS s
       LEFT JOIN hoopduck.stg_team_code AS t ON t.raw_code = s.code),
     judged AS (
       SELECT r.game_date, coalesce(t.team_abbr, upper(trim(r.team_abbr))) AS team, count(*) AS n,
         bool_or(k.team_abbr IS NOT NULL) AS has_game
       FROM ${quoteTable(check.table)} AS r
       LEFT JOIN hoopduck.stg_team_code AS t ON t.raw_code = upper(trim(r.team_abbr))
       LEFT JOIN known AS k
         ON k.game_date = r.game_date AND k.team_abbr = coalesce(t.team_abbr, upper(trim(r.team_abbr)))
       WHERE r.game_date BETWEEN CAST($from AS DATE) AND CAST($to AS DATE) AND trim(r.team_abbr) <> ''
         AND r.game_date NOT IN (SELECT game_date FROM gate_kept)
       GROUP BY ALL)
     SELECT 'date' AS scope, CAST(game_date AS VARCHAR) AS scope_value,
       CAST(coalesce(sum(n) FILTER (has_game), 0) AS BIGINT) AS numerator, CAST(sum(n) AS BIGINT) AS denominator,
       ${share('coalesce(sum(n) FILTER (has_game), 0)', 'sum(n)')} AS found,
       'left out, the schedule has no game that day: '
         || string_agg(n || CASE WHEN n = 1 THEN ' row of ' ELSE ' rows of ' END || team, ', ' ORDER BY team)
              FILTER (NOT has_game) AS detail
     FROM judged GROUP BY game_date`,
    { from: gates.from, to: gates.to },
  );
}

const BEYOND_SCHEDULE = `
    WITH bounds AS (
      SELECT min(game_date) AS first_date, max(game_date) AS last_date FROM nba_raw.nbac_schedule),
    dates AS (
      SELECT game_date, rows AS n, coalesce(game_date BETWEEN first_date AND last_date, FALSE) AS inside
      FROM gate_held, bounds WHERE table_name = $table),
    counted AS (
      SELECT coalesce(sum(n), 0) AS n, coalesce(sum(n) FILTER (inside), 0) AS inside,
        list(game_date || ' (' || n || ' rows)' ORDER BY game_date) FILTER (NOT inside) AS beyond
      FROM dates)
    SELECT 'all' AS scope, 'all' AS scope_value, CAST(inside AS BIGINT) AS numerator, CAST(n AS BIGINT) AS denominator,
      ${share('inside', 'n')} AS found,
      'left out, the schedule has only ' || first_date || ' to ' || last_date || ': '
        || array_to_string(beyond[1:5], ', ')
        || CASE WHEN len(beyond) > 5 THEN ' and ' || (len(beyond) - 5) || ' more dates' ELSE '' END AS detail
    FROM counted, bounds`;
