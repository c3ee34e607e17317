import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Storage } from '@google-cloud/storage';
import { expect, onTestFinished, type TestContext, test } from 'vitest';
import type { GcsLocation } from '../../src/config/location.ts';
import { Replica } from '../../src/replica/replica.ts';
import type { GcsWarehouse } from '../../src/warehouse/gcs/gcs.ts';
import { openGcs } from '../../src/warehouse/gcs/open.ts';
import type { StagedUnit } from '../../src/warehouse/warehouse.ts';
import { type Fault, type RestProxy, startRestProxy } from '../faults/proxy/rest.ts';
import { gcsEmulator } from '../support/emulators.ts';
import { stage, type WarehouseUnderTest, warehouseContract } from './contract.ts';

const TABLE = 'nba_analytics.team_offense_game_summary';
const ROWS = "SELECT DATE '2024-11-01' AS game_date, 'DEN' AS team_abbr, 101 AS points";
const LISTED = [{ date: '2024-11-01', rows: 1, token: expect.any(String) }];
let made = 0;

interface GcsUnderTest extends WarehouseUnderTest {
  readonly warehouse: GcsWarehouse;
  readonly proxy: RestProxy;
  readonly location: GcsLocation;
  readonly workspace: string;
  reopen(more?: {
    resumableBytes?: number;
    now?: () => Date;
    deadlineSeconds?: number;
  }): Promise<GcsWarehouse>;
  /** Files of the table in the mirror. */
  mirrored(): string[];
  /** Names of the calls since the last time. */
  calls(): string[];
  /** Takes the table's object away from outside. */
  remove(): Promise<void>;
}

