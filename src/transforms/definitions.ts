import type { Replica } from '../replica/replica.ts';
import { forgetTable } from './forget-build.ts';
import type { ModelGraph } from './graph.ts';
import { reachText } from './reach.ts';

/**
 * Keeps the heads of the models in the ledger, where the other stages read how a table is keyed, by which date
 * it is partitioned and what it reads. The table of a model whose file is gone goes with it.
 */
export async function recordDefinitions(replica: Replica, graph: ModelGraph): Promise<void> {
  const definitions = graph.models.map((model) => ({
    table_name: model.name,
    origin: model.origin,
    file: model.file,
    partition_column: model.partition,
    key_columns: JSON.stringify(model.key),
    inputs: JSON.stringify(
      model.inputs.map(({ table, reaches }) => ({ table, reaches: reaches.map(reachText) })),
    ),
  }));
  const held = await replica.rows<{ table_name: string }>(
    `SELECT table_name, origin, file, partition_column, key_columns, inputs
     FROM hoopduck.model_definition ORDER BY rowid`,
  );
  if (JSON.stringify(held) === JSON.stringify(definitions)) return;
  const gone = held.map((row) => row.table_name).filter((name) => !graph.byName.has(name));
  const wanted = `SELECT unnest(from_json($definitions,
    '[{"table_name": "VARCHAR", "origin": "VARCHAR", "file": "VARCHAR", "partition_column": "VARCHAR",
       "key_columns": "VARCHAR", "inputs": "VARCHAR"}]'), recursive := true)`;
  const bindings = { definitions: JSON.stringify(definitions) };
  await replica.transaction(async () => {
    for (const name of gone) {
      await forgetTable(replica, name);
      await replica.run('DELETE FROM hoopduck.past_partition WHERE table_name = $name', { name });
    }
    await replica.run('DELETE FROM hoopduck.model_definition');
    await replica.run(`INSERT INTO hoopduck.model_definition BY NAME ${wanted}`, bindings);
  });
}
