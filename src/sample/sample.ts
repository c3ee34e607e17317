import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { type Reporter, silentReporter } from '../context.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import { SESSION_SQL } from '../replica/dialect.ts';
import { quoteIdentifier } from '../replica/identifiers.ts';
import { ALL_STAR_DAY, dateOf, dayOf, LAST_SEASON, SEASON_DAYS, seasonStart } from './calendar.ts';
import { exhibitions, plantExhibition } from './exhibitions.ts';
import { refuseForeignFolder, writeFolder } from './folder.ts';
import { findOddities } from './found.ts';
import { loadRawTables, playedDates, SAMPLE_TABLES } from './load.ts';
import { FALLBACK_NIGHTS, MIN_DAYS, type Plant, plantOddities } from './plants.ts';
import { simulateLeague } from './simulate.ts';

/** Most seasons of a sample: what growth is measured with (docs/scale.md); the simulation holds them in memory. */
const MAX_SEASONS = 40;

/** What a sample league shall be. */
export interface SampleOptions {
  /** Seasons, the last of them 2024-25; 1 to 40. Default 2. */
  readonly seasons?: number;
  /** Whole number of 32 bits; equal seeds give equal bytes. Default 7. */
  readonly seed?: number;
  /** Only the first days of each season (30 to 174), for tests; without playoffs. */
  readonly days?: number;
  readonly report?: Reporter;
}

/** What was written: counts that a pipeline over it must reach, and the oddities it must survive. */
export interface SampleSummary {
  readonly seed: number;
  /** Labels like `2024-25`, oldest first. */
  readonly seasons: readonly string[];
  /** First and last date with a played game of the league. */
  readonly firstDate: string;
  readonly lastDate: string;
  /** Dates after it whose games are scheduled and still to come. */
  readonly comingDates: readonly string[];
  /** Played games of the league; each has two team rows. */
  readonly finalGames: number;
  readonly comingGames: number;
  /** Player rows once duplicates, orphans and rows without a team are gone. */
  readonly playerRows: number;
  /** Those of them with minutes. */
  readonly playedRows: number;
  readonly tables: readonly { readonly name: string; readonly rows: number }[];
  /** Oddities that the league holds on purpose, by date. */
  readonly plants: readonly Plant[];
}

type Counts = Omit<SampleSummary, 'seed' | 'seasons' | 'tables' | 'plants'>;

/**
 * Writes a folder warehouse of a simulated league: `<dir>/nba_raw/<table>/<season>.parquet` with the
 * raw tables of SPEC 2, and `hoopduck-sample.json` with the summary. Equal options give equal bytes.
 * @throws HoopduckError SAMPLE_OPTION (exit 2); SAMPLE_FOLDER_NOT_EMPTY (exit 4) when `dir` holds
 * anything but an earlier sample.
 */
export async function writeSample(
  dir: string,
  options: SampleOptions = {},
): Promise<SampleSummary> {
  const seasons = checked('seasons', options.seasons ?? 2, 1, MAX_SEASONS);
  const seed = checked('seed', options.seed ?? 7, 0, 4_294_967_295);
  const days =
    options.days === undefined ? undefined : checked('days', options.days, MIN_DAYS, SEASON_DAYS);
  refuseForeignFolder(dir);
  const report = options.report ?? silentReporter;
  const simulated = simulateLeague(seed, seasons, days, report);
  // One thread: the order of rows, and so the bytes of the files, are then fixed.
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    for (const statement of SESSION_SQL) await connection.run(statement);
    await loadRawTables(connection, simulated, FALLBACK_NIGHTS);
    const counts = await count(connection);
    const plants = await findOddities(connection, simulated);
    plants.push(...(await plantOddities(connection, await playedDates(connection))));
    const first = dayOf(seasonStart(LAST_SEASON));
    const allStar = (days ?? SEASON_DAYS) > ALL_STAR_DAY ? first + ALL_STAR_DAY : undefined;
    for (const game of exhibitions(LAST_SEASON, first, allStar)) {
      plants.push(await plantExhibition(connection, LAST_SEASON, game));
    }
    plants.sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
    const ranges = simulated.seasons.map((season) => ({
      label: label(season),
      // A season's file holds its preseason too.
      first: dateOf(dayOf(seasonStart(season)) - 30),
      end: dateOf(dayOf(seasonStart(season + 1)) - 30),
    }));
    const summary: SampleSummary = {
      seed,
      seasons: ranges.map((range) => range.label),
      ...counts,
      tables: await sizes(connection),
      plants,
    };
    await writeFolder(connection, dir, SAMPLE_TABLES, ranges, summary, (done) =>
      report.progress('write tables', done, SAMPLE_TABLES.length),
    );
    return summary;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function label(season: number): string {
  return `${season}-${String((season + 1) % 100).padStart(2, '0')}`;
}

/** @throws HoopduckError SAMPLE_OPTION (exit 2) */
function checked(name: string, value: number, from: number, to: number): number {
  if (Number.isInteger(value) && value >= from && value <= to) return value;
  throw new HoopduckError(
    'SAMPLE_OPTION',
    `The option "${name}" is ${value}; a whole number from ${from} to ${to} was wanted.`,
    { next: 'See "hoopduck sample --help".', exitCode: EXIT.usage },
  );
}

/** The true counts, taken before anything is planted. */
async function count(connection: DuckDBConnection): Promise<Counts> {
  const reader = await connection.runAndReadAll(
    `SELECT
       CAST(min(game_date) FILTER (status = 3) AS VARCHAR) AS "firstDate",
       CAST(max(game_date) FILTER (status = 3) AS VARCHAR) AS "lastDate",
       string_agg(DISTINCT CASE WHEN status = 1 THEN CAST(game_date AS VARCHAR) END, ',' ORDER BY CASE WHEN status = 1 THEN CAST(game_date AS VARCHAR) END) AS "comingDates",
       CAST(count(*) FILTER (status = 3) AS INTEGER) AS "finalGames",
       CAST(count(*) FILTER (status = 1) AS INTEGER) AS "comingGames",
       (SELECT CAST(count(*) AS INTEGER) FROM box) AS "playerRows",
       (SELECT CAST(count(*) AS INTEGER) FROM box WHERE seconds > 0) AS "playedRows"
     FROM games`,
  );
  const [row] = reader.getRowObjects() as unknown as [Counts & { comingDates: string }];
  return { ...row!, comingDates: row!.comingDates.split(',') };
}

async function sizes(connection: DuckDBConnection): Promise<{ name: string; rows: number }[]> {
  const found: { name: string; rows: number }[] = [];
  for (const name of SAMPLE_TABLES) {
    const reader = await connection.runAndReadAll(
      `SELECT CAST(count(*) AS INTEGER) FROM ${quoteIdentifier(name)}`,
    );
    found.push({ name, rows: reader.getRows()[0]![0] as number });
  }
  return found;
}