/** @param deadlineSeconds a silence of a quarter of it is an answer that never comes */
async function makeGcs(context: TestContext, deadlineSeconds = 120): Promise<GcsUnderTest> {
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
    deadlineSeconds,
  };
  const outside = new Storage({ apiEndpoint: url, projectId: 'test' });
  await outside.createBucket(location.bucket);
  const workspace = join(folder, 'workspace');
  const reopen: GcsUnderTest['reopen'] = ({ deadlineSeconds: other, ...more } = {}) =>
    openGcs({ ...location, deadlineSeconds: other ?? deadlineSeconds }, replica, {
      use: 'push',
      workspace,
      ...more,
    });
  onTestFinished(async () => {
    replica.close();
    await proxy.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const parts = ['data', 'mirror', 'gcs', location.bucket, location.prefix, ...TABLE.split('.')];
  const mirror = join(workspace, ...parts);
  const mirrored = () => (existsSync(mirror) ? readdirSync(mirror).sort() : []);
  const objectOf = (table: string) =>
    `${location.prefix}/${table.replace('.', '/')}/2024-25.parquet`;
  let files = 0;
  return {
    proxy,
    location,
    workspace,
    replica,
    warehouse: await reopen(),
    reopen,
    mirrored,
    calls: () => proxy.calls.splice(0).map(({ name }) => name),
    remove: async () => void (await outside.bucket(location.bucket).file(objectOf(TABLE)).delete()),
    async seed(table, sql) {
      files += 1;
      const file = join(folder, `${files}.parquet`);
      await replica.run(`COPY (${sql}) TO '${file}' (FORMAT parquet)`);
      await outside.bucket(location.bucket).upload(file, { destination: objectOf(table) });
    },
    leftovers: async () => mirrored().filter((name) => name.endsWith('.staged')),
  };
}

/** Stages one row of our own, with 7 points, in place of what is there. */
async function stageSeven(
  { replica, warehouse }: GcsUnderTest,
  other: GcsWarehouse = warehouse,
): Promise<StagedUnit> {
  await replica.run(`CREATE OR REPLACE TABLE ${TABLE} AS ${ROWS.replace('101', '7')}`);
  const [staged] = await stage(replica, other, ['2024-11-01'], []);
  return staged!;
}

/** Points of the table's only row, as another process finds them. */
async function points({ replica, reopen }: GcsUnderTest): Promise<unknown[]> {
  const other = await reopen();
  const { relations } = await other.fetch(TABLE, ['2024-11-01']);
  return relations.length === 0 ? [] : replica.column(`SELECT points FROM ${relations[0]}`);
}

warehouseContract('gcs', makeGcs);

test('tables and partitions cost one listing each, a verification another', async (context) => {
  const { warehouse, seed, calls } = await makeGcs(context);
  await seed(TABLE, ROWS);
  await seed('nba_analytics.other', ROWS);
  await warehouse.tables('nba_analytics');
  expect(calls()).toEqual(['objects.list']);
  await warehouse.partitions(TABLE, 'game_date');
  expect(calls()).toEqual(['objects.list', 'objects.download']);
  await warehouse.partitions(TABLE, 'game_date');
  const files = await warehouse.fetch(TABLE, ['2024-11-01']);
  calls();
  await files.verify();
  expect(calls()).toEqual(['objects.list']);
});

test('an object that did not change is not downloaded again to be listed, though the mirror is gone', async (context) => {
  const { replica, workspace, warehouse, reopen, seed, calls } = await makeGcs(context);
  await seed(TABLE, ROWS);
  const before = [await warehouse.partitions(TABLE, 'game_date'), await warehouse.schema(TABLE)];
  calls();
  rmSync(join(workspace, 'data', 'mirror'), { recursive: true });
  const other = await reopen();
  expect([await other.partitions(TABLE, 'game_date'), await other.schema(TABLE)]).toEqual(before);
  await other.units(TABLE, 'game_date', ['2024-11-01']);
  expect(calls()).toEqual(['objects.list', 'objects.list']);
  const { relations } = await other.fetch(TABLE, ['2024-11-01']);
  expect(calls()).toEqual(['objects.list', 'objects.download']);
  expect(await replica.column(`SELECT points FROM ${relations[0]}`)).toEqual([101]);
});

test('what was uploaded is not downloaded', async (context) => {
  const world = await makeGcs(context);
  await (await stageSeven(world)).swap();
  world.calls();
  expect(await points(world)).toEqual([7]);
  expect(world.calls()).toEqual(['objects.list']);
});

test('a replica that cannot be written is read with, and remembers nothing', async (context) => {
  const { workspace, location, seed } = await makeGcs(context);
  await seed(TABLE, ROWS);
  const path = join(workspace, 'replica.duckdb');
  (await Replica.open(path)).close();
  const replica = await Replica.open(path, { readOnly: true });
  onTestFinished(() => replica.close());
  const warehouse = await openGcs(location, replica, { use: 'read', workspace });
  expect(await warehouse.partitions(TABLE, 'game_date')).toMatchObject({ partitions: LISTED });
});

test('the mirror holds the present state of each object and no other', async (context) => {
  const { warehouse, seed, mirrored, remove } = await makeGcs(context);
  await seed(TABLE, ROWS);
  await warehouse.partitions(TABLE, 'game_date');
  const first = mirrored();
  expect(first).toEqual([expect.stringMatching(/^2024-25\.\d+\.[0-9a-f]{8}\.parquet$/)]);
  await seed(TABLE, ROWS.replace('101', '102'));
  await warehouse.partitions(TABLE, 'game_date');
  expect(mirrored()).toHaveLength(1);
  expect(mirrored()).not.toEqual(first);
  await remove();
  expect(await warehouse.partitions(TABLE, 'game_date')).toBeUndefined();
  expect(mirrored()).toEqual([]);
});

test('without a workspace nothing remains', async (context) => {
  const { location, replica, seed } = await makeGcs(context);
  await seed(TABLE, ROWS);
  const warehouse = await openGcs(location, replica, { use: 'read' });
  await warehouse.partitions(TABLE, 'game_date');
  const { relations } = await warehouse.fetch(TABLE, ['2024-11-01']);
  const path = /'(.+)'/.exec(relations[0]!)![1]!;
  expect(existsSync(path)).toBe(true);
  await warehouse.close();
  expect(existsSync(path)).toBe(false);
});

test('a bucket may be the warehouse itself, without a prefix', async (context) => {
  const { location, replica, seed, workspace } = await makeGcs(context);
  await seed(TABLE, ROWS);
  const inner = { ...location, prefix: '' };
  const warehouse = await openGcs(inner, replica, { use: 'push', workspace });
  expect(warehouse.location).toBe(`gs://${location.bucket}`);
  expect(await warehouse.tables('nba_analytics')).toEqual([]);
  await replica.run(`CREATE TABLE ${TABLE} AS ${ROWS}`);
  const [staged] = await stage(replica, warehouse, ['2024-11-01'], []);
  await staged!.swap();
  expect(await warehouse.tables('nba_analytics')).toEqual(['team_offense_game_summary']);
});

test('a bucket that is not there is named, with the next step', async (context) => {
  const { location, replica, workspace } = await makeGcs(context);
  const lost = { ...location, bucket: 'nowhere-at-all' };
  const missing = {
    code: 'WAREHOUSE_MISSING',
    exitCode: 3,
    message: expect.stringContaining('gs://nowhere-at-all'),
    next: 'Make the bucket, which hoopduck never does, or correct its name in hoopduck.yaml.',
  };
  for (const use of ['read', 'push'] as const) {
    const warehouse = await openGcs(lost, replica, { use, workspace });
    await expect(warehouse.partitions(TABLE, 'game_date')).rejects.toMatchObject(missing);
    await expect(warehouse.tables('nba_raw')).rejects.toMatchObject(missing);
    expect(await warehouse.diagnose(use)).toContainEqual(
      expect.objectContaining({ name: 'bucket', verdict: 'fail', next: missing.next }),
    );
  }
});

test('an object that is not Parquet is named by its address', async (context) => {
  const { location, proxy, warehouse } = await makeGcs(context);
  const storage = new Storage({ apiEndpoint: proxy.url, projectId: 'test' });
  const name = `nba/dev/${TABLE.replace('.', '/')}/a.parquet`;
  await storage.bucket(location.bucket).file(name).save('this is not a Parquet file at all');
  await expect(warehouse.partitions(TABLE, 'game_date')).rejects.toMatchObject({
    code: 'SOURCE_BROKEN',
    message: expect.stringContaining(`"gs://${location.bucket}/${name}"`),
  });
});

test('an object that is replaced before it is downloaded is not read', async (context) => {
  const { proxy, warehouse, seed, mirrored } = await makeGcs(context);
  await seed(TABLE, ROWS);
  proxy.before('objects.download', () => seed(TABLE, ROWS.replace('101', '102')));
  await expect(warehouse.partitions(TABLE, 'game_date')).rejects.toMatchObject({
    code: 'WAREHOUSE_CHANGED',
    exitCode: 3,
  });
  expect(mirrored()).toEqual([]);
});

/** Short only where a silence is planted: a server that is merely slow is waited for. */
const deadlineFor = ({ kind }: Fault) => (kind === 'stall' ? 12 : 120);

const BROKEN: [string, Fault, string][] = [
  ['truncated', { kind: 'truncate' }, ''],
  ['corrupt', { kind: 'corrupt' }, 'checksum'],
  ['broken off', { kind: 'reset' }, ''],
  ['refused', { kind: 'refuse' }, ''],
  ['overloaded', { kind: 'status', status: 503, reason: 'backendError' }, 'backendError'],
  ['never answered', { kind: 'stall' }, 'no answer came within'],
];

test.for(BROKEN)('a download that is %s once is made again', async ([, fault], context) => {
  const { proxy, warehouse, seed } = await makeGcs(context, deadlineFor(fault));
  await seed(TABLE, ROWS);
  proxy.plan({ call: 'objects.download', nth: 1, fault });
  expect(await warehouse.partitions(TABLE, 'game_date')).toMatchObject({ partitions: LISTED });
});

test.for(BROKEN)(
  'a download that is %s always fails, and leaves nothing',
  async (broken, context) => {
    const [, fault, found] = broken;
    const { proxy, location, warehouse, reopen, seed, mirrored } = await makeGcs(context);
    await seed(TABLE, ROWS);
    proxy.plan({ call: 'objects.download', nth: 'every', fault });
    const hasty = await reopen({ deadlineSeconds: 4 });
    const failure = await hasty.partitions(TABLE, 'game_date').catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'GCS_FAILED', exitCode: 3 });
    expect(String(failure)).toContain(`"gs://${location.bucket}/nba/dev/nba_analytics/`);
    expect(String(failure)).toContain(found);
    expect(mirrored()).toEqual([]);
    proxy.clear();
    expect(await warehouse.partitions(TABLE, 'game_date')).toMatchObject({ partitions: LISTED });
  },
);

