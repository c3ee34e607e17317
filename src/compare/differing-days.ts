import type { Replica } from '../replica/replica.ts';
import type { TableRows } from './table-rows.ts';

/** What the digests of a table's dates say. */
export interface DayDigests {
  readonly rows_a: number;
  readonly rows_b: number;
  /** Dates whose rows are not the same on both sides. */
  readonly differing: number;
}

/**
 * Compares each date of a table by its number of rows and the sum of their hashes, which one pass over each side
 * gives, and leaves the dates that differ in the temporary table `diff_days`.
 */
export async function findDifferingDays(replica: Replica, rows: TableRows): Promise<DayDigests> {
  const hash = `hash(${['0', ...rows.columns.map((_, i) => `c${i}`)].join(', ')})`;
  const digests = (select: string) =>
    `SELECT day, count(*) AS n, sum(CAST(${hash} AS HUGEINT)) AS digest FROM (${select}) GROUP BY day`;
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE diff_digests AS
     SELECT day, coalesce(a.n, 0) AS n_a, coalesce(b.n, 0) AS n_b,
       a.n IS DISTINCT FROM b.n OR a.digest IS DISTINCT FROM b.digest AS differs
     FROM (${digests(rows.a)}) AS a FULL JOIN (${digests(rows.b)}) AS b USING (day)`,
  );
  await replica.run(
    'CREATE OR REPLACE TEMP TABLE diff_days AS SELECT day FROM diff_digests WHERE differs',
  );
  const found = await replica.row<DayDigests>(
    `SELECT CAST(coalesce(sum(n_a), 0) AS BIGINT) AS rows_a,
       CAST(coalesce(sum(n_b), 0) AS BIGINT) AS rows_b, count_if(differs) AS differing
     FROM diff_digests`,
  );
  return found!;
}
