import { Storage } from '@google-cloud/storage';
import { expect, onTestFinished, type TestContext, test } from 'vitest';
import { compareSides } from '../../src/compare/compare.ts';
import { CompareEngine } from '../../src/compare/engine.ts';
import { openSide } from '../../src/compare/open-side.ts';
import type { DateRange } from '../../src/compare/request.ts';
import type { Config } from '../../src/config/config.ts';
import type { Location } from '../../src/config/location.ts';
import { tableKeys } from '../../src/pipeline/table-keys.ts';
import { Replica } from '../../src/replica/replica.ts';
import { bigqueryLocation, otherWriter } from '../support/bigquery-world.ts';
import { bigqueryEmulator, gcsEmulator } from '../support/emulators.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const OFFENSE = 'nba_analytics.team_offense_game_summary';
const STAGED = 'hoopduck.stg_game';
const CODES = 'hoopduck.stg_team_code';
const ROWS = `SELECT CAST(d AS DATE) AS game_date, team AS team_abbr, points AS points_scored
  FROM (VALUES ('2024-01-01', 'BOS', 110), ('2024-01-02', 'DEN', 105)) AS v(d, team, points)`;

/** Compares a replica's file with an address, in a workspace whose warehouse is `known`. */
async function compared(file: string, address: string, known: Location, range: DateRange) {
  const engine = await CompareEngine.open({ memoryLimit: '500MB', threads: 1 });
  const keyOf = tableKeys(null);
  const signal = new AbortController().signal;
  const config = { warehouse: known, push: null } as Config;
  const context = { engine, cwd: '/', config, keyOf, range, asked: [], signal, warn: () => {} };
  const a = await openSide(file, context);
  const b = await openSide(address, context);
  onTestFinished(async () => {
    await a.close();
    await b.close();
    engine.close();
  });
  const rules = { range, tolerance: 0, ignore: [], examples: 3, asked: [], signal };
  return compareSides(engine, { ...rules, a, b, keyOf, progress: () => {} });
}

async function replicaWith(...sql: readonly string[]): Promise<string> {
  const file = `${temporaryFolder()}/replica.duckdb`;
  const replica = await Replica.open(file);
  for (const statement of sql) await replica.run(statement);
  replica.close();
  return file;
}

const EVER = { from: undefined, to: undefined };

test('a project is compared by its address, staging and all, with the servers of the workspace', async (context: TestContext) => {
  const { project, rest, grpc } = bigqueryEmulator(context);
  const location = bigqueryLocation({ project, rest, storageRead: `${grpc.host}:${grpc.port}` });
  const replica = await Replica.open(':memory:');
  onTestFinished(() => replica.close());
  const writer = await otherWriter(location, replica);
  await writer.seed(OFFENSE, ROWS.replace('105', '107'));
  await writer.seed(STAGED, "SELECT DATE '2024-01-01' AS game_date, '001' AS game_id, 1.5 AS x");
  await writer.seed(CODES, "SELECT 'BRK' AS code, 'BKN' AS team_abbr");
  await writer.view('nba_analytics.player_game_summary', OFFENSE);
  const file = await replicaWith(
    `CREATE TABLE ${OFFENSE} AS ${ROWS}`,
    `CREATE TABLE ${STAGED} AS SELECT DATE '2024-01-01' AS game_date, '001' AS game_id, 1.5::DOUBLE AS x`,
    `CREATE TABLE ${CODES} AS SELECT 'BRK' AS code, 'BKN' AS team_abbr`,
    `CREATE TABLE nba_analytics.player_game_summary AS ${ROWS}`,
  );
  const address = `bigquery://${project}/${location.datasetPrefix}`;
  // The workspace's own prefix is another one: only where the servers are is taken from it.
  const known = { ...location, datasetPrefix: 'other_' };

  const found = await compared(file, address, known, EVER);
  expect(found.b).toBe(address);
  expect(found.tables).toMatchObject([
    { table: STAGED, equal: true, rows_compared: 1 },
    {
      table: OFFENSE,
      equal: false,
      compared_by: 'key',
      rows_compared: 2,
      columns: [
        {
          column: 'points_scored',
          rows: 1,
          examples: [{ key: { game_date: '2024-01-02', team_abbr: 'DEN' }, a: 105, b: 107 }],
        },
      ],
    },
  ]);
  expect(found.not_compared).toMatchObject([
    { table: CODES, why: expect.stringContaining('has no DATE column') },
    { table: 'nba_analytics.player_game_summary', why: expect.stringContaining('is a view') },
  ]);

  const january1 = { from: '2024-01-01', to: '2024-01-01' };
  expect((await compared(file, address, known, january1)).equal).toBe(true);
  // No date of the range: the columns are still there to be compared.
  const before = { from: undefined, to: '2023-12-31' };
  expect((await compared(file, address, known, before)).tables).toMatchObject([
    { table: STAGED, equal: true, rows_a: 0, rows_b: 0 },
    { table: OFFENSE, equal: true, rows_a: 0, rows_b: 0 },
  ]);
});

test('a bucket is compared by its address', async (context: TestContext) => {
  const { url } = gcsEmulator(context);
  const bucket = `diff-${process.pid}`;
  const [made] = await new Storage({ apiEndpoint: url, projectId: 'test' }).createBucket(bucket);
  const parquet = `${temporaryFolder()}/offense.parquet`;
  const file = await replicaWith(
    `CREATE TABLE ${OFFENSE} AS ${ROWS}`,
    `COPY (${ROWS}) TO '${parquet}' (FORMAT parquet)`,
  );
  const destination = `nba/${OFFENSE.replace('.', '/')}/2023-24.parquet`;
  await made.upload(parquet, { destination, resumable: false });
  const known: Location = {
    kind: 'gcs',
    bucket: 'another',
    prefix: '',
    endpoint: url,
    credentials: { keyFile: null, impersonate: null, accessTokenEnv: null },
    deadlineSeconds: 120,
  };
  expect(await compared(file, `gs://${bucket}/nba`, known, EVER)).toMatchObject({
    b: `gs://${bucket}/nba`,
    equal: true,
    tables: [{ table: OFFENSE, rows_compared: 2 }],
  });
});
