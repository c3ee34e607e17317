import type { StageContext } from '../context.ts';
import { timestampText } from '../ledger/ledger.ts';
import { computedDigestSql } from '../replica/digest.ts';
import { quoteIdentifier, quoteLiteral, quoteTable } from '../replica/identifiers.ts';
import type { Replica } from '../replica/replica.ts';
import { judgeBuild } from './expectations.ts';
import type { ModelGraph } from './graph.ts';
import type { Model } from './model.ts';
import {
  ADDED_COLUMNS,
  type Column,
  createTableSql,
  dataHashSql,
  isPublished,
  modelColumns,
  partitionDateSql,
} from './model-table.ts';
import { keepPastPartitions } from './past-partitions.ts';
import { recordBuild } from './record-build.ts';
import { isStaleSql, type Stale, type StaleReason } from './stale.ts';

/** What the build of one model did. */
export interface BuildResult {
  readonly table: string;
  readonly why: string;
  readonly reasons: readonly StaleReason[];
  readonly from: string;
  readonly to: string;
  /** Rows and dates that were computed. */
  readonly rows: number;
  readonly dates: number;
  /** Dates whose content changed and that were written; the others were computed to the same digest. */
  readonly changedDates: number;
  readonly short: readonly { date: string; detail: string }[];
  readonly seconds: number;
}

/**
 * Computes a model over its stale dates in one statement, compares each date's digest with what the table
 * holds, and writes the dates that differ together with their ledger rows in one transaction.
 * @param stale as `findStale` returned it; its temporary tables are read
 */
export async function buildModel(
  context: StageContext,
  graph: ModelGraph,
  model: Model,
  stale: Stale,
): Promise<BuildResult> {
  const { replica } = context;
  const started = performance.now();
  const bound = bind(model, stale);
  const columns = await modelColumns(replica, model, bound.sql, bound.bindings);
  await replica.transaction(async () => {
    const held = await replica.columnsOf(model.name);
    if (held.length === 0) await fillNewTable(context, model, bound, columns);
    else await fillTemporaryTable(replica, model, bound, columns, stale);
    await replica.run(
      `CREATE OR REPLACE TEMP TABLE build_digest AS
       SELECT partition_date AS game_date, count(*) AS rows, ${computedDigestSql(columns)} AS digest
       FROM build GROUP BY partition_date`,
    );
    await judgeBuild(replica, model, stale);
    await replica.run(
      `CREATE OR REPLACE TEMP TABLE changed_date AS
       SELECT game_date FROM (
         SELECT game_date, digest FROM hoopduck.partition
         WHERE table_name = $name AND ${isStaleSql(stale)}) AS old
       FULL JOIN build_verdict AS new USING (game_date)
       LEFT JOIN (${heldRowsSql(model)}) AS held USING (game_date)
       -- Rows that got lost behind the ledger's back are written again, too.
       WHERE old.digest IS DISTINCT FROM new.digest OR coalesce(held.n, 0) <> coalesce(new.rows, 0)`,
      { name: model.name },
    );
    if (held.length > 0) await writeChangedDates(context, graph, model, columns, held);
    await recordBuild(context, model, stale);
  });
  const counts = await replica.row<{ rows: number; dates: number; changed: number }>(
    `SELECT coalesce(sum(rows), 0)::BIGINT AS rows, count(*) AS dates,
       (SELECT count(*) FROM changed_date) AS changed FROM build_digest`,
  );
  const short = await replica.rows<{ date: string; detail: string }>(
    `SELECT CAST(game_date AS VARCHAR) AS date, detail FROM build_verdict
     WHERE verdict = 'short' ORDER BY game_date`,
  );
  await replica.run('DROP VIEW IF EXISTS temp.build');
  await replica.run('DROP TABLE IF EXISTS temp.built_rows');
  return {
    table: model.name,
    why: stale.reasons.map(({ why }) => why).join('; '),
    reasons: stale.reasons,
    from: stale.from,
    to: stale.to,
    rows: counts?.rows ?? 0,
    dates: counts?.dates ?? 0,
    changedDates: counts?.changed ?? 0,
    short,
    seconds: (performance.now() - started) / 1000,
  };
}

/** How many rows the table holds on each date. */
function heldRowsSql(model: Model): string {
  return `SELECT ${partitionDateSql(model)} AS game_date, count(*) AS n FROM ${quoteTable(model.name)} GROUP BY ALL`;
}

interface BoundSelect {
  readonly sql: string;
  readonly bindings: Record<string, string>;
  /** The partition date of a row as SQL text. */
  readonly date: string;
}

function bind(model: Model, stale: Stale): BoundSelect {
  const bindings: Record<string, string> = {};
  const sql = model.sql.replace(/@(from_date|to_date)\b/g, (_, name: 'from_date' | 'to_date') => {
    bindings[name] = name === 'from_date' ? stale.from : stale.to;
    return `CAST($${name} AS DATE)`;
  });
  return { sql, bindings, date: partitionDateSql(model) };
}

/** The first build writes its rows straight into the table; `build` is a view of it. */
async function fillNewTable(
  context: StageContext,
  model: Model,
  { sql, bindings, date }: BoundSelect,
  columns: readonly Column[],
): Promise<void> {
  const { replica } = context;
  // As one statement: an INSERT would not use the other cores.
  const select = selectRows(context, model, columns, `(SELECT ${casts(columns)} FROM (${sql}\n))`);
  await replica.run(`CREATE TABLE ${quoteTable(model.name)} AS ${select.sql}`, {
    ...bindings,
    ...select.bindings,
  });
  await replica.run(
    `CREATE OR REPLACE TEMP VIEW build AS
     SELECT ${names(columns)}, ${date} AS partition_date FROM ${quoteTable(model.name)}`,
  );
}

