import { quoteLiteral } from '../../src/replica/identifiers.ts';
import { Replica } from '../../src/replica/replica.ts';

/** A replica in memory. It has one thread: over a test's few rows several would only wait for each other. */
export async function memoryReplica(): Promise<Replica> {
  const replica = await Replica.open(':memory:');
  await replica.run('SET threads = 1');
  return replica;
}

/** A replica in memory with all that a replica's file holds; the file stays as it is. */
export async function memoryCopy(file: string): Promise<Replica> {
  const replica = await memoryReplica();
  const tables = (database: string) =>
    replica.column<string>(
      `SELECT schema_name || '.' || table_name FROM duckdb_tables()
       WHERE database_name = ${quoteLiteral(database)} ORDER BY ALL`,
    );
  // The ledger's tables are there already, with their version.
  const ledger = new Set(await tables('memory'));
  for (const table of ledger) await replica.run(`DELETE FROM ${table}`);
  await replica.run(`ATTACH ${quoteLiteral(file)} AS copied (READ_ONLY)`);
  for (const table of await tables('copied')) {
    const rows = `SELECT * FROM copied.${table}`;
    await replica.run(
      ledger.has(table)
        ? `INSERT INTO ${table} BY NAME ${rows}`
        : `CREATE TABLE ${table} AS ${rows}`,
    );
  }
  await replica.run('DETACH copied');
  return replica;
}
