import { BOOKKEEPING_COLUMNS } from '../config/bookkeeping.ts';
import { messageOf } from '../errors.ts';
import { quoteIdentifier } from '../replica/identifiers.ts';
import { columnsOfRelation } from '../replica/relation.ts';
import type { Replica } from '../replica/replica.ts';

/** A column that both sides have, and how it is compared. */
export interface ComparedColumn {
  readonly name: string;
  /** The type in which both are compared. */
  readonly type: string;
  readonly isNumber: boolean;
  /** SQL of the column in that type, on each side. */
  readonly a: string;
  readonly b: string;
}

/** The columns of one table on two sides. */
export interface PairedColumns {
  readonly shared: readonly ComparedColumn[];
  readonly onlyInA: readonly string[];
  readonly onlyInB: readonly string[];
  /** Columns whose types are of different kinds, in words. */
  readonly notes: readonly string[];
}

const NUMBER = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\)|BIGNUM)$/;
const INSTANT = /^TIMESTAMP/;

/**
 * Pairs the columns of a table by name, without the bookkeeping and the ignored ones. Types that hold the
 * same values (numbers of several widths, times with and without zone) meet in DuckDB's own common type.
 */
export async function pairColumns(
  replica: Replica,
  relations: { readonly a: string; readonly b: string },
  ignore: readonly string[],
): Promise<PairedColumns> {
  const counts = ({ name }: { name: string }) =>
    !BOOKKEEPING_COLUMNS.has(name) && !ignore.includes(name);
  const a = (await columnsOfRelation(replica, relations.a)).filter(counts);
  const b = (await columnsOfRelation(replica, relations.b)).filter(counts);
  const typesOfB = new Map(b.map(({ name, type }) => [name, type]));
  const shared: ComparedColumn[] = [];
  const notes: string[] = [];
  for (const { name, type } of a) {
    const other = typesOfB.get(name);
    if (other === undefined) continue;
    const common = type === other ? type : await commonType(replica, type, other);
    const isAlike =
      (NUMBER.test(type) && NUMBER.test(other)) || (INSTANT.test(type) && INSTANT.test(other));
    if (type !== other && !isAlike) {
      notes.push(
        `"${name}" is ${type} in A and ${other} in B; the values were compared as ${common}`,
      );
    }
    const id = quoteIdentifier(name);
    const as = (from: string) => (from === common ? id : `CAST(${id} AS ${common})`);
    shared.push({ name, type: common, isNumber: NUMBER.test(common), a: as(type), b: as(other) });
  }
  const namesOfA = new Set(a.map(({ name }) => name));
  return {
    shared,
    onlyInA: a.map(({ name }) => name).filter((name) => !typesOfB.has(name)),
    onlyInB: b.map(({ name }) => name).filter((name) => !namesOfA.has(name)),
    notes,
  };
}

/** The type that DuckDB gives an expression that may be of either; text where it knows none. */
async function commonType(replica: Replica, a: string, b: string): Promise<string> {
  try {
    const [type] = await columnsOfRelation(
      replica,
      `(SELECT CASE WHEN true THEN CAST(NULL AS ${a}) ELSE CAST(NULL AS ${b}) END AS common)`,
    );
    return type!.type;
  } catch (error) {
    if (/^Binder Error/.test(messageOf(error))) return 'VARCHAR';
    throw error;
  }
}
