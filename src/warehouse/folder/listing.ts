import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { visibleReason } from '../../config/visible.ts';
import { EXIT, HoopduckError } from '../../errors.ts';
import { quoteIdentifier } from '../../replica/identifiers.ts';
import type { Bindings, Replica } from '../../replica/replica.ts';
import type { Column, SourceListing } from '../warehouse.ts';
import { addressOf, type FolderFiles } from './files.ts';

/** One Parquet file of a table: its state and the rows of each date that it holds. */
export interface TableFile {
  readonly path: string;
  readonly token: string;
  readonly rows: ReadonlyMap<string, number>;
  readonly undatedRows: number;
  /** Those that are remembered; undefined: they are read in the file. */
  readonly columns?: readonly Column[];
}

/** A file of a table and the path of its content. */
interface ReadableFile {
  readonly path: string;
  readonly token: string;
  readonly content: string;
}

/** A Parquet file is at least its two magic numbers and the length of its footer. */
const SMALLEST_PARQUET = 12;

/** Whether a name in a table's folder is a file of the table: temporary names are not. */
export function isTableFile(name: string): boolean {
  return name.endsWith('.parquet') && !name.startsWith('.');
}

/**
 * The files of a table's folder with the rows of each date, from one query over the date column of
 * the files that `known` does not have in their present state.
 * @returns undefined when the folder has no Parquet file
 * @throws HoopduckError SOURCE_BROKEN (exit 3) that names a file which is not Parquet
 */
export async function listFiles(
  replica: Replica,
  files: FolderFiles,
  folder: string,
  partitionColumn: string,
  known: ReadonlyMap<string, TableFile>,
): Promise<TableFile[] | undefined> {
  const states = [...((await files.states(folder)) ?? [])].filter(([name]) => isTableFile(name));
  if (states.length === 0) return undefined;
  const found: TableFile[] = [];
  const unread: { path: string; token: string }[] = [];
  for (const [name, { size, token }] of states) {
    const path = join(folder, name);
    if (size < SMALLEST_PARQUET) throw brokenFile(addressOf(files, path), `it has ${size} bytes`);
    const before = known.get(path);
    if (before?.token === token) found.push(before);
    else unread.push({ path, token });
  }
  if (unread.length > 0) {
    const contents = await contentsOf(files, unread);
    const readable = unread.map((file, i) => ({ ...file, content: contents[i]! }));
    found.push(...(await countRows(replica, files, readable, partitionColumn)));
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Paths of the contents of files. All are brought before the failure of one is told, so that none is under way then. */
export async function contentsOf(
  files: FolderFiles,
  wanted: readonly { readonly path: string; readonly token: string }[],
): Promise<string[]> {
  const brought = await Promise.allSettled(
    wanted.map(({ path, token }) => files.content(path, token)),
  );
  return brought.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
}

/** `read_parquet` of files that may differ in their columns, with the bindings of its paths. */
export function parquetSql(paths: readonly string[]): { sql: string; bindings: Bindings } {
  return {
    sql: `read_parquet([${paths.map((_, i) => `$path${i}`).join(', ')}],
            union_by_name = true, filename = 'hoopduck_file')`,
    bindings: Object.fromEntries(paths.map((path, i) => [`path${i}`, path])),
  };
}

async function countRows(
  replica: Replica,
  folderFiles: FolderFiles,
  files: readonly ReadableFile[],
  partitionColumn: string,
): Promise<TableFile[]> {
  const source = parquetSql(files.map((file) => file.content));
  const counts = new Map<string, Map<string, number>>();
  const undated = new Map<string, number>();
  try {
    const rows = await replica.rows<{ file: string; date: string | null; rows: number }>(
      `SELECT hoopduck_file AS file, CAST(date AS VARCHAR) AS date, rows
       FROM (SELECT hoopduck_file, TRY_CAST(${quoteIdentifier(partitionColumn)} AS DATE) AS date,
               count(*) AS rows
             FROM ${source.sql} GROUP BY ALL)
       ORDER BY ALL`,
      source.bindings,
    );
    for (const { file, date, rows: n } of rows) {
      if (date === null) undated.set(file, n);
      else if (counts.get(file)?.set(date, n) === undefined) counts.set(file, new Map([[date, n]]));
    }
  } catch (error) {
    throw await namedFailure(replica, folderFiles, files, partitionColumn, error);
  }
  return files.map(({ path, token, content }) => ({
    path,
    token,
    rows: counts.get(content) ?? new Map(),
    undatedRows: undated.get(content) ?? 0,
  }));
}

/** Finds the file that a query over many of them failed on. */
async function namedFailure(
  replica: Replica,
  folderFiles: FolderFiles,
  files: readonly ReadableFile[],
  partitionColumn: string,
  failure: unknown,
): Promise<unknown> {
  for (const { path, content } of files) {
    const address = addressOf(folderFiles, path);
    let names: string[];
    try {
      const file = { path: content };
      names = await replica.column<string>('SELECT name FROM parquet_schema($path)', file);
      await replica.run('SELECT count(*) FROM read_parquet($path)', file);
    } catch (error) {
      return brokenFile(address, visibleReason(error), error);
    }
    if (!names.includes(partitionColumn)) {
      return new HoopduckError(
        'SOURCE_COLUMN',
        `The file "${address}" has no column "${partitionColumn}", by which its table is partitioned.`,
        { next: 'Add the column to the file, or take the file away.', exitCode: EXIT.warehouse },
      );
    }
  }
  return brokenFile(addressOf(folderFiles, files[0]!.path), visibleReason(failure), failure);
}

/** A file of the warehouse that is not, or not wholly, Parquet: SOURCE_BROKEN (exit 3). */
export function brokenFile(path: string, found: string, cause?: unknown): HoopduckError {
  return new HoopduckError(
    'SOURCE_BROKEN',
    `The file "${path}" cannot be read as Parquet: ${found.replace(/\.$/, '')}.`,
    {
      next: 'Write the file again from its source, or take it away; then run the same command.',
      exitCode: EXIT.warehouse,
      cause,
    },
  );
}

/** The partitions of a table: the token covers every file that holds rows of the date. */
export function partitionsOf(table: string, files: readonly TableFile[]): SourceListing {
  const parts = new Map<string, { rows: number; from: string[] }>();
  let undatedRows = 0;
  for (const file of files) {
    undatedRows += file.undatedRows;
    for (const [date, rows] of file.rows) {
      const part = parts.get(date) ?? { rows: 0, from: [] };
      part.rows += rows;
      part.from.push(`${basename(file.path)}:${file.token}:${rows}`);
      parts.set(date, part);
    }
  }
  const partitions = [...parts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([date, part]) => ({
      date,
      rows: part.rows,
      token: createHash('sha256').update(part.from.sort().join('\n')).digest('hex').slice(0, 16),
    }));
  return { table, partitions, undatedRows };
}
