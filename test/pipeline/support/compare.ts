import { DuckDBInstance } from '@duckdb/node-api';
import { BOOKKEEPING_COLUMNS } from '../../../src/config/bookkeeping.ts';
import { quoteIdentifier, quoteLiteral } from '../../../src/replica/identifiers.ts';
import { loadModels } from '../../../src/transforms/graph.ts';
import type { Model } from '../../../src/transforms/model.ts';

/** How the rows of one table and date compare that two replicas both have. */
export interface Comparison {
  readonly table: string;
  /** Rows of the first replica, and how many of them the second has too. */
  readonly rows: number;
  readonly compared: number;
  /** Columns that were compared, and in which of them rows differ, with how many. */
  readonly columns: number;
  readonly differing: Readonly<Record<string, number>>;
  /** Exponentially weighted figures that are one unit of their last stored decimal apart. */
  readonly oneUnitApart: number;
}

/** A table whose rows of a date speak of what was known before that date's games. */
export interface ForeknownTable {
  readonly table: string;
  readonly date: string;
  /** Columns that make a row of a date the same row. */
  readonly key: readonly string[];
  readonly aboutPlayers: boolean;
  /** Whether the first days of a season have no rows by design. */
  readonly skipsBootstrap: boolean;
}

/** Runs a query of a few rows. */
export type Query = <T>(sql: string) => Promise<T[]>;

/** Exponential weights cannot be summed exactly: such a column has `ew` among the words of its name. */
const EXPONENTIAL = /(^|_)ew(_|$)/;
/** One unit of the sixth decimal, and the little that its binary form may lack. */
const ONE_UNIT = 1.000_001e-6;

/** The tables of dataset nba_precompute and the features (`hoopduck.feature_*`), whatever there is of them. */
export function foreknownTables(models: readonly Model[] = loadModels()): ForeknownTable[] {
  return models
    .filter(({ name }) => /^(nba_precompute\.|hoopduck\.feature_)/.test(name))
    .map(({ name, partition, key, skipsBootstrap }) => {
      if (partition === null) throw new Error(`${name} has no partition: its rows are of no date.`);
      const others = key.filter((column) => column !== partition);
      const aboutPlayers = others.includes('player_lookup');
      if (!aboutPlayers && !others.some((column) => column.endsWith('team_abbr'))) {
        throw new Error(
          `The key of ${name} (${key.join(', ')}) names no player_lookup and no team_abbr: it is not known which of its rows are the same with and without the future. Say it in test/pipeline/support/compare.ts.`,
        );
      }
      return { table: name, date: partition, key: others, aboutPlayers, skipsBootstrap };
    });
}

/**
 * Compares every column of every such table on one date, between two replicas.
 * A man is the same row in both when he is listed for the same team: before his first game for a new
 * team, he was still his old team's man.
 */
export async function compareDate(
  first: string,
  second: string,
  date: string,
): Promise<Comparison[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run(`ATTACH ${quoteLiteral(first)} AS one (READ_ONLY)`);
    await connection.run(`ATTACH ${quoteLiteral(second)} AS two (READ_ONLY)`);
    return await compareSides(
      async <T>(sql: string) =>
        (await connection.runAndReadAll(sql)).getRowObjectsJson() as unknown as T[],
      'one',
      'two',
      date,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** The same between two databases that a connection has attached under these names. */
export async function compareSides(
  query: Query,
  one: string,
  two: string,
  date: string,
): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const { table, date: dateColumn, key, aboutPlayers } of foreknownTables()) {
    const rowsOf = (database: string) =>
      aboutPlayers
        ? `SELECT t.*, p.team_abbr AS "listed for" FROM ${database}.${table} AS t
           JOIN ${database}.hoopduck.population AS p
             ON p.game_date = t.${dateColumn} AND p.player_lookup = t.player_lookup
           WHERE t.${dateColumn} = '${date}'`
        : `SELECT *, NULL AS "listed for" FROM ${database}.${table} WHERE ${dateColumn} = '${date}'`;
    const columns = (
      await query<{ name: string; type: string }>(
        `SELECT column_name AS name, data_type AS type FROM duckdb_columns()
         WHERE database_name = '${one}' AND schema_name || '.' || table_name = '${table}'
         ORDER BY column_index`,
      )
    ).filter(({ name }) => !BOOKKEEPING_COLUMNS.has(name));
    const nearly = columns.filter(({ name }) => EXPONENTIAL.test(name));
    const near = (id: string) => `coalesce(abs(a.${id} - b.${id}) <= ${ONE_UNIT}, FALSE)`;
    const counts = columns.map((column) => {
      const id = quoteIdentifier(column.name);
      const tolerated = nearly.includes(column) ? ` AND NOT ${near(id)}` : '';
      return `count_if(a.${id} IS DISTINCT FROM b.${id}${tolerated}) AS ${id}`;
    });
    const apart = nearly.map(({ name }) => {
      const id = quoteIdentifier(name);
      return `count_if(a.${id} IS DISTINCT FROM b.${id} AND ${near(id)})`;
    });
    const same = [...key, 'listed for'].map(
      (column) => `a.${quoteIdentifier(column)} IS NOT DISTINCT FROM b.${quoteIdentifier(column)}`,
    );
    const [found] = await query<Record<string, string | number>>(
      `WITH a AS (${rowsOf(one)}), b AS (${rowsOf(two)})
       SELECT (SELECT count(*) FROM a) AS "rows of one", count(*) AS "rows of both",
         ${['0', ...apart].join(' + ')} AS "one unit apart", ${counts.join(', ')}
       FROM a JOIN b ON ${same.join(' AND ')}`,
    );
    comparisons.push({
      table,
      rows: Number(found!['rows of one']),
      compared: Number(found!['rows of both']),
      columns: columns.length,
      differing: Object.fromEntries(
        columns.map(({ name }) => [name, Number(found![name])] as const).filter(([, n]) => n > 0),
      ),
      oneUnitApart: Number(found!['one unit apart']),
    });
  }
  return comparisons;
}

/** What breaks the truncation rule (SPEC 6), in words: rows that differ, or too few that could be compared. */
export function breaches(comparisons: readonly Comparison[]): string[] {
  return comparisons.flatMap(({ table, rows, compared, differing }) => [
    ...(compared * 2 < rows ? [`${table}: only ${compared} of ${rows} rows were compared`] : []),
    ...Object.entries(differing).map(
      ([column, count]) => `${table}.${column} differs in ${count} of ${compared} rows`,
    ),
  ]);
}
