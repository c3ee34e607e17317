import { SEASON_STARTS, seasonLabel, seasonYear } from '../../config/seasons.ts';
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
  readonly rows: number;
  readonly expected_rows: number | null;
  readonly verdict: string;
  readonly detail: string | null;
}

/** Dates of the training are those of no game. */
const COVERED = `table_name LIKE 'nba\\_%' ESCAPE '\\' AND game_date > DATE '1970-01-01'
  AND table_name <> 'nba_predictions.ml_training_runs'`;

const DATASETS = ['nba_raw', 'nba_analytics', 'nba_precompute', 'nba_predictions', 'nba_quality'];

/** Reads the ledger's partitions and the schedule. */
export async function coverageFacts(replica: Replica): Promise<CoverageFacts> {
  const held = await heldPartitions(replica);
  const games = await gamesByDate(replica);
  const problems = await dateProblems(replica);
  const tables = [...held]
    .map(([table, { layer }]): CoveredTable => ({ table, layer }))
    .sort((a, b) => rank(a.table) - rank(b.table) || (a.table < b.table ? -1 : 1));
  const found = [...held.values()].flatMap(({ dates }) => [...dates.keys()]);
  const all = [...new Set([...games.keys(), ...found])].sort();
  const yearOf = (date: string) => games.get(date)?.season ?? yearWithoutGames(date);
  const years = [...new Set(all.map(yearOf))].sort((a, b) => b - a);
  return {
    tables,
    seasons: years.map((year) => {
      const dates = all.filter((date) => yearOf(date) === year);
      return {
        season: seasonLabel(year),
        dates,
        tables: tables.map(({ table, layer }) => {
          const own = held.get(table)!.dates;
          const first = own.keys().next().value!;
          return runsOf(
            dates.map((date) => {
              const known = { final: games.get(date)?.finals, isLate: date > first, layer };
              return cellOf(own.get(date), known, problems.get(`${table} ${date}`));
            }),
          );
        }),
      };
    }),
  };
}

interface HeldTable {
  readonly layer: string;
  /** In the order of time. */
  readonly dates: ReadonlyMap<string, Partition>;
}

/** The ledger's partitions by table; read as one text a table, since tens of thousands of rows cost more than the rest. */
async function heldPartitions(replica: Replica): Promise<Map<string, HeldTable>> {
  const tables = await replica.rows<{ table_name: string; layer: string; cells: string }>(
    `SELECT table_name, any_value(layer) AS layer,
       string_agg(strftime(game_date, '%Y-%m-%d') || ' ' || verdict || ' ' || rows || ' ' || coalesce(CAST(expected_rows AS VARCHAR), ''),
         ',' ORDER BY game_date) AS cells
     FROM hoopduck.partition WHERE ${COVERED} GROUP BY table_name ORDER BY table_name`,
  );
  const told = await replica.rows<{ place: string; detail: string }>(
    `SELECT table_name || ' ' || strftime(game_date, '%Y-%m-%d') AS place, detail FROM hoopduck.partition
     WHERE ${COVERED} AND detail IS NOT NULL AND (verdict = 'short' OR rows = 0)`,
  );
  const details = new Map(told.map(({ place, detail }) => [place, detail]));
  return new Map(
    tables.map(({ table_name, layer, cells }) => {
      const dates = new Map<string, Partition>();
      for (const cell of cells.split(',')) {
        const [date, verdict, rows, expected] = cell.split(' ') as [string, string, string, string];
        dates.set(date, {
          ...{ verdict, rows: Number(rows) },
          expected_rows: expected === '' ? null : Number(expected),
          detail: details.get(`${table_name} ${date}`) ?? null,
        });
      }
      return [table_name, { layer, dates }];
    }),
  );
}

function rank(table: string): number {
  return DATASETS.indexOf(table.slice(0, table.indexOf('.')));
}

interface GameDate {
  /** Games that are final. */
  readonly finals: number;
  readonly season: number;
}

/** Dates of the schedule; empty before it was read. */
async function gamesByDate(replica: Replica): Promise<Map<string, GameDate>> {
  if (!(await replica.hasTable('hoopduck.stg_game'))) return new Map();
  const rows = await replica.rows<GameDate & { readonly date: string }>(
    `SELECT game_date AS date, count_if(is_final) AS finals, min(season_year) AS season
     FROM hoopduck.stg_game GROUP BY ALL ORDER BY 1`,
  );
  return new Map(rows.map(({ date, ...game }) => [date, game]));
}

/** No preseason is longer; that of 2020 came ten weeks after the games of the season before. */
const PRESEASON_DAYS = 30;

/** The season year of a date that the schedule does not have: a preseason belongs to the season that it leads to. */
function yearWithoutGames(date: string): number {
  const coming = SEASON_STARTS.find(([, start]) => start > date);
  if (coming === undefined) return seasonYear(date);
  const [year, start] = coming;
  const days = (Date.parse(start) - Date.parse(date)) / 86_400_000;
  return days <= PRESEASON_DAYS ? year : seasonYear(date);
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