const UPLOADS: [string, Fault][] = [
  ['the answer is lost', { kind: 'lost' }],
  ['the call arrives twice', { kind: 'duplicate' }],
  ['the connection breaks in the answer', { kind: 'reset' }],
  ['the connection is refused', { kind: 'refuse' }],
  ['the server is overloaded', { kind: 'status', status: 503, reason: 'backendError' }],
  ['the rate is limited', { kind: 'status', status: 429, reason: 'rateLimitExceeded' }],
  ['no answer comes', { kind: 'stall' }],
];

for (const [way, call, resumableBytes] of [
  ['one piece', 'objects.insert:multipart', 5_000_000],
  ['a resumable session', 'objects.insert:resumable', 0],
  ['the part of a session', 'objects.insert:part', 0],
] as const) {
  test.for(UPLOADS)(
    `an upload in ${way} of which %s is recognised or made again`,
    async (upload, context) => {
      const world = await makeGcs(context, deadlineFor(upload[1]));
      const { proxy, reopen, seed, calls } = world;
      await seed(TABLE, ROWS);
      const warehouse = await reopen({ resumableBytes });
      const staged = await stageSeven(world, warehouse);
      calls();
      proxy.plan({ call, nth: 1, fault: upload[1] });
      const hit = proxy.hits();
      const token = await staged.swap();
      expect(hit()).toBe(true);
      expect(await points(world)).toEqual([7]);
      const { units } = await warehouse.units(TABLE, 'game_date', ['2024-11-01']);
      expect(units.map((unit) => unit.token)).not.toEqual([token]);
      await warehouse.partitions(TABLE, 'game_date');
      const listed = await warehouse.units(TABLE, 'game_date', ['2024-11-01']);
      expect(listed.units.map((unit) => unit.token)).toEqual([token]);
    },
  );
}

