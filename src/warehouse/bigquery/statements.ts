import { quoteBackticks, quoteGoogleLiteral } from '../../replica/identifiers.ts';
import { OWN_PREFIX, type TableRef, tablePath } from './names.ts';

/**
 * Every SQL text that is sent to BigQuery is made here, and is GoogleSQL: a test parses each with
 * Google's own grammar. Dates are constants, so that BigQuery prunes partitions.
 */

/** Rows of dates: a range where all that the table has between the first and the last is asked for. */
export function datesCondition(
  column: string,
  dates: readonly string[],
  present: readonly string[],
): string {
  const id = quoteBackticks(column);
  const sorted = [...dates].sort();
  const [first, last] = [sorted[0]!, sorted.at(-1)!];
  const asked = new Set(dates);
  const isWhole = present.every((date) => date < first || date > last || asked.has(date));
  return isWhole && sorted.length > 1
    ? `${id} BETWEEN ${dateLiteral(first)} AND ${dateLiteral(last)}`
    : inDates(id, sorted);
}

/** What the partitions of a dataset's tables hold, and when each changed; costs no scan. */
export function partitionsSql({ projectId, datasetId }: Omit<TableRef, 'tableId'>): string {
  const view = quoteBackticks(`${projectId}.${datasetId}.INFORMATION_SCHEMA.PARTITIONS`);
  return `SELECT table_name, partition_id, total_rows, UNIX_MICROS(last_modified_time) AS modified FROM ${view} WHERE NOT STARTS_WITH(table_name, ${quoteGoogleLiteral(OWN_PREFIX)})`;
}

/** Rows of each date, from a scan of the date column alone; the condition serves tables that require a filter. */
export function countsSql(table: TableRef, column: string): string {
  const id = quoteBackticks(column);
  return `SELECT CAST(${id} AS DATE) AS partition_date, COUNT(*) AS total_rows FROM ${quoteBackticks(tablePath(table))} WHERE ${id} IS NULL OR ${id} IS NOT NULL GROUP BY 1`;
}

/** The rows of a condition. */
export function selectSql(table: TableRef, columns: readonly string[], condition: string): string {
  return `SELECT ${columns.map(quoteBackticks).join(', ')} FROM ${quoteBackticks(tablePath(table))} WHERE ${condition}`;
}

/** The same rows as Parquet files; `uri` ends in `*.parquet`. */
export function exportSql(uri: string, select: string): string {
  return `EXPORT DATA OPTIONS (uri = ${quoteGoogleLiteral(uri)}, format = 'PARQUET', compression = 'SNAPPY', overwrite = true) AS ${select}`;
}

/** A table with the rows of some dates of another, which goes away by itself. */
export function backupSql(
  to: TableRef,
  from: TableRef,
  column: string,
  dates: readonly string[],
  expires: Date,
): string {
  return `CREATE TABLE ${quoteBackticks(tablePath(to))} OPTIONS (expiration_timestamp = TIMESTAMP ${quoteGoogleLiteral(timestampText(expires))}) AS SELECT * FROM ${quoteBackticks(tablePath(from))} WHERE ${inDates(quoteBackticks(column), dates)}`;
}

/** Replaces the rows of some dates by those of a staging table, in one atomic statement. */
export function mergeSql(
  target: TableRef,
  staging: TableRef,
  column: string,
  dates: readonly string[],
  columns: readonly string[],
): string {
  const names = columns.map(quoteBackticks);
  return [
    `MERGE ${quoteBackticks(tablePath(target))} AS t`,
    `USING ${quoteBackticks(tablePath(staging))} AS s`,
    'ON FALSE',
    `WHEN NOT MATCHED BY SOURCE AND ${inDates(`t.${quoteBackticks(column)}`, dates)} THEN DELETE`,
    `WHEN NOT MATCHED THEN INSERT (${names.join(', ')})`,
    `VALUES (${names.map((name) => `s.${name}`).join(', ')})`,
  ].join('\n');
}

/** A new column of a table that is there, NULL in its rows; one that is there already is left as it is. */
export function addColumnSql(
  table: TableRef,
  { name, type }: { readonly name: string; readonly type: string },
): string {
  return `ALTER TABLE ${quoteBackticks(tablePath(table))} ADD COLUMN IF NOT EXISTS ${quoteBackticks(name)} ${type}`;
}

function inDates(id: string, dates: readonly string[]): string {
  return `${id} IN (${[...dates].sort().map(dateLiteral).join(', ')})`;
}

function dateLiteral(date: string): string {
  return `DATE ${quoteGoogleLiteral(date)}`;
}

/** A time as it stands in a TIMESTAMP literal. */
export function timestampText(at: Date): string {
  return at
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, '+00');
}
