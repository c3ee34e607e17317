import type { Replica } from '../replica/replica.ts';
import type { ComparedColumn } from './columns.ts';
import { differsSql } from './differing-rows.ts';
import type { ColumnDifference, ExampleRow, ExampleValue } from './result.ts';
import { NO_DAY, type TableRows } from './table-rows.ts';

/** What `diff_rows` holds, in figures and examples. */
export interface RowFacts {
  readonly rows_only_in_a: number;
  readonly rows_only_in_b: number;
  readonly rows_changed: number;
  readonly dates_affected: number;
  readonly first_date: string | null;
  readonly last_date: string | null;
  readonly columns: readonly ColumnDifference[];
  readonly examples_only_in_a: readonly ExampleRow[];
  readonly examples_only_in_b: readonly ExampleRow[];
}

interface Rules {
  readonly tolerance: number;
  readonly examples: number;
}

/**
 * Counts and shows the rows that `matchByKey` or `matchByRows` left.
 * @param key what names a row that changed
 * @param isUnique whether it names every row; else one that is only on one side is shown whole
 */
export async function describeRows(
  replica: Replica,
  { columns, date }: TableRows,
  key: readonly number[],
  isUnique: boolean,
  rules: Rules,
): Promise<RowFacts> {
  const counts = await replica.row<Omit<RowFacts, 'columns'>>(
    `SELECT CAST(coalesce(sum(times) FILTER (NOT in_b), 0) AS BIGINT) AS rows_only_in_a,
       CAST(coalesce(sum(times) FILTER (NOT in_a), 0) AS BIGINT) AS rows_only_in_b,
       CAST(count(*) FILTER (in_a AND in_b) AS BIGINT) AS rows_changed
     FROM diff_rows`,
  );
  const days = await replica.row<Pick<RowFacts, 'dates_affected' | 'first_date' | 'last_date'>>(
    `SELECT count(DISTINCT day) AS dates_affected, CAST(min(day) AS VARCHAR) AS first_date,
       CAST(max(day) AS VARCHAR) AS last_date
     FROM (SELECT day_a AS day FROM diff_rows UNION ALL SELECT day_b FROM diff_rows)
     WHERE ${date === null ? 'false' : `day <> ${NO_DAY}`}`,
  );
  const names = isUnique ? key : columns.map((_, i) => i);
  return {
    ...counts!,
    ...days!,
    columns: await changedColumns(replica, columns, key, rules),
    examples_only_in_a: await lonelyRows(replica, columns, names, 'a', rules.examples),
    examples_only_in_b: await lonelyRows(replica, columns, names, 'b', rules.examples),
  };
}

async function changedColumns(
  replica: Replica,
  columns: readonly ComparedColumn[],
  key: readonly number[],
  rules: Rules,
): Promise<ColumnDifference[]> {
  const list = columns.flatMap((column, i) => {
    const differs = differsSql(column, i, rules.tolerance);
    const largest = column.isNumber
      ? `max(${distance(i)}) FILTER (${differs} AND isfinite(${distance(i)}))`
      : 'NULL';
    return [`count(*) FILTER (${differs}) AS n${i}`, `${largest} AS d${i}`];
  });
  if (list.length === 0) return [];
  const found = await replica.row<Record<string, number | null>>(
    `SELECT ${list.join(', ')} FROM diff_rows WHERE in_a AND in_b`,
  );
  const changed = columns
    .map((column, i) => ({ column, i, rows: found![`n${i}`] ?? 0 }))
    .filter(({ rows }) => rows > 0)
    .sort((one, other) => other.rows - one.rows || one.i - other.i);
  const differences: ColumnDifference[] = [];
  for (const { column, i, rows } of changed) {
    differences.push({
      column: column.name,
      rows,
      largest_difference: found![`d${i}`] ?? null,
      examples: await valueExamples(replica, columns, i, key, rules),
    });
  }
  return differences;
}

async function valueExamples(
  replica: Replica,
  columns: readonly ComparedColumn[],
  i: number,
  key: readonly number[],
  { tolerance, examples }: Rules,
): Promise<ColumnDifference['examples']> {
  const column = columns[i]!;
  const names = key.map((k) => `a${k} AS k${k}`);
  const order = [
    ...(column.isNumber ? [`${distance(i)} DESC NULLS LAST`] : []),
    ...key.map((k) => `a${k}`),
    `a${i}`,
  ];
  const rows = await replica.rows<Record<string, unknown>>(
    `SELECT ${[...names, `a${i} AS a`, `b${i} AS b`].join(', ')} FROM diff_rows
     WHERE in_a AND in_b AND ${differsSql(column, i, tolerance)}
     ORDER BY ${order.join(', ')} LIMIT ${examples}`,
  );
  return rows.map((row) => ({
    key: rowOf(columns, key, 'k', row),
    a: exampleValue(row['a']),
    b: exampleValue(row['b']),
  }));
}

async function lonelyRows(
  replica: Replica,
  columns: readonly ComparedColumn[],
  names: readonly number[],
  side: 'a' | 'b',
  examples: number,
): Promise<ExampleRow[]> {
  if (names.length === 0) return [];
  const list = names.map((i) => `${side}${i}`).join(', ');
  const rows = await replica.rows<Record<string, unknown>>(
    `SELECT ${list} FROM diff_rows WHERE NOT in_${side === 'a' ? 'b' : 'a'}
     ORDER BY day_${side}, ${list} LIMIT ${examples}`,
  );
  return rows.map((row) => rowOf(columns, names, side, row));
}

function rowOf(
  columns: readonly ComparedColumn[],
  names: readonly number[],
  prefix: string,
  row: Record<string, unknown>,
): ExampleRow {
  return Object.fromEntries(
    names.map((i) => [columns[i]!.name, exampleValue(row[`${prefix}${i}`])]),
  );
}

/** NaN and infinities as text, as everywhere in our JSON. */
function exampleValue(value: unknown): ExampleValue {
  return typeof value === 'number' && !Number.isFinite(value)
    ? String(value)
    : (value as ExampleValue);
}

function distance(i: number): string {
  return `abs(CAST(a${i} AS DOUBLE) - CAST(b${i} AS DOUBLE))`;
}
