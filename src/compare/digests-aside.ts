import { BOOKKEEPING_COLUMNS } from '../config/bookkeeping.ts';
import { computedDigestSql } from '../replica/digest.ts';
import { quoteIdentifier } from '../replica/identifiers.ts';
import { columnsOfRelation } from '../replica/relation.ts';
import type { Replica } from '../replica/replica.ts';
import type { DateRange } from './request.ts';
import type { TableDifference } from './result.ts';
import type { DigestOnly, Side } from './side.ts';
import { rangeSql } from './table-rows.ts';

interface Pair<T> {
  readonly a: T;
  readonly b: T;
}

interface AsideDay {
  readonly day: string;
  readonly n_a: number;
  readonly n_b: number;
  readonly differs: boolean;
}

/** A table without the dates that only their digests can compare. */
export interface DigestsAside {
  /** What remains to be compared by rows. */
  readonly relations: Pair<string>;
  /** That comparison, with what the digests say. */
  readonly added: (found: TableDifference) => TableDifference;
}

/** Dates that a note names. */
const SHOWN = 3;

/** Compares the dates of which a side has kept the digests alone, and takes them out of both relations. */
export async function setDigestsAside(
  replica: Replica,
  table: string,
  sides: Pair<Side>,
  relations: Pair<string>,
  range: DateRange,
): Promise<DigestsAside> {
  const only = {
    a: await sides.a.digestOnly?.(table),
    b: await sides.b.digestOnly?.(table),
  };
  const known = only.a ?? only.b;
  const nothing = { relations, added: (found: TableDifference) => found };
  if (known === undefined) return nothing;
  const dates = [only.a, only.b].flatMap((each) =>
    each === undefined ? [] : [`SELECT day FROM ${each.relation}${rangeSql('day', range)}`],
  );
  await replica.run(`CREATE OR REPLACE TEMP TABLE diff_aside AS ${dates.join(' UNION ')}`);
  if ((await replica.row('SELECT 1 FROM diff_aside LIMIT 1')) === undefined) return nothing;
  // The digests are those of the computed table's columns, in their order and types.
  const columns = await columnsOfRelation(
    replica,
    only.a === undefined ? relations.b : relations.a,
  );
  const digests = {
    a: await digestsSql(replica, only.a, relations.a, known.date, columns),
    b: await digestsSql(replica, only.b, relations.b, known.date, columns),
  };
  const days = await replica.rows<AsideDay>(
    `SELECT CAST(day AS VARCHAR) AS day, coalesce(a.n, 0) AS n_a, coalesce(b.n, 0) AS n_b,
       a.digest IS DISTINCT FROM b.digest AS differs
     FROM diff_aside LEFT JOIN (${digests.a}) AS a USING (day) LEFT JOIN (${digests.b}) AS b USING (day)
     ORDER BY day`,
  );
  const rest = (relation: string) =>
    `(SELECT * FROM ${relation} WHERE ${dayOf(known.date)} IS NULL
        OR ${dayOf(known.date)} NOT IN (SELECT day FROM diff_aside))`;
  return {
    relations: { a: rest(relations.a), b: rest(relations.b) },
    added: (found) => withDays(found, days),
  };
}

/** SELECT of the digests of the dates set aside: those that are on record, and of the others' rows. */
async function digestsSql(
  replica: Replica,
  only: DigestOnly | undefined,
  relation: string,
  date: string,
  columns: readonly { name: string; type: string }[],
): Promise<string> {
  const counted = columns.filter(({ name }) => !BOOKKEEPING_COLUMNS.has(name));
  const names = new Set((await columnsOfRelation(replica, relation)).map(({ name }) => name));
  const isWhole = counted.every(({ name }) => names.has(name));
  const list = counted
    .filter(({ name }) => names.has(name))
    .map(({ name, type }) => {
      const id = quoteIdentifier(name);
      return `TRY_CAST(${id} AS ${type}) AS ${id}`;
    });
  const digest = isWhole ? computedDigestSql(counted) : "'other columns'";
  const computed = `SELECT day, ${digest} AS digest, count(*) AS n
    FROM (SELECT ${[...list, `${dayOf(date)} AS day`].join(', ')} FROM ${relation})
    WHERE day IN (SELECT day FROM diff_aside) GROUP BY day`;
  return only === undefined
    ? computed
    : `SELECT day, digest, n FROM ${only.relation} UNION ALL ${computed}`;
}

function dayOf(column: string): string {
  return `TRY_CAST(${quoteIdentifier(column)} AS DATE)`;
}

function withDays(found: TableDifference, days: readonly AsideDay[]): TableDifference {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);
  const differing = days.filter(({ differs }) => differs).map(({ day }) => day);
  const equal = days.filter(({ differs }) => !differs);
  const ends = [found.first_date, found.last_date, differing[0], differing.at(-1)]
    .filter((day) => day != null)
    .sort();
  const notes = [...found.notes];
  if (differing.length > 0) notes.push(notKept(differing));
  return {
    ...found,
    equal: found.equal && differing.length === 0,
    rows_a: found.rows_a + sum(days.map(({ n_a }) => n_a)),
    rows_b: found.rows_b + sum(days.map(({ n_b }) => n_b)),
    rows_compared: found.rows_compared + sum(equal.map(({ n_a }) => n_a)),
    dates_affected: found.dates_affected + differing.length,
    first_date: ends[0] ?? null,
    last_date: ends.at(-1) ?? null,
    notes,
    ...(differing.length > 0 && { dates_without_rows: differing }),
  };
}

function notKept(dates: readonly string[]): string {
  const shown = dates.slice(0, SHOWN).join(', ');
  const more = dates.length > SHOWN ? ` and ${dates.length - SHOWN} more` : '';
  const are = dates.length === 1 ? '1 date differs' : `${dates.length} dates differ`;
  return `${are}, rows not kept: ${shown}${more}`;
}
