import { randomUUID } from 'node:crypto';
import { quoteIdentifier } from '../../replica/identifiers.ts';
import type { TransferEstimate } from '../warehouse.ts';
import type { BigQueryContext } from './context.ts';
import { BigQueryFailure, failureOf, isLacking } from './failure.ts';
import type { TableRef } from './names.ts';
import { ColumnAppender } from './read/append.ts';
import { readByExport } from './read/export.ts';
import { appendPage } from './read/pages.ts';
import { datesCondition, selectSql } from './statements.ts';
import type { BigQueryField } from './types.ts';

/** Rows of some dates of a table. */
export interface ReadRequest {
  readonly ref: TableRef;
  /** Columns to read, all of types that the replica holds. */
  readonly fields: readonly BigQueryField[];
  readonly partitionColumn: string;
  readonly dates: readonly string[];
  /** Dates that the table has: where all between two are asked for, the condition is a range. */
  readonly present: readonly string[];
  /** About how many rows; undefined: not known. */
  readonly rows: number | undefined;
}

/** A relation of the replica with the rows; `release` takes it away. */
export interface ReadRows {
  readonly relation: string;
  readonly release: () => Promise<void>;
}

type Way = 'storage' | 'export' | 'query';

/** A session of Storage Read costs more than a query that gives so few rows. */
const SMALL_ROWS = 1000;
/** From here on files that many workers write at once come sooner than streams. */
const BULK_ROWS = 5_000_000;
/** A month of the widest table is some 10 MB. */
const OTHER_SERVERS_DATES = 30;

/**
 * Reads rows in the way that suits their number and that the server has: by Storage Read, by an
 * export to GCS, or by query pages. Whichever it is, the relation has the same columns, types and rows.
 */
export async function readRows(context: BigQueryContext, request: ReadRequest): Promise<ReadRows> {
  if (request.dates.length === 0) return readInto(context, request, async () => undefined);
  for (;;) {
    const way = chooseWay(context, request.rows);
    try {
      return await readBy(context, way, request);
    } catch (error) {
      const ability = way === 'storage' ? 'Storage Read' : 'export to GCS';
      const mayGoOn =
        way !== 'query' &&
        context.location.read === 'auto' &&
        error instanceof BigQueryFailure &&
        (isLacking(error.failure) || error.failure.call === 'CreateReadSession');
      if (!mayGoOn) throw error;
      context.abilities.note(ability, false, error.failure.message);
    }
  }
}

/** How rows would be read, and what it would be billed. */
export async function estimateRead(
  context: BigQueryContext,
  request: ReadRequest,
): Promise<TransferEstimate> {
  const way = chooseWay(context, request.rows);
  if (way === 'storage') {
    const { readStreams } = context.location;
    return { way: `Storage Read (up to ${readStreams} streams)`, bytesBilled: null };
  }
  const bytesBilled = await context.jobs.dryRun(selectOf(request));
  return { way: way === 'export' ? 'export to GCS' : 'query pages', bytesBilled };
}

/** Whether Storage Read works on a table; asked by opening a session, which costs nothing. */
export async function canReadByStorage(context: BigQueryContext, ref: TableRef): Promise<boolean> {
  try {
    await (await context.storageRead()).probe(ref);
    context.abilities.note('Storage Read', true);
  } catch (error) {
    const { failure } = failureOf('CreateReadSession', error);
    context.abilities.note('Storage Read', false, failure.message);
  }
  return !context.abilities.lacks('Storage Read');
}

function chooseWay({ location, abilities }: BigQueryContext, rows: number | undefined): Way {
  if (location.read !== 'auto') return location.read;
  const mayExport = location.exportBucket !== null && !abilities.lacks('export to GCS');
  if (rows !== undefined && rows >= BULK_ROWS && mayExport) return 'export';
  if (abilities.lacks('Storage Read') || (rows !== undefined && rows <= SMALL_ROWS)) return 'query';
  return 'storage';
}

async function readBy(context: BigQueryContext, way: Way, request: ReadRequest): Promise<ReadRows> {
  switch (way) {
    case 'export':
      return readByExport(context, request, selectOf(request));
    case 'query':
      return readInto(context, request, async (appender) => {
        for await (const page of context.jobs.pages(selectOf(request))) {
          appendPage(appender, request.fields, page.rows ?? []);
        }
      });
    case 'storage': {
      const reader = await context.storageRead();
      return readInto(context, request, async (appender) => {
        for (const dates of sessions(context, request.dates)) {
          await reader.read({ ...request, dates }, appender);
        }
      });
    }
  }
}

/**
 * The dates of each read session. Google's servers cut a stream into messages of a size that travels;
 * others send a stream in few and large ones, up to what their transport takes, and hang beyond.
 */
function sessions({ location }: BigQueryContext, dates: readonly string[]): (readonly string[])[] {
  if (location.endpoints.storageRead === null) return [dates];
  const sorted = [...dates].sort();
  const parts: string[][] = [];
  for (let i = 0; i < sorted.length; i += OTHER_SERVERS_DATES) {
    parts.push(sorted.slice(i, i + OTHER_SERVERS_DATES));
  }
  return parts;
}

/** Runs a read into a temporary table of its own, which goes away when the read fails. */
async function readInto(
  { replica }: BigQueryContext,
  { fields }: ReadRequest,
  read: (appender: ColumnAppender) => Promise<unknown>,
): Promise<ReadRows> {
  const name = `fetch_${randomUUID().replaceAll('-', '')}`;
  const relation = `temp.main.${quoteIdentifier(name)}`;
  const release = () => replica.run(`DROP TABLE IF EXISTS ${relation}`);
  try {
    const appender = await ColumnAppender.create(replica, name, fields);
    try {
      await read(appender);
    } finally {
      appender.close();
    }
  } catch (error) {
    await release();
    throw error;
  }
  return { relation, release };
}

function selectOf(request: ReadRequest): string {
  const columns = request.fields.map(({ name }) => name);
  return selectSql(request.ref, columns, restrictionOf(request));
}

/** The condition of a query, and of a read session: the asked dates. */
export function restrictionOf({ partitionColumn, dates, present }: ReadRequest): string {
  return datesCondition(partitionColumn, dates, present);
}
