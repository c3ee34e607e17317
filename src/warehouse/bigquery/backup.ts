import { createHash } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { quoteLiteral } from '../../replica/identifiers.ts';
import { unionRelation } from '../../replica/relation.ts';
import { backupMissing, LocalBackups } from '../local-backups.ts';
import type { FetchedRows } from '../warehouse.ts';
import type { Ability } from './abilities.ts';
import type { BigQueryContext } from './context.ts';
import { BigQueryFailure, isLacking } from './failure.ts';
import { backupRef, type TableRef, tablePath } from './names.ts';
import { readRows } from './reading.ts';
import { backupSql } from './statements.ts';
import { duckdbType } from './types.ts';

const PREFIX = 'table:';
const DAY_MS = 24 * 3_600_000;

/** What is kept of a unit: its table, the dates, and what they lie in. */
export interface BackupRequest {
  readonly table: string;
  readonly ref: TableRef;
  readonly partitionColumn: string;
  readonly unit: string;
  readonly dates: readonly string[];
  readonly pushId: string;
  /** Relation-making read of the dates, for a copy in the workspace. */
  readonly read: () => Promise<FetchedRows>;
}

/** Each way to keep what is replaced, cheapest first. */
const WAYS = [
  { name: 'snapshot', ability: 'snapshots', keep: snapshot },
  { name: 'copy', ability: 'copy jobs', keep: copy },
  { name: 'table', ability: 'CREATE TABLE AS', keep: createTableAs },
] as const satisfies readonly {
  name: string;
  ability: Ability;
  keep: (
    context: BigQueryContext,
    request: BackupRequest,
    to: TableRef,
    expires: Date,
  ) => Promise<void>;
}[];

/**
 * Keeps what a unit holds before it is replaced: as a snapshot, a copy or a table in BigQuery, each of
 * which goes away by itself, or as a Parquet file of the workspace; the first that works.
 */
export async function backUp(context: BigQueryContext, request: BackupRequest): Promise<string> {
  const { backup } = context.location;
  const to = backupRef(request.ref, request.pushId, request.unit);
  // A day more than the journal promises, so that no rollback finds it gone a moment too early.
  const days = context.backupDays + 1;
  const expires = new Date(context.now().getTime() + days * DAY_MS);
  for (const { name, ability, keep } of WAYS) {
    const isAsked = backup === name || (backup === 'auto' && !context.abilities.lacks(ability));
    if (!isAsked) continue;
    try {
      await keep(context, request, to, expires);
      context.abilities.note(ability, true);
      return `${PREFIX}${tablePath(to)}`;
    } catch (error) {
      // A push that was taken up again has made it already: the name is that push's alone.
      if (error instanceof BigQueryFailure && error.failure.reason === 'duplicate') {
        return `${PREFIX}${tablePath(to)}`;
      }
      const mayGoOn =
        backup === 'auto' && error instanceof BigQueryFailure && isLacking(error.failure);
      if (!mayGoOn) throw error;
      context.abilities.note(ability, false, error.failure.message);
    }
  }
  return keepLocally(context, request);
}

/** Rows of the dates in a backup. @throws HoopduckError BACKUP_MISSING (exit 3) */
export async function readBackup(
  context: BigQueryContext,
  reference: string,
  partitionColumn: string,
  dates: readonly string[],
): Promise<FetchedRows> {
  if (LocalBackups.holds(reference)) return local(context).read(reference, partitionColumn, dates);
  const ref = refOf(reference);
  const meta = await context.tables.get(ref);
  if (meta === undefined) throw backupMissing(tablePath(ref));
  const fields = (meta.schema?.fields ?? []).filter((field) => duckdbType(field) !== undefined);
  const read = await readRows(context, {
    ref,
    fields,
    partitionColumn,
    dates,
    present: [],
    rows: undefined,
  });
  return {
    relations: [read.relation],
    verify: async () => undefined,
    release: read.release,
  };
}

/** Gives a backup up. */
export async function dropBackup(context: BigQueryContext, reference: string): Promise<void> {
  if (LocalBackups.holds(reference)) await local(context).drop(reference);
  else await context.tables.drop(refOf(reference));
}

async function snapshot(
  { jobs }: BigQueryContext,
  { ref }: BackupRequest,
  to: TableRef,
  expires: Date,
): Promise<void> {
  await jobs.run(
    {
      copy: {
        sourceTable: ref,
        destinationTable: to,
        operationType: 'SNAPSHOT',
        destinationExpirationTime: expires.toISOString(),
        writeDisposition: 'WRITE_EMPTY',
      },
    },
    jobName('snapshot', to),
  );
}

async function copy(
  { jobs, tables }: BigQueryContext,
  { ref }: BackupRequest,
  to: TableRef,
  expires: Date,
): Promise<void> {
  const configuration = { sourceTable: ref, destinationTable: to, writeDisposition: 'WRITE_EMPTY' };
  await jobs.run({ copy: configuration }, jobName('copy', to));
  await tables.patch(to, { expires });
}

async function createTableAs(
  { jobs }: BigQueryContext,
  { ref, partitionColumn, dates }: BackupRequest,
  to: TableRef,
  expires: Date,
): Promise<void> {
  await jobs.query(backupSql(to, ref, partitionColumn, dates, expires), jobName('table', to));
}

async function keepLocally(context: BigQueryContext, request: BackupRequest): Promise<string> {
  const { reference, path } = await local(context).place(
    request.pushId,
    request.table,
    request.unit,
  );
  const rows = await request.read();
  try {
    await context.replica.run(
      `COPY (SELECT * FROM ${unionRelation(rows.relations)}) TO ${quoteLiteral(`${path}.part`)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    await rows.verify();
  } catch (error) {
    await rm(`${path}.part`, { force: true });
    throw error;
  } finally {
    await rows.release();
  }
  await rename(`${path}.part`, path);
  return reference;
}

/** The same backup is made once: its job has the way's and the table's name. */
function jobName(way: string, to: TableRef): string {
  const path = createHash('sha256').update(tablePath(to)).digest('hex').slice(0, 16);
  return `hoopduck_${way}_${path}`;
}

function refOf(reference: string): TableRef {
  const path = reference.slice(PREFIX.length);
  const [, projectId, datasetId, tableId] = /^(.*)\.([^.]*)\.([^.]*)$/.exec(path)!;
  return { projectId: projectId!, datasetId: datasetId!, tableId: tableId! };
}

function local({ workspace }: BigQueryContext): LocalBackups {
  return LocalBackups.in(workspace);
}
