import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { quoteLiteral } from '../../../src/replica/identifiers.ts';

/**
 * Edits raw tables of a folder warehouse in SQL, as the people of a warehouse would: each file of the
 * named tables is loaded as a table of its name, the statements run, and the files whose table they
 * name are written again. All seasons of a table lie in one file then.
 */
export async function editWarehouse(
  warehouse: string,
  tables: readonly string[],
  statements: readonly string[],
): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    for (const table of tables) {
      const files = quoteLiteral(join(warehouse, 'nba_raw', table, '*.parquet'));
      await connection.run(`CREATE TABLE ${table} AS SELECT * FROM read_parquet(${files})`);
    }
    for (const statement of statements) await connection.run(statement);
    for (const table of tables) {
      const folder = join(warehouse, 'nba_raw', table);
      const [file, ...others] = readdirSync(folder).filter((name) => name.endsWith('.parquet'));
      const aside = join(folder, '.edited');
      await connection.run(`COPY ${table} TO ${quoteLiteral(aside)} (FORMAT parquet)`);
      renameSync(aside, join(folder, file!));
      for (const other of others) rmSync(join(folder, other));
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