/** The rows of a table: as computed, and with their hash and the time where the table is published. */
function selectRows(
  { now }: StageContext,
  model: Model,
  columns: readonly Column[],
  rows: string,
): { sql: string; bindings: Record<string, string> } {
  if (!isPublished(model)) return { sql: `SELECT ${names(columns)} FROM ${rows}`, bindings: {} };
  return {
    sql: `SELECT ${names(columns)}, ${dataHashSql(columns)} AS data_hash,
       CAST($now AS TIMESTAMP) AS processed_at FROM ${rows}`,
    bindings: { now: timestampText(now()) },
  };
}

/** Later builds compute beside the table, to be compared with it. */
async function fillTemporaryTable(
  replica: Replica,
  model: Model,
  { sql, bindings, date }: BoundSelect,
  columns: readonly Column[],
  stale: Stale,
): Promise<void> {
  const wanted =
    stale.all || model.partition === null
      ? ''
      : `WHERE ${date} IN (SELECT game_date FROM stale_date)`;
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE built_rows AS
     SELECT ${casts(columns)}, ${date} AS partition_date FROM (${sql}\n) ${wanted}`,
    bindings,
  );
  await replica.run('CREATE OR REPLACE TEMP VIEW build AS SELECT * FROM built_rows');
}

/** Puts the dates that differ into the table, and on record whose rows changed. */
async function writeChangedDates(
  context: StageContext,
  graph: ModelGraph,
  model: Model,
  columns: readonly Column[],
  held: readonly { name: string; type: string }[],
): Promise<void> {
  const { replica } = context;
  const table = quoteTable(model.name);
  const wanted = isPublished(model) ? [...columns, ...ADDED_COLUMNS] : columns;
  const sameColumns =
    held.length === wanted.length &&
    held.every(({ name, type }, i) => name === wanted[i]!.name && type === wanted[i]!.type);
  const date = model.partition === null ? null : quoteIdentifier(model.partition);
  await recordChangedRows(replica, graph, model, columns, sameColumns);
  await keepPastPartitions(context, model, held, sameColumns);
  const changed = 'SELECT game_date FROM changed_date';
  if (!sameColumns) {
    // New columns come with new SQL text, and that rebuilds every date: nothing is lost here.
    await replica.run(`DROP TABLE ${table}`);
    await replica.run(createTableSql(model, columns));
  } else {
    const where = date === null ? `WHERE EXISTS (${changed})` : `WHERE ${date} IN (${changed})`;
    await replica.run(`DELETE FROM ${table} ${where}`);
  }
  const written = sameColumns
    ? `(SELECT * FROM build WHERE partition_date IN (${changed}))`
    : 'build';
  const { sql, bindings } = selectRows(context, model, columns, written);
  await replica.run(`INSERT INTO ${table} ${sql}`, bindings);
}

/**
 * Adds to hoopduck.row_change, for each changed date and each column by which other models look back on this
 * table, whose rows are not the same as before.
 */
async function recordChangedRows(
  replica: Replica,
  graph: ModelGraph,
  model: Model,
  columns: readonly Column[],
  sameColumns: boolean,
): Promise<void> {
  const entities = graph.entityColumns.get(model.name);
  if (entities === undefined || model.partition === null) return;
  const record = (rows: string) =>
    replica.run(`INSERT INTO hoopduck.row_change ${rows}`, { name: model.name });
  if (!sameColumns) {
    await record('SELECT $name, game_date, NULL, NULL FROM changed_date');
    return;
  }
  const date = quoteIdentifier(model.partition);
  const list = entities.map((column, i) => `CAST(${quoteIdentifier(column)} AS VARCHAR) AS e${i}`);
  const rows = (from: string, day: string) =>
    `SELECT ${day} AS game_date, ${list.join(', ')}, hash(${names(columns)}) AS h FROM ${from}
     WHERE ${day} IN (SELECT game_date FROM changed_date)`;
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE changed_row AS
     SELECT coalesce(o.game_date, n.game_date) AS game_date,
       ${entities.map((_, i) => `coalesce(o.e${i}, n.e${i}) AS e${i}`).join(', ')}
     FROM (SELECT *, count(*) AS times FROM (${rows(quoteTable(model.name), date)}) GROUP BY ALL) AS o
     FULL JOIN (SELECT *, count(*) AS times FROM (${rows('build', 'partition_date')}) GROUP BY ALL) AS n
       ON n.game_date = o.game_date AND n.h = o.h AND n.times = o.times
         AND ${entities.map((_, i) => `n.e${i} IS NOT DISTINCT FROM o.e${i}`).join(' AND ')}
     WHERE o.game_date IS NULL OR n.game_date IS NULL`,
  );
  for (const [i, column] of entities.entries()) {
    await record(
      `SELECT DISTINCT $name, game_date, ${quoteLiteral(column)}, e${i} FROM changed_row WHERE e${i} IS NOT NULL
       UNION SELECT DISTINCT $name, game_date, NULL, NULL FROM changed_row WHERE e${i} IS NULL`,
    );
  }
  await replica.run('DROP TABLE temp.changed_row');
}

function names(columns: readonly Column[]): string {
  return columns.map(({ name }) => quoteIdentifier(name)).join(', ');
}

function casts(columns: readonly Column[]): string {
  return columns
    .map(({ name, type, selected }) => {
      const id = quoteIdentifier(name);
      return selected === type ? id : `CAST(${id} AS ${type}) AS ${id}`;
    })
    .join(', ');
}
