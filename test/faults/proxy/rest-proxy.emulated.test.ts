import { type IncomingHttpHeaders, request } from 'node:http';
import { expect, onTestFinished, type TestContext, test } from 'vitest';
import { bigqueryEmulator, bridgeBuckets, gcsEmulator } from '../../support/emulators.ts';
import { type Fault, type RestProxy, startRestProxy } from './rest.ts';

interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Set when the connection broke in the middle of the body. */
  readonly broken?: string;
}

/** One request on a connection of its own, so that nothing tries again behind the test's back. */
function ask(
  url: string,
  method = 'GET',
  body: unknown = undefined,
  type = 'application/json',
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const headers = { 'content-type': type };
    const outgoing = request(url, { method, agent: false, headers }, (answer) => {
      const chunks: Buffer[] = [];
      const done = (broken?: string) =>
        resolve({
          status: answer.statusCode!,
          headers: answer.headers,
          body: Buffer.concat(chunks),
          ...(broken !== undefined && { broken }),
        });
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => done());
      answer.on('error', (error: NodeJS.ErrnoException) => done(error.code));
    });
    outgoing.on('error', reject).end(sent);
  });
}

const json = ({ body }: Answered) => JSON.parse(body.toString());
const refused = { code: 'ECONNRESET' };
let made = 0;

/** A dataset of the test's own, asked for by way of the proxy and past it. */
async function bigquery(context: TestContext) {
  const { rest, project } = bigqueryEmulator(context);
  const proxy = await startRestProxy({ target: rest, kind: 'bigquery' });
  onTestFinished(() => proxy.close());
  made += 1;
  const dataset = `proxy_${process.pid}_${made}`;
  const at = (base: string) => `${base}/bigquery/v2/projects/${project}`;
  const jobs = `${at(proxy.url)}/jobs`;
  const tables = (base: string) => `${at(base)}/datasets/${dataset}/tables`;
  const fields = [{ name: 'n', type: 'INTEGER' }];
  const table = (tableId: string) => ({
    tableReference: { projectId: project, datasetId: dataset, tableId },
    schema: { fields },
  });
  const job = (sql: string, jobId?: string) => ({
    jobReference: { projectId: project, location: 'US', ...(jobId !== undefined && { jobId }) },
    configuration: { query: { query: sql, useLegacySql: false } },
  });
  await ask(`${at(rest)}/datasets`, 'POST', {
    datasetReference: { projectId: project, datasetId: dataset },
  });
  await ask(tables(rest), 'POST', table('t'));
  return {
    proxy,
    dataset,
    project,
    name: `\`${project}.${dataset}.t\``,
    jobs,
    viaProxy: tables(proxy.url),
    direct: tables(rest),
    table,
    job,
    async rows(): Promise<number> {
      const query = { query: `SELECT COUNT(*) AS n FROM ${dataset}.t`, useLegacySql: false };
      return Number(json(await ask(`${at(rest)}/queries`, 'POST', query)).rows[0].f[0].v);
    },
  };
}

async function gcs(context: TestContext) {
  const { url } = gcsEmulator(context);
  const proxy = await startRestProxy({ target: url, kind: 'gcs' });
  onTestFinished(() => proxy.close());
  made += 1;
  const bucket = `proxy-${process.pid}-${made}`;
  await ask(`${url}/storage/v1/b?project=p`, 'POST', { name: bucket });
  const bytes = Buffer.from('0123456789');
  await ask(`${url}/upload/storage/v1/b/${bucket}/o?uploadType=media&name=o`, 'POST', bytes);
  return { proxy, bucket, bytes, object: `${proxy.url}/storage/v1/b/${bucket}/o/o?alt=media` };
}

const names = (proxy: RestProxy) => proxy.calls.map(({ name, status }) => [name, status]);

