import type { StageContext } from '../context.ts';
import { timestampText } from '../ledger/ledger.ts';
import { quoteIdentifier, quoteLiteral, quoteTable } from '../replica/identifiers.ts';
import type { Replica } from '../replica/replica.ts';
import type { ModelGraph } from './graph.ts';
import type { Model } from './model.ts';
import {
  ADDED_COLUMNS,
  type Column,
  createTableSql,
  dataHashSql,
  isPublished,
} from './model-table.ts';
import { keepPastPartitions } from './past-partitions.ts';

/** The rows of a table: as computed, and with their hash and the time where the table is published. */
export function selectRows(
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

/**
 * Puts the dates that differ (temporary table `changed_date`) into the table, and on record whose rows changed.
 * @param held columns of the table as it still stands
 * @param dates how many dates differ
 */
export async function writeChangedDates(
  context: StageContext,
  graph: ModelGraph,
  model: Model,
  columns: readonly Column[],
  held: readonly { name: string; type: string }[],
  dates: number,
): Promise<void> {
  const { replica } = context;
  const table = quoteTable(model.name);
  const sameColumns = hasColumns(held, model, columns);
  const date = model.partition === null ? null : quoteIdentifier(model.partition);
  await recordChangedRows(replica, graph, model, columns, sameColumns);
  await keepPastPartitions(context, model, held, sameColumns, dates);
  const changed = 'SELECT game_date FROM changed_date';
  if (!sameColumns) {
    // Every date was computed then: nothing is lost here.
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

/** Whether the table as it stands has the columns that a build gives, of the same types. */
export function hasColumns(
  held: readonly { name: string; type: string }[],
  model: Model,
  columns: readonly Column[],
): boolean {
  const wanted = isPublished(model) ? [...columns, ...ADDED_COLUMNS] : columns;
  return (
    held.length === wanted.length &&
    held.every(({ name, type }, i) => name === wanted[i]!.name && type === wanted[i]!.type)
  );
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
  const changedRow = `
     SELECT coalesce(o.game_date, n.game_date) AS game_date,
       ${entities.map((_, i) => `coalesce(o.e${i}, n.e${i}) AS e${i}`).join(', ')}
     FROM (SELECT *, count(*) AS times FROM (${rows(quoteTable(model.name), date)}) GROUP BY ALL) AS o
     FULL JOIN (SELECT *, count(*) AS times FROM (${rows('build', 'partition_date')}) GROUP BY ALL) AS n
       ON n.game_date = o.game_date AND n.h = o.h AND n.times = o.times
         AND ${entities.map((_, i) => `n.e${i} IS NOT DISTINCT FROM o.e${i}`).join(' AND ')}
     WHERE o.game_date IS NULL OR n.game_date IS NULL`;
  const changes = entities.map(
    (column, i) =>
      `SELECT DISTINCT $name, game_date, ${quoteLiteral(column)}, e${i} FROM changed_row WHERE e${i} IS NOT NULL
       UNION SELECT DISTINCT $name, game_date, NULL, NULL FROM changed_row WHERE e${i} IS NULL`,
  );
  await record(`WITH changed_row AS MATERIALIZED (${changedRow}) ${changes.join(' UNION ALL ')}`);
}

/** The columns of a table as SQL text. */
export function names(columns: readonly Column[]): string {
  return columns.map(({ name }) => quoteIdentifier(name)).join(', ');
}
