import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quoteLiteral } from '../../../replica/identifiers.ts';
import type { Column } from '../../warehouse.ts';
import type { BigQueryContext } from '../context.ts';
import type { TableRef } from '../names.ts';
import { bigqueryField } from '../types.ts';

/** Loads the rows of a relation of the replica into a table, which is made where it is absent. */
export async function loadRows(
  { replica, jobs }: BigQueryContext,
  destinationTable: TableRef,
  relation: string,
  columns: readonly Column[],
  how: 'replace' | 'append',
  jobId: string,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'hoopduck-load-'));
  try {
    const file = join(folder, 'rows.parquet');
    await replica.run(`COPY (SELECT * FROM ${relation}) TO ${quoteLiteral(file)} (FORMAT parquet)`);
    const load = {
      destinationTable,
      sourceFormat: 'PARQUET',
      schema: { fields: columns.map((column) => bigqueryField(column)) },
      writeDisposition: how === 'replace' ? 'WRITE_TRUNCATE' : 'WRITE_APPEND',
    };
    await jobs.run({ load }, jobId, file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
