import { expect, onTestFinished, type TestContext, test } from 'vitest';
import type { BigQueryLocation } from '../../../src/config/location.ts';
import { digestSql } from '../../../src/replica/digest.ts';
import { columnsOfRelation } from '../../../src/replica/relation.ts';
import { Replica } from '../../../src/replica/replica.ts';
import { tableRef } from '../../../src/warehouse/bigquery/names.ts';
import { openBigQuery } from '../../../src/warehouse/bigquery/open.ts';
import { ColumnAppender } from '../../../src/warehouse/bigquery/read/append.ts';
import { openStorageReader } from '../../../src/warehouse/bigquery/read/storage.ts';
import { authClientOf } from '../../../src/warehouse/google/credentials.ts';
import { type GrpcFault, startGrpcProxy } from '../../faults/proxy/grpc.ts';
import { bigqueryLocation, otherWriter } from '../../support/bigquery-world.ts';
import { bigqueryEmulator } from '../../support/emulators.ts';

const TABLE = 'nba_raw.plays';
/** The emulator sends 65,536 rows a message: three messages. */
const ROWS = `SELECT DATE '2024-11-01' + CAST(i % 2 AS INTEGER) AS game_date, i AS play, 'shot ' || i AS text,
  CASE WHEN i % 3 = 0 THEN NULL ELSE i / 7.0 END AS distance FROM range(80000) AS t(i)`;

async function makePlays(
  context: TestContext,
  more: Partial<BigQueryLocation> = {},
  signal?: AbortSignal,
) {
  const { project, rest, grpc } = bigqueryEmulator(context);
  const proxy = await startGrpcProxy({ target: `${grpc.host}:${grpc.port}` });
  const location = bigqueryLocation(
    { project, rest, storageRead: proxy.address },
    { read: 'storage', readStreams: 1, deadlineSeconds: 120, ...more },
  );
  const replica = await Replica.open(':memory:');
  const warehouse = await openBigQuery(location, replica, {
    use: 'read',
    ...(signal !== undefined && { signal }),
  });
  onTestFinished(async () => {
    await warehouse.close();
    replica.close();
    await proxy.close();
  });
  const writer = await otherWriter(location, replica);
  await writer.seed(TABLE, ROWS);
  await warehouse.partitions(TABLE, 'game_date');
  return { proxy, location, replica, warehouse };
}

async function digest(replica: Replica, relation: string): Promise<unknown> {
  const columns = await columnsOfRelation(replica, relation);
  return (await replica.column(`SELECT ${digestSql(columns)} FROM ${relation}`))[0];
}

const BOTH = ['2024-11-01', '2024-11-02'];

test('columns and dates are restricted by the server', async (context) => {
  const { replica, warehouse, proxy } = await makePlays(context);
  const { relations, release } = await warehouse.fetch(TABLE, ['2024-11-02']);
  expect(
    await replica.row(`SELECT count(*) AS n, min(play) AS first FROM ${relations[0]}`),
  ).toEqual({
    n: 40_000,
    first: 1,
  });
  expect(proxy.calls.map(({ name }) => name)).toEqual(['CreateReadSession', 'ReadRows']);
  await release();
  await expect(replica.column(`SELECT 1 FROM ${relations[0]}`)).rejects.toThrow('does not exist');
});

test.for<[string, GrpcFault]>([
  ['breaks after a message', { kind: 'reset', after: 1 }],
  ['breaks before the first message', { kind: 'reset', after: 0 }],
  ['falls silent after a message', { kind: 'stall', after: 1 }],
  ['is unavailable', { kind: 'status', code: 'UNAVAILABLE' }],
  ['has a fault inside', { kind: 'status', code: 'INTERNAL' }],
  ['is asked for too much', { kind: 'status', code: 'RESOURCE_EXHAUSTED' }],
])('a stream that %s goes on where it was', async ([, fault], context) => {
  // A silence is a share of the deadline: short where one is planted, long where the server is only slow.
  const deadlineSeconds = fault.kind === 'stall' ? 30 : 120;
  const { proxy, replica, warehouse } = await makePlays(context, { deadlineSeconds });
  proxy.plan({ call: 'ReadRows', nth: 1, fault });
  const { relations } = await warehouse.fetch(TABLE, BOTH);
  expect(await digest(replica, relations[0]!)).toBe(await digest(replica, await typed(replica)));
  const offsets = proxy.calls.filter(({ name }) => name === 'ReadRows').map(({ offset }) => offset);
  const wasRead = 'after' in fault && fault.after > 0;
  expect(offsets).toEqual([0, wasRead ? 65_536 : 0]);
});

