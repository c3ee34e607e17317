import { type Gates, record, recordMissingTable } from '../gates.ts';
import type { CheckOf } from '../thresholds.ts';

/**
 * The coverage of a date, or of a season, in percent of the same coverage over everything earlier in
 * the replica; the tested date or season is no part of its own history. Without rows that count, or
 * without earlier ones, it is not evaluated.
 */
export async function drift(gates: Gates, check: CheckOf<'drift'>): Promise<void> {
  const missing = (await gates.columnsOf(check.table)).length === 0;
  for (const name of check.of) {
    const identity = { name: `drift_${name}`, ...check };
    if (missing) {
      await recordMissingTable(gates, identity);
      continue;
    }
    for (const scope of check.scopes) await record(gates, identity, driftSql(scope), { name });
  }
}

function driftSql(scope: 'date' | 'season'): string {
  const value = scope === 'date' ? 'CAST(game_date AS VARCHAR)' : 'season';
  const wanted = scope === 'date' ? 'is_asked' : 'season_asked';
  return `
    WITH dates AS (
      SELECT game_date, sum(n) AS n, sum(known) AS known
      FROM gate_coverage WHERE name = $name GROUP BY game_date),
    units AS (
      SELECT ${value} AS scope_value, any_value(${wanted}) AS wanted,
        coalesce(sum(n), 0) AS n, coalesce(sum(known), 0) AS known
      FROM gate_calendar LEFT JOIN dates USING (game_date) GROUP BY 1),
    histories AS (
      SELECT *,
        coalesce(sum(n) OVER earlier, 0) AS earlier_n, coalesce(sum(known) OVER earlier, 0) AS earlier_known
      FROM units
      WINDOW earlier AS (ORDER BY scope_value ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))
    SELECT '${scope}' AS scope, scope_value, known AS numerator, n AS denominator,
      CASE WHEN n > 0 AND earlier_known > 0
        THEN 100.0 * known * earlier_n / (CAST(n AS DOUBLE) * earlier_known) END AS found,
      CASE WHEN n > 0 AND earlier_known = 0 THEN 'no earlier rows'
           WHEN n > 0 THEN round(100.0 * known / n, 1) || '% of ' || n || ' rows, '
             || round(100.0 * earlier_known / earlier_n, 1) || '% of ' || earlier_n || ' earlier ones'
      END AS detail
    FROM histories WHERE wanted`;
}
