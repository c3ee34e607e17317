import { EXIT, HoopduckError, messageOf } from '../errors.ts';
import { isOutOfMemory } from '../unexpected.ts';
import { chooseTables } from './choose-tables.ts';
import { compareTable, NOTHING_DIFFERS } from './compare-table.ts';
import { setDigestsAside } from './digests-aside.ts';
import type { CompareEngine } from './engine.ts';
import type { CompareRules, KeyOf } from './request.ts';
import type { Difference, NotCompared, TableDifference } from './result.ts';
import type { Side } from './side.ts';
import { bindRules } from './table-rows.ts';

/** Two sides, and what is compared of them. */
export interface Comparison extends CompareRules {
  readonly a: Side;
  readonly b: Side;
  readonly keyOf: KeyOf;
  /** Tables and datasets; empty: every raw and computed table that both sides have. */
  readonly asked: readonly string[];
  readonly signal: AbortSignal;
  readonly progress: (done: number, total: number) => void;
}

/**
 * Compares two sides table by table. Neither is written to.
 * @throws HoopduckError DIFF_TABLE, DIFF_NOTHING (exit 2), DIFF_MEMORY (exit 2), and what a side throws
 */
export async function compareSides(
  engine: CompareEngine,
  comparison: Comparison,
): Promise<Difference> {
  const { a, b, asked, keyOf, range, tolerance, signal } = comparison;
  const { replica } = engine;
  const chosen = chooseTables(await a.tables(), await b.tables(), asked, keyOf);
  await bindRules(replica, range, tolerance);
  const tables: TableDifference[] = [];
  const left: NotCompared[] = [...chosen.left];
  for (const [index, table] of chosen.both.entries()) {
    if (signal.aborted) throw interrupted();
    comparison.progress(index, chosen.both.length);
    try {
      const relations = { a: (await a.relation(table))!, b: (await b.relation(table))! };
      const aside = await setDigestsAside(replica, table, { a, b }, relations, range);
      const found = await compareTable(replica, table, aside.relations, keyOf(table), comparison);
      tables.push(aside.added(found));
    } catch (error) {
      // What is not there to be compared (a view, a table without dates) stops only who asked for it by name.
      if (!isRefusal(error) || asked.includes(table)) throw toldOf(table, error);
      left.push({ table, why: error.message });
    }
  }
  comparison.progress(chosen.both.length, chosen.both.length);
  for (const { table, side } of chosen.single) {
    const relation = (await (side === 'a' ? a : b).relation(table))!;
    const rows = await replica.row<{ n: number }>(`SELECT count(*) AS n FROM ${relation}`);
    tables.push(onlyIn(side, table, rows!.n));
  }
  return {
    a: a.label,
    b: b.label,
    equal: tables.every(({ equal }) => equal),
    tables: tables.sort((one, other) => (one.table < other.table ? -1 : 1)),
    not_compared: left.sort((one, other) => (one.table < other.table ? -1 : 1)),
  };
}

function onlyIn(side: 'a' | 'b', table: string, rows: number): TableDifference {
  return {
    table,
    equal: false,
    only_in: side,
    compared_by: 'digest',
    key: [],
    rows_a: side === 'a' ? rows : 0,
    rows_b: side === 'b' ? rows : 0,
    rows_compared: 0,
    columns_only_in_a: [],
    columns_only_in_b: [],
    ...NOTHING_DIFFERS,
    rows_only_in_a: side === 'a' ? rows : 0,
    rows_only_in_b: side === 'b' ? rows : 0,
    notes: [],
  };
}

function isRefusal(error: unknown): error is HoopduckError {
  return (
    error instanceof HoopduckError &&
    (error.exitCode === EXIT.usage || error.exitCode === EXIT.refused)
  );
}

function toldOf(table: string, error: unknown): unknown {
  if (!isOutOfMemory(error)) return error;
  return new HoopduckError(
    'DIFF_MEMORY',
    `The differing rows of "${table}" do not fit into the memory that is allowed: ${messageOf(error).split('\n')[0]}`,
    {
      next: 'Raise replica.memory_limit in hoopduck.yaml, or compare fewer dates with --from and --to.',
      exitCode: EXIT.usage,
      cause: error,
    },
  );
}

function interrupted(): HoopduckError {
  return new HoopduckError('INTERRUPTED', 'Stopped between two tables, as asked.', {
    next: 'Nothing was changed.',
    exitCode: EXIT.interrupted,
  });
}
