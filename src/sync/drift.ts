import type { StageContext } from '../context.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import { recordForced } from '../ledger/ledger.ts';
import type { Replica } from '../replica/replica.ts';
import type { Column, Warehouse } from '../warehouse/warehouse.ts';

/** How a column of a raw table differs from what the replica took from it before. */
export interface Drift {
  readonly column: string;
  /**
   * `added`: new, taken; `widened`: another type of the same kind, taken; `missing`: gone, refused;
   * `changed`: a type of another kind, refused.
   */
  readonly kind: 'added' | 'widened' | 'missing' | 'changed';
  readonly before: string | null;
  readonly found: string | null;
}

type Kind = 'number' | 'text' | 'boolean' | 'time' | 'other';

/**
 * Compares the columns that a table declares now with those of the last sync and with those that the
 * pipeline reads. Names do not differ by case. A number may widen to another number and any of the simple types to
 * text; the values still have to fit when they are landed.
 * @param before the columns at the last sync; empty: there was none
 * @param wanted the replica's own columns
 */
export function classifyDrift(
  before: readonly Column[],
  wanted: readonly Column[],
  found: readonly Column[],
): Drift[] {
  const drifts: Drift[] = [];
  const now = byName(found);
  const last = byName(before);
  const own = byName(wanted);
  for (const { name, type } of found) {
    const old = last.get(name.toLowerCase());
    const replica = own.get(name.toLowerCase());
    if (old?.type === type) continue;
    // At the first sync a text may stand for anything: each value is read when it is landed.
    const isText = before.length === 0 && kindOf(type) === 'text';
    if (replica !== undefined && !isText && !fits(type, replica.type)) {
      const was = old?.type ?? replica.type;
      drifts.push({ column: name, kind: 'changed', before: was, found: type });
    } else if (old !== undefined) {
      drifts.push({ column: name, kind: 'widened', before: old.type, found: type });
    } else if (replica === undefined && before.length > 0) {
      drifts.push({ column: name, kind: 'added', before: null, found: type });
    }
  }
  for (const { name, type } of before) {
    if (now.has(name.toLowerCase())) continue;
    drifts.push({ column: name, kind: 'missing', before: type, found: null });
  }
  return drifts;
}

/**
 * Looks at a table's columns before any byte of it is fetched: what was added or widened is told, what is
 * missing or of another kind refuses the table.
 * @param accept takes a missing column as NULL from now on, on record
 * @throws HoopduckError SOURCE_DRIFT (exit 4) that names the table, the column and both types
 */
export async function checkDrift(
  ctx: StageContext,
  warehouse: Warehouse,
  table: string,
  accept: boolean,
): Promise<void> {
  const schema = await warehouse.schema(table);
  if (schema === undefined) return;
  const before = await columnsAtLastSync(ctx.replica, table);
  const wanted = await ctx.replica.columnsOf(table);
  const own = byName(wanted);
  for (const { name, type } of schema.unsupported) {
    if (own.has(name.toLowerCase()))
      throw refused(table, {
        column: name,
        kind: 'changed',
        before: own.get(name.toLowerCase())!.type,
        found: type,
      });
  }
  for (const drift of classifyDrift(before, wanted, schema.columns)) {
    const { column, kind, found } = drift;
    if (kind === 'added')
      ctx.report.warn(`${table} has a new column "${column}" (${found}); it is taken`);
    else if (kind === 'widened') {
      ctx.report.warn(
        `${table}: the column "${column}" is ${found} now, it was ${drift.before}; it is taken`,
      );
    } else if (kind === 'missing' && accept) {
      const what = `sync ${table} without its column "${column}"`;
      await recordForced(ctx.replica, ctx.runId, what, 'sync --accept-missing-columns', ctx.now());
    } else throw refused(table, drift);
  }
}

/** Keeps the columns that a table declared; joins the caller's transaction. */
export async function rememberColumns(
  replica: Replica,
  table: string,
  columns: readonly Column[],
): Promise<void> {
  await replica.run('DELETE FROM hoopduck.source_column WHERE table_name = $table', { table });
  await replica.run(
    `INSERT INTO hoopduck.source_column
     SELECT $table, c.name, c.type
     FROM (SELECT unnest(from_json($columns, '[{"name":"VARCHAR","type":"VARCHAR"}]')) AS c)`,
    { table, columns: JSON.stringify(columns) },
  );
}

async function columnsAtLastSync(replica: Replica, table: string): Promise<Column[]> {
  return replica.rows<{ name: string; type: string }>(
    `SELECT column_name AS name, column_type AS type FROM hoopduck.source_column
     WHERE table_name = $table`,
    { table },
  );
}

function byName(columns: readonly Column[]): Map<string, Column> {
  return new Map(columns.map((column) => [column.name.toLowerCase(), column]));
}

/** Whether values of a type can be the replica's: any simple type is a text, every other of its own kind. */
function fits(found: string, wanted: string): boolean {
  const [from, to] = [kindOf(found), kindOf(wanted)];
  return from === to || (to === 'text' && from !== 'other') || found === wanted;
}

function kindOf(type: string): Kind {
  if (/^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|UINTEGER|DOUBLE|FLOAT|DECIMAL.*)$/.test(type))
    return 'number';
  if (type === 'VARCHAR') return 'text';
  if (type === 'BOOLEAN') return 'boolean';
  if (/^(DATE|TIMESTAMP.*)$/.test(type)) return 'time';
  return 'other';
}

function refused(table: string, { column, kind, before, found }: Drift): HoopduckError {
  const message =
    kind === 'missing'
      ? `The column "${column}" (${before}) of "${table}" is not in the warehouse any more.`
      : `The column "${column}" of "${table}" is ${found} in the warehouse; ${before} was wanted.`;
  const next =
    kind === 'missing'
      ? 'Bring the column back, or run "hoopduck sync --accept-missing-columns" to take it as NULL from now on; nothing of this table was landed.'
      : 'Give the column its type back in the warehouse; nothing of this table was landed.';
  return new HoopduckError('SOURCE_DRIFT', message, { next, exitCode: EXIT.refused });
}
