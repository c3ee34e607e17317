import { type Gates, recordMissingTable, recordTables, share } from '../gates.ts';
import type { CheckOf } from '../thresholds.ts';

/**
 * Partitions of tables that hold as many rows as the ledger says. What sync and transform do again is
 * decided by the ledger alone, so that rows which got lost behind its back would be missed for ever. A
 * date of the range that differs is recorded red for itself too, so that it can be found. A table of which
 * the ledger says nothing was not made by a run, and is not evaluated.
 */
export async function recordedRows(
  gates: Gates,
  checks: readonly CheckOf<'recorded_rows'>[],
): Promise<void> {
  const there = [];
  for (const check of checks) {
    const identity = { name: 'recorded_rows', ...check };
    const columns = await gates.columnsOf(check.table);
    if (columns.length === 0) await recordMissingTable(gates, identity);
    else there.push(identity);
  }
  if (there.length === 0) return;
  await recordTables(
    gates,
    there,
    `WITH recorded AS (
       SELECT table_name, game_date, rows FROM hoopduck.partition
       WHERE table_name IN (SELECT unnest(from_json($tables, '["VARCHAR"]')))),
     compared AS (
       SELECT table_name, game_date, coalesce(r.rows, 0) AS recorded, coalesce(h.rows, 0) AS held,
         coalesce(r.rows, 0) = coalesce(h.rows, 0) AS equal,
         game_date || ' holds ' || coalesce(h.rows, 0) || ' rows, the ledger says ' || coalesce(r.rows, 0) AS label
       FROM recorded AS r FULL JOIN gate_held AS h USING (table_name, game_date)
       WHERE table_name IN (SELECT table_name FROM recorded)),
     tables AS (SELECT unnest(from_json($tables, '["VARCHAR"]')) AS table_name)
     SELECT table_name, 'all' AS scope, 'all' AS scope_value, count_if(equal) AS numerator, count(equal) AS denominator,
       ${share('count_if(equal)', 'count(equal)')} AS found,
       array_to_string((list(label ORDER BY game_date) FILTER (NOT equal))[1:5], '; ')
         || CASE WHEN count_if(NOT equal) > 5 THEN '; and ' || (count_if(NOT equal) - 5) || ' more dates' ELSE '' END
         AS detail
     FROM tables LEFT JOIN compared USING (table_name) GROUP BY table_name
     UNION ALL
     SELECT table_name, 'date', CAST(game_date AS VARCHAR), least(recorded, held), greatest(recorded, held),
       100.0 * least(recorded, held) / greatest(recorded, held), label
     FROM compared
     WHERE NOT equal AND game_date BETWEEN CAST($from AS DATE) AND CAST($to AS DATE)`,
    { from: gates.from, to: gates.to, tables: JSON.stringify(there.map(({ table }) => table)) },
  );
}
