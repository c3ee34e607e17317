import { RAW_TABLES, type RawType } from '../config/raw-tables.ts';
import type { StageContext } from '../context.ts';
import { EXIT, HoopduckError, messageOf } from '../errors.ts';
import { replacePartitions, timestampText } from '../ledger/ledger.ts';
import { computedDigestSql, digestSql } from '../replica/digest.ts';
import { quoteIdentifier, quoteTable } from '../replica/identifiers.ts';
import { columnsOfRelation, unionRelation } from '../replica/relation.ts';
import type { Replica } from '../replica/replica.ts';
import type { Column, Warehouse } from '../warehouse/warehouse.ts';
import { rememberColumns } from './drift.ts';
import { keepReplacedInputs } from './keep-inputs.ts';
import { RAW_PARTITION, type TablePlan } from './plan.ts';

/** What landing one table did. */
export interface LandResult {
  readonly table: string;
  readonly rows: number;
  /** Partitions that are new in the replica. */
  readonly added: readonly string[];
  /** Partitions whose content differs from what the replica held. */
  readonly restated: readonly string[];
  /** Partitions that were read again and found equal. */
  readonly same: number;
  readonly removed: readonly string[];
}

/** Creates every raw table with the columns that the staging models read; a missing one stays empty. */
export async function createRawTables(replica: Replica): Promise<void> {
  for (const raw of RAW_TABLES) {
    const columns = Object.entries(raw.columns).map(
      ([name, type]) => `${quoteIdentifier(name)} ${type}`,
    );
    await replica.run(
      `CREATE TABLE IF NOT EXISTS ${quoteTable(`nba_raw.${raw.name}`)} (${columns.join(', ')})`,
    );
  }
}

/**
 * Lands the planned partitions of one table: fetch, read into a temporary table, check that nothing
 * moved meanwhile, then one transaction that replaces what differs and writes its ledger rows. A kill
 * at any point leaves the old partitions or the new ones.
 * @throws HoopduckError SOURCE_TYPE (exit 4) when a value does not fit its column's type
 */
export async function landTable(
  context: StageContext,
  warehouse: Warehouse,
  plan: TablePlan,
): Promise<LandResult> {
  const { replica } = context;
  await replica.run(
    'CREATE OR REPLACE TEMP TABLE planned (game_date DATE, token VARCHAR, rows BIGINT, is_asked BOOLEAN)',
  );
  let columns: Column[] | undefined;
  if (plan.fetch.length > 0) {
    await replica.run(
      `INSERT INTO planned SELECT CAST(p.date AS DATE), p.token, p.rows, p.is_asked
       FROM (SELECT unnest(from_json($plan, '[{"date":"VARCHAR","token":"VARCHAR","rows":"BIGINT","is_asked":"BOOLEAN"}]')) AS p)`,
      {
        plan: JSON.stringify(
          plan.fetch.map(({ date, token, rows, reason }) => {
            return { date, token, rows, is_asked: reason === 'asked' };
          }),
        ),
      },
    );
    const fetched = await warehouse.fetch(
      plan.table,
      plan.fetch.map((partition) => partition.date),
    );
    try {
      columns = await readRows(replica, plan.table, fetched.relations);
      await fetched.verify();
    } finally {
      await fetched.release();
    }
  } else {
    await replica.run(
      `CREATE OR REPLACE TEMP TABLE landing AS SELECT * FROM ${quoteTable(plan.table)} LIMIT 0`,
    );
  }
  const result = await replica.transaction(async () => {
    if (columns !== undefined) await rememberColumns(replica, plan.table, columns);
    return replaceRows(context, plan);
  });
  for (const table of ['landing', 'planned', 'landing_known', 'landing_digest']) {
    await replica.run(`DROP TABLE IF EXISTS temp.${table}`);
  }
  return result;
}

