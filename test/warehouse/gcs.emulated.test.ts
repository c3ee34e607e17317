import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Storage } from '@google-cloud/storage';
import { expect, onTestFinished, type TestContext, test } from 'vitest';
import type { GcsLocation } from '../../src/config/location.ts';
import { Replica } from '../../src/replica/replica.ts';
import { openGcs } from '../../src/warehouse/gcs/open.ts';
import { type Fault, type RestProxy, startRestProxy } from '../faults/proxy/rest.ts';
import { gcsEmulator } from '../support/emulators.ts';
import { stage, type WarehouseUnderTest, warehouseContract } from './contract.ts';

const TABLE = 'nba_analytics.team_offense_game_summary';
const ROWS = "SELECT DATE '2024-11-01' AS game_date, 'DEN' AS team_abbr, 101 AS points";
let made = 0;

interface GcsUnderTest extends WarehouseUnderTest {
  readonly proxy: RestProxy;
  readonly location: GcsLocation;
}

async function makeGcs(context: TestContext): Promise<GcsUnderTest> {
  const { url } = gcsEmulator(context);
  const proxy = await startRestProxy({ target: url, kind: 'gcs' });
  const folder = mkdtempSync(join(tmpdir(), 'hoopduck-gcs-'));
  const replica = await Replica.open(':memory:');
  made += 1;
  const location: GcsLocation = {
    kind: 'gcs',
    bucket: `t${process.pid}-${made}`,
    prefix: 'nba/dev',
    endpoint: proxy.url,
    credentials: { keyFile: null, impersonate: null, accessTokenEnv: null },
    deadlineSeconds: 8,
  };
  const outside = new Storage({ apiEndpoint: url, projectId: 'test' });
  await outside.createBucket(location.bucket);
  const workspace = join(folder, 'workspace');
  const open = () => openGcs(location, replica, { use: 'push', workspace });
  const warehouse = await open();
  onTestFinished(async () => {
    replica.close();
    await proxy.close();
    rmSync(folder, { recursive: true, force: true });
  });
  let files = 0;
  return {
    proxy,
    location,
    replica,
    warehouse,
    reopen: open,
    async seed(table, sql) {
      files += 1;
      const file = join(folder, `${files}.parquet`);
      await replica.run(`COPY (${sql}) TO '${file}' (FORMAT parquet)`);
      const destination = `${location.prefix}/${table.replace('.', '/')}/2024-25.parquet`;
      await outside.bucket(location.bucket).upload(file, { destination });
    },
    async leftovers() {
      const mirror = join(workspace, 'data', 'mirror', location.bucket, location.prefix);
      const names = readdirSync(mirror, { recursive: true, encoding: 'utf8' });
      return names.filter((name) => name.endsWith('.staged'));
    },
  };
}

warehouseContract('gcs', makeGcs);

test('an object that did not change is not downloaded again, by another process neither', async (context) => {
  const { proxy, warehouse, reopen, seed } = await makeGcs(context);
  await seed(TABLE, ROWS);
  await warehouse.partitions(TABLE, 'game_date');
  const downloads = () => proxy.calls.filter(({ name }) => name === 'objects.download').length;
  expect(downloads()).toBe(1);
  await warehouse.partitions(TABLE, 'game_date');
  const other = await reopen();
  await other.partitions(TABLE, 'game_date');
  await other.fetch(TABLE, ['2024-11-01']);
  expect(downloads()).toBe(1);
});

test('a bucket that is not there is named', async (context) => {
  const { location, replica } = await makeGcs(context);
  const gone = await openGcs({ ...location, bucket: 'nowhere-at-all' }, replica, { use: 'read' });
  await expect(gone.partitions(TABLE, 'game_date')).rejects.toMatchObject({
    code: 'GCS_FAILED',
    exitCode: 3,
    message: expect.stringContaining('gs://nowhere-at-all'),
  });
});

test.for<[string, Fault]>([
  ['truncated', { kind: 'truncate' }],
  ['corrupt', { kind: 'corrupt' }],
  ['broken off', { kind: 'reset' }],
  ['refused', { kind: 'refuse' }],
  ['overloaded', { kind: 'status', status: 503, reason: 'backendError' }],
  ['never answered', { kind: 'stall' }],
])('a download that is %s once is made again', async ([, fault], context) => {
  const { proxy, warehouse, seed } = await makeGcs(context);
  await seed(TABLE, ROWS);
  proxy.plan({ call: 'objects.download', nth: 1, fault });
  expect(await warehouse.partitions(TABLE, 'game_date')).toMatchObject({
    partitions: [{ date: '2024-11-01', rows: 1 }],
  });
});

test.for<[string, Fault]>([
  ['the answer is lost', { kind: 'lost' }],
  ['the connection breaks in the answer', { kind: 'reset' }],
  ['the connection is refused', { kind: 'refuse' }],
  ['the server is overloaded', { kind: 'status', status: 503, reason: 'backendError' }],
  ['the rate is limited', { kind: 'status', status: 429, reason: 'rateLimitExceeded' }],
  ['no answer comes', { kind: 'stall' }],
])('an upload of which %s is recognised or made again', async ([, fault], context) => {
  const { proxy, replica, warehouse, seed } = await makeGcs(context);
  await seed(TABLE, ROWS);
  await replica.run(`CREATE TABLE ${TABLE} AS ${ROWS.replace('101', '7')}`);
  const [staged] = await stage(replica, warehouse, ['2024-11-01'], []);
  proxy.plan({ call: ({ name }) => name.startsWith('objects.insert'), nth: 1, fault });
  await staged!.swap();
  const files = await warehouse.fetch(TABLE, ['2024-11-01']);
  expect(await replica.column(`SELECT points FROM ${files.relations[0]}`)).toEqual([7]);
  expect(await warehouse.partitions(TABLE, 'game_date')).toMatchObject({
    partitions: [{ rows: 1 }],
  });
});

test('access that is denied is told with the permission, and not tried again', async (context) => {
  const { proxy, warehouse } = await makeGcs(context);
  proxy.plan({
    call: 'objects.list',
    nth: 'every',
    fault: { kind: 'status', status: 403, reason: 'forbidden' },
  });
  await expect(warehouse.partitions(TABLE, 'game_date')).rejects.toMatchObject({
    code: 'GCS_DENIED',
    exitCode: 3,
    next: 'Give the account "storage.objects.list"; docs/bigquery.md names the role.',
  });
  expect(proxy.calls.map(({ name }) => name)).toEqual(['objects.list']);
});
