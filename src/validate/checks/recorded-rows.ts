import { quoteIdentifier, quoteTable } from '../../replica/identifiers.ts';
import { type Gates, record, recordMissingTable, share } from '../gates.ts';
import { dateColumnOf } from '../tables.ts';
import type { CheckOf } from '../thresholds.ts';

/**
 * Partitions of a table that hold as many rows as the ledger says. What sync and transform do again is
 * decided by the ledger alone, so that rows which got lost behind its back would be missed for ever. A
 * date of the range that differs is recorded red for itself too, so that it can be found.
 */
export async function recordedRows(gates: Gates, check: CheckOf<'recorded_rows'>): Promise<void> {
  const identity = { name: 'recorded_rows', ...check };
  if ((await gates.columnsOf(check.table)).length === 0) return recordMissingTable(gates, identity);
  const date = quoteIdentifier(dateColumnOf(check.table));
  await record(
    gates,
    identity,
    `WITH recorded AS (
       SELECT game_date, rows FROM hoopduck.partition WHERE table_name = $table),
     held AS (
       SELECT ${date} AS game_date, count(*) AS rows FROM ${quoteTable(check.table)} GROUP BY 1),
     compared AS (
       SELECT game_date, coalesce(r.rows, 0) AS recorded, coalesce(h.rows, 0) AS held,
         coalesce(r.rows, 0) = coalesce(h.rows, 0) AS equal,
         game_date || ' holds ' || coalesce(h.rows, 0) || ' rows, the ledger says ' || coalesce(r.rows, 0) AS label
       FROM recorded AS r FULL JOIN held AS h USING (game_date)
       -- A table of which the ledger says nothing was not made by a run.
       WHERE EXISTS (SELECT 1 FROM recorded))
     SELECT 'all' AS scope, 'all' AS scope_value, count_if(equal) AS numerator, count(*) AS denominator,
       ${share('count_if(equal)', 'count(*)')} AS found,
       array_to_string((list(label ORDER BY game_date) FILTER (NOT equal))[1:5], '; ')
         || CASE WHEN count_if(NOT equal) > 5 THEN '; and ' || (count_if(NOT equal) - 5) || ' more dates' ELSE '' END
         AS detail
     FROM compared
     UNION ALL
     SELECT 'date', CAST(game_date AS VARCHAR), least(recorded, held), greatest(recorded, held),
       100.0 * least(recorded, held) / greatest(recorded, held), label
     FROM compared
     WHERE NOT equal AND game_date BETWEEN CAST($from AS DATE) AND CAST($to AS DATE)`,
    { from: gates.from, to: gates.to },
  );
}
