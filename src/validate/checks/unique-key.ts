import { quoteIdentifier, quoteTable } from '../../replica/identifiers.ts';
import { type Gates, record, recordMissingTable, share } from '../gates.ts';
import { GATED_TABLES } from '../tables.ts';
import type { CheckOf } from '../thresholds.ts';

/**
 * Rows of a table whose key is whole and there once, over the whole table. A date of the range that
 * holds another row is recorded red for itself too, so that it can be found. The date is a part of every
 * key, so that dates whose verdicts hold need no look.
 */
export async function uniqueKey(gates: Gates, check: CheckOf<'unique_key'>): Promise<void> {
  const identity = { name: 'unique_key', ...check };
  if ((await gates.columnsOf(check.table)).length === 0) {
    return recordMissingTable(gates, identity);
  }
  const { date, key } = GATED_TABLES[check.table];
  const table = quoteTable(check.table);
  const columns = key.map(quoteIdentifier);
  const anyNull = columns.map((column) => `${column} IS NULL`).join(' OR ');
  const named = columns.map((column) => `coalesce(CAST(${column} AS VARCHAR), 'NULL')`);
  const isOpen = `(${quoteIdentifier(date)} IS NULL OR ${quoteIdentifier(date)} NOT IN (SELECT game_date FROM gate_kept))`;
  // As many hashes as rows mean unique keys; the slower look at the keys themselves is rarely needed.
  const quick = await gates.replica.row<{ unique: boolean }>(
    `SELECT count(DISTINCT hash(${columns.join(', ')})) = count(*) AND count_if(${anyNull}) = 0 AS "unique"
     FROM ${table} WHERE ${isOpen}`,
  );
  await gates.define(
    'gate_wrong_key',
    `SELECT ${quoteIdentifier(date)} AS game_date, n, concat_ws(' ', ${named.join(', ')}) || ' (' || n || ' rows)' AS label
     FROM (
       SELECT ${columns.join(', ')}, count(*) AS n FROM ${table}
       WHERE NOT $unique AND ${isOpen} GROUP BY ${columns.join(', ')} HAVING count(*) > 1 OR ${anyNull})`,
    { unique: quick?.unique ?? false },
  );
  await record(
    gates,
    identity,
    `WITH wrong AS (
       SELECT coalesce(sum(n), 0) AS n, ${firstLabels()} AS detail FROM gate_wrong_key),
     dates AS (
       SELECT game_date, sum(n) AS n, ${firstLabels()} AS detail FROM gate_wrong_key
       WHERE game_date BETWEEN CAST($from AS DATE) AND CAST($to AS DATE) GROUP BY game_date),
     counted AS (
       SELECT CAST(coalesce(sum(rows), 0) AS BIGINT) AS rows FROM gate_held WHERE table_name = $table),
     counted_dates AS (
       SELECT game_date, rows FROM gate_held WHERE table_name = $table AND game_date IN (SELECT game_date FROM dates))
     SELECT 'all' AS scope, 'all' AS scope_value, rows - n AS numerator, rows AS denominator,
       ${share('(rows - n)', 'rows')} AS found, detail
     FROM counted, wrong
     UNION ALL
     SELECT 'date', CAST(game_date AS VARCHAR), rows - n, rows, ${share('(rows - n)', 'rows')}, detail
     FROM dates JOIN counted_dates USING (game_date)`,
    { from: gates.from, to: gates.to },
  );
}

/** The first five wrong keys in words; NULL without any. */
function firstLabels(): string {
  return `array_to_string(list_slice(list_sort(list(label)), 1, 5), ', ')
    || CASE WHEN count(*) > 5 THEN ' and ' || (count(*) - 5) || ' more' ELSE '' END`;
}
