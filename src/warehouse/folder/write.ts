import { dirname, join } from 'node:path';
import { EXIT, HoopduckError, messageOf } from '../../errors.ts';
import { quoteIdentifier, quoteLiteral, quoteTable } from '../../replica/identifiers.ts';
import { columnsOfRelation, parquetRelation } from '../../replica/relation.ts';
import type { Replica } from '../../replica/replica.ts';
import { type DeclaredColumn, declaredColumns } from '../declared.ts';
import type { Column, PartitionWrite, StagedUnit } from '../warehouse.ts';
import { ABSENT, addressOf, type FolderFiles } from './files.ts';

/** Ends the names of files that are being written; it must not be `.parquet`, which readers take. */
const STAGED = '.staged';

/** Names and teams of a season fit; trying dictionaries on figures costs a third of the time to write. */
const DICTIONARY_ENTRIES = 2000;

/** The name under which a file is written aside. */
export function stagedName(name: string, pushId: string): string {
  return `.${name}.${pushId}${STAGED}`;
}

/** The push that wrote a file aside; undefined when the name is no such file's. */
export function stagedBy(name: string): string | undefined {
  if (!name.startsWith('.') || !name.endsWith(STAGED)) return undefined;
  return name.slice(0, -STAGED.length).split('.').at(-1);
}

/** Columns of a Parquet file, with DuckDB's types. */
export async function columnsOfFile(replica: Replica, path: string): Promise<Column[]> {
  return columnsOfRelation(replica, parquetRelation(path));
}

/**
 * Writes a file's whole new content aside, in its folder: the rows it keeps and those of the write,
 * ordered by date and key, zstd. It goes to disk while the caller goes on, and a swap waits for that.
 * Readers see nothing of it.
 * @throws HoopduckError TARGET_VALUE (exit 4) when a value does not fit the type that the file declares
 */
export async function stageFile(
  replica: Replica,
  files: FolderFiles,
  folder: string,
  write: PartitionWrite,
): Promise<StagedUnit> {
  const path = join(folder, write.unit.name);
  const staged = join(folder, stagedName(write.unit.name, write.pushId));
  const current =
    write.unit.token === ABSENT ? undefined : await files.content(path, write.unit.token);
  await files.makeFolder(folder);
  await copyRows(replica, write, current, staged);
  const durable = files.sync(staged).then(() => files.hash(staged));
  durable.catch(() => undefined); // reported by swap, which waits for it
  let swapped = false;
  return {
    staged: parquetRelation(staged),
    current: current === undefined ? undefined : parquetRelation(current),
    async swap() {
      const bytes = await durable;
      const token = (await files.state(path))?.token ?? ABSENT;
      if (token !== write.unit.token) throw moved(addressOf(files, path));
      await files.replace(staged, path, token);
      swapped = true;
      await files.sync(dirname(path));
      const after = await files.state(path);
      if (after === undefined || (await files.hash(path)) !== bytes) {
        throw notOurs(addressOf(files, path));
      }
      return after.token;
    },
    async discard() {
      await durable.catch(() => undefined);
      if (!swapped) await files.remove(staged);
    },
  };
}

async function copyRows(
  replica: Replica,
  write: PartitionWrite,
  current: string | undefined,
  staged: string,
): Promise<void> {
  const { table, partitionColumn } = write;
  const there = current === undefined ? undefined : await columnsOfFile(replica, current);
  const columns = declaredColumns(table, partitionColumn, write.columns, write.unit.columns);
  const parts: string[] = [];
  if (there !== undefined && current !== undefined) {
    parts.push(
      keptRowsSql(current, there, columns, partitionColumn, [...write.dates, ...write.removed]),
    );
  }
  if (write.dates.length > 0 || parts.length === 0) {
    const selected = columns.map(({ name, sql }) => `${sql} AS ${quoteIdentifier(name)}`);
    parts.push(
      `SELECT ${selected.join(', ')} FROM ${quoteTable(write.relation)}
       WHERE ${inDates(quoteIdentifier(partitionColumn), write.dates)}`,
    );
  }
  const names = new Set(columns.map((column) => column.name));
  const order = [partitionColumn, ...write.key.filter((name) => names.has(name))];
  const orderBy = write.key.length > 0 ? order.map(quoteIdentifier).join(', ') : 'ALL';
  try {
    await replica.run(
      `COPY (SELECT * FROM (${parts.join(' UNION ALL ')}) ORDER BY ${orderBy})
       TO ${quoteLiteral(staged)} (FORMAT parquet, COMPRESSION zstd, DICTIONARY_SIZE_LIMIT ${DICTIONARY_ENTRIES})`,
    );
  } catch (error) {
    throw writeFailure(error, table, staged);
  }
}

function writeFailure(error: unknown, table: string, staged: string): unknown {
  const text = messageOf(error).split('\n')[0]!;
  if (/^(Conversion|Out of Range|Invalid Input) Error/.test(text)) {
    return new HoopduckError(
      'TARGET_VALUE',
      `A value of "${table}" does not fit the type that the target declares: ${text}`,
      {
        next: 'Widen the column in the target; nothing of this table was written.',
        exitCode: EXIT.refused,
        cause: error,
      },
    );
  }
  if (!text.startsWith('IO Error')) return error;
  return new HoopduckError('FOLDER_FAILED', `"${staged}" cannot be written: ${text}`, {
    next: 'See to the rights and the space of that folder, then run the same command again.',
    exitCode: EXIT.warehouse,
    cause: error,
  });
}

function keptRowsSql(
  path: string,
  there: readonly Column[],
  columns: readonly DeclaredColumn[],
  partitionColumn: string,
  replaced: readonly string[],
): string {
  const present = new Set(there.map((column) => column.name));
  const selected = columns.map(({ name, type }) => {
    const id = quoteIdentifier(name);
    return present.has(name) ? id : `CAST(NULL AS ${type}) AS ${id}`;
  });
  const date = `TRY_CAST(${quoteIdentifier(partitionColumn)} AS DATE)`;
  return `SELECT ${selected.join(', ')} FROM read_parquet(${quoteLiteral(path)})
          WHERE ${date} IS NULL OR NOT (${inDates(date, replaced)})`;
}

/** Condition that a date is one of a list; the bounds let whole row groups be skipped. */
function inDates(sql: string, dates: readonly string[]): string {
  if (dates.length === 0) return 'false';
  const sorted = [...dates].sort();
  const literals = sorted.map((date) => `DATE ${quoteLiteral(date)}`);
  return `${sql} BETWEEN ${literals[0]} AND ${literals.at(-1)} AND ${sql} IN (${literals.join(', ')})`;
}

/** The place of a file that is written has another state by now; nothing was swapped. */
export function moved(path: string): HoopduckError {
  return new HoopduckError(
    'TARGET_MOVED',
    `The file "${path}" changed while its successor was written.`,
    {
      next: 'Run "hoopduck push" again; it compares with what is there now.',
      exitCode: EXIT.refused,
    },
  );
}

function notOurs(path: string): HoopduckError {
  return new HoopduckError(
    'TARGET_READ_BACK',
    `The file "${path}" is not what was written a moment ago.`,
    {
      next: 'See what else writes to this folder, then run "hoopduck push" again.',
      exitCode: EXIT.warehouse,
    },
  );
}
