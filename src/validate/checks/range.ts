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
         min(${value}) AS lowest, max(${value}) AS highest,
         min(${quoteIdentifier(GATED_TABLES[check.table].date)})
           FILTER (${value} NOT BETWEEN $low AND $high) AS first_date
       FROM ${quoteTable(check.table)})
     SELECT 'all' AS scope, 'all' AS scope_value, inside AS numerator, n AS denominator,
       ${share('inside', 'n')} AS found,
       CASE WHEN inside < n THEN (n - inside) || ' values outside ' || $low || ' to ' || $high
         || ', from ' || lowest || ' to ' || highest || ', the first on ' || first_date END AS detail
     FROM counted`,
    { low: check.low, high: check.high },
  );
}
