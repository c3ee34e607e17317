import { EXIT, HoopduckError, messageOf } from '../errors.ts';
import { digestSql } from '../replica/digest.ts';
import { quoteIdentifier, quoteTable } from '../replica/identifiers.ts';
import type { Replica } from '../replica/replica.ts';
import type { DeclaredColumn } from '../warehouse/declared.ts';
import type { Column } from '../warehouse/warehouse.ts';

/** Digests of the dates in one file; rows without a date stand under `undated`. */
export type FileDigests = ReadonlyMap<string, string>;

const UNDATED = 'undated';

/**
 * Digests of every date in each of the Parquet files, on the types of that file, computed in the
 * replica by the same SQL as the ledger's. Files with equal columns are read by one query.
 * @throws HoopduckError TARGET_BROKEN (exit 3) when their pages cannot be read
 */
export async function digestFiles(
  replica: Replica,
  partitionColumn: string,
  paths: readonly string[],
): Promise<Map<string, FileDigests>> {
  const groups = new Map<string, { columns: Column[]; paths: string[] }>();
  for (const path of paths) {
    const found = await replica.rows<{ column_name: string; column_type: string }>(
      'DESCRIBE SELECT * FROM read_parquet($path)',
      { path },
    );
    const columns = found.map((row) => ({ name: row.column_name, type: row.column_type }));
    const group = groups.get(JSON.stringify(columns));
    if (group === undefined) groups.set(JSON.stringify(columns), { columns, paths: [path] });
    else group.paths.push(path);
  }
  const digests = new Map<string, Map<string, string>>(paths.map((path) => [path, new Map()]));
  for (const { columns, paths: alike } of groups.values()) {
    const list = alike.map((_, i) => `$path${i}`).join(', ');
    const query = replica.rows<{ file: string; date: string | null; digest: string }>(
      `SELECT hoopduck_file AS file, CAST(hoopduck_date AS VARCHAR) AS date, digest
       FROM (SELECT hoopduck_file, TRY_CAST(${quoteIdentifier(partitionColumn)} AS DATE) AS hoopduck_date,
               ${digestSql(columns)} AS digest
             FROM read_parquet([${list}], filename = 'hoopduck_file') GROUP BY 1, 2)`,
      Object.fromEntries(alike.map((path, i) => [`path${i}`, path])),
    );
    const rows = await query.catch((error: unknown) => {
      throw unreadable(alike, error);
    });
    for (const { file, date, digest } of rows) digests.get(file)!.set(date ?? UNDATED, digest);
  }
  return digests;
}

function unreadable(paths: readonly string[], error: unknown): HoopduckError {
  const others = paths.length === 1 ? '' : ` or one of ${paths.length - 1} files beside it`;
  return new HoopduckError(
    'TARGET_BROKEN',
    `"${paths[0]}"${others} cannot be read: ${messageOf(error).split('\n')[0]}`,
    {
      next: 'Take the broken file out of the target, then run "hoopduck push" again.',
      exitCode: EXIT.warehouse,
      cause: error,
    },
  );
}

/** The digest of rows that lie in several places: counts and hash sums add up. */
export function addDigests(a: string, b: string): string {
  const [rowsA, sumA] = a.split('-') as [string, string];
  const [rowsB, sumB] = b.split('-') as [string, string];
  const sum = (BigInt(`0x${sumA}`) + BigInt(`0x${sumB}`)) % (1n << 64n);
  return `${Number(rowsA) + Number(rowsB)}-${sum.toString(16)}`;
}

/** The digests of dates over all of some files. */
export function mergeDigests(files: Iterable<FileDigests>): Map<string, string> {
  const merged = new Map<string, string>();
  for (const file of files) {
    for (const [date, digest] of file) {
      const other = merged.get(date);
      merged.set(date, other === undefined ? digest : addDigests(other, digest));
    }
  }
  return merged;
}

/** Digests of a replica's partitions as the target would hold them: rounded and cast to its types. */
export async function digestAsDeclared(
  replica: Replica,
  table: string,
  partitionColumn: string,
  columns: readonly DeclaredColumn[],
  dates: readonly string[],
): Promise<Map<string, string>> {
  const selected = columns.map(({ name, sql }) => `${sql} AS ${quoteIdentifier(name)}`);
  const rows = await replica.rows<{ date: string; digest: string }>(
    `SELECT CAST(hoopduck_date AS VARCHAR) AS date, ${digestSql(columns)} AS digest
     FROM (SELECT ${quoteIdentifier(partitionColumn)} AS hoopduck_date, ${selected.join(', ')}
           FROM ${quoteTable(table)}
           WHERE ${quoteIdentifier(partitionColumn)} IN
             (SELECT unnest(from_json($dates, '["DATE"]'))))
     GROUP BY hoopduck_date`,
    { dates: JSON.stringify(dates) },
  );
  return new Map(rows.map(({ date, digest }) => [date, digest]));
}