test.for([
  ['one piece', 5_000_000],
  ['a session', 0],
] as const)(
  'an object that is written while ours is uploaded in %s is left alone',
  async ([, resumableBytes], context) => {
    const world = await makeGcs(context);
    const { proxy, reopen, seed } = world;
    await seed(TABLE, ROWS);
    const warehouse = await reopen({ resumableBytes });
    const staged = await stageSeven(world, warehouse);
    const call = resumableBytes === 0 ? 'objects.insert:resumable' : 'objects.insert:multipart';
    proxy.before(call, () => seed(TABLE, ROWS.replace('101', '102')));
    await expect(staged.swap()).rejects.toMatchObject({ code: 'TARGET_MOVED', exitCode: 4 });
    await staged.discard();
    expect(await points(world)).toEqual([102]);
    expect(await world.leftovers()).toEqual([]);
  },
);

test('a new object is not written over one that came meanwhile', async (context) => {
  const world = await makeGcs(context);
  const { proxy, seed } = world;
  const staged = await stageSeven(world);
  proxy.before('objects.insert:multipart', () => seed(TABLE, ROWS));
  await expect(staged.swap()).rejects.toMatchObject({ code: 'TARGET_MOVED', exitCode: 4 });
  expect(await points(world)).toEqual([101]);
});

