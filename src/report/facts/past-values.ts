import { pastRowsFromJsonSql } from '../../ledger/past-rows.ts';
import { quoteIdentifier, quoteTable } from '../../replica/identifiers.ts';
import type { Replica } from '../../replica/replica.ts';
import { MEASURES, type Measure, type Spread, spreadSql } from './distributions.ts';

/** Values of a column before the newest build that replaced them, and now, on the same rows. */
export interface PastValues {
  readonly table: string;
  readonly column: string;
  readonly title: string;
  /** Dates whose earlier rows are kept, and the moment of the newest replacement. */
  readonly dates: number;
  readonly replaced_at: string;
  /** Rows that are in both, and those of them with another value. */
  readonly rows: number;
  readonly changed: number;
  readonly old: Spread;
  readonly now: Spread;
  /** Equal steps from `from`, `step` wide, with the rows of each. */
  readonly histogram: {
    readonly from: number;
    readonly step: number;
    readonly old: readonly number[];
    readonly now: readonly number[];
  } | null;
}

const BINS = 24;

/** Compares the rows that builds replaced with those that took their place; measures without kept rows are left out. */
export async function pastValues(replica: Replica): Promise<PastValues[]> {
  if (!(await replica.hasTable('hoopduck.past_partition'))) return [];
  const held = await replica.column<string>(
    'SELECT DISTINCT table_name FROM hoopduck.past_partition WHERE rows IS NOT NULL',
  );
  const found: PastValues[] = [];
  for (const measure of MEASURES) {
    if (!held.includes(measure.table)) continue;
    const facts = await compare(replica, measure);
    if (facts !== undefined) found.push(facts);
  }
  return found;
}

async function compare(replica: Replica, measure: Measure): Promise<PastValues | undefined> {
  const pairs = await pairsSql(replica, measure);
  if (pairs === undefined) return undefined;
  const row = await replica.row<Record<string, number | string | null>>(
    `SELECT count(DISTINCT game_date) AS dates, strftime(max(replaced_at), '%Y-%m-%dT%H:%M:%SZ') AS replaced_at,
       count(*) AS rows, count_if(old IS DISTINCT FROM now) AS changed,
       least(min(old), min(now)) AS lowest, greatest(max(old), max(now)) AS highest FROM (${pairs})`,
  );
  if (row === undefined || row['rows'] === 0) return undefined;
  const spread = async (side: 'old' | 'now') =>
    (await replica.row<Spread>(`SELECT ${spreadSql(side)} FROM (${pairs})`))!;
  const { table, column, title } = measure;
  return {
    ...{ table, column, title },
    dates: Number(row['dates']),
    replaced_at: String(row['replaced_at']),
    rows: Number(row['rows']),
    changed: Number(row['changed']),
    old: await spread('old'),
    now: await spread('now'),
    histogram: await histogram(replica, pairs, row['lowest'], row['highest']),
  };
}

/** SQL text of (game_date, replaced_at, old, now), a row for each key that is in both; undefined: the table has no known key. */
async function pairsSql(replica: Replica, { table, column, rows }: Measure) {
  const columns = await replica.columnsOf(table);
  const key = await replica.row<{ key_columns: string }>(
    'SELECT key_columns FROM hoopduck.model_definition WHERE table_name = $table',
    { table },
  );
  const names = key === undefined ? [] : (JSON.parse(key.key_columns) as string[]);
  const needed = new Set([...names, 'game_date', column, 'minutes_played']);
  const kept = columns.filter(({ name }) => needed.has(name));
  const isWhole = [...names, column, 'game_date'].every((n) => kept.some(({ name }) => name === n));
  if (names.length === 0 || !isWhole) return undefined;
  const value = quoteIdentifier(column);
  const joined = [...new Set([...names, 'game_date'])].map(
    (name) => `n.${quoteIdentifier(name)} = o.${quoteIdentifier(name)}`,
  );
  return `
    WITH newest AS (
      SELECT game_date, replaced_at, rows FROM hoopduck.past_partition
      WHERE table_name = '${table}' AND rows IS NOT NULL
      QUALIFY row_number() OVER (PARTITION BY game_date ORDER BY replaced_at DESC) = 1),
    old_row AS (
      SELECT replaced_at, unnest(${pastRowsFromJsonSql('rows', kept)}, recursive := true) FROM newest)
    SELECT o.game_date, o.replaced_at, CAST(o.${value} AS DOUBLE) AS old, CAST(n.${value} AS DOUBLE) AS now
    FROM old_row AS o JOIN ${quoteTable(table)} AS n ON ${joined.join(' AND ')}
    ${rows === undefined ? '' : 'WHERE n.minutes_played > 0'}`;
}

async function histogram(
  replica: Replica,
  pairs: string,
  lowest: unknown,
  highest: unknown,
): Promise<PastValues['histogram']> {
  if (typeof lowest !== 'number' || typeof highest !== 'number' || highest <= lowest) return null;
  const step = (highest - lowest) / BINS;
  const bins = { old: new Array<number>(BINS).fill(0), now: new Array<number>(BINS).fill(0) };
  for (const side of ['old', 'now'] as const) {
    const rows = await replica.rows<{ bin: number; n: number }>(
      `SELECT CAST(least(floor((${side} - $lowest) / $step), ${BINS - 1}) AS INTEGER) AS bin, count(*) AS n
       FROM (${pairs}) WHERE ${side} IS NOT NULL GROUP BY ALL`,
      { lowest, step },
    );
    for (const { bin, n } of rows) bins[side][bin] = n;
  }
  return { from: lowest, step, ...bins };
}
