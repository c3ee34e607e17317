import { seasonLabel } from '../config/seasons.ts';
import type { Replica } from '../replica/replica.ts';

/** Partitions that should be, are, fall short and are red. `expected` is null where nothing is expected. */
export interface Coverage {
  readonly expected: number | null;
  readonly found: number;
  readonly short: number;
  readonly red: number;
}

/** Coverage of one table over a season or a month, beside the dates with a final game. */
export interface Period extends Coverage {
  /** `2024-25`, or `2024-11`. */
  readonly period: string;
  readonly game_dates: number;
}

/** Where a table stands: over all, season by season, and month by month in the newest season. */
export interface TableCoverage extends Coverage {
  readonly table: string;
  readonly newest: string | null;
  readonly seasons: readonly Period[];
  readonly months: readonly Period[];
}

export interface SeasonStatus {
  readonly season: string;
  /** Dates with a final game. */
  readonly game_dates: number;
  /** By dataset. */
  readonly datasets: Readonly<Record<string, Coverage>>;
}

/** Partitions of every table, twice: season by season for each dataset, and for each table. */
export interface ReplicaCoverage {
  readonly seasons: readonly SeasonStatus[];
  readonly tables: readonly TableCoverage[];
}

interface Cell {
  readonly table: string;
  readonly layer: string;
  readonly year: number;
  readonly month: string;
  readonly newest: string | null;
  readonly expected: number;
  readonly found: number;
  readonly short: number;
  readonly red: number;
}

interface GameMonth {
  readonly year: number;
  readonly month: string;
  readonly dates: number;
}

/** Counts partitions by table, season and month. A date's season is its games', else by the calendar (October starts one). */
export async function replicaCoverage(replica: Replica): Promise<ReplicaCoverage> {
  const games = (await replica.hasTable('hoopduck.stg_game'))
    ? 'SELECT game_date, min(season_year) AS season_year, bool_or(is_final) AS final FROM hoopduck.stg_game GROUP BY game_date'
    : "SELECT DATE '1970-01-01' AS game_date, 0 AS season_year, FALSE AS final WHERE FALSE";
  const cells = await replica.rows<Cell>(
    `WITH game AS (${games}),
       red AS (SELECT table_name, game_date FROM hoopduck.red_partition),
       partition AS (
         SELECT coalesce(g.season_year, year(game_date) - IF(month(game_date) >= 10, 0, 1)) AS season_year,
           game_date, p.table_name, p.layer,
           p.layer = 'model' AND p.verdict NOT IN ('bootstrap', 'unchecked')
             AND coalesce(p.expected_rows, 1) > 0 AS expected,
           p.rows > 0 AS found, p.verdict = 'short' AS short, red.game_date IS NOT NULL AS red
         FROM hoopduck.partition AS p
         LEFT JOIN game AS g USING (game_date)
         LEFT JOIN red USING (table_name, game_date)
         WHERE p.game_date > DATE '1970-01-01' AND p.table_name LIKE 'nba_%'
           -- Its date is that of the training, of no season.
           AND p.table_name <> 'nba_predictions.ml_training_runs')
     FROM (SELECT table_name AS "table", layer, season_year AS year, strftime(game_date, '%Y-%m') AS month,
       CAST(max(game_date) FILTER (found) AS VARCHAR) AS newest, count_if(expected) AS expected,
       count_if(found) AS found, count_if(short) AS short, count_if(red) AS red
       FROM partition GROUP BY table_name, layer, season_year, month)
     ORDER BY CASE layer WHEN 'raw' THEN 0 WHEN 'model' THEN 1 ELSE 2 END, "table", year, month`,
  );
  const months = await replica.rows<GameMonth>(
    `SELECT season_year AS year, strftime(game_date, '%Y-%m') AS month, count(*) AS dates
     FROM (${games}) WHERE final GROUP BY ALL ORDER BY ALL`,
  );
  return { seasons: bySeason(cells, months), tables: byTable(cells, months) };
}

function bySeason(cells: readonly Cell[], months: readonly GameMonth[]): SeasonStatus[] {
  return yearsOf(cells).map((year) => {
    const own = cells.filter((cell) => cell.year === year);
    const datasets = [...new Set(own.map(datasetOf))].sort();
    return {
      season: seasonLabel(year),
      game_dates: gameDates(months, (one) => one.year === year),
      datasets: Object.fromEntries(
        datasets.map((name) => [name, covered(own.filter((cell) => datasetOf(cell) === name))]),
      ),
    };
  });
}

function byTable(cells: readonly Cell[], months: readonly GameMonth[]): TableCoverage[] {
  const years = yearsOf(cells);
  const last = years.at(-1);
  const lastMonths = [
    ...new Set([
      ...months.filter(({ year }) => year === last).map(({ month }) => month),
      ...cells.filter(({ year }) => year === last).map(({ month }) => month),
    ]),
  ].sort();
  const tables = [...new Set(cells.map(({ table }) => table))];
  return tables.map((table) => {
    const own = cells.filter((cell) => cell.table === table);
    return {
      table,
      ...covered(own),
      newest: own.reduce<string | null>(
        (best, { newest }) => (newest !== null && (best === null || newest > best) ? newest : best),
        null,
      ),
      seasons: years.map((year) => ({
        period: seasonLabel(year),
        game_dates: gameDates(months, (one) => one.year === year),
        ...covered(own.filter((cell) => cell.year === year)),
      })),
      months: lastMonths.map((month) => ({
        period: month,
        game_dates: gameDates(months, (one) => one.year === last && one.month === month),
        ...covered(own.filter((cell) => cell.year === last && cell.month === month)),
      })),
    };
  });
}

function yearsOf(cells: readonly Cell[]): number[] {
  return [...new Set(cells.map(({ year }) => year))].sort((a, b) => a - b);
}

function datasetOf({ table }: Cell): string {
  return table.slice(0, table.indexOf('.'));
}

function gameDates(months: readonly GameMonth[], which: (one: GameMonth) => boolean): number {
  return months.filter(which).reduce((sum, { dates }) => sum + dates, 0);
}

function covered(cells: readonly Cell[]): Coverage {
  const sum = (of: (cell: Cell) => number) => cells.reduce((total, cell) => total + of(cell), 0);
  const expected = sum((cell) => cell.expected);
  return {
    expected: expected === 0 ? null : expected,
    found: sum((cell) => cell.found),
    short: sum((cell) => cell.short),
    red: sum((cell) => cell.red),
  };
}
