import { quoteTable } from '../replica/identifiers.ts';
import type { Replica } from '../replica/replica.ts';

/** Has a model computed anew over every date; dates that come out as the ledger has them are not written. */
export async function forgetBuild(replica: Replica, table: string): Promise<void> {
  await replica.run('DELETE FROM hoopduck.model_build WHERE table_name = $table', { table });
}

/** Drops a model's table with all that the ledger has of it; the next transform makes it as if it were new. */
export async function forgetTable(replica: Replica, table: string): Promise<void> {
  await replica.transaction(async () => {
    await replica.run(`DROP TABLE IF EXISTS ${quoteTable(table)}`);
    for (const name of ['partition', 'model_build', 'model_input']) {
      await replica.run(`DELETE FROM hoopduck.${name} WHERE table_name = $table`, { table });
    }
  });
}
