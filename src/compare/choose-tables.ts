import { didYouMean } from '../config/suggest.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import type { KeyOf } from './request.ts';
import type { NotCompared } from './result.ts';

/** The tables of two sides, sorted out. */
export interface ChosenTables {
  readonly both: readonly string[];
  /** Asked for, and only on one side: that is a difference. */
  readonly single: readonly { readonly table: string; readonly side: 'a' | 'b' }[];
  readonly left: readonly NotCompared[];
}

/** The dataset that holds the ledger beside the models of staging; the ledger is no content. */
const OWN_DATASET = 'hoopduck';
/** Verdicts name the run that found them, and when; they are compared where they are asked for. */
const QUALITY_DATASET = 'nba_quality';

/**
 * Sorts out what is compared: the asked tables and datasets, or every raw and computed table of both sides.
 * @throws HoopduckError DIFF_TABLE (exit 2) for what neither side has, DIFF_NOTHING (exit 2) when nothing remains
 */
export function chooseTables(
  a: readonly string[],
  b: readonly string[],
  asked: readonly string[],
  keyOf: KeyOf,
): ChosenTables {
  const all = [...new Set([...a, ...b])].sort();
  for (const name of asked) checkAsked(name, all);
  const isContent = (name: string) =>
    datasetOf(name) !== QUALITY_DATASET &&
    (datasetOf(name) !== OWN_DATASET || keyOf(name) !== undefined);
  const chosen =
    asked.length === 0
      ? all.filter(isContent)
      : all.filter((name) => asked.includes(name) || asked.includes(datasetOf(name)));
  const both = chosen.filter((name) => a.includes(name) && b.includes(name));
  const single = chosen
    .filter((name) => !both.includes(name))
    .map((table) => ({ table, side: a.includes(table) ? ('a' as const) : ('b' as const) }));
  if (asked.length > 0) return { both, single, left: [] };
  if (both.length === 0) throw nothing(a.filter(isContent), b.filter(isContent));
  const left = single.map(({ table, side }) => ({ table, why: `only in ${side.toUpperCase()}` }));
  return { both, single: [], left };
}

function datasetOf(table: string): string {
  return table.slice(0, table.indexOf('.'));
}

function checkAsked(name: string, all: readonly string[]): void {
  if (all.some((table) => table === name || datasetOf(table) === name)) return;
  const candidates = [...new Set([...all, ...all.map(datasetOf)])];
  throw new HoopduckError(
    'DIFF_TABLE',
    `The option "--table" is "${name}", which neither side has; a table of either (dataset.table) or a dataset was wanted.${didYouMean(name, candidates)}`,
    { next: 'Leave out --table to see what both sides have.', exitCode: EXIT.usage },
  );
}

function nothing(a: readonly string[], b: readonly string[]): HoopduckError {
  return new HoopduckError(
    'DIFF_NOTHING',
    `The sides have no table in common: A has ${listed(a)}, B has ${listed(b)}.`,
    { next: 'Check that both sides are what you mean.', exitCode: EXIT.usage },
  );
}

function listed(tables: readonly string[]): string {
  if (tables.length === 0) return 'none';
  const shown = [...tables]
    .sort()
    .slice(0, 3)
    .map((name) => `"${name}"`);
  return tables.length > 3 ? `${shown.join(', ')} and ${tables.length - 3} more` : shown.join(', ');
}
