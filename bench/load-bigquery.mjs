// Loads a warehouse folder into the datasets of a BigQuery (or of an emulator), a load job a file:
//   node bench/load-bigquery.mjs FOLDER --rest http://127.0.0.1:9050 --project hoopduck-test [--prefix dev_] [--seasons 2023-24,2024-25]
// Tables are partitioned by game_date.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { columnsOfRelation, parquetRelation, unionRelation } from '../dist/replica/relation.js';
import { Replica } from '../dist/replica/replica.js';
import { BigQueryClient } from '../dist/warehouse/bigquery/client.js';
import { Jobs } from '../dist/warehouse/bigquery/jobs.js';
import { tableRef } from '../dist/warehouse/bigquery/names.js';
import { Tables } from '../dist/warehouse/bigquery/tables.js';
import { bigqueryField } from '../dist/warehouse/bigquery/types.js';
import { authClientOf } from '../dist/warehouse/google/credentials.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rest: { type: 'string' },
    project: { type: 'string' },
    prefix: { type: 'string', default: '' },
    seasons: { type: 'string' },
  },
});

/** Loads the files of the named seasons (all, when none are named). Returns rows by table. */
export async function loadFolder(folder, { rest, project, prefix, seasons }) {
  const credentials = { keyFile: null, impersonate: null, accessTokenEnv: null };
  const location = {
    project,
    billingProject: project,
    location: 'US',
    datasetPrefix: prefix,
    endpoints: { rest, storageRead: null, gcs: null },
    maxBytesBilled: null,
    deadlineSeconds: 600,
  };
  const client = new BigQueryClient(location, await authClientOf(credentials, rest));
  const tables = new Tables(client);
  const jobs = new Jobs(client, {});
  const replica = await Replica.open(':memory:');
  const loaded = {};
  try {
    for (const { name: dataset } of foldersIn(folder)) {
      await tables.createDataset(project, `${prefix}${dataset}`);
      for (const { name: table } of foldersIn(join(folder, dataset))) {
        const files = readdirSync(join(folder, dataset, table))
          .filter((name) => name.endsWith('.parquet'))
          .filter((name) => seasons === undefined || seasons.includes(name.replace('.parquet', '')))
          .map((name) => join(folder, dataset, table, name));
        if (files.length === 0) continue;
        const ref = tableRef(location, `${dataset}.${table}`);
        const all = unionRelation(files.map(parquetRelation));
        const fields = (await columnsOfRelation(replica, all)).map((column) =>
          bigqueryField(column),
        );
        await tables.create(ref, { fields, partitionColumn: 'game_date' });
        for (const file of files) {
          const load = {
            destinationTable: ref,
            sourceFormat: 'PARQUET',
            schema: { fields },
            writeDisposition: 'WRITE_APPEND',
          };
          await jobs.run({ load }, undefined, file);
        }
        loaded[`${dataset}.${table}`] = (await replica.row(`SELECT count(*) AS n FROM ${all}`)).n;
      }
    }
  } finally {
    replica.close();
  }
  return loaded;
}

function foldersIn(path) {
  return readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [folder] = positionals;
  if (folder === undefined || values.rest === undefined || values.project === undefined) {
    console.error(
      'usage: node bench/load-bigquery.mjs FOLDER --rest URL --project NAME [--prefix P] [--seasons A,B]',
    );
    process.exit(2);
  }
  const started = performance.now();
  const loaded = await loadFolder(folder, { ...values, seasons: values.seasons?.split(',') });
  console.table(loaded);
  console.log(`loaded in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