/** Reads the planned dates of what was fetched into the temporary table `landing`, with the replica's types. */
async function readRows(
  replica: Replica,
  table: string,
  relations: readonly string[],
): Promise<Column[]> {
  const source = unionRelation(relations);
  const found = await columnsOfRelation(replica, source);
  const wanted = await replica.columnsOf(table);
  // DuckDB does not tell names by case, and a warehouse may write them in another one.
  const known = new Set(wanted.map(({ name }) => name.toLowerCase()));
  for (const { name, type } of found) {
    if (known.has(name.toLowerCase())) continue;
    await replica.run(
      `ALTER TABLE ${quoteTable(table)} ADD COLUMN ${quoteIdentifier(name)} ${type}`,
    );
    wanted.push({ name, type });
  }
  const types = new Map(found.map(({ name, type }) => [name.toLowerCase(), type]));
  const columns = wanted.map(({ name, type }) => {
    const id = quoteIdentifier(name);
    return `${castColumn(id, types.get(name.toLowerCase()), type as RawType)} AS ${id}`;
  });
  try {
    await replica.run(
      `CREATE OR REPLACE TEMP TABLE landing AS
       SELECT ${columns.join(', ')} FROM ${source}
       WHERE TRY_CAST(${RAW_PARTITION} AS DATE) IN (SELECT game_date FROM planned)`,
    );
  } catch (error) {
    throw new HoopduckError(
      'SOURCE_TYPE',
      `A value of "${table}" does not fit its column: ${messageOf(error).split('\n')[0]}`,
      {
        next: 'Correct the column in the warehouse; nothing of this table was landed.',
        exitCode: EXIT.refused,
        cause: error,
      },
    );
  }
  return found;
}

/**
 * A column as the replica types it. Whole numbers and texts that came as floats, because a NaN stood for
 * a missing one, are NULL there, and a text is `36`, not `36.0`.
 */
function castColumn(id: string, found: string | undefined, wanted: RawType): string {
  if (found === undefined) return `CAST(NULL AS ${wanted})`;
  if (found === wanted) return id;
  const isFloat = found === 'DOUBLE' || found === 'FLOAT';
  if (isFloat && (wanted === 'INTEGER' || wanted === 'BIGINT')) {
    return `CASE WHEN isfinite(${id}) THEN CAST(${id} AS ${wanted}) END`;
  }
  if (isFloat && wanted === 'VARCHAR') {
    return `CASE WHEN isfinite(${id}) THEN coalesce(
      CASE WHEN ${id} = trunc(${id}) THEN CAST(TRY_CAST(${id} AS BIGINT) AS VARCHAR) END, CAST(${id} AS VARCHAR)) END`;
  }
  return `CAST(${id} AS ${wanted})`;
}

/**
 * Leaves the digests of the landed dates in the temporary table `landing_digest`: game_date, token, rows, digest,
 * old_digest, was_known. A file that was written again holds mostly what it held before, and md5 is slow: a date
 * whose rows hash to those that the replica holds, as many as the ledger says, keeps the digest on record. One that
 * was asked for is read whatever the ledger says.
 */
async function digestLanding(
  replica: Replica,
  name: string,
  columns: readonly Column[],
): Promise<void> {
  const table = quoteTable(name);
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE landing_known AS
     WITH held AS (
       SELECT ${RAW_PARTITION} AS game_date, count(*) AS n, ${computedDigestSql(columns)} AS hash FROM ${table}
       WHERE ${RAW_PARTITION} IN (SELECT game_date FROM planned) GROUP BY 1),
     landed AS (
       SELECT ${RAW_PARTITION} AS game_date, ${computedDigestSql(columns)} AS hash FROM landing
       WHERE ${RAW_PARTITION} IN (SELECT game_date FROM held) GROUP BY 1)
     -- A partition that lost rows behind the ledger's back has no digest: it is landed again.
     SELECT k.game_date, CASE WHEN k.rows = coalesce(h.n, 0) THEN k.digest END AS digest,
       NOT p.is_asked AND coalesce(k.rows = h.n AND h.hash = l.hash, FALSE) AND k.digest IS NOT NULL AS is_same
     FROM hoopduck.partition AS k
     JOIN planned AS p ON p.game_date = k.game_date
     LEFT JOIN held AS h ON h.game_date = k.game_date
     LEFT JOIN landed AS l ON l.game_date = k.game_date
     WHERE k.table_name = $table`,
    { table: name },
  );
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE landing_digest AS
     SELECT p.game_date, p.token, coalesce(c.rows, 0) AS rows,
       CASE WHEN old.is_same THEN old.digest ELSE l.digest END AS digest, old.digest AS old_digest,
       old.game_date IS NOT NULL AS was_known
     FROM planned AS p
     LEFT JOIN (SELECT ${RAW_PARTITION} AS game_date, count(*) AS rows FROM landing GROUP BY 1) AS c USING (game_date)
     LEFT JOIN (SELECT ${RAW_PARTITION} AS game_date, ${digestSql(columns)} AS digest FROM landing
                WHERE ${RAW_PARTITION} NOT IN (SELECT game_date FROM landing_known WHERE is_same)
                GROUP BY 1) AS l USING (game_date)
     LEFT JOIN landing_known AS old USING (game_date)`,
  );
}

