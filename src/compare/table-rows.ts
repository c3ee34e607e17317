import { quoteIdentifier } from '../replica/identifiers.ts';
import type { Replica } from '../replica/replica.ts';
import type { ComparedColumn } from './columns.ts';
import type { DateRange } from './request.ts';

/** One table on both sides, as every step of its comparison reads it. */
export interface TableRows {
  /** Columns in order; in `a` and `b` they are `c0`, `c1`, ... */
  readonly columns: readonly ComparedColumn[];
  /** SELECT of each side's rows in common types, with their date as `day`. */
  readonly a: string;
  readonly b: string;
  /** The column with the date; null: none, and `day` is the same in all rows. */
  readonly date: string | null;
}

/** Stands for the date of rows that have none, so that they can be grouped and joined by it. */
export const NO_DAY = "DATE '0001-01-01'";

/** The rows of a table within the range; `date` is the column that bounds them. */
export function tableRows(
  columns: readonly ComparedColumn[],
  relations: { readonly a: string; readonly b: string },
  date: string | null,
  range: DateRange,
): TableRows {
  const where = rangeSql(date, range);
  const day = date === null ? 'NULL' : dayOf(date);
  const select = (side: 'a' | 'b') => {
    const list = columns.map((column, i) => `${column[side]} AS c${i}`);
    return `SELECT ${[...list, `coalesce(${day}, ${NO_DAY}) AS day`].join(', ')} FROM ${relations[side]}${where}`;
  };
  return { columns, a: select('a'), b: select('b'), date };
}

/** The WHERE that bounds a table by its date, or nothing. */
export function rangeSql(date: string | null, { from, to }: DateRange): string {
  if (date === null) return '';
  const bounds = [
    ...(from === undefined ? [] : [`${dayOf(date)} >= getvariable('diff_from')`]),
    ...(to === undefined ? [] : [`${dayOf(date)} <= getvariable('diff_to')`]),
  ];
  return bounds.length === 0 ? '' : ` WHERE ${bounds.join(' AND ')}`;
}

function dayOf(column: string): string {
  return `TRY_CAST(${quoteIdentifier(column)} AS DATE)`;
}

/** Binds what the statements read by name: a statement that makes a table takes no values of its own. */
export async function bindRules(
  replica: Replica,
  range: DateRange,
  tolerance: number,
): Promise<void> {
  const { from = null, to = null } = range;
  await replica.run('SET VARIABLE diff_from = CAST($from AS DATE)', { from });
  await replica.run('SET VARIABLE diff_to = CAST($to AS DATE)', { to });
  await replica.run('SET VARIABLE diff_tolerance = CAST($tolerance AS DOUBLE)', { tolerance });
}