test('calls are recorded by name, with what was answered, and jobs with their SQL', async (context) => {
  const { proxy, viaProxy, jobs, table, job, name } = await bigquery(context);
  await ask(viaProxy, 'POST', table('u'));
  await ask(`${viaProxy}/u`);
  await ask(`${viaProxy}/nowhere`);
  await ask(`${viaProxy}/u`, 'DELETE');
  await ask(jobs, 'POST', job(`INSERT INTO ${name} (n) VALUES (1)`, 'a'));
  await ask(`${jobs}/a`);
  await ask(`${jobs}/a/cancel`, 'POST');
  expect(names(proxy)).toEqual([
    ['tables.insert', 200],
    ['tables.get', 200],
    ['tables.get', 404],
    ['tables.delete', 204],
    ['jobs.insert:insert', 200],
    ['jobs.get', 200],
    ['jobs.cancel', 200],
  ]);
  expect(proxy.calls[4]).toMatchObject({
    jobId: 'a',
    sql: `INSERT INTO ${name} (n) VALUES (1)`,
  });
});

test('what is refused never reaches the server, and the next call does', async (context) => {
  const { proxy, viaProxy, direct, table } = await bigquery(context);
  proxy.plan({ call: 'tables.insert', nth: 1, fault: { kind: 'refuse' } });
  const hit = proxy.hits();
  expect(hit()).toBe(false);
  await expect(ask(viaProxy, 'POST', table('u'))).rejects.toMatchObject(refused);
  expect(hit()).toBe(true);
  expect((await ask(`${direct}/u`)).status).toBe(404);
  expect((await ask(viaProxy, 'POST', table('u'))).status).toBe(200);
});

test('an answer is lost after the server did the work', async (context) => {
  const { proxy, viaProxy, direct, table } = await bigquery(context);
  proxy.plan({ call: 'tables.insert', nth: 1, fault: { kind: 'lost' } });
  await expect(ask(viaProxy, 'POST', table('u'))).rejects.toMatchObject(refused);
  expect((await ask(`${direct}/u`)).status).toBe(200);
});

test.for<Fault>([{ kind: 'reset' }, { kind: 'truncate' }])(
  'of an answer half arrives, and then the connection ends: $kind',
  async (fault, context) => {
    const { proxy, viaProxy, direct } = await bigquery(context);
    const { body } = await ask(`${direct}/t`);
    proxy.plan({ call: 'tables.get', nth: 1, fault });
    expect(await ask(`${viaProxy}/t`)).toMatchObject({
      status: 200,
      headers: { 'content-length': String(body.length) },
      body: body.subarray(0, Math.floor(body.length / 2)),
      broken: 'ECONNRESET',
    });
  },
);

test('a stalled call waits until the client or the proxy ends it, and holds no other', async (context) => {
  const { proxy, viaProxy } = await bigquery(context);
  proxy.plan({ call: 'tables.get', nth: 1, fault: { kind: 'stall' } });
  let settled = false;
  const stalled = expect(
    ask(`${viaProxy}/t`).finally(() => {
      settled = true;
    }),
  ).rejects.toMatchObject(refused);
  await expect.poll(() => proxy.calls.length).toBe(1);
  expect((await ask(`${viaProxy}/t`)).status).toBe(200);
  expect(settled).toBe(false);
  await proxy.close();
  await stalled;
});

test.for<[number, string]>([
  [503, 'backendError'],
  [429, 'rateLimitExceeded'],
  [403, 'rateLimitExceeded'],
  [403, 'quotaExceeded'],
  [403, 'accessDenied'],
  [403, 'billingNotEnabled'],
  [403, 'responseTooLarge'],
  [401, 'authError'],
  [400, 'invalidQuery'],
])('%i %s is answered in the form of Google', async ([status, reason], context) => {
  const { proxy, viaProxy } = await bigquery(context);
  proxy.plan({ call: 'tables.get', nth: 'every', fault: { kind: 'status', status, reason } });
  for (const _ of [1, 2]) {
    const answer = await ask(`${viaProxy}/t`);
    expect(answer.status).toBe(status);
    expect(json(answer)).toMatchObject({
      error: { code: status, errors: [{ reason, domain: 'global' }] },
    });
  }
});

test('a double delivery is work done twice, unless used job ids are refused', async (context) => {
  const { proxy, jobs, job, name, rows } = await bigquery(context);
  const sql = `INSERT INTO ${name} (n) VALUES (1)`;
  proxy.plan({ call: 'jobs.insert:insert', nth: 'every', fault: { kind: 'duplicate' } });
  expect((await ask(jobs, 'POST', job(sql, 'a'))).status).toBe(200);
  expect(await rows()).toBe(2);
  proxy.strict({ conflict: true });
  expect((await ask(jobs, 'POST', job(sql, 'b'))).status).toBe(409);
  expect(await rows()).toBe(3);
});

