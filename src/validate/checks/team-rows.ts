import { quoteIdentifier } from '../../replica/identifiers.ts';
import { type Gates, record, share, tableOrEmpty } from '../gates.ts';
import { GATED_TABLES } from '../tables.ts';
import type { CheckOf } from '../thresholds.ts';

/**
 * Team rows of each date against two for each final game of the schedule. A row of a team without a
 * final game takes one away from the count, so that it never stands in for a missing one.
 */
export async function teamRows(gates: Gates, check: CheckOf<'team_rows'>): Promise<void> {
  const team = GATED_TABLES[check.table].key[1];
  const rows = await tableOrEmpty(gates, check.table, { game_date: 'DATE', [team]: 'VARCHAR' });
  await record(
    gates,
    { name: 'completeness_team_rows', ...check },
    `WITH expected AS (
       SELECT g.game_date, g.team_abbr, g.game_id
       FROM hoopduck.stg_team_game AS g JOIN gate_calendar AS c ON c.game_date = g.game_date
       WHERE g.is_final AND c.is_judged),
     found AS (
       SELECT DISTINCT r.game_date, r.${quoteIdentifier(team)} AS team_abbr
       FROM ${rows} AS r JOIN gate_calendar AS c ON c.game_date = r.game_date
       WHERE c.is_judged),
     matched AS (
       SELECT coalesce(e.game_date, f.game_date) AS game_date,
         coalesce(e.team_abbr, f.team_abbr) AS team_abbr,
         e.game_id, e.team_abbr IS NOT NULL AS expected, f.team_abbr IS NOT NULL AS found
       FROM expected AS e FULL JOIN found AS f ON f.game_date = e.game_date AND f.team_abbr = e.team_abbr),
     counted AS (
       SELECT game_date, count_if(expected) AS n,
         greatest(0, count_if(expected AND found) - count_if(NOT expected)) AS present
       FROM matched GROUP BY game_date),
     games AS (
       SELECT game_date, game_id,
         CASE WHEN game_id IS NULL
              THEN 'row for ' || string_agg(team_abbr, ', ' ORDER BY team_abbr) || ' without a final game'
              ELSE 'no row for ' || string_agg(team_abbr, ', ' ORDER BY team_abbr) || ' (game ' || game_id || ')'
         END AS problem
       FROM matched WHERE NOT (expected AND found) GROUP BY game_date, game_id),
     details AS (
       SELECT game_date, string_agg(problem, '; ' ORDER BY game_id NULLS LAST) AS detail
       FROM games GROUP BY game_date)
     SELECT 'date' AS scope, CAST(game_date AS VARCHAR) AS scope_value, present AS numerator,
       n AS denominator, ${share('present', 'n')} AS found, detail
     FROM counted LEFT JOIN details USING (game_date)`,
  );
}