async function replaceRows(context: StageContext, plan: TablePlan): Promise<LandResult> {
  const { replica, runId } = context;
  const table = quoteTable(plan.table);
  const columns = await replica.columnsOf(plan.table);
  await digestLanding(replica, plan.table, columns);
  const short = await replica.row<{ date: string; rows: number; wanted: number }>(
    `SELECT CAST(d.game_date AS VARCHAR) AS date, d.rows, p.rows AS wanted
     FROM landing_digest AS d JOIN planned AS p USING (game_date) WHERE d.rows <> p.rows LIMIT 1`,
  );
  if (short !== undefined) {
    throw new HoopduckError(
      'FETCH_SHORT',
      `"${plan.table}" of ${short.date} has ${short.rows} rows after the fetch; the warehouse listed ${short.wanted}.`,
      {
        next: 'The warehouse changed while it was read; run the command again.',
        exitCode: EXIT.warehouse,
      },
    );
  }
  await keepReplacedInputs(context, plan.table, plan.remove);
  const changed = 'SELECT game_date FROM landing_digest WHERE digest IS DISTINCT FROM old_digest';
  await replica.run(`DELETE FROM ${table} WHERE ${RAW_PARTITION} IN (${changed} AND was_known)`);
  await replica.run(
    `INSERT INTO ${table} BY NAME SELECT * FROM landing WHERE ${RAW_PARTITION} IN (${changed})`,
  );
  if (plan.remove.length > 0) {
    const gone = `SELECT unnest(from_json($dates, '["DATE"]'))`;
    const dates = JSON.stringify(plan.remove);
    await replica.run(`DELETE FROM ${table} WHERE ${RAW_PARTITION} IN (${gone})`, { dates });
    await replica.run(
      `DELETE FROM hoopduck.partition WHERE table_name = $table AND game_date IN (${gone})`,
      { table: plan.table, dates },
    );
  }
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE partition_change AS
     SELECT $table AS table_name, game_date, 'raw' AS layer, token AS source_token, digest, rows,
       CAST(NULL AS BIGINT) AS expected_rows, 'unchecked' AS verdict, CAST(NULL AS VARCHAR) AS detail,
       CAST($now AS TIMESTAMP) AS updated_at, $runId AS run_id
     FROM landing_digest`,
    { table: plan.table, now: timestampText(context.now()), runId },
  );
  await replacePartitions(replica);
  const landed = await replica.rows<{ date: string; rows: number; state: string }>(
    `SELECT CAST(game_date AS VARCHAR) AS date, rows,
       CASE WHEN NOT was_known THEN 'added'
            WHEN digest IS DISTINCT FROM old_digest THEN 'restated' ELSE 'same' END AS state
     FROM landing_digest ORDER BY game_date`,
  );
  const dates = (state: string) =>
    landed.filter((partition) => partition.state === state).map((partition) => partition.date);
  return {
    table: plan.table,
    rows: landed
      .filter((partition) => partition.state !== 'same')
      .reduce((sum, partition) => sum + partition.rows, 0),
    added: dates('added'),
    restated: dates('restated'),
    same: dates('same').length,
    removed: plan.remove,
  };
}
