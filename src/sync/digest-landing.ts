import { computedDigestSql, digestSql } from '../replica/digest.ts';
import { quoteTable } from '../replica/identifiers.ts';
import type { Replica } from '../replica/replica.ts';
import type { Column } from '../warehouse/warehouse.ts';
import { RAW_PARTITION } from './plan.ts';

/**
 * Leaves what the replica holds of the planned dates in the temporary table `landing_known`: game_date, rows, digest (NULL:
 * rows got lost behind the ledger's back, and the partition is landed again), held_hash (NULL: it is read whatever
 * the ledger says), is_same (for now that of none is known to be).
 */
export async function recordKnown(
  replica: Replica,
  name: string,
  columns: readonly Column[],
): Promise<void> {
  const hash = columns.length === 0 ? 'NULL' : computedDigestSql(columns);
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE landing_known AS
     WITH known AS (
       SELECT k.game_date, k.rows, k.digest, p.is_asked FROM hoopduck.partition AS k
       JOIN planned AS p ON p.game_date = k.game_date
       WHERE k.table_name = $name)
     SELECT k.game_date, k.rows, CASE WHEN k.rows = coalesce(h.n, 0) THEN k.digest END AS digest,
       CASE WHEN k.rows = h.n AND k.digest IS NOT NULL AND NOT k.is_asked THEN h.hash END AS held_hash,
       FALSE AS is_same
     FROM known AS k
     LEFT JOIN (
       SELECT ${RAW_PARTITION} AS game_date, count(*) AS n, ${hash} AS hash FROM ${quoteTable(name)}
       WHERE ${RAW_PARTITION} IN (SELECT game_date FROM known) GROUP BY 1) AS h ON h.game_date = k.game_date`,
    { name },
  );
}

/** Marks the dates of which the fetched rows hash to what the replica holds. md5 is slow, and left for the others. */
export function markSameSql(columns: readonly Column[], rows: string): string {
  return `UPDATE landing_known AS k SET is_same = TRUE
    FROM (SELECT ${RAW_PARTITION} AS game_date, ${computedDigestSql(columns)} AS hash FROM (${rows}) GROUP BY 1) AS l
    WHERE l.game_date = k.game_date AND l.hash = k.held_hash`;
}

/**
 * Leaves the digests of the landed dates in the temporary table `landing_digest`: game_date, token,
 * wanted, rows, digest, old_digest, was_known. A date that is the same keeps the digest on record.
 */
export async function digestLanding(replica: Replica, columns: readonly Column[]): Promise<void> {
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE landing_digest AS
     SELECT p.game_date, p.token, p.rows AS wanted,
       CASE WHEN old.is_same THEN old.rows ELSE coalesce(l.rows, 0) END AS rows,
       CASE WHEN old.is_same THEN old.digest ELSE l.digest END AS digest, old.digest AS old_digest,
       old.game_date IS NOT NULL AS was_known
     FROM planned AS p
     LEFT JOIN (SELECT ${RAW_PARTITION} AS game_date, count(*) AS rows, ${digestSql(columns)} AS digest FROM landing
                GROUP BY 1) AS l USING (game_date)
     LEFT JOIN landing_known AS old USING (game_date)`,
  );
}
