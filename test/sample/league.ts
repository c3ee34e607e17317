import { DuckDBInstance } from '@duckdb/node-api';

/** Reads a written sample with SQL: each raw table is a view of its name, `clean` rows are those a reader of quirk 5 keeps. */
export async function openSample(dir: string) {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const tables = [
    'nbac_schedule',
    'nbac_gamebook_player_stats',
    'nbac_team_boxscore',
    'bigdataball_play_by_play',
    'odds_api_game_lines',
    'odds_api_player_points_props',
    'nbac_injury_report',
    'bdl_player_boxscores',
  ];
  for (const table of tables) {
    await connection.run(
      `CREATE VIEW ${table} AS SELECT * FROM read_parquet('${dir}/nba_raw/${table}/*.parquet')`,
    );
  }
  await connection.run(`
    CREATE VIEW final AS
    SELECT * FROM nbac_schedule WHERE left(game_id, 3) IN ('002', '004', '005', '006')
    QUALIFY row_number() OVER (PARTITION BY game_id ORDER BY game_status DESC, processed_at DESC) = 1`);
  await connection.run(`
    CREATE VIEW clean_player AS
    SELECT p.* FROM nbac_gamebook_player_stats AS p
    JOIN final AS f ON f.game_id = p.nba_game_id AND f.game_status = 3
    QUALIFY row_number() OVER (PARTITION BY p.game_date, p.nba_player_id
      ORDER BY p.processed_at DESC, (p.plus_minus IS NULL)) = 1`);
  await connection.run(`
    CREATE VIEW clean_team AS
    SELECT t.* FROM nbac_team_boxscore AS t
    JOIN final AS f ON f.game_id = t.nba_game_id AND f.game_status = 3
    QUALIFY row_number() OVER (PARTITION BY t.game_date, t.team_abbr ORDER BY t.processed_at DESC) = 1`);
  return {
    /** All rows of a query, values as DuckDB gives them but whole numbers as numbers. */
    async rows(sql: string): Promise<unknown[][]> {
      const reader = await connection.runAndReadAll(sql);
      return reader
        .getRows()
        .map((row) => row.map((value) => (typeof value === 'bigint' ? Number(value) : value)));
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
