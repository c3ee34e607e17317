import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT, HoopduckError, messageOf } from '../../errors.ts';
import { digestSql } from '../../replica/digest.ts';
import { quoteIdentifier, quoteLiteral, quoteTable } from '../../replica/identifiers.ts';
import { columnsOfRelation, unionRelation } from '../../replica/relation.ts';
import { type DeclaredColumn, declaredColumns } from '../declared.ts';
import { type Column, NO_TOKEN, type PartitionWrite, type StagedUnit } from '../warehouse.ts';
import type { BigQueryContext } from './context.ts';
import { stagingRef, type TableRef, tablePath } from './names.ts';
import { readRows } from './reading.ts';
import { addColumnSql, mergeSql } from './statements.ts';
import type { TableMeta } from './tables.ts';
import { type BigQueryField, bigqueryField, typeText } from './types.ts';

/** A staging table that nobody came back for goes away by itself. */
const STAGING_HOURS = 24;
/** BigQuery clusters by four columns at most. */
const CLUSTER_COLUMNS = 4;

/** What the swap has to know of the table's present state, and how to ask again. */
export interface SwapState {
  readonly ref: TableRef;
  readonly meta: TableMeta | undefined;
  /** The unit's token by a fresh listing. */
  readonly tokenNow: () => Promise<string>;
  /** Whether it is another than the unit was planned by. */
  readonly hasMoved: () => Promise<boolean>;
}

/**
 * Loads a unit's rows into a staging table beside the target, under a job name made of the push and
 * the content, and reads them back. The target is not touched.
 * @throws HoopduckError TARGET_VALUE (exit 4) when a value does not fit the type that the target declares
 */
export async function stageUnit(
  context: BigQueryContext,
  write: PartitionWrite,
  state: SwapState,
): Promise<StagedUnit> {
  const columns = declaredColumns(
    write.table,
    write.partitionColumn,
    write.columns,
    write.unit.columns,
  );
  const fields = fieldsOf(write.table, columns, state.meta?.schema?.fields);
  const staging = stagingRef(state.ref, write.pushId, write.contentId);
  await context.tables.createDataset(staging.projectId, staging.datasetId);
  const hours = STAGING_HOURS * 3_600_000;
  await context.tables.create(staging, {
    fields,
    description: `Rows of the push ${write.pushId} on their way; safe to delete.`,
    expires: new Date(context.now().getTime() + hours),
  });
  await load(context, write, columns, fields, staging);
  const staged = await readRows(context, {
    ref: staging,
    fields,
    partitionColumn: write.partitionColumn,
    dates: write.dates,
    present: write.dates,
    rows: undefined,
  });
  return {
    staged: staged.relation,
    current: undefined,
    swap: () => swap(context, write, state, columns, fields, staging, staged.relation),
    discard: async () => {
      await staged.release();
      await context.tables.drop(staging);
    },
  };
}

