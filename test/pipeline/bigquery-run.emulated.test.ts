import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Storage } from '@google-cloud/storage';
import { expect, onTestFinished, type TestContext, test, vi } from 'vitest';
import { stringify } from 'yaml';
import type { BigQueryLocation } from '../../src/config/location.ts';
import { openWorkspace, plan } from '../../src/index.ts';
import { Replica } from '../../src/replica/replica.ts';
import { type GrpcProxy, startGrpcProxy } from '../faults/proxy/grpc.ts';
import { type RestProxy, startRestProxy } from '../faults/proxy/rest.ts';
import { hoopduck } from '../incidents/support/hoopduck.ts';
import { bigqueryLocation, otherWriter } from '../support/bigquery-world.ts';
import { hoopduckBeside } from '../support/cli.ts';
import { bigqueryEmulator, gcsEmulator } from '../support/emulators.ts';
import { googleSqlParser } from '../support/googlesql.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { seedRaw } from '../transforms/support/raw-in-bigquery.ts';
import { observe, type Undisturbed, undisturbed } from './support/league.ts';
import { ALL_BUT_TRAINING, only, queryReplica, stateOf } from './support/state.ts';

vi.setConfig({ testTimeout: 300_000 });

const BUCKET = 'hoopduck-exports';

interface BigQueryLeague {
  readonly league: Undisturbed;
  readonly rest: RestProxy;
  readonly grpc: GrpcProxy;
  /** Makes a workspace that reads the league from BigQuery, and pushes there. */
  workspace(warehouse?: object, push?: object): string;
  tables(dataset: string): Promise<string[]>;
}

/** Where the raw tables are: no test changes them, so that all of them read the same ones. */
let source: BigQueryLocation | undefined;

/** The undisturbed league behind proxies of a test's own, and datasets to push to that no other test has. */
async function makeLeague(context: TestContext): Promise<BigQueryLeague> {
  const emulator = bigqueryEmulator(context);
  const { url: gcs } = gcsEmulator(context);
  const league = await undisturbed();
  const rest = await startRestProxy({ target: emulator.rest, kind: 'bigquery' });
  const address = `${emulator.grpc.host}:${emulator.grpc.port}`;
  const grpc = await startGrpcProxy({ target: address });
  // Times of changes are left as the emulator has them: to move them would double what it has to list.
  rest.strict({ conflict: true });
  // BigQuery writes exports into the bucket; the emulator writes them into a folder.
  rest.after('jobs.insert:export', () => bridge(emulator.gcsRoot, gcs));
  const replica = await Replica.open(':memory:');
  onTestFinished(async () => {
    replica.close();
    await rest.close();
    await grpc.close();
  });
  const servers = { project: emulator.project, rest: emulator.rest, storageRead: address };
  source ??= await seed(bigqueryLocation(servers), replica, league);
  const target = bigqueryLocation(servers);
  const writer = await otherWriter(target, replica);
  const base = {
    kind: 'bigquery',
    project: emulator.project,
    endpoints: { rest: rest.url, storage_read: `http://${grpc.address}`, gcs },
  };
  const from = { ...base, dataset_prefix: source.datasetPrefix };
  const to = { ...base, dataset_prefix: target.datasetPrefix };
  return {
    league,
    rest,
    grpc,
    tables: (dataset) => writer.tables(dataset),
    workspace(warehouse = {}, push = {}) {
      const folder = join(temporaryFolder(), 'workspace');
      mkdirSync(folder);
      const train = { features: 'seed-21', rounds: 20 };
      writeFileSync(
        join(folder, 'hoopduck.yaml'),
        stringify({
          warehouse: { ...from, ...warehouse },
          push: { ...to, ...push },
          replica: { threads: 1 },
          train,
        }),
      );
      return folder;
    },
  };
}

/** Puts the league's raw tables into BigQuery. */
async function seed(
  location: BigQueryLocation,
  replica: Replica,
  league: Undisturbed,
): Promise<BigQueryLocation> {
  const writer = await otherWriter(location, replica);
  await seedRaw(writer, join(league.workspace, 'warehouse'));
  return location;
}

async function bridge(root: string, url: string): Promise<void> {
  const storage = new Storage({ apiEndpoint: url, projectId: 'test' });
  const bucket = storage.bucket(BUCKET);
  const [isThere] = await bucket.exists();
  if (!isThere) await storage.createBucket(BUCKET);
  const folder = join(root, BUCKET);
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.parquet')) continue;
    await bucket.file(name).save(readFileSync(join(folder, name)), { resumable: false });
  }
}

