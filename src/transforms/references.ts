import type { Replica } from '../replica/replica.ts';
import type { ModelGraph } from './graph.ts';
import { modelFault } from './head.ts';
import type { Model } from './model.ts';

/** Tables that follow from raw texts alone; a change of their rules is a change of the model's code. */
const RAW_VALUE_TABLES = ['hoopduck.raw_player_name', 'hoopduck.raw_minutes'];

/**
 * Checks that a workspace's models read what their heads declare, and nothing else: a table that a SELECT reads
 * in silence would never make it stale.
 * @throws HoopduckError MODEL_INVALID (exit 2) with the place in the SELECT or in the head.
 */
export async function checkReferences(replica: Replica, graph: ModelGraph): Promise<void> {
  for (const model of graph.models) {
    if (model.origin === 'workspace') await checkModel(replica, model);
  }
}

async function checkModel(replica: Replica, model: Model): Promise<void> {
  const declared = new Set(model.inputs.map(({ table }) => table));
  const read = await tablesOf(replica, model);
  for (const name of read) {
    if (declared.has(name) || RAW_VALUE_TABLES.includes(name)) continue;
    throw modelFault(
      model.file,
      model.text,
      placeOf(model, name),
      `the SELECT reads "${name}", which the head does not declare; "-- reads: ${name} (reach)" was wanted.`,
    );
  }
  for (const { table, at } of model.inputs) {
    if (read.includes(table)) continue;
    throw modelFault(
      model.file,
      model.text,
      at,
      `the head reads "${table}", but the SELECT does not.`,
    );
  }
}

/** The `dataset.table` names in a SELECT, as DuckDB's own parser finds them. */
async function tablesOf(replica: Replica, model: Model): Promise<string[]> {
  // As long as the name, so that positions stay.
  const sql = model.sql.replace(/@(from_date|to_date)\b/g, (name) => 'NULL'.padEnd(name.length));
  const row = await replica.row<{ tree: string }>(
    'SELECT json_serialize_sql(CAST($sql AS VARCHAR)) AS tree',
    {
      sql,
    },
  );
  const tree = JSON.parse(row!.tree) as {
    error: boolean;
    error_message?: string;
    position?: string;
  };
  if (tree.error) throw syntaxFault(model, sql, tree);
  const names = new Set<string>();
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, schema_name: schema, table_name: table } = node as Record<string, unknown>;
    if (type === 'BASE_TABLE' && schema !== '') names.add(`${schema}.${table}`);
    for (const value of Object.values(node)) walk(value);
  };
  walk(tree);
  return [...names].sort();
}

function syntaxFault(
  model: Model,
  sql: string,
  error: { error_message?: string; position?: string },
): Error {
  const before = sql.slice(0, Number(error.position ?? 0)).split('\n');
  const line = model.text
    .split(/\r\n|\r|\n/)
    .findIndex((text, i) => i >= model.headLines && text.trim() !== '');
  const at = { line: line + before.length, column: before.at(-1)!.length + 1, length: 1 };
  return modelFault(
    model.file,
    model.text,
    at,
    `the SELECT cannot be read: ${error.error_message ?? 'syntax error'}.`,
  );
}

function placeOf(model: Model, name: string): { line: number; column: number; length: number } {
  const lines = model.text.split(/\r\n|\r|\n/);
  for (let i = model.headLines; i < lines.length; i++) {
    const column = lines[i]!.indexOf(name);
    if (column !== -1) return { line: i + 1, column: column + 1, length: name.length };
  }
  return { line: model.headLines + 1, column: 1, length: 1 };
}
