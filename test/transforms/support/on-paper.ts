import { BOOKKEEPING_COLUMNS } from '../../../src/config/bookkeeping.ts';
import type { Replica, Row } from '../../../src/replica/replica.ts';
import { loadModels } from '../../../src/transforms/graph.ts';

/** Whole rows of tables that were computed by hand, by table. */
export type Paper = Readonly<Record<string, readonly Row[]>>;

/** One row from its groups of columns. */
export const row = (...groups: readonly Row[]): Row => Object.assign({}, ...groups);

/** `SELECT` of all columns of a table but bookkeeping. */
export async function stored(replica: Replica, table: string, where: string): Promise<Row[]> {
  const rows = await replica.rows(`SELECT * FROM ${table} WHERE ${where} ORDER BY ALL`);
  return rows.map((found) =>
    Object.fromEntries(
      Object.entries(found).filter(([column]) => !BOOKKEEPING_COLUMNS.has(column)),
    ),
  );
}

/**
 * Columns of a dataset's tables, whichever there are, for which no row on paper has a value: a column that is
 * only ever expected to be NULL has not been computed by anybody.
 */
export async function withoutPaper(
  replica: Replica,
  dataset: string,
  paper: Paper,
): Promise<string[]> {
  const missing: string[] = [];
  for (const { name } of loadModels().filter((model) => model.name.startsWith(`${dataset}.`))) {
    const columns = await replica.columnsOf(name);
    if (columns.length === 0) missing.push(`${name} was not built`);
    for (const { name: column } of columns) {
      if (BOOKKEEPING_COLUMNS.has(column)) continue;
      if (!paper[name]?.some((known) => known[column] != null)) missing.push(`${name}.${column}`);
    }
  }
  return missing;
}
