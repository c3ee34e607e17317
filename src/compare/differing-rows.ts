import type { Replica } from '../replica/replica.ts';
import type { ComparedColumn } from './columns.ts';
import type { TableRows } from './table-rows.ts';

/**
 * SQL that is true where the values of a column differ: NULL equals NULL, NaN equals NaN, and numbers may
 * lie apart by the tolerance, or by that share of the larger one where it is above 1. What is not finite is
 * near to nothing.
 */
export function differsSql({ isNumber }: ComparedColumn, i: number, tolerance: number): string {
  const differs = `a${i} IS DISTINCT FROM b${i}`;
  if (!isNumber || tolerance === 0) return `(${differs})`;
  const [a, b] = [`CAST(a${i} AS DOUBLE)`, `CAST(b${i} AS DOUBLE)`];
  const isNear = `isfinite(${a}) AND isfinite(${b})
    AND abs(${a} - ${b}) <= getvariable('diff_tolerance') * greatest(1, abs(${a}), abs(${b}))`;
  return `(${differs} AND NOT coalesce(${isNear}, false))`;
}

/** Whether each side has at most one row for every key on the differing dates. */
export async function isKeyUnique(
  replica: Replica,
  rows: TableRows,
  key: readonly number[],
): Promise<boolean> {
  const list = key.map((i) => `c${i}`).join(', ');
  const twins = (select: string) =>
    `SELECT 1 FROM (${differing(select)}) GROUP BY ${list} HAVING count(*) > 1`;
  const found = await replica.row<{ twins: boolean }>(
    `SELECT EXISTS (${twins(rows.a)}) OR EXISTS (${twins(rows.b)}) AS twins`,
  );
  return found?.twins === false;
}

/**
 * Matches the rows of the differing dates by a key that is unique on both sides, and leaves those that are
 * only on one side or differ in the temporary table `diff_rows`: `in_a` and `in_b`, `times`, the dates
 * `day_a` and `day_b`, and the columns of each side, `a0`, `b0`, ...
 */
export async function matchByKey(
  replica: Replica,
  rows: TableRows,
  key: readonly number[],
  tolerance: number,
): Promise<void> {
  await matched(replica, rows, tolerance, {
    a: `SELECT *, 1 AS times FROM (${differing(rows.a)})`,
    b: `SELECT *, 1 AS times FROM (${differing(rows.b)})`,
    on: sameKey(key),
  });
}

/**
 * Matches whole rows of the differing dates, each as often as it occurs, and leaves the others in `diff_rows`
 * as `matchByKey` does. Of what is left, two rows that alone have a key are the same row, changed.
 * @param key empty: none is known
 */
export async function matchByRows(
  replica: Replica,
  rows: TableRows,
  key: readonly number[],
  tolerance: number,
): Promise<void> {
  const list = [...rows.columns.map((_, i) => `c${i}`), 'day'].join(', ');
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE diff_left AS
     SELECT ${list}, sum(side) AS n
     FROM (SELECT *, 1 AS side FROM (${differing(rows.a)})
       UNION ALL SELECT *, -1 FROM (${differing(rows.b)}))
     GROUP BY ${list} HAVING sum(side) <> 0`,
  );
  const keys = key.map((i) => `c${i}`).join(', ');
  const alone =
    key.length === 0
      ? 'CAST(NULL AS BOOLEAN)'
      : `CASE WHEN sum(abs(n)) OVER (PARTITION BY ${keys}) = 1 THEN true END`;
  const side = (sign: string) =>
    `SELECT * EXCLUDE (n), CAST(abs(n) AS BIGINT) AS times, ${alone} AS alone
     FROM diff_left WHERE n ${sign} 0`;
  await matched(replica, rows, tolerance, {
    a: side('>'),
    b: side('<'),
    // NULL equals nothing: a row that is not alone stays without a counterpart.
    on: [...(key.length === 0 ? [] : [sameKey(key)]), 'a.alone = b.alone'].join(' AND '),
  });
  await replica.run('DROP TABLE diff_left');
}

async function matched(
  replica: Replica,
  { columns }: TableRows,
  tolerance: number,
  sides: { readonly a: string; readonly b: string; readonly on: string },
): Promise<void> {
  const values = columns.map((_, i) => `, a.c${i} AS a${i}, b.c${i} AS b${i}`);
  const differs = ['false', ...columns.map((column, i) => differsSql(column, i, tolerance))];
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE diff_rows AS
     SELECT * FROM (
       SELECT a.times IS NOT NULL AS in_a, b.times IS NOT NULL AS in_b,
         coalesce(a.times, b.times) AS times, a.day AS day_a, b.day AS day_b${values.join('')}
       FROM (${sides.a}) AS a FULL JOIN (${sides.b}) AS b ON ${sides.on})
     WHERE NOT in_a OR NOT in_b OR ${differs.join(' OR ')}`,
  );
}

function sameKey(key: readonly number[]): string {
  return key.map((i) => `a.c${i} IS NOT DISTINCT FROM b.c${i}`).join(' AND ');
}

function differing(select: string): string {
  return `SELECT * FROM (${select}) WHERE day IN (SELECT day FROM diff_days)`;
}
