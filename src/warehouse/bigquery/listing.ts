import { EXIT, HoopduckError } from '../../errors.ts';
import type { SourceListing, SourcePartition } from '../warehouse.ts';
import type { BigQueryContext } from './context.ts';
import { BigQueryFailure, failureFor, isLacking } from './failure.ts';
import { type TableRef, tablePath } from './names.ts';
import type { ViewedPartition } from './partitions-view.ts';
import { countsSql } from './statements.ts';
import type { TableMeta } from './tables.ts';
import { typeText } from './types.ts';

/** What was last seen of a table. */
export interface SeenTable {
  readonly ref: TableRef;
  readonly meta: TableMeta;
  readonly partitionColumn: string;
  readonly listing: SourceListing;
}

/** BigQuery's names for rows of a partitioned table that lie in no date's partition. */
const NO_DATE = '__NULL__';
const STREAMING = '__UNPARTITIONED__';

/**
 * The partitions of a table with their tokens, without scanning it where the server can tell: a
 * partition's token is the time of its last change and its row count. Where it cannot, or the table is
 * not partitioned by that column, the token is the time of the table's last change and a count.
 * @throws HoopduckError TABLE_KIND, SOURCE_COLUMN (exit 4) for what is no table that can be read so
 */
export async function listTable(
  context: BigQueryContext,
  table: string,
  ref: TableRef,
  partitionColumn: string,
): Promise<SeenTable | undefined> {
  const meta = await context.tables.get(ref);
  if (meta === undefined) return undefined;
  checkKind(ref, meta);
  checkColumn(ref, meta, partitionColumn);
  const isByDay =
    meta.timePartitioning?.type === 'DAY' && meta.timePartitioning.field === partitionColumn;
  const listing =
    (isByDay ? await fromPartitions(context, table, ref, meta) : undefined) ??
    (await fromCounts(context, table, ref, meta, partitionColumn));
  return { ref, meta, partitionColumn, listing };
}

async function fromPartitions(
  context: BigQueryContext,
  table: string,
  ref: TableRef,
  meta: TableMeta,
): Promise<SourceListing | undefined> {
  if (context.abilities.lacks('partitions view')) return undefined;
  let viewed: readonly ViewedPartition[];
  try {
    viewed = await context.partitionsView.of(ref);
  } catch (error) {
    if (!(error instanceof BigQueryFailure) || !isLacking(error.failure)) throw error;
    context.abilities.note('partitions view', false, error.failure.message);
    return undefined;
  }
  context.abilities.note('partitions view', true);
  const partitions: SourcePartition[] = [];
  let undatedRows = 0;
  for (const { id, rows, modified } of viewed) {
    if (id === NO_DATE || id === null) undatedRows += rows;
    else if (id === STREAMING) warnOfStream(context, table, rows);
    else if (rows > 0) {
      const date = `${id.slice(0, 4)}-${id.slice(4, 6)}-${id.slice(6, 8)}`;
      partitions.push({ date, rows, token: `${modified}:${rows}` });
    }
  }
  if (meta.streamingBuffer !== undefined) {
    warnOfStream(context, table, Number(meta.streamingBuffer.estimatedRows ?? 0));
  }
  return { table, partitions: partitions.sort(byDate), undatedRows };
}

async function fromCounts(
  context: BigQueryContext,
  table: string,
  ref: TableRef,
  meta: TableMeta,
  partitionColumn: string,
): Promise<SourceListing> {
  const state = `${meta.etag ?? ''}:${meta.lastModifiedTime}:${meta.numRows ?? ''}`;
  const known = await context.remember.read(tablePath(ref), state);
  const rows = known ?? (await context.jobs.rows(countsSql(ref, partitionColumn)));
  if (known === undefined) await context.remember.write(tablePath(ref), state, rows);
  const partitions: SourcePartition[] = [];
  let undatedRows = 0;
  for (const [date, count] of rows) {
    const n = Number(count);
    if (date === null || date === undefined) undatedRows += n;
    else partitions.push({ date, rows: n, token: `${meta.lastModifiedTime}:${n}` });
  }
  return { table, partitions: partitions.sort(byDate), undatedRows };
}

function checkKind(ref: TableRef, { type }: TableMeta): void {
  if (['TABLE', 'CLONE', 'SNAPSHOT'].includes(type)) return;
  const kind = type.toLowerCase().replaceAll('_', ' ');
  throw new HoopduckError(
    'TABLE_KIND',
    `"${tablePath(ref)}" is ${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}; a table was wanted, because only a table says when its partitions changed.`,
    {
      next: `Make a table of it, such as by a scheduled query, and let "dataset_prefix" or the table's name lead to that.`,
      exitCode: EXIT.refused,
    },
  );
}

function checkColumn(ref: TableRef, meta: TableMeta, name: string): void {
  const field = meta.schema?.fields?.find((each) => each.name === name);
  if (field?.type === 'DATE') return;
  const found = field === undefined ? 'no such column' : typeText(field);
  throw new HoopduckError(
    'SOURCE_COLUMN',
    `The column "${name}" of "${tablePath(ref)}", by which it is partitioned, is ${found}; DATE was wanted.`,
    { next: 'Give the table a DATE column of that name.', exitCode: EXIT.refused },
  );
}

function warnOfStream(context: BigQueryContext, table: string, rows: number): void {
  context.warn(
    `${table}: about ${rows} rows are still in BigQuery's streaming buffer; they are taken once they are in their partitions.`,
  );
}

function byDate(a: SourcePartition, b: SourcePartition): number {
  return a.date < b.date ? -1 : 1;
}

/** Whether nothing in the table changed since it was seen, by its metadata alone. */
export async function isUntouched(context: BigQueryContext, seen: SeenTable): Promise<boolean> {
  const now = await context.tables.get(seen.ref);
  const { creationTime, lastModifiedTime, numRows } = seen.meta;
  return (
    now?.creationTime === creationTime &&
    now.lastModifiedTime === lastModifiedTime &&
    now.numRows === numRows
  );
}

/** Turns what BigQuery's API threw into what a person is told; other errors pass. */
export async function told<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof BigQueryFailure ? failureFor(what, error) : error;
  }
}