test('what is written over ours before it is read back is told', async (context) => {
  const world = await makeGcs(context);
  const { proxy, seed } = world;
  await seed(TABLE, ROWS);
  const staged = await stageSeven(world);
  proxy.after('objects.insert:multipart', () => seed(TABLE, ROWS.replace('101', '102')));
  await expect(staged.swap()).rejects.toMatchObject({ code: 'TARGET_READ_BACK', exitCode: 3 });
  expect(await points(world)).toEqual([102]);
});

test.for([401, 403] as const)(
  '%d is told with the next step, and not tried again',
  async (status, context) => {
    const { proxy, warehouse, calls } = await makeGcs(context);
    proxy.plan({
      call: 'objects.list',
      nth: 'every',
      fault: { kind: 'status', status, reason: 'no' },
    });
    await expect(warehouse.partitions(TABLE, 'game_date')).rejects.toMatchObject(
      status === 401
        ? { code: 'GCS_LOGIN', exitCode: 3 }
        : {
            code: 'GCS_DENIED',
            exitCode: 3,
            next: 'Give the account "storage.objects.list"; docs/bigquery.md names the role.',
          },
    );
    expect(calls()).toEqual(['objects.list']);
  },
);

test('no failure holds the access token', async (context) => {
  const { proxy, location, replica, workspace } = await makeGcs(context);
  const secret = 'ya29.planted-token-of-a-test';
  process.env['HOOPDUCK_TEST_GCS_TOKEN'] = secret;
  const credentials = { ...location.credentials, accessTokenEnv: 'HOOPDUCK_TEST_GCS_TOKEN' };
  const warehouse = await openGcs({ ...location, credentials }, replica, {
    use: 'read',
    workspace,
  });
  proxy.plan({
    call: 'objects.list',
    nth: 'every',
    fault: { kind: 'status', status: 403, reason: `Bearer ${secret}` },
  });
  const failure = await warehouse.tables('nba_raw').catch((error: Error) => error);
  const { cause, message, stack } = failure as Error;
  expect([message, stack, String(cause), JSON.stringify(cause)].join('\n')).not.toContain(secret);
});

test('a look at the bucket says where it is, what is kept and how far the clock is off', async (context) => {
  const { location, reopen } = await makeGcs(context);
  const ahead = await reopen({ now: () => new Date('2030-01-01T00:00:00Z') });
  const findings = await ahead.diagnose('push');
  const found = new Map(findings.map((each) => [each.name, `${each.verdict}: ${each.found}`]));
  expect(found.get('credentials')).toBe('ok: none: the server has no TLS');
  expect(found.get('bucket')).toContain(`ok: gs://${location.bucket} is in US-CENTRAL1`);
  expect(found.get('history')).toContain('ok: ');
  expect(found.get('clock')).toMatch(/^warn: \d+\.0 s ahead of the server's$/);
  expect(found.get('rights')).toContain('ok: ');
});

test('a bucket that may be used but not looked at is no fault', async (context) => {
  const { proxy, warehouse } = await makeGcs(context);
  const fault = { kind: 'status', status: 403, reason: 'forbidden' } as const;
  proxy.plan({ call: 'buckets.get', nth: 'every', fault });
  expect((await warehouse.diagnose('push')).map(({ name, verdict }) => [name, verdict])).toEqual([
    ['credentials', 'ok'],
    ['bucket', 'ok'],
    ['rights', 'ok'],
  ]);
  proxy.plan({ call: 'objects.list', nth: 'every', fault });
  expect(await warehouse.diagnose('read')).toContainEqual(
    expect.objectContaining({ name: 'rights', verdict: 'fail' }),
  );
});