test('a used job id is refused as production refuses it, and runs once', async (context) => {
  const { proxy, jobs, job, name, rows } = await bigquery(context);
  const sql = `INSERT INTO ${name} (n) VALUES (1)`;
  proxy.strict({ conflict: true });
  expect((await ask(jobs, 'POST', job(sql, 'a'))).status).toBe(200);
  const again = await ask(jobs, 'POST', job(sql, 'a'));
  expect(again.status).toBe(409);
  expect(json(again).error.errors[0].reason).toBe('duplicate');
  expect(await rows()).toBe(1);
  expect(json(await ask(`${jobs}/a`)).status).toEqual({ state: 'DONE' });
});

test('an upload keeps the job id that it was given, which the emulator does not', async (context) => {
  const { proxy, project, dataset, rows } = await bigquery(context);
  const sent = {
    jobReference: { projectId: project, jobId: 'up', location: 'US' },
    configuration: {
      load: {
        sourceFormat: 'CSV',
        skipLeadingRows: 1,
        destinationTable: { projectId: project, datasetId: dataset, tableId: 't' },
      },
    },
  };
  const part = (type: string, text: string) => `--x\r\nContent-Type: ${type}\r\n\r\n${text}\r\n`;
  const body = `${part('application/json', JSON.stringify(sent))}${part('text/csv', 'n\n1\n2\n')}--x--`;
  const url = `${proxy.url}/upload/bigquery/v2/projects/${project}/jobs?uploadType=multipart`;
  proxy.strict({ conflict: true });
  const type = 'multipart/related; boundary=x';
  const answer = await ask(url, 'POST', Buffer.from(body), type);
  expect([answer.status, json(answer).jobReference.jobId]).toEqual([200, 'up']);
  expect((await ask(url, 'POST', Buffer.from(body), type)).status).toBe(409);
  const found = json(await ask(`${proxy.url}/bigquery/v2/projects/${project}/jobs/up`));
  expect([found.jobReference.jobId, found.status]).toEqual(['up', { state: 'DONE' }]);
  expect(await rows()).toBe(2);
  expect(names(proxy)).toEqual([
    ['jobs.insert:load', 200],
    ['jobs.insert:load', 409],
    ['jobs.get', 200],
  ]);
});

test('after so many calls every one is 401, until it is cleared', async (context) => {
  const { proxy, viaProxy } = await bigquery(context);
  proxy.authAfter(2);
  const statuses = [];
  for (const _ of [1, 2, 3, 4]) statuses.push((await ask(`${viaProxy}/t`)).status);
  expect(statuses).toEqual([200, 200, 401, 401]);
  proxy.clear();
  expect((await ask(`${viaProxy}/t`)).status).toBe(200);
});

test('rows that change move the time of change, as the emulator alone does not', async (context) => {
  const { proxy, viaProxy, jobs, job, name } = await bigquery(context);
  const token = async () => json(await ask(`${viaProxy}/t`)).etag;
  const insert = job(`INSERT INTO ${name} (n) VALUES (1)`);
  const first = await token();
  await ask(jobs, 'POST', insert);
  expect(await token()).toBe(first);
  proxy.strict({ modified: true });
  await ask(jobs, 'POST', insert);
  expect(await token()).not.toBe(first);
});

test.for<[string, (name: string) => string, number, number]>([
  ['noPartitionsView', () => 'SELECT * FROM x.INFORMATION_SCHEMA.PARTITIONS', 400, 200],
  [
    'noSnapshots',
    (name) => `CREATE SNAPSHOT TABLE ${name.replace('.t`', '.s`')} CLONE ${name}`,
    400,
    200,
  ],
  [
    'noCreateTableAs',
    (name) => `CREATE TABLE ${name.replace('.t`', '.c`')} AS SELECT 1 AS n`,
    400,
    200,
  ],
  [
    'noParquetExport',
    () => "EXPORT DATA OPTIONS (uri = 'gs://b/x-*.parquet') AS SELECT 1 AS n",
    400,
    200,
  ],
])('%s refuses only what needs it', async ([ability, sqlFor, status], context) => {
  const { proxy, jobs, job, name } = await bigquery(context);
  proxy.strict({ [ability]: true });
  const answer = await ask(jobs, 'POST', job(sqlFor(name)));
  expect([answer.status, json(answer).error.errors[0].reason]).toEqual([status, 'invalidQuery']);
  expect((await ask(jobs, 'POST', job(`SELECT * FROM ${name}`))).status).toBe(200);
});