/** The rows as they were loaded: 7.0 is a decimal here, and a quotient of decimals is a double. */
async function typed(replica: Replica): Promise<string> {
  await replica.run(`CREATE OR REPLACE TABLE wanted AS ${ROWS}`);
  return 'wanted';
}

test.for<[string, GrpcFault]>([
  ['a message that comes twice', { kind: 'duplicate' }],
  ['a stream that ends too early', { kind: 'truncate' }],
])('%s is seen by the count of what was listed', async ([, fault], context) => {
  const { proxy, replica, warehouse } = await makePlays(context);
  proxy.plan({ call: 'ReadRows', nth: 'every', fault });
  await expect(warehouse.fetch(TABLE, BOTH)).rejects.toMatchObject({
    code: 'FETCH_SHORT',
    exitCode: 3,
  });
  expect(await replica.column('SELECT count(*) FROM duckdb_tables() WHERE temporary')).toEqual([0]);
});

test('rows come by several streams at once where the server grants them', async (context) => {
  const { proxy, replica, warehouse } = await makePlays(context, { readStreams: 4 });
  const { relations } = await warehouse.fetch(TABLE, BOTH);
  expect(await digest(replica, relations[0]!)).toBe(await digest(replica, await typed(replica)));
  expect(proxy.calls.map(({ name, offset }) => [name, offset])).toEqual([
    ['CreateReadSession', undefined],
    ...Array.from({ length: 4 }, () => ['ReadRows', 0]),
  ]);
});

test('a server that refuses more than one stream is asked for one', async (context) => {
  const { proxy, replica, warehouse } = await makePlays(context, { readStreams: 4 });
  proxy.strict({ oneStream: true });
  const { relations } = await warehouse.fetch(TABLE, BOTH);
  expect(await replica.column(`SELECT count(*) FROM ${relations[0]}`)).toEqual([80_000]);
  expect(proxy.calls.map(({ name }) => name)).toEqual([
    'CreateReadSession',
    'CreateReadSession',
    'ReadRows',
  ]);
});

test.for(['PERMISSION_DENIED', 'UNIMPLEMENTED', 'UNAVAILABLE'] as const)(
  'a session that is %s leaves query pages, with the same rows',
  async (code, context) => {
    const { proxy, replica, warehouse } = await makePlays(context, {
      read: 'auto',
      deadlineSeconds: 60,
    });
    proxy.plan({ call: 'CreateReadSession', nth: 'every', fault: { kind: 'status', code } });
    const { relations } = await warehouse.fetch(TABLE, BOTH);
    expect(await digest(replica, relations[0]!)).toBe(await digest(replica, await typed(replica)));
    expect((await warehouse.estimate(TABLE, 'game_date', BOTH, 'fetch')).way).toBe('query pages');
  },
);

/** Every type that the replica holds, at its ends, and NULL. */
const TYPES = `SELECT DATE '2024-11-01' AS game_date, t.* FROM (VALUES
  (1, 'é🏀', CAST(9223372036854775807 AS BIGINT), CAST(0.1 AS DOUBLE), true, TIMESTAMP '2024-11-01 10:00:00.123456',
    CAST('1234567890.123456789' AS DECIMAL(38,9)), DATE '9999-12-31'),
  (2, '', -9223372036854775807, 'NaN', false, TIMESTAMP '1969-12-31 23:59:59.999999',
    '-0.000000001', DATE '0001-01-01'),
  (3, NULL, NULL, 'inf', NULL, NULL, NULL, NULL),
  (4, 'null', 0, '-inf', NULL, TIMESTAMP '0001-01-01 00:00:00', '0', DATE '1969-12-31'),
  (5, NULL, NULL, NULL, NULL, NULL, NULL, NULL)) AS t(id, text, whole, share, flag, moment, exact, day)`;

