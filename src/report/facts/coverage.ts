import { seasonLabel, seasonYear } from '../../config/seasons.ts';
import type { Replica } from '../../replica/replica.ts';
import { dateProblems } from './date-problems.ts';

/**
 * What stands at a date of a table: `complete` as the schedule wants it; `here`, rows of which no count is expected;
 * `warned`; `bootstrap`, too early for its windows; `short` of rows; `missing`, no partition between others; `red` by a
 * gate; `none`, no rows and none expected; `coming`, no game is final yet.
 */
export type CellState =
  | 'complete'
  | 'here'
  | 'warned'
  | 'bootstrap'
  | 'short'
  | 'missing'
  | 'red'
  | 'none'
  | 'coming';

/** States that someone should look at. */
export const PROBLEM_STATES: readonly CellState[] = ['red', 'missing', 'short', 'warned'];

/** Dates in a row with the same state for the same reason. */
export interface CellRun {
  readonly state: CellState;
  readonly length: number;
  /** In words; null: the state says it. */
  readonly reason: string | null;
}

export interface CoveredTable {
  readonly table: string;
  readonly layer: string;
}

export interface SeasonCoverage {
  readonly season: string;
  /** Dates with games, or with rows, ascending. */
  readonly dates: readonly string[];
  /** Runs over those dates, in the order of the tables. */
  readonly tables: readonly (readonly CellRun[])[];
}

/** Every published and raw table by date. */
export interface CoverageFacts {
  readonly tables: readonly CoveredTable[];
  /** Newest first. */
  readonly seasons: readonly SeasonCoverage[];
}

interface Partition {
  readonly table_name: string;
  readonly date: string;
  readonly layer: string;
  readonly rows: number;
  readonly expected_rows: number | null;
  readonly verdict: string;
  readonly detail: string | null;
}

const DATASETS = ['nba_raw', 'nba_analytics', 'nba_precompute', 'nba_predictions', 'nba_quality'];

/** Reads the ledger's partitions and the schedule. */
export async function coverageFacts(replica: Replica): Promise<CoverageFacts> {
  const partitions = await replica.rows<Partition>(
    `SELECT table_name, game_date AS date, layer, rows, expected_rows, verdict, detail
     FROM hoopduck.partition
     WHERE table_name LIKE 'nba\\_%' ESCAPE '\\' AND game_date > DATE '1970-01-01'
       -- Its date is that of the training, of no game.
       AND table_name <> 'nba_predictions.ml_training_runs'
     ORDER BY table_name, game_date`,
  );
  const finals = await finalGames(replica);
  const problems = await dateProblems(replica);
  const byTable = new Map<string, Map<string, Partition>>();
  for (const partition of partitions) {
    const dates = byTable.get(partition.table_name) ?? new Map<string, Partition>();
    byTable.set(partition.table_name, dates.set(partition.date, partition));
  }
  const tables = [...byTable]
    .map(([table, dates]): CoveredTable => ({ table, layer: [...dates.values()][0]!.layer }))
    .sort((a, b) => rank(a.table) - rank(b.table) || (a.table < b.table ? -1 : 1));
  const all = [...new Set([...finals.keys(), ...partitions.map(({ date }) => date)])].sort();
  const years = [...new Set(all.map(seasonYear))].sort((a, b) => b - a);
  return {
    tables,
    seasons: years.map((year) => {
      const dates = all.filter((date) => seasonYear(date) === year);
      return {
        season: seasonLabel(year),
        dates,
        tables: tables.map(({ table, layer }) => {
          const held = byTable.get(table)!;
          const first = [...held.keys()][0]!;
          return runsOf(
            dates.map((date) => {
              const known = { final: finals.get(date), isLate: date > first, layer };
              return cellOf(held.get(date), known, problems.get(`${table} ${date}`));
            }),
          );
        }),
      };
    }),
  };
}

function rank(table: string): number {
  return DATASETS.indexOf(table.slice(0, table.indexOf('.')));
}

/** Final games by date; empty before the schedule was read. */
async function finalGames(replica: Replica): Promise<Map<string, number>> {
  if (!(await replica.hasTable('hoopduck.stg_game'))) return new Map();
  const rows = await replica.rows<{ date: string; finals: number }>(
    'SELECT game_date AS date, count_if(is_final) AS finals FROM hoopduck.stg_game GROUP BY ALL ORDER BY 1',
  );
  return new Map(rows.map(({ date, finals }) => [date, finals]));
}

type Cell = Omit<CellRun, 'length'>;

function cellOf(
  partition: Partition | undefined,
  known: { final: number | undefined; isLate: boolean; layer: string },
  problem: { verdict: 'fail' | 'warn'; text: string } | undefined,
): Cell {
  if (problem?.verdict === 'fail') return { state: 'red', reason: problem.text };
  if (partition === undefined) {
    if (known.final === 0) return { state: 'coming', reason: null };
    // Of a date that the schedule does not have nothing is expected, whatever a source sent.
    const isExpected = known.layer === 'model' && known.isLate && known.final !== undefined;
    if (!isExpected) return { state: 'none', reason: null };
    return { state: 'missing', reason: null };
  }
  const { verdict, rows, expected_rows: expected, detail } = partition;
  if (verdict === 'short') {
    const counts = expected === null ? '' : `${rows} of ${expected} rows`;
    return {
      state: 'short',
      reason: [counts, detail ?? ''].filter((part) => part !== '').join(': ') || null,
    };
  }
  if (problem !== undefined) return { state: 'warned', reason: problem.text };
  if (verdict === 'bootstrap') return { state: 'bootstrap', reason: null };
  if (rows === 0) return { state: known.final === 0 ? 'coming' : 'none', reason: detail };
  return { state: verdict === 'complete' ? 'complete' : 'here', reason: null };
}

function runsOf(cells: readonly Cell[]): CellRun[] {
  const runs: { state: CellState; length: number; reason: string | null }[] = [];
  for (const { state, reason } of cells) {
    const last = runs.at(-1);
    if (last?.state === state && last.reason === reason) last.length++;
    else runs.push({ state, length: 1, reason });
  }
  return runs;
}
