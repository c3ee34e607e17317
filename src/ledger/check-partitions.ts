import { computedDigestSql, digestSql, hasCommonDigest } from '../replica/digest.ts';
import { quoteIdentifier, quoteLiteral, quoteTable } from '../replica/identifiers.ts';
import type { Replica } from '../replica/replica.ts';
import { WHOLE_TABLE } from './ledger.ts';

/** A partition whose rows are not what the ledger says of them. */
export interface PartitionFault {
  readonly table: string;
  /** The column that dates the table's rows; null: the table has no partitions. */
  readonly column: string | null;
  /** null: of rows without a date. */
  readonly date: string | null;
  /** `lost`: the ledger knows it, and its rows are gone; `unknown`: rows of which the ledger says nothing. */
  readonly kind: 'changed' | 'lost' | 'unknown';
  /** Rows by the ledger, and rows that are there. */
  readonly recorded: number;
  readonly held: number;
}

/** What was compared, and what is off. */
export interface PartitionCheck {
  readonly partitions: number;
  readonly rows: number;
  readonly faults: readonly PartitionFault[];
}

/**
 * Computes the digest of every partition that the replica holds anew, and compares it and the count of rows with the ledger.
 * @param progress called before each table: how many are done, of how many
 */
export async function checkPartitions(
  replica: Replica,
  progress: (done: number, total: number) => void = () => undefined,
): Promise<PartitionCheck> {
  // Replicas of the first two versions: their computed tables are made anew by the next, and have digests of another kind.
  const isOld = !(await replica.hasTable('hoopduck.model_definition'));
  const known = isOld
    ? '(SELECT NULL AS table_name, NULL AS partition_column WHERE FALSE)'
    : 'hoopduck.model_definition';
  const recorded = await replica.rows<{ name: string; date: string | null }>(
    `SELECT DISTINCT p.table_name AS name,
       CASE WHEN d.table_name IS NULL THEN '' ELSE d.partition_column END AS date
     FROM hoopduck.partition AS p LEFT JOIN ${known} AS d USING (table_name)
     ORDER BY name`,
  );
  const tables = recorded.filter(({ name }) => !isOld || hasCommonDigest(name));
  const totals = await replica.row<{ partitions: number; rows: number }>(
    'SELECT count(*) AS partitions, coalesce(sum(rows), 0) AS rows FROM hoopduck.partition',
  );
  const faults: PartitionFault[] = [];
  for (const [index, { name, date }] of tables.entries()) {
    progress(index, tables.length);
    faults.push(...(await faultsOf(replica, name, date)));
  }
  progress(tables.length, tables.length);
  return { partitions: totals!.partitions, rows: Number(totals!.rows), faults };
}

/** @param date partition column; null: the table has none; empty: no model, and its columns tell */
async function faultsOf(
  replica: Replica,
  table: string,
  date: string | null,
): Promise<PartitionFault[]> {
  const columns = await replica.columnsOf(table);
  const column = date === '' ? usualColumn(columns) : date;
  const day = column === null ? `DATE ${quoteLiteral(WHOLE_TABLE)}` : quoteIdentifier(column);
  const digest = hasCommonDigest(table) ? digestSql(columns) : computedDigestSql(columns);
  const held =
    columns.length === 0
      ? 'SELECT NULL::DATE AS game_date, 0 AS n, NULL::VARCHAR AS digest WHERE FALSE'
      : `SELECT ${day} AS game_date, count(*) AS n, ${digest} AS digest
         FROM ${quoteTable(table)} GROUP BY 1`;
  return replica.rows<PartitionFault>(
    `SELECT $table AS "table", $column AS "column", CAST(game_date AS VARCHAR) AS date,
       CASE WHEN l.game_date IS NULL THEN 'unknown' WHEN coalesce(h.n, 0) = 0 THEN 'lost' ELSE 'changed' END AS kind,
       coalesce(l.rows, 0) AS recorded, coalesce(h.n, 0) AS held
     FROM (SELECT game_date, rows, digest FROM hoopduck.partition WHERE table_name = $table) AS l
     FULL JOIN (${held}) AS h USING (game_date)
     WHERE coalesce(l.rows, 0) <> coalesce(h.n, 0)
       OR (h.n > 0 AND l.digest IS DISTINCT FROM h.digest)
     ORDER BY game_date`,
    { table, column },
  );
}

/** The column that dates a raw table, or one of predictions or results. */
function usualColumn(columns: readonly { name: string }[]): string | null {
  const names = columns.map(({ name }) => name);
  return ['game_date', 'run_date'].find((name) => names.includes(name)) ?? null;
}