test('a whole run from BigQuery ends as the run from the folder does, and is pushed whole', async (context) => {
  const { league, rest, grpc, workspace, tables } = await makeLeague(context);
  const folder = workspace();
  const { outcome, said } = await observe(folder, { push: true });
  expect(outcome.exitCode, said.join('\n')).toBe(0);
  const state = await stateOf(folder);
  expect(only(state.partitions, ...ALL_BUT_TRAINING)).toEqual(
    only(league.afterFirst.partitions, ...ALL_BUT_TRAINING),
  );
  expect(Object.values(state.models).length).toBeGreaterThan(0);
  expect(grpc.calls.some(({ name }) => name === 'ReadRows')).toBe(true);
  expect(
    (await tables('nba_analytics')).filter((name) => name.startsWith('_hoopduck_stage_')),
  ).toEqual([]);

  // Once more: the emulator shows no times of our own writes, so that all of it is read and compared.
  const second = await observe(folder, { push: true });
  expect(second.outcome.push).toMatchObject({ written: 0, removed: 0, refused: [] });
  expect(second.outcome.push!.unchanged).toBe(outcome.push!.written);

  // Every text that was sent is GoogleSQL.
  const check = googleSqlParser(context);
  const texts = new Set(rest.calls.flatMap(({ sql }) => (sql === undefined ? [] : [sql])));
  expect(texts.size).toBeGreaterThan(10);
  expect([...texts].flatMap((sql) => (check(sql) === null ? [] : [[sql, check(sql)]]))).toEqual([]);
});

test.for([
  ['storage', { read: 'storage' }],
  ['query', { read: 'query' }],
  ['export', { read: 'export', export_bucket: `${BUCKET}/tmp` }],
] as const)(
  'read by %s, every raw partition has the digest of the folder',
  async ([way, more], context) => {
    const { league, rest, grpc, workspace } = await makeLeague(context);
    const folder = workspace(more);
    const { reading } = await plan(openWorkspace(folder));
    const ways = new Set(reading.map(({ estimate }) => estimate.way));
    expect([...ways]).toEqual([
      { storage: 'Storage Read (up to 4 streams)', query: 'query pages', export: 'export to GCS' }[
        way
      ],
    ]);
    rest.clear();
    grpc.clear();
    const { exitCode, lines } = await hoopduck(folder, 'sync');
    expect(exitCode, lines.join('\n')).toBe(0);
    const digests =
      'SELECT table_name, CAST(game_date AS VARCHAR) AS date, digest FROM hoopduck.partition';
    expect(await queryReplica(folder, `${digests} WHERE layer = 'raw' ORDER BY ALL`)).toEqual(
      await queryReplica(league.workspace, `${digests} WHERE layer = 'raw' ORDER BY ALL`),
    );
    expect(grpc.calls.some(({ name }) => name === 'ReadRows')).toBe(way === 'storage');
    expect(rest.calls.some(({ name }) => name === 'jobs.insert:export')).toBe(way === 'export');
    if (way !== 'storage') return;
    // Nothing changed: one look a table, and no read.
    rest.clear();
    grpc.clear();
    expect((await hoopduck(folder, 'sync')).exitCode).toBe(0);
    const names = new Set(rest.calls.map(({ name }) => name));
    expect([...names].sort()).toEqual([
      'jobs.getQueryResults',
      'jobs.insert:partitions',
      'tables.get',
    ]);
    expect(grpc.calls).toEqual([]);
  },
);

test('a server that has few of these abilities is served by the other ways, and doctor names what is missing', async (context) => {
  const { league, rest, grpc, workspace } = await makeLeague(context);
  rest.strict({
    noPartitionsView: true,
    noSnapshots: true,
    noCopyJobs: true,
    noCreateTableAs: true,
    noParquetExport: true,
  });
  grpc.strict({ oneStream: true });
  const folder = workspace({ export_bucket: BUCKET });
  const { outcome, said } = await observe(folder, { push: true });
  expect(outcome.exitCode, said.join('\n')).toBe(0);
  expect(only((await stateOf(folder)).partitions, ...ALL_BUT_TRAINING)).toEqual(
    only(league.afterFirst.partitions, ...ALL_BUT_TRAINING),
  );
  rest.clear();
  const second = await observe(folder, { push: true });
  expect(second.outcome.push).toMatchObject({ written: 0, refused: [] });
  const reads = rest.calls.filter(({ name }) => name === 'jobs.insert:select');
  // Raw tables that did not change are not even counted again.
  expect(reads.filter(({ sql }) => sql?.includes('nba_raw'))).toEqual([]);
  const { stdout, code } = await hoopduckBeside(['doctor', '--json', '-C', folder]);
  expect(code).toBe(0);
  const checks = JSON.parse(stdout).checks as { name: string; verdict: string; found: string }[];
  const missing = checks.filter(
    ({ verdict, found }) => verdict === 'warn' && found.startsWith('missing'),
  );
  expect(missing.map(({ name }) => name)).toEqual([
    'partitions view',
    'export to GCS',
    'push: partitions view',
    'push: snapshots',
    'push: copy jobs',
    'push: CREATE TABLE AS',
  ]);
});