async function load(
  context: BigQueryContext,
  write: PartitionWrite,
  columns: readonly DeclaredColumn[],
  fields: readonly BigQueryField[],
  staging: TableRef,
): Promise<void> {
  if (write.dates.length === 0) return;
  // The staging table's own birth is part of the name: a load of one that expired is not taken for this one's.
  const born = (await context.tables.get(staging))?.creationTime ?? '';
  const id = jobId(staging, write.pushId, `load_${born}`, write.contentId);
  const folder = await mkdtemp(join(tmpdir(), 'hoopduck-push-'));
  try {
    const file = join(folder, 'rows.parquet');
    await writeParquet(context, write, columns, fields, file);
    const configuration = {
      load: {
        destinationTable: staging,
        sourceFormat: 'PARQUET',
        schema: { fields },
        createDisposition: 'CREATE_NEVER',
        writeDisposition: 'WRITE_TRUNCATE',
      },
    };
    await context.jobs.run(configuration, id, file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeParquet(
  { replica }: BigQueryContext,
  write: PartitionWrite,
  columns: readonly DeclaredColumn[],
  fields: readonly BigQueryField[],
  file: string,
): Promise<void> {
  const types = new Map(fields.map(({ name, type }) => [name, type]));
  const selected = columns.map(({ name, sql }) => {
    // BigQuery tells an instant from a wall clock's reading by the file's type.
    const value = types.get(name) === 'TIMESTAMP' ? `CAST(${sql} AS TIMESTAMPTZ)` : sql;
    return `${value} AS ${quoteIdentifier(name)}`;
  });
  const order = [write.partitionColumn, ...write.key].map(quoteIdentifier).join(', ');
  const dates = write.dates.map((date) => `DATE ${quoteLiteral(date)}`).join(', ');
  try {
    await replica.run(
      `COPY (SELECT ${selected.join(', ')} FROM ${quoteTable(write.relation)}
         WHERE ${quoteIdentifier(write.partitionColumn)} IN (${dates}) ORDER BY ${order})
       TO ${quoteLiteral(file)} (FORMAT parquet, COMPRESSION zstd)`,
    );
  } catch (error) {
    const text = messageOf(error).split('\n')[0]!;
    if (!/^(Conversion|Out of Range|Invalid Input) Error/.test(text)) throw error;
    throw new HoopduckError(
      'TARGET_VALUE',
      `A value of "${write.table}" does not fit the type that the target declares: ${text}`,
      {
        next: 'Widen the column in the target; nothing of this table was written.',
        exitCode: EXIT.refused,
        cause: error,
      },
    );
  }
}

/**
 * The fields of the target after the write: its own as they are, then those that it lacks.
 * @throws HoopduckError TYPE_UNSUPPORTED (exit 4)
 */
function fieldsOf(
  table: string,
  columns: readonly DeclaredColumn[],
  present: readonly BigQueryField[] | undefined,
): BigQueryField[] {
  const own = new Map((present ?? []).map((field) => [field.name, field]));
  return columns.map((column) => {
    const field = own.get(column.name) ?? bigqueryField(column);
    if (field !== undefined) return field;
    throw new HoopduckError(
      'TYPE_UNSUPPORTED',
      `The column "${column.name}" of "${table}" is ${column.type}, for which BigQuery has no type.`,
      {
        next: 'Cast the column in its model; nothing of this table was written.',
        exitCode: EXIT.refused,
      },
    );
  });
}

/** The one atomic step, and the proof that it did what was meant. */
async function swap(
  context: BigQueryContext,
  write: PartitionWrite,
  state: SwapState,
  columns: readonly Column[],
  fields: readonly BigQueryField[],
  staging: TableRef,
  staged: string,
): Promise<string> {
  const { ref } = state;
  if (await state.hasMoved()) throw moved(ref, write);
  const before = await prepareTarget(context, write, state, fields);
  const dates = [...write.dates, ...write.removed];
  const names = columns.map(({ name }) => name);
  const id = jobId(ref, write.pushId, 'merge', write.contentId);
  await context.jobs.query(mergeSql(ref, staging, write.partitionColumn, dates, names), id);
  const written = await readRows(context, {
    ref,
    fields,
    partitionColumn: write.partitionColumn,
    dates,
    present: dates,
    rows: undefined,
  });
  try {
    await compare(context, write, staged, written.relation);
  } finally {
    await written.release();
  }
  const after = await context.tables.get(ref);
  // A server on which a write leaves no trace cannot tell us of other people's writes either.
  if (after?.lastModifiedTime === before) return NO_TOKEN;
  return state.tokenNow();
}

/** Makes the target or gives it the columns that it lacks. Returns the time of its last change then. */
async function prepareTarget(
  { tables, jobs }: BigQueryContext,
  write: PartitionWrite,
  { ref, meta }: SwapState,
  fields: readonly BigQueryField[],
): Promise<string | undefined> {
  if (meta === undefined) {
    await tables.create(ref, {
      fields: fields.map((field) => described(field, write.comments?.columns[field.name])),
      partitionColumn: write.partitionColumn,
      clustering: write.key
        .filter((name) => name !== write.partitionColumn)
        .slice(0, CLUSTER_COLUMNS),
      ...(write.comments?.table !== undefined && { description: write.comments.table }),
    });
  } else {
    const present = new Set(meta.schema?.fields?.map(({ name }) => name));
    const added = fields.filter(({ name }) => !present.has(name));
    if (added.length > 0) {
      // One by one: not every server takes several in one statement.
      for (const field of added) {
        await jobs.query(addColumnSql(ref, { name: field.name, type: typeText(field) }));
      }
      await tables.patch(ref, { fields: [...(meta.schema?.fields ?? []), ...added] });
    }
  }
  return (await tables.get(ref))?.lastModifiedTime;
}

/** BigQuery keeps this many characters of a column's description. */
const DESCRIPTION_LENGTH = 1024;

function described(field: BigQueryField, comment: string | undefined): BigQueryField {
  return comment === undefined
    ? field
    : { ...field, description: comment.slice(0, DESCRIPTION_LENGTH) };
}

async function compare(
  { replica }: BigQueryContext,
  write: PartitionWrite,
  staged: string,
  written: string,
): Promise<void> {
  const digests = async (relation: string) => {
    const columns = await columnsOfRelation(replica, relation);
    const date = quoteIdentifier(write.partitionColumn);
    const rows = await replica.rows<{ date: string; digest: string }>(
      `SELECT CAST(${date} AS VARCHAR) AS date, ${digestSql(columns)} AS digest
       FROM ${unionRelation([relation])} GROUP BY ${date}`,
    );
    return new Map(rows.map(({ date: of, digest }) => [of, digest]));
  };
  const [wanted, found] = [await digests(staged), await digests(written)];
  for (const date of [...write.dates, ...write.removed]) {
    if (wanted.get(date) === found.get(date)) continue;
    throw new HoopduckError(
      'TARGET_READ_BACK',
      `"${write.table}" of ${date} reads back as ${found.get(date) ?? 'nothing'} after it was written; ${wanted.get(date) ?? 'nothing'} was wanted.`,
      {
        next: 'See what else writes to this table, then run "hoopduck push --resume"; "hoopduck push --rollback" puts back what was there.',
        exitCode: EXIT.warehouse,
      },
    );
  }
}

/** Names a job by its table, the push and the content of the unit, so that the same is done once. */
export function jobId(ref: TableRef, pushId: string, step: string, contentId: string): string {
  const table = createHash('sha256').update(tablePath(ref)).digest('hex').slice(0, 8);
  return `hoopduck_${pushId}_${step}_${table}_${contentId}`;
}

function moved(ref: TableRef, write: PartitionWrite): HoopduckError {
  return new HoopduckError(
    'TARGET_MOVED',
    `"${tablePath(ref)}" changed in the dates ${write.unit.name} while its successor was staged.`,
    {
      next: 'Run "hoopduck push" again; it compares with what is there now.',
      exitCode: EXIT.refused,
    },
  );
}
