import type { Replica } from '../replica/replica.ts';
import { pairColumns } from './columns.ts';
import { DATE_COLUMNS } from './date-columns.ts';
import { describeRows, type RowFacts } from './describe-rows.ts';
import { findDifferingDays } from './differing-days.ts';
import { isKeyUnique, matchByKey, matchByRows } from './differing-rows.ts';
import { columnsWithValues } from './lonely-columns.ts';
import type { CompareRules, TableKey } from './request.ts';
import type { TableDifference } from './result.ts';
import { rangeSql, tableRows } from './table-rows.ts';

/**
 * Compares one table that both sides have: whole dates by digest first, then the rows of the dates that
 * differ. Everything is done in DuckDB by sets; only counts and examples come out.
 * @param known undefined: nothing is known of the table
 */
export async function compareTable(
  replica: Replica,
  table: string,
  relations: { readonly a: string; readonly b: string },
  known: TableKey | undefined,
  rules: CompareRules,
): Promise<TableDifference> {
  const paired = await pairColumns(replica, relations, rules.ignore);
  const { shared, onlyInA, onlyInB } = paired;
  const notes = [...paired.notes];
  const at = (name: string) => shared.findIndex((column) => column.name === name);
  const date = (known === undefined ? DATE_COLUMNS : [known.date]).find(
    (name) => name !== null && at(name) !== -1,
  );
  const bounded = known?.bounded ?? true;
  const isBounded = rules.range.from !== undefined || rules.range.to !== undefined;
  if (isBounded && (date === undefined || !bounded)) {
    notes.push('it has no game date on both sides and was compared as a whole');
  }
  const range = bounded ? rules.range : { from: undefined, to: undefined };
  const rows = tableRows(shared, relations, date ?? null, range);
  const { holding, notes: empty } = await columnsWithValues(
    replica,
    relations,
    paired,
    rangeSql(date ?? null, range),
  );
  notes.push(...empty);
  const days = await findDifferingDays(replica, rows);
  const { rows_a, rows_b } = days;
  const places = (known?.columns ?? []).map(at);
  const key = places.includes(-1) ? [] : places;
  const described = (facts: RowFacts, by: TableDifference['compared_by']): TableDifference => ({
    table,
    equal: !holding && facts.rows_only_in_a + facts.rows_only_in_b + facts.rows_changed === 0,
    only_in: null,
    compared_by: by,
    key: key.map((i) => shared[i]!.name),
    rows_a,
    rows_b,
    rows_compared: rows_a - facts.rows_only_in_a,
    columns_only_in_a: onlyInA,
    columns_only_in_b: onlyInB,
    ...facts,
    notes,
  });
  if (days.differing === 0) return described(NOTHING_DIFFERS, 'digest');
  const isUnique = key.length > 0 && (await isKeyUnique(replica, rows, key));
  if (isUnique) await matchByKey(replica, rows, key, rules.tolerance);
  else await matchByRows(replica, rows, key, rules.tolerance);
  if (key.length === 0 && rules.tolerance > 0) {
    notes.push('no key is known, so that whole rows were compared, without the tolerance');
  }
  return described(
    await describeRows(replica, rows, key, isUnique, rules),
    isUnique ? 'key' : 'rows',
  );
}

/** What is said of a table in whose rows nothing differs. */
export const NOTHING_DIFFERS: RowFacts = {
  rows_only_in_a: 0,
  rows_only_in_b: 0,
  rows_changed: 0,
  dates_affected: 0,
  first_date: null,
  last_date: null,
  columns: [],
  examples_only_in_a: [],
  examples_only_in_b: [],
};
