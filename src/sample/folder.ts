import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { EXIT, HoopduckError } from '../errors.ts';
import { quoteIdentifier, quoteLiteral } from '../replica/identifiers.ts';

/** Marks a folder as a sample, so that a new one may replace it. */
const MARKER = 'hoopduck-sample.json';

/** Order of rows in a file; `rowid` (the order of writing) breaks ties, so that bytes are fixed. */
const ROW_ORDER = 'game_date, rowid';

/**
 * Refuses a folder that holds anything but an earlier sample.
 * @throws HoopduckError SAMPLE_FOLDER_NOT_EMPTY (exit 4)
 */
export function refuseForeignFolder(dir: string): void {
  if (!existsSync(dir)) return;
  const refuse = (found: string) =>
    new HoopduckError(
      'SAMPLE_FOLDER_NOT_EMPTY',
      `The sample cannot be written to "${dir}": found ${found}, wanted a new or empty folder or an earlier sample.`,
      { next: 'Name another folder, or empty this one.', exitCode: EXIT.refused },
    );
  if (!statSync(dir).isDirectory()) throw refuse('a file');
  const entries = readdirSync(dir).sort();
  if (entries.length > 0 && !entries.includes(MARKER)) throw refuse(`"${entries[0]}" in it`);
}

/**
 * Writes tables as `<dir>/nba_raw/<table>/<season>.parquet` and the marker with `summary`. Tables
 * of an earlier sample are replaced one by one: written aside first, then put in its place.
 */
export async function writeFolder(
  connection: DuckDBConnection,
  dir: string,
  tables: readonly string[],
  seasons: readonly { readonly label: string; readonly first: string; readonly end: string }[],
  summary: unknown,
  progress: (done: number) => void,
): Promise<void> {
  const dataset = join(dir, 'nba_raw');
  mkdirSync(dataset, { recursive: true });
  writeFileSync(join(dir, MARKER), `${JSON.stringify(summary, null, 2)}\n`);
  for (const [i, table] of tables.entries()) {
    const aside = join(dir, `.${table}.writing`);
    rmSync(aside, { recursive: true, force: true });
    mkdirSync(aside);
    for (const { label, first, end } of seasons) {
      const range = `game_date >= DATE ${quoteLiteral(first)} AND game_date < DATE ${quoteLiteral(end)}`;
      const relation = quoteIdentifier(table);
      const some = await connection.runAndReadAll(
        `SELECT 1 FROM ${relation} WHERE ${range} LIMIT 1`,
      );
      if (some.currentRowCount === 0) continue;
      await connection.run(
        `COPY (SELECT * FROM ${relation} WHERE ${range} ORDER BY ${ROW_ORDER})
         TO ${quoteLiteral(join(aside, `${label}.parquet`))} (FORMAT parquet, COMPRESSION zstd)`,
      );
    }
    const place = join(dataset, table);
    rmSync(place, { recursive: true, force: true });
    renameSync(aside, place);
    progress(i + 1);
  }
}
