import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Storage } from '@google-cloud/storage';
import { expect, onTestFinished, type TestContext, test } from 'vitest';
import { Replica } from '../../src/replica/replica.ts';
import { openGcs } from '../../src/warehouse/gcs/open.ts';
import type { StagedUnit } from '../../src/warehouse/warehouse.ts';
import { type Fault, type RestProxy, startRestProxy } from '../faults/proxy/rest.ts';
import { gcsEmulator } from '../support/emulators.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { stage } from './contract.ts';

const TABLE = 'nba_analytics.team_offense_game_summary';
/** 1.2 million figures that do not compress: 9.6 MB, three parts of 4 MiB. */
const ROWS = 1_200_000;

interface Sessions {
  readonly url: string;
  /** Of each part that comes, only so many bytes are kept. */
  keeps: number;
  /** Forgets all sessions. */
  forget(): void;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/**
 * Keeps resumable uploads as production does, in front of a server that does not: that one ends an upload
 * when it is asked how far it is, and takes bytes twice (fsouza/fake-gcs-server#2354).
 */
async function startSessions(target: string): Promise<Sessions> {
  const kept = new Map<string, { bytes: Buffer; done?: Answer }>();
  const forward = (incoming: IncomingMessage, body: Buffer, more = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const headers = { ...incoming.headers, ...more, 'content-length': String(body.length) };
      const { method, url } = incoming;
      const outgoing = request(new URL(url!, target), { method, headers, agent: false }, (answer) =>
        read(answer).then(
          (bytes) => resolve({ status: answer.statusCode!, headers: answer.headers, body: bytes }),
          reject,
        ),
      );
      outgoing.on('error', reject).end(body);
    });
  const put = async (incoming: IncomingMessage, id: string, body: Buffer): Promise<Answer> => {
    const session = kept.get(id);
    if (session === undefined) return { status: 410, headers: {}, body: Buffer.alloc(0) };
    if (session.done !== undefined) return session.done;
    const range = /^bytes (?:\*|(\d+)-\d+)\/(\d+)$/.exec(incoming.headers['content-range']!)!;
    const total = Number(range[2]);
    const fresh = body.subarray(session.bytes.length - Number(range[1] ?? 0));
    session.bytes = Buffer.concat([session.bytes, fresh.subarray(0, sessions.keeps)]);
    const has = session.bytes.length;
    if (has < total) {
      const headers = has === 0 ? {} : { range: `bytes=0-${has - 1}` };
      return { status: 308, headers, body: Buffer.alloc(0) };
    }
    const whole = { 'content-range': `bytes 0-${total - 1}/${total}` };
    session.done = await forward(incoming, session.bytes, whole);
    return session.done;
  };
  const handle = async (incoming: IncomingMessage, response: ServerResponse) => {
    const body = await read(incoming);
    const id = new URL(incoming.url!, target).searchParams.get('upload_id');
    const isPart = incoming.method === 'PUT' && id !== null;
    const answer = isPart ? await put(incoming, id, body) : await forward(incoming, body);
    const begun = new URL(String(answer.headers.location ?? ''), target).searchParams;
    if (begun.has('upload_id')) kept.set(begun.get('upload_id')!, { bytes: Buffer.alloc(0) });
    response.writeHead(answer.status, {
      ...answer.headers,
      'content-length': String(answer.body.length),
    });
    response.end(answer.body);
  };
  const server = createServer((incoming, response) => {
    handle(incoming, response).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const forget = () => kept.clear();
  const sessions: Sessions = { url, keeps: Number.POSITIVE_INFINITY, forget };
  return sessions;
}

async function read(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** How many sessions were begun. */
function begun({ calls }: RestProxy): number {
  return calls.filter(({ name }) => name === 'objects.insert:resumable').length;
}

/** How many parts with bytes were sent. */
function parts({ calls }: RestProxy): number {
  const all = calls.filter(({ name }) => name === 'objects.insert:part');
  return all.filter(({ headers }) => headers['content-length'] !== '0').length;
}

let made = 0;

/**
 * A staged object of three parts, and what stands between it and its bucket.
 * @param deadlineSeconds a silence of a quarter of it is an answer that never comes
 */
async function stageLarge(
  context: TestContext,
  deadlineSeconds = 120,
): Promise<{
  staged: StagedUnit;
  proxy: RestProxy;
  sessions: Sessions;
  rows(): Promise<unknown>;
}> {
  const { url } = gcsEmulator(context);
  const sessions = await startSessions(url);
  const proxy = await startRestProxy({ target: sessions.url, kind: 'gcs' });
  const replica = await Replica.open(':memory:');
  onTestFinished(async () => {
    replica.close();
    await proxy.close();
  });
  made += 1;
  const bucket = `r${process.pid}-${made}`;
  const outside = new Storage({ apiEndpoint: url, projectId: 'test' });
  await outside.createBucket(bucket);
  const credentials = { keyFile: null, impersonate: null, accessTokenEnv: null };
  const location = { kind: 'gcs', bucket, prefix: '', endpoint: proxy.url, credentials } as const;
  const open = () =>
    openGcs({ ...location, deadlineSeconds }, replica, {
      use: 'push',
      workspace: temporaryFolder(),
    });
  await replica.run(
    `CREATE TABLE ${TABLE} AS
     SELECT DATE '2024-11-01' AS game_date, CAST(i AS VARCHAR) AS team_abbr, hash(i) / 7.0 AS points
     FROM range(${ROWS}) AS t(i)`,
  );
  const [staged] = await stage(replica, await open(), ['2024-11-01'], []);
  return {
    staged: staged!,
    proxy,
    sessions,
    rows: async () => {
      const warehouse = await open();
      const { relations } = await warehouse.fetch(TABLE, ['2024-11-01']);
      const [n] = await replica.column(`SELECT count(*) FROM ${relations[0]}`);
      return n;
    },
  };
}

test('a large object is sent in parts, each once', async (context) => {
  const { staged, proxy, rows } = await stageLarge(context);
  await staged.swap();
  expect([begun(proxy), parts(proxy)]).toEqual([1, 3]);
  expect(await rows()).toBe(ROWS);
});

const FAULTS: [string, Fault, boolean][] = [
  ['whose answer is lost', { kind: 'lost' }, true],
  ['whose answer breaks off', { kind: 'reset' }, true],
  ['that arrives twice', { kind: 'duplicate' }, true],
  ['that is refused', { kind: 'refuse' }, false],
  ['that is not answered', { kind: 'stall' }, false],
  [
    'that meets an overloaded server',
    { kind: 'status', status: 503, reason: 'backendError' },
    false,
  ],
];

for (const nth of [1, 3]) {
  test.for(FAULTS)(`part ${nth} %s does not begin the upload anew`, async (row, context) => {
    const [, fault, arrives] = row;
    // Short only where a silence is planted: a server that is merely slow is waited for.
    const { staged, proxy } = await stageLarge(context, fault.kind === 'stall' ? 20 : 120);
    proxy.plan({ call: 'objects.insert:part', nth, fault });
    const hit = proxy.hits();
    await staged.swap();
    expect(hit()).toBe(true);
    expect([begun(proxy), parts(proxy)]).toEqual([1, arrives ? 3 : 4]);
  });
}

test('a server that keeps less than it was sent gets the rest', async (context) => {
  const { staged, sessions, rows } = await stageLarge(context);
  sessions.keeps = 3 * 1024 * 1024;
  await staged.swap();
  expect(await rows()).toBe(ROWS);
});

test('an upload that the server forgot begins anew', async (context) => {
  const { staged, proxy, sessions, rows } = await stageLarge(context);
  proxy.plan({ call: 'objects.insert:part', nth: 2, fault: { kind: 'refuse' } });
  proxy.before('objects.insert:part', async () => {
    proxy.before('objects.insert:part', async () => sessions.forget());
  });
  await staged.swap();
  expect(begun(proxy)).toBe(2);
  expect(await rows()).toBe(ROWS);
});