test('values of every type are the same by Storage Read, by query pages and as they were loaded', async (context) => {
  const { proxy, location, replica, warehouse } = await makePlays(context);
  await (await otherWriter(location, replica)).seed(TABLE, TYPES);
  await replica.run(`CREATE TABLE wanted AS ${TYPES}`);
  await replica.run('ALTER TABLE wanted ALTER id TYPE BIGINT');
  const pages = await openBigQuery({ ...location, read: 'query' }, replica, { use: 'read' });
  onTestFinished(() => pages.close());
  for (const way of [warehouse, pages]) {
    await way.partitions(TABLE, 'game_date');
    const { relations } = await way.fetch(TABLE, ['2024-11-01']);
    expect(await columnsOfRelation(replica, relations[0]!)).toEqual(
      await columnsOfRelation(replica, 'wanted'),
    );
    expect(await digest(replica, relations[0]!)).toBe(await digest(replica, 'wanted'));
  }
  expect(proxy.calls.map(({ name }) => name)).toEqual(['CreateReadSession', 'ReadRows']);
});

test.for([
  ['PERMISSION_DENIED', 'BIGQUERY_DENIED', '403 PERMISSION_DENIED'],
  ['UNAUTHENTICATED', 'BIGQUERY_LOGIN', '401 UNAUTHENTICATED'],
] as const)(
  'a stream that is %s is asked for once, and the reason told',
  async ([status, code, said], context) => {
    const { proxy, warehouse } = await makePlays(context);
    proxy.plan({ call: 'ReadRows', nth: 'every', fault: { kind: 'status', code: status } });
    await expect(warehouse.fetch(TABLE, BOTH)).rejects.toMatchObject({
      code,
      exitCode: 3,
      message: expect.stringContaining(`BigQuery said "${said}" to ReadRows`),
    });
    expect(proxy.calls.map(({ name }) => name)).toEqual(['CreateReadSession', 'ReadRows']);
  },
);

test('a stream that is refused ends the others, and nothing is left of what they gave', async (context) => {
  const { proxy, replica, warehouse } = await makePlays(context, { readStreams: 4 });
  proxy.plan({ call: 'ReadRows', nth: 1, fault: { kind: 'stall', after: 1 } });
  proxy.plan({ call: 'ReadRows', nth: 3, fault: { kind: 'status', code: 'PERMISSION_DENIED' } });
  await expect(warehouse.fetch(TABLE, BOTH)).rejects.toMatchObject({ code: 'BIGQUERY_DENIED' });
  expect(proxy.calls.filter(({ name }) => name === 'ReadRows')).toHaveLength(4);
  expect(await replica.column('SELECT count(*) FROM duckdb_tables() WHERE temporary')).toEqual([0]);
});

test.for(['ReadRows', 'CreateReadSession'] as const)(
  'the first Ctrl-C ends a read whose %s never comes to an end, and nothing is left of it',
  async (call, context) => {
    const stop = new AbortController();
    // The silence of a stream would end it after a minute.
    const patient = { deadlineSeconds: 12_000 };
    const { proxy, replica, warehouse } = await makePlays(context, patient, stop.signal);
    proxy.plan({ call, nth: 1, fault: { kind: 'stall', after: 1 } });
    const read = warehouse.fetch(TABLE, BOTH);
    const isAsked = () => proxy.calls.some(({ name }) => name === call);
    await expect.poll(isAsked, { timeout: 20_000 }).toBe(true);
    stop.abort();
    await expect(read).rejects.toMatchObject({ code: 'INTERRUPTED', exitCode: 130 });
    expect(await replica.column('SELECT count(*) FROM duckdb_tables() WHERE temporary')).toEqual([
      0,
    ]);
  },
);

test('a message that cannot be appended is not asked for again, where its rows would double', async (context) => {
  const { proxy, location, replica } = await makePlays(context);
  const reader = openStorageReader(
    location,
    await authClientOf(location.credentials, location.endpoints.rest),
  );
  onTestFinished(() => reader.close());
  const fields = [{ name: 'play', type: 'INT64' }];
  const appender = await ColumnAppender.create(replica, 'plays', fields);
  appender.close();
  const request = {
    ref: tableRef(location, TABLE),
    fields,
    partitionColumn: 'game_date',
    dates: BOTH,
    present: BOTH,
    rows: 80_000,
  };
  await expect(reader.read(request, appender)).rejects.toThrow('rows after the end');
  expect(proxy.calls.map(({ name }) => name)).toEqual(['CreateReadSession', 'ReadRows']);
});
