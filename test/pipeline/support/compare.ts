import { DuckDBInstance } from '@duckdb/node-api';
import { BOOKKEEPING_COLUMNS } from '../../../src/config/bookkeeping.ts';
import { quoteIdentifier, quoteLiteral } from '../../../src/replica/identifiers.ts';

/** How the rows of one table and date compare that two replicas both have. */
export interface Comparison {
  readonly table: string;
  /** Rows of the first replica, and how many of them the second has too. */
  readonly rows: number;
  readonly compared: number;
  /** Columns that were compared, and in which of them rows differ, with how many. */
  readonly columns: number;
  readonly differing: Readonly<Record<string, number>>;
}

/** Table, its date, and whether its rows are about players (else about teams). */
const TABLES: readonly [string, string, boolean][] = [
  ['nba_precompute.player_shot_zone_analysis', 'analysis_date', true],
  ['nba_precompute.team_defense_zone_analysis', 'analysis_date', false],
  ['nba_precompute.player_daily_cache', 'cache_date', true],
  ['nba_precompute.player_game_context', 'game_date', true],
  ['nba_precompute.player_composite_factors', 'game_date', true],
  ['hoopduck.feature_seed_21', 'game_date', true],
];

/**
 * Compares every column of every precompute table and of the features on one date, between two replicas.
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
  const rows = async <T>(sql: string) =>
    (await connection.runAndReadAll(sql)).getRowObjectsJson() as T[];
  try {
    await connection.run(`ATTACH ${quoteLiteral(first)} AS one (READ_ONLY)`);
    await connection.run(`ATTACH ${quoteLiteral(second)} AS two (READ_ONLY)`);
    const comparisons: Comparison[] = [];
    for (const [table, dateColumn, aboutPlayers] of TABLES) {
      const side = (database: string) =>
        aboutPlayers
          ? `SELECT t.*, p.team_abbr AS same_team, t.player_lookup AS same_man
             FROM ${database}.${table} AS t JOIN ${database}.hoopduck.population AS p
               ON p.game_date = t.${dateColumn} AND p.player_lookup = t.player_lookup
             WHERE t.${dateColumn} = '${date}'`
          : `SELECT *, team_abbr AS same_team, '' AS same_man FROM ${database}.${table}
             WHERE ${dateColumn} = '${date}'`;
      const columns = (
        await rows<{ name: string }>(
          `SELECT column_name AS name FROM duckdb_columns() WHERE database_name = 'one'
             AND schema_name || '.' || table_name = '${table}' ORDER BY column_index`,
        )
      )
        .map(({ name }) => name)
        .filter((name) => !BOOKKEEPING_COLUMNS.has(name));
      const differs = columns.map((name) => {
        const id = quoteIdentifier(name);
        return `count_if(a.${id} IS DISTINCT FROM b.${id}) AS ${id}`;
      });
      const [found] = await rows<Record<string, string>>(
        `WITH a AS (${side('one')}), b AS (${side('two')})
         SELECT (SELECT count(*) FROM a) AS "rows of one", count(*) AS "rows of both",
           ${differs.join(', ')}
         FROM a JOIN b USING (same_man, same_team)`,
      );
      comparisons.push({
        table,
        rows: Number(found!['rows of one']),
        compared: Number(found!['rows of both']),
        columns: columns.length,
        differing: Object.fromEntries(
          columns.map((name) => [name, Number(found![name])] as const).filter(([, n]) => n > 0),
        ),
      });
    }
    return comparisons;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
