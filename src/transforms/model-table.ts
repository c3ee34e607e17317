import { BOOKKEEPING_COLUMNS } from '../config/bookkeeping.ts';
import { WHOLE_TABLE } from '../ledger/ledger.ts';
import { quoteIdentifier, quoteTable } from '../replica/identifiers.ts';
import type { Bindings, Replica } from '../replica/replica.ts';
import type { Model } from './model.ts';

/** The date under which the ledger keeps a row, as SQL text. */
export function partitionDateSql({ partition }: Model): string {
  return partition === null ? `DATE '${WHOLE_TABLE}'` : quoteIdentifier(partition);
}

/** A column of a model's table. */
export interface Column {
  readonly name: string;
  /** Its type in the table, and the one that the SELECT gives. */
  readonly type: string;
  readonly selected: string;
}

/** Whether a model's table is for the warehouse, with types, hashes and comments of its own. */
export function isPublished(model: Model): boolean {
  return model.name.startsWith('nba_');
}

/** The columns of a model's table, without computing it. */
export async function modelColumns(
  replica: Replica,
  model: Model,
  sql: string,
  bindings: Bindings,
): Promise<Column[]> {
  const found = await replica.rows<{ column_name: string; column_type: string }>(
    `DESCRIBE SELECT * FROM (${sql}\n)`,
    bindings,
  );
  return typedColumns(
    model,
    found.map(({ column_name: name, column_type: type }) => ({ name, type })),
  );
}

/**
 * The columns of a model's table by those of its SELECT. A published table gets the types that SPEC gives its
 * figures (counts BIGINT, others DOUBLE, whatever an expression came out as).
 */
export function typedColumns(
  model: Model,
  selected: readonly { readonly name: string; readonly type: string }[],
): Column[] {
  return selected.map(({ name, type }) => ({
    name,
    selected: type,
    type: isPublished(model) ? publishedType(type) : type,
  }));
}

/** Columns that the runner adds to a published table. */
export const ADDED_COLUMNS: readonly Column[] = [
  { name: 'data_hash', type: 'VARCHAR', selected: 'VARCHAR' },
  { name: 'processed_at', type: 'TIMESTAMP', selected: 'TIMESTAMP' },
];

/** CREATE TABLE of a model. */
export function createTableSql(model: Model, columns: readonly Column[]): string {
  const all = isPublished(model) ? [...columns, ...ADDED_COLUMNS] : columns;
  const defined = all.map(({ name, type }) => `${quoteIdentifier(name)} ${type}`);
  return `CREATE TABLE ${quoteTable(model.name)} (${defined.join(', ')})`;
}

/** SQL text of `data_hash`: md5 of the row as JSON, without bookkeeping columns (SPEC 3.1). */
export function dataHashSql(columns: readonly Column[]): string {
  const fields = columns
    .filter(({ name }) => !BOOKKEEPING_COLUMNS.has(name))
    .map(({ name }) => `${quoteIdentifier(name)} := ${quoteIdentifier(name)}`);
  return `md5(CAST(to_json(struct_pack(${fields.join(', ')})) AS VARCHAR))`;
}

/** The type under which a published table keeps what an expression came out as. */
export function publishedType(type: string): string {
  if (type.startsWith('DECIMAL') || type === 'FLOAT') return 'DOUBLE';
  if (['HUGEINT', 'INTEGER', 'SMALLINT', 'TINYINT', 'UBIGINT', 'UINTEGER'].includes(type)) {
    return 'BIGINT';
  }
  return type;
}
