import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { BigQueryLocation } from '../../src/config/location.ts';
import { columnsOfRelation } from '../../src/replica/relation.ts';
import type { Replica } from '../../src/replica/replica.ts';
import { BigQueryClient } from '../../src/warehouse/bigquery/client.ts';
import { Jobs } from '../../src/warehouse/bigquery/jobs.ts';
import { tableRef } from '../../src/warehouse/bigquery/names.ts';
import { Tables } from '../../src/warehouse/bigquery/tables.ts';
import { type BigQueryField, bigqueryField, typeText } from '../../src/warehouse/bigquery/types.ts';
import { authClientOf } from '../../src/warehouse/google/credentials.ts';

/** Where the servers of a test are. */
export interface BigQueryServers {
  readonly project: string;
  readonly rest: string;
  /** `host:port` of Storage Read. */
  readonly storageRead: string;
  readonly gcs?: string;
}

let made = 0;

/** A location of the emulator with datasets that no other test has. */
export function bigqueryLocation(
  servers: BigQueryServers,
  more: Partial<BigQueryLocation> = {},
): BigQueryLocation {
  made += 1;
  return {
    kind: 'bigquery',
    project: servers.project,
    billingProject: servers.project,
    location: 'US',
    datasetPrefix: `t${process.pid}_${made}_`,
    endpoints: {
      rest: servers.rest,
      storageRead: `http://${servers.storageRead}`,
      gcs: servers.gcs ?? null,
    },
    read: 'auto',
    readStreams: 4,
    exportBucket: null,
    backup: 'auto',
    maxBytesBilled: null,
    concurrency: 4,
    credentials: { keyFile: null, impersonate: null, accessTokenEnv: null },
    // An emulator is slow beside other tests; who plants a silence asks for less.
    deadlineSeconds: 120,
    ...more,
  };
}

/** Another writer of production: what it does goes to the server by calls of its own. */
export interface OtherWriter {
  /** Makes a table anew with the rows of a query, partitioned by `partitionColumn` where it has that. */
  seed(table: string, sql: string, partitionColumn?: string): Promise<void>;
  /** Runs a statement; `{table}` stands for the quoted name of a table. */
  run(table: string, sql: string): Promise<(string | null)[][]>;
  /** Names in a dataset, our own tables too. */
  tables(dataset: string): Promise<string[]>;
  drop(table: string): Promise<void>;
  /** Moves the table's time of change, which the emulator does not do by rows. */
  touch(table: string): Promise<void>;
  /** Lets partitions go after so many days. */
  expire(table: string, days: number): Promise<void>;
  addColumn(table: string, field: BigQueryField): Promise<void>;
  /** Makes a view of a table. */
  view(name: string, of: string): Promise<void>;
}

/** Makes the other writer of a location; `replica` runs the queries of `seed`. */
export async function otherWriter(
  location: BigQueryLocation,
  replica: Replica,
): Promise<OtherWriter> {
  const client = new BigQueryClient(
    location,
    await authClientOf(location.credentials, location.endpoints.rest),
  );
  const tables = new Tables(client);
  const jobs = new Jobs(client, {});
  const folder = mkdtempSync(join(tmpdir(), 'hoopduck-seed-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  let files = 0;
  let touches = 0;
  const patch = async (table: string, body: unknown): Promise<void> => {
    const { projectId, datasetId, tableId } = tableRef(location, table);
    const path = `/datasets/${datasetId}/tables/${tableId}`;
    await client.request({ call: 'tables.patch', method: 'PATCH', path, project: projectId, body });
  };
  return {
    async seed(table, sql, partitionColumn = 'game_date') {
      const ref = tableRef(location, table);
      const columns = await columnsOfRelation(replica, `(${sql})`);
      const fields = columns.map((column) => bigqueryField(column)!);
      const isDated = columns.some(({ name, type }) => name === partitionColumn && type === 'DATE');
      files += 1;
      const file = join(folder, `${files}.parquet`);
      const selected = columns.map(({ name, type }) =>
        type === 'TIMESTAMP' ? `CAST("${name}" AS TIMESTAMPTZ) AS "${name}"` : `"${name}"`,
      );
      await replica.run(
        `COPY (SELECT ${selected.join(', ')} FROM (${sql})) TO '${file}' (FORMAT parquet)`,
      );
      await tables.createDataset(ref.projectId, ref.datasetId);
      await tables.drop(ref);
      await tables.create(ref, { fields, ...(isDated && { partitionColumn }) });
      const load = {
        destinationTable: ref,
        sourceFormat: 'PARQUET',
        schema: { fields },
        writeDisposition: 'WRITE_APPEND',
      };
      await jobs.run({ load }, undefined, file);
    },
    async run(table, sql) {
      const { projectId, datasetId, tableId } = tableRef(location, table);
      return jobs.rows(sql.replaceAll('{table}', `\`${projectId}.${datasetId}.${tableId}\``));
    },
    async tables(dataset) {
      const { projectId, datasetId } = tableRef(location, `${dataset}.any`);
      return (await tables.list(projectId, datasetId)).map(({ tableId }) => tableId).sort();
    },
    drop: (table) => tables.drop(tableRef(location, table)),
    touch(table) {
      touches += 1;
      return patch(table, { labels: { touched: `t${touches}` } });
    },
    expire: (table, days) =>
      patch(table, {
        timePartitioning: {
          type: 'DAY',
          field: 'game_date',
          expirationMs: String(days * 86_400_000),
        },
      }),
    async view(name, of) {
      const [view, table] = [tableRef(location, name), tableRef(location, of)];
      const quoted = (ref: typeof view) => `\`${ref.projectId}.${ref.datasetId}.${ref.tableId}\``;
      await jobs.query(`CREATE VIEW ${quoted(view)} AS SELECT * FROM ${quoted(table)}`);
    },
    async addColumn(table, field) {
      const { projectId, datasetId, tableId } = tableRef(location, table);
      await jobs.query(
        `ALTER TABLE \`${projectId}.${datasetId}.${tableId}\` ADD COLUMN ${field.name} ${typeText(field)}`,
      );
      const meta = await tables.get(tableRef(location, table));
      await tables.patch(tableRef(location, table), { fields: [...meta!.schema!.fields!, field] });
    },
  };
}
