import { RAW_TABLES, type RawType } from '../config/raw-tables.ts';
import { visible, visibleReason } from '../config/visible.ts';
import type { StageContext } from '../context.ts';
import { EXIT, HoopduckError, messageOf } from '../errors.ts';
import { replacePartitions, timestampText } from '../ledger/ledger.ts';
import { quoteIdentifier, quoteLiteral, quoteTable } from '../replica/identifiers.ts';
import { columnsOfRelation, unionRelation } from '../replica/relation.ts';
import type { Replica } from '../replica/replica.ts';
import type { Column, Warehouse } from '../warehouse/warehouse.ts';
import { digestLanding, markSameSql, recordKnown } from './digest-landing.ts';
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
 * @throws HoopduckError SOURCE_TYPE (exit 4) when a value does not fit its column's type, SOURCE_BROKEN (exit 3) when rows
 * are damaged
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
      columns = await readRows(replica, plan, fetched.relations);
      await fetched.verify();
    } finally {
      await fetched.release();
    }
  } else {
    await recordKnown(replica, plan.table, []);
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

/**
 * Reads the planned dates of what was fetched into the temporary table `landing`, with the replica's types. A file
 * that was written again holds mostly what it held before: dates that hash to what the replica holds are not read.
 */
async function readRows(
  replica: Replica,
  { table, fetch }: TablePlan,
  relations: readonly string[],
): Promise<Column[]> {
  const source = unionRelation(relations);
  const found = await columnsOfRelation(replica, source);
  const wanted = await replica.columnsOf(table);
  // DuckDB does not tell names by case, and a warehouse may write them in another one.
  const known = new Set(wanted.map(({ name }) => name.toLowerCase()));
  for (const { name, type } of found) {
    if (known.has(name.toLowerCase())) continue;
    // SQL ends at a NUL, in quotes as well.
    if (name.includes('\0')) throw unnameable(table, name);
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
  const rowsOf = (dates: string) =>
    `SELECT ${columns.join(', ')} FROM ${source}
     WHERE TRY_CAST(${RAW_PARTITION} AS DATE) IN (SELECT game_date FROM ${dates})`;
  try {
    await recordKnown(replica, table, wanted);
    let span = '';
    if (fetch.some(({ reason }) => reason === 'changed upstream')) {
      await replica.run(markSameSql(wanted, rowsOf('landing_known WHERE held_hash IS NOT NULL')));
      span = await spanSql(replica, types.get(RAW_PARTITION));
    }
    await replica.run(
      `CREATE OR REPLACE TEMP TABLE landing AS
       ${rowsOf('planned WHERE game_date NOT IN (SELECT game_date FROM landing_known WHERE is_same)')}${span}`,
    );
  } catch (error) {
    throw readFailure(table, error);
  }
  return found;
}

/** A value that does not fit, rows that are damaged behind a footer that is whole, or something that is not the source's fault. */
function readFailure(table: string, error: unknown): unknown {
  const text = messageOf(error);
  if (/^(Conversion|Out of Range) Error/.test(text)) {
    return new HoopduckError(
      'SOURCE_TYPE',
      `A value of "${table}" does not fit its column: ${visibleReason(error)}`,
      {
        next: 'Correct the column in the warehouse; nothing of this table was landed.',
        exitCode: EXIT.refused,
        cause: error,
      },
    );
  }
  // What DuckDB could not write is a matter of this machine's disk.
  if (!/^(Invalid|Invalid Input|IO) Error/.test(text) || /write/i.test(text)) return error;
  return new HoopduckError(
    'SOURCE_BROKEN',
    `The rows of "${table}" cannot be read as Parquet: ${visibleReason(error)}`,
    {
      next: 'Write its files again from their source; nothing of this table was landed. Then run the same command.',
      exitCode: EXIT.warehouse,
      cause: error,
    },
  );
}

function unnameable(table: string, name: string): HoopduckError {
  return new HoopduckError(
    'SOURCE_DRIFT',
    `"${table}" has a column "${visible(name)}" in the warehouse; a name without NUL was wanted.`,
    {
      next: 'Write the file again from its source; nothing of this table was landed.',
      exitCode: EXIT.refused,
    },
  );
}

/** Condition of the first and the last date that has to be read, by which a Parquet reader skips row groups. */
async function spanSql(replica: Replica, type: string | undefined): Promise<string> {
  if (type !== 'DATE') return '';
  const span = await replica.row<{ from: string | null; to: string | null }>(
    `SELECT CAST(min(game_date) AS VARCHAR) AS "from", CAST(max(game_date) AS VARCHAR) AS "to"
     FROM planned ANTI JOIN (SELECT game_date FROM landing_known WHERE is_same) USING (game_date)`,
  );
  const { from, to } = span!;
  if (from === null || to === null) return ' AND FALSE';
  return ` AND ${RAW_PARTITION} BETWEEN DATE ${quoteLiteral(from)} AND DATE ${quoteLiteral(to)}`;
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

/** A partition that was landed, and what became of it. */
interface Landed {
  readonly date: string;
  readonly rows: number;
  /** As many as the warehouse listed. */
  readonly wanted: number;
  readonly state: 'added' | 'restated' | 'same';
}

async function replaceRows(context: StageContext, plan: TablePlan): Promise<LandResult> {
  const { replica, runId } = context;
  const table = quoteTable(plan.table);
  await digestLanding(replica, await replica.columnsOf(plan.table));
  const landed = await replica.rows<Landed>(
    `SELECT CAST(game_date AS VARCHAR) AS date, rows, wanted,
       CASE WHEN NOT was_known THEN 'added'
            WHEN digest IS DISTINCT FROM old_digest THEN 'restated' ELSE 'same' END AS state
     FROM landing_digest ORDER BY game_date`,
  );
  const short = landed.find(({ rows, wanted }) => rows !== wanted);
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
  const dates = (state: Landed['state']) =>
    landed.filter((partition) => partition.state === state).map((partition) => partition.date);
  const [added, restated, same] = [dates('added'), dates('restated'), dates('same')];
  if (restated.length + plan.remove.length > 0) {
    await keepReplacedInputs(context, plan.table, plan.remove);
  }
  const changed = 'SELECT game_date FROM landing_digest WHERE digest IS DISTINCT FROM old_digest';
  if (restated.length > 0) {
    await replica.run(`DELETE FROM ${table} WHERE ${RAW_PARTITION} IN (${changed} AND was_known)`);
  }
  if (added.length + restated.length > 0) {
    // All that was read is taken as it lies: then every row group but the last is full, and a later sync adds to it.
    const wanted = added.length === landed.length ? '' : `WHERE ${RAW_PARTITION} IN (${changed})`;
    await replica.run(`INSERT INTO ${table} BY NAME SELECT * FROM landing ${wanted}`);
  }
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
  return {
    table: plan.table,
    rows: landed
      .filter((partition) => partition.state !== 'same')
      .reduce((sum, partition) => sum + partition.rows, 0),
    added,
    restated,
    same: same.length,
    removed: plan.remove,
  };
}
