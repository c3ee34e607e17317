import { EXIT, HoopduckError } from '../errors.ts';
import { quoteIdentifier } from '../replica/identifiers.ts';
import { castToDeclared, isTemporal } from './cast.ts';
import type { Column } from './warehouse.ts';

/** One column of a table that is written: its declared type, and the SQL that gives it from a replica's row. */
export interface DeclaredColumn extends Column {
  /** `CAST(NULL AS ...)` for a column that the replica does not have. */
  readonly sql: string;
}

/**
 * The columns of a table after a write: those that the target declares, with its types, then those
 * that only the replica has. A column that only the target has is NULL in rows of ours.
 * @throws HoopduckError SCHEMA_DRIFT (exit 4) when a column has another kind of type there
 */
export function declaredColumns(
  table: string,
  partitionColumn: string,
  local: readonly Column[],
  target: readonly Column[] | undefined,
): DeclaredColumn[] {
  const own = new Map(local.map((column) => [column.name, column.type]));
  const declared = (target ?? []).map(({ name, type }) => {
    const id = quoteIdentifier(name);
    const from = own.get(name);
    if (from === undefined) return { name, type, sql: `CAST(NULL AS ${type})` };
    const datesAsText = name === partitionColumn && isTemporal(from) && type === 'VARCHAR';
    const sql = datesAsText ? `CAST(${id} AS VARCHAR)` : castToDeclared(id, from, type);
    if (sql === undefined) throw drift(table, name, from, type);
    return { name, type, sql };
  });
  const there = new Set(declared.map((column) => column.name));
  const added = local
    .filter((column) => !there.has(column.name))
    .map(({ name, type }) => ({ name, type, sql: quoteIdentifier(name) }));
  return [...declared, ...added];
}

function drift(table: string, name: string, from: string, to: string): HoopduckError {
  return new HoopduckError(
    'SCHEMA_DRIFT',
    `The column "${name}" of "${table}" is ${to} in the target and ${from} in the replica.`,
    {
      next: `Change the column's type in the target to ${from}, or move the table away; nothing of it was written.`,
      exitCode: EXIT.refused,
    },
  );
}
