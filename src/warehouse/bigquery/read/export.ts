import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Bucket, File } from '@google-cloud/storage';
import pLimit from 'p-limit';
import { quoteIdentifier } from '../../../replica/identifiers.ts';
import { parquetRelation, unionRelation } from '../../../replica/relation.ts';
import { openStorage } from '../../google/storage.ts';
import type { BigQueryContext } from '../context.ts';
import { failureOf } from '../failure.ts';
import type { ReadRequest, ReadRows } from '../reading.ts';
import { exportSql } from '../statements.ts';
import { duckdbType } from '../types.ts';

/**
 * Reads rows by an export in Parquet to the configured bucket, which is downloaded with its checksums
 * and taken away again, whatever happens.
 * @param select the query that gives the rows
 * @throws BigQueryFailure
 */
export async function readByExport(
  context: BigQueryContext,
  request: ReadRequest,
  select: string,
): Promise<ReadRows> {
  const { location } = context;
  const [name, ...path] = location.exportBucket!.split('/');
  const prefix = [...path, `hoopduck-${randomUUID()}`].join('/');
  const storage = openStorage(context.auth, location.endpoints.gcs, location.deadlineSeconds);
  const bucket = storage.bucket(name!);
  const folder = await scratch(context.workspace);
  const release = () => rm(folder, { recursive: true, force: true });
  try {
    await context.jobs.query(exportSql(`gs://${name}/${prefix}/*.parquet`, select));
    const files = await objectsBelow(bucket, prefix);
    try {
      const paths = await download(files, folder, location.concurrency);
      return { relation: relationOf(request, paths), release };
    } finally {
      await Promise.allSettled(files.map((file) => file.delete({ ignoreNotFound: true })));
    }
  } catch (error) {
    await release();
    throw failureOf('objects.get', error);
  }
}

async function scratch(workspace: string | undefined): Promise<string> {
  const parent = workspace === undefined ? tmpdir() : join(workspace, 'data', 'fetched');
  await mkdir(parent, { recursive: true });
  return mkdtemp(join(parent, 'hoopduck-export-'));
}

async function objectsBelow(bucket: Bucket, prefix: string): Promise<File[]> {
  const [files] = await bucket.getFiles({ prefix: `${prefix}/` });
  return files.filter((file) => file.name.endsWith('.parquet'));
}

async function download(
  files: readonly File[],
  folder: string,
  concurrency: number,
): Promise<string[]> {
  const limit = pLimit(concurrency);
  return Promise.all(
    files.map((file) =>
      limit(async () => {
        const destination = join(folder, basename(file.name));
        await file.download({ destination, validation: 'crc32c' });
        return destination;
      }),
    ),
  );
}

/** The files with the types that the other ways give, whatever the export wrote. */
function relationOf({ fields }: ReadRequest, paths: readonly string[]): string {
  const columns = fields.map((field) => {
    const id = quoteIdentifier(field.name);
    return `CAST(${paths.length === 0 ? 'NULL' : id} AS ${duckdbType(field)}) AS ${id}`;
  });
  if (paths.length === 0) return `(SELECT ${columns.join(', ')} WHERE false)`;
  return `(SELECT ${columns.join(', ')} FROM ${unionRelation(paths.map(parquetRelation))})`;
}
