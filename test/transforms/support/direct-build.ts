import { quoteIdentifier, quoteTable } from '../../../src/replica/identifiers.ts';
import type { Replica } from '../../../src/replica/replica.ts';
import { loadModels } from '../../../src/transforms/graph.ts';
import type { Model } from '../../../src/transforms/model.ts';
import { type Column, modelColumns } from '../../../src/transforms/model-table.ts';
import { refreshRawValues } from '../../../src/transforms/raw-values.ts';

/** Columns of the models in a replica whose raw tables keep theirs: to ask for them costs as much as a small build. */
const KNOWN_COLUMNS = new WeakMap<Replica, Map<string, readonly Column[]>>();

/**
 * Builds every table from the raw ones, from empty and by its SQL alone: no ledger, no digests, nothing is
 * kept of an earlier build. Tables whose earlier dates nothing reads get only the dates of `span`.
 */
export async function buildDirectly(
  replica: Replica,
  span: { readonly from: string; readonly to: string },
): Promise<void> {
  await refreshRawValues(replica);
  const models = loadModels();
  const history = readBackwards(models);
  const known = KNOWN_COLUMNS.get(replica) ?? new Map<string, readonly Column[]>();
  KNOWN_COLUMNS.set(replica, known);
  for (const model of models) {
    const bounds = {
      from_date: history.has(model.name) ? '1900-01-01' : span.from,
      to_date: span.to,
    };
    const bindings: Record<string, string> = {};
    const sql = model.sql.replace(/@(from_date|to_date)\b/g, (_, name: keyof typeof bounds) => {
      bindings[name] = bounds[name];
      return `CAST($${name} AS DATE)`;
    });
    const columns = known.get(model.name) ?? (await modelColumns(replica, model, sql, bindings));
    known.set(model.name, columns);
    const values = columns.map(({ name, type }) => {
      const id = quoteIdentifier(name);
      return `CAST(${id} AS ${type}) AS ${id}`;
    });
    await replica.run(
      `CREATE OR REPLACE TABLE ${quoteTable(model.name)} AS SELECT ${values.join(', ')} FROM (${sql}\n)`,
      bindings,
    );
  }
}

/** Models of which some reader, or a reader's reader, looks at earlier dates. */
function readBackwards(models: readonly Model[]): Set<string> {
  const found = new Set<string>();
  for (const { name, partition, inputs } of [...models].reverse()) {
    for (const { table, reaches } of inputs) {
      const looksBack = partition === null || reaches.some(({ kind }) => kind !== 'same date');
      if (looksBack || found.has(name)) found.add(table);
    }
  }
  return found;
}
