import { protos } from '@google-cloud/bigquery-storage';
import grpc from '@grpc/grpc-js';
import { expect, onTestFinished, type TestContext, test } from 'vitest';
import { bigqueryEmulator } from '../../support/emulators.ts';
import { startGrpcProxy } from './grpc.ts';

const { CreateReadSessionRequest, ReadRowsRequest, ReadRowsResponse, ReadSession } =
  protos.google.cloud.bigquery.storage.v1;
const SERVICE = '/google.cloud.bigquery.storage.v1.BigQueryRead/';
/** The emulator sends 65,536 rows a message. */
const MESSAGES = [65_536, 65_536, 18_928];
const bytes = (value: Buffer) => value;
let made = 0;

/** A table of three messages, and a client that tries nothing again. */
async function storageRead(context: TestContext) {
  const emulator = bigqueryEmulator(context);
  const { host, port } = emulator.grpc;
  const proxy = await startGrpcProxy({ target: `${host}:${port}` });
  const client = new grpc.Client(proxy.address, grpc.credentials.createInsecure());
  onTestFinished(async () => {
    client.close();
    await proxy.close();
  });
  made += 1;
  const dataset = `grpc_${process.pid}_${made}`;
  const base = `${emulator.rest}/bigquery/v2/projects/${emulator.project}`;
  const send = async (path: string, body: unknown) => {
    const headers = { 'content-type': 'application/json' };
    await fetch(base + path, { method: 'POST', headers, body: JSON.stringify(body) });
  };
  await send('/datasets', {
    datasetReference: { projectId: emulator.project, datasetId: dataset },
  });
  await send('/queries', {
    query: `CREATE TABLE ${dataset}.t AS SELECT n FROM UNNEST(GENERATE_ARRAY(1, 150000)) AS n`,
    useLegacySql: false,
  });
  return {
    proxy,
    /** The names of the streams of a new session. */
    session: (maxStreamCount = 1) =>
      new Promise<string[]>((resolve, reject) => {
        const table = `projects/${emulator.project}/datasets/${dataset}/tables/t`;
        const request = CreateReadSessionRequest.encode({
          parent: `projects/${emulator.project}`,
          readSession: { table, dataFormat: 'ARROW' },
          maxStreamCount,
        }).finish();
        client.makeUnaryRequest(
          `${SERVICE}CreateReadSession`,
          bytes,
          bytes,
          Buffer.from(request),
          (failed, answer) =>
            failed === null
              ? resolve(ReadSession.decode(answer!).streams.map(({ name }) => name!))
              : reject(failed),
        );
      }),
    /** The rows of each message of a stream, and how it ended. */
    read(readStream: string, offset = 0) {
      const request = Buffer.from(ReadRowsRequest.encode({ readStream, offset }).finish());
      const stream = client.makeServerStreamRequest(`${SERVICE}ReadRows`, bytes, bytes, request);
      const rows: number[] = [];
      stream.on('data', (message: Buffer) =>
        rows.push(Number(String(ReadRowsResponse.decode(message).rowCount))),
      );
      const ended = new Promise<string>((resolve) => {
        stream.on('end', () => resolve('OK'));
        stream.on('error', (error) => resolve(grpc.status[(error as grpc.ServiceError).code]!));
      });
      return { rows, ended };
    },
  };
}

test('rows pass as they are, from the offset that is asked for', async (context) => {
  const { proxy, session, read } = await storageRead(context);
  const [stream] = await session();
  const whole = read(stream!);
  expect([await whole.ended, whole.rows]).toEqual(['OK', MESSAGES]);
  const rest = read(stream!, 65_536);
  expect([await rest.ended, rest.rows]).toEqual(['OK', MESSAGES.slice(1)]);
  const nothing = read(stream!, 150_000);
  expect([await nothing.ended, nothing.rows]).toEqual(['OK', []]);
  expect(proxy.calls).toEqual([
    { name: 'CreateReadSession' },
    { name: 'ReadRows', offset: 0 },
    { name: 'ReadRows', offset: 65_536 },
    { name: 'ReadRows', offset: 150_000 },
  ]);
});

test('a connection breaks after so many messages, and the next one holds', async (context) => {
  const { proxy, session, read } = await storageRead(context);
  const [stream] = await session();
  proxy.plan({ call: 'ReadRows', nth: 1, fault: { kind: 'reset', after: 1 } });
  const broken = read(stream!);
  expect([await broken.ended, broken.rows]).toEqual(['UNAVAILABLE', [65_536]]);
  const again = read(stream!, 65_536);
  expect([await again.ended, again.rows]).toEqual(['OK', MESSAGES.slice(1)]);
});

test('a session whose connection breaks is unavailable', async (context) => {
  const { proxy, session } = await storageRead(context);
  proxy.plan({ call: 'CreateReadSession', nth: 1, fault: { kind: 'reset', after: 0 } });
  await expect(session()).rejects.toMatchObject({ code: grpc.status.UNAVAILABLE });
  expect(await session()).toHaveLength(1);
});

test('a stalled stream gives so many messages and then nothing, until the proxy closes', async (context) => {
  const { proxy, session, read } = await storageRead(context);
  const [stream] = await session();
  proxy.plan({ call: 'ReadRows', nth: 1, fault: { kind: 'stall', after: 2 } });
  const stalled = read(stream!);
  await expect.poll(() => stalled.rows).toEqual(MESSAGES.slice(0, 2));
  const other = read(stream!);
  expect([await other.ended, other.rows]).toEqual(['OK', MESSAGES]);
  await proxy.close();
  expect([await stalled.ended, stalled.rows]).toEqual(['UNAVAILABLE', MESSAGES.slice(0, 2)]);
});

test.for([
  'UNAVAILABLE',
  'RESOURCE_EXHAUSTED',
  'PERMISSION_DENIED',
  'UNAUTHENTICATED',
  'INTERNAL',
] as const)('%s is answered to a session and to a stream', async (code, context) => {
  const { proxy, session, read } = await storageRead(context);
  proxy.plan({ call: 'CreateReadSession', nth: 1, fault: { kind: 'status', code } });
  proxy.plan({ call: 'ReadRows', nth: 1, fault: { kind: 'status', code } });
  await expect(session()).rejects.toMatchObject({ code: grpc.status[code] });
  const [stream] = await session();
  const refused = read(stream!);
  expect([await refused.ended, refused.rows]).toEqual([code, []]);
});

test('a message comes twice, or the stream ends well before its end', async (context) => {
  const { proxy, session, read } = await storageRead(context);
  const [stream] = await session();
  proxy.plan({ call: 'ReadRows', nth: 1, fault: { kind: 'duplicate' } });
  proxy.plan({ call: 'ReadRows', nth: 2, fault: { kind: 'truncate' } });
  const double = read(stream!);
  expect([await double.ended, double.rows]).toEqual(['OK', [65_536, ...MESSAGES]]);
  const short = read(stream!);
  expect([await short.ended, short.rows]).toEqual(['OK', [65_536]]);
});

test('a server of one stream refuses who asks for more', async (context) => {
  const { proxy, session } = await storageRead(context);
  proxy.strict({ oneStream: true });
  await expect(session(4)).rejects.toMatchObject({ code: grpc.status.INVALID_ARGUMENT });
  expect(await session(1)).toHaveLength(1);
});