test.for([
  ['noCopyJobs', 'COPY'],
  ['noCopyJobs', 'SNAPSHOT'],
  ['noSnapshots', 'SNAPSHOT'],
] as const)('%s refuses a copy job of kind %s', async ([ability, operationType], context) => {
  const { proxy, jobs, project, dataset } = await bigquery(context);
  const table = (tableId: string) => ({ projectId: project, datasetId: dataset, tableId });
  const copy = { sourceTable: table('t'), destinationTable: table('s'), operationType };
  proxy.strict({ [ability]: true });
  const answer = await ask(jobs, 'POST', { configuration: { copy } });
  expect([answer.status, json(answer).error.errors[0].reason]).toEqual([501, 'notImplemented']);
});

test('work of the test runs once before a call, and after each', async (context) => {
  const { proxy, viaProxy } = await bigquery(context);
  const order: string[] = [];
  proxy.before('tables.get', async () => void order.push('before'));
  proxy.after('tables.get', async ({ url }) => void order.push(`after ${url.split('/').at(-1)}`));
  await ask(`${viaProxy}/t`);
  await ask(`${viaProxy}/t?x=1`);
  expect(order).toEqual(['before', 'after t', 'after t?x=1']);
});

test('what BigQuery exports is in the bucket before the job is answered', async (context) => {
  const { proxy, jobs, job, name } = await bigquery(context);
  const { gcsRoot } = bigqueryEmulator(context);
  const { url } = gcsEmulator(context);
  const bucket = `bridged-${process.pid}`;
  const uri = `gs://${bucket}/run/t-*.parquet`;
  const sql = `EXPORT DATA OPTIONS (uri = '${uri}', format = 'PARQUET') AS SELECT * FROM ${name}`;
  let moved: string[] = [];
  proxy.after('jobs.insert:export', async () => {
    moved = await bridgeBuckets({ gcsRoot, gcsUrl: url, bucket });
  });
  await ask(jobs, 'POST', job(sql));
  expect(moved).toEqual(['run/t-000000000000.parquet']);
  const object = encodeURIComponent(moved[0]!);
  const { body } = await ask(`${url}/storage/v1/b/${bucket}/o/${object}?alt=media`);
  expect([body.subarray(0, 4).toString(), body.subarray(-4).toString()]).toEqual(['PAR1', 'PAR1']);
  expect(await bridgeBuckets({ gcsRoot, gcsUrl: url, bucket })).toEqual([]);
});

test('of a corrupt download one byte is another, and the checksum that of the object', async (context) => {
  const { proxy, object, bytes } = await gcs(context);
  const sound = await ask(object);
  expect(sound.body).toEqual(bytes);
  proxy.plan({ call: 'objects.download', nth: 1, fault: { kind: 'corrupt' } });
  const { body, headers, status } = await ask(object);
  expect([status, headers['x-goog-hash']]).toEqual([200, sound.headers['x-goog-hash']]);
  expect([...body].filter((byte, i) => byte !== bytes[i])).toHaveLength(1);
  expect(body).toHaveLength(bytes.length);
});

test('a truncated download says its whole length and brings half', async (context) => {
  const { proxy, object, bytes } = await gcs(context);
  proxy.plan({ call: 'objects.download', nth: 1, fault: { kind: 'truncate' } });
  const { body, headers, broken } = await ask(object);
  expect([headers['content-length'], body, broken]).toEqual([
    '10',
    bytes.subarray(0, 5),
    'ECONNRESET',
  ]);
});

test('the parts of a resumable upload come by way of the proxy too', async (context) => {
  const { proxy, bucket, bytes } = await gcs(context);
  const start = `${proxy.url}/upload/storage/v1/b/${bucket}/o?uploadType=resumable&name=r`;
  const { headers } = await ask(start, 'POST', {});
  expect(new URL(headers.location!).origin).toBe(proxy.url);
  expect((await ask(headers.location!, 'PUT', bytes)).status).toBe(200);
  expect(names(proxy)).toEqual([
    ['objects.insert:resumable', 200],
    ['objects.insert:part', 200],
  ]);
});
