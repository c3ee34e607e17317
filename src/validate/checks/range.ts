import { quoteIdentifier, quoteTable } from '../../replica/identifiers.ts';
import { requireColumns } from '../columns.ts';
import { type Gates, record, recordMissingTable, share } from '../gates.ts';
import { GATED_TABLES } from '../tables.ts';
import type { CheckOf } from '../thresholds.ts';

/** Known values of a column that lie from low to high, over the whole table. */
export async function range(gates: Gates, check: CheckOf<'range'>): Promise<void> {
  const identity = { name: `range_${check.column}`, ...check };
  if (!(await requireColumns(gates, check.table, [check.column], identity.name))) {
    return recordMissingTable(gates, identity);
  }
  const value = quoteIdentifier(check.column);
  await record(
    gates,
    identity,
    `WITH counted AS (
       SELECT count(${value}) AS n, count_if(coalesce(${value} BETWEEN $low AND $high, FALSE)) AS inside,
         min(${value}) AS lowest, max(${value}) AS highest
       FROM ${quoteTable(check.table)}),
     outside AS (
       SELECT list(game_date || ' (' || n || ')' ORDER BY n DESC, game_date) AS dates
       FROM (
         SELECT ${quoteIdentifier(GATED_TABLES[check.table].date)} AS game_date, count(*) AS n
         FROM ${quoteTable(check.table)} WHERE ${value} NOT BETWEEN $low AND $high GROUP BY 1))
     SELECT 'all' AS scope, 'all' AS scope_value, inside AS numerator, n AS denominator,
       ${share('inside', 'n')} AS found,
       CASE WHEN inside < n THEN (n - inside) || CASE WHEN n - inside = 1 THEN ' value' ELSE ' values' END || ' outside ' || $low || ' to ' || $high
         || ' (they reach from ' || lowest || ' to ' || highest || '), on ' || array_to_string(dates[1:3], ', ')
         || CASE WHEN len(dates) > 3 THEN ' and ' || (len(dates) - 3) || ' more dates' ELSE '' END END AS detail
     FROM counted, outside`,
    { low: check.low, high: check.high },
  );
}
