import { quoteIdentifier, quoteTable } from '../../replica/identifiers.ts';
import { type Gates, record, share } from '../gates.ts';

/**
 * The tables of a workspace's own models, by what their heads say: the key is whole and there once, and a date on
 * which rows are expected has them all (the verdict of the build, in the ledger).
 */
export async function workspaceTables(gates: Gates): Promise<void> {
  const tables = await gates.replica.rows<{ table: string; partition: string | null; key: string }>(
    `SELECT table_name AS "table", partition_column AS partition, key_columns AS key
     FROM hoopduck.model_definition WHERE origin = 'workspace' ORDER BY table_name`,
  );
  for (const { table, partition, key } of tables) {
    if (partition === null || (await gates.columnsOf(table)).length === 0) continue;
    await oneRowAKey(gates, table, partition, JSON.parse(key) as string[]);
    await expectedRows(gates, table);
  }
}

/** Red on each date of the range with a key that is there twice or has a NULL in it. */
async function oneRowAKey(
  gates: Gates,
  table: string,
  partition: string,
  key: readonly string[],
): Promise<void> {
  const date = quoteIdentifier(partition);
  const columns = key.map(quoteIdentifier);
  const anyNull = columns.map((column) => `${column} IS NULL`).join(' OR ');
  const label = columns
    .map((column) => `coalesce(CAST(${column} AS VARCHAR), 'NULL')`)
    .join(", ' ', ");
  await record(
    gates,
    { name: 'unique_key', table, min: 100 },
    `WITH keyed AS (
       SELECT ${date} AS game_date, count(*) AS n, concat(${label}) AS label, count(*) > 1 OR bool_or(${anyNull}) AS wrong
       FROM ${quoteTable(table)}
       WHERE ${date} BETWEEN CAST($from AS DATE) AND CAST($to AS DATE)
       GROUP BY ${date}, ${columns.join(', ')}),
     dates AS (
       SELECT game_date, CAST(sum(n) AS BIGINT) AS rows, CAST(sum(n) FILTER (NOT wrong) AS BIGINT) AS right_rows,
         list(label || ' (' || n || ' rows)' ORDER BY label) FILTER (wrong) AS labels
       FROM keyed GROUP BY game_date)
     SELECT 'all' AS scope, 'all' AS scope_value, coalesce(sum(coalesce(right_rows, 0)), 0) AS numerator,
       coalesce(sum(rows), 0) AS denominator, ${share('sum(coalesce(right_rows, 0))', 'sum(rows)')} AS found,
       CASE WHEN count_if(labels IS NOT NULL) > 0
         THEN count_if(labels IS NOT NULL) || ' dates with a key that is there twice or not whole' END AS detail
     FROM dates
     UNION ALL
     SELECT 'date', CAST(game_date AS VARCHAR), coalesce(right_rows, 0), rows,
       ${share('coalesce(right_rows, 0)', 'rows')}, array_to_string(labels[1:5], ', ')
     FROM dates WHERE labels IS NOT NULL`,
    { from: gates.from, to: gates.to },
  );
}

/** Red on each date of the range of which the build found rows missing. */
async function expectedRows(gates: Gates, table: string): Promise<void> {
  await record(
    gates,
    { name: 'expected_rows', table, min: 100 },
    `WITH dates AS (
       SELECT game_date, rows, expected_rows, verdict, detail FROM hoopduck.partition
       WHERE table_name = $table AND verdict IN ('complete', 'short')
         AND game_date BETWEEN CAST($from AS DATE) AND CAST($to AS DATE))
     SELECT 'date' AS scope, CAST(game_date AS VARCHAR) AS scope_value,
       CASE WHEN verdict = 'complete' THEN 1 ELSE 0 END AS numerator, 1 AS denominator,
       CASE WHEN verdict = 'complete' THEN 100.0 ELSE 0.0 END AS found, detail
     FROM dates`,
    { from: gates.from, to: gates.to },
  );
}
