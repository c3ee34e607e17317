import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket, type Server as TcpServer } from 'node:net';
import { protos } from '@google-cloud/bigquery-storage';
import grpc from '@grpc/grpc-js';

/** What production can do to a call of Storage Read. */
export type GrpcFault =
  | { readonly kind: 'status'; readonly code: keyof typeof grpc.status }
  | { readonly kind: 'reset'; readonly after: number } // the connection breaks after so many messages
  | { readonly kind: 'stall'; readonly after: number } // nothing comes after so many messages
  | { readonly kind: 'duplicate' } // a message comes twice
  | { readonly kind: 'truncate' }; // the stream ends well although half of it is missing

export type GrpcCallName = 'CreateReadSession' | 'ReadRows';

interface Plan {
  readonly call: GrpcCallName;
  /** Which of the calls, from 1; or every one. */
  readonly nth: number | 'every';
  readonly fault: GrpcFault;
}

/** A server between hoopduck and Storage Read, which misbehaves as it is told. */
export interface GrpcProxy {
  /** `host:port`. */
  readonly address: string;
  readonly calls: { readonly name: GrpcCallName; readonly offset?: number }[];
  plan(plan: Plan): void;
  clear(): void;
  /** At most one stream, and a refusal for who asks for more. */
  strict(how: { readonly oneStream?: boolean }): void;
  close(): Promise<void>;
}

const { CreateReadSessionRequest, ReadRowsRequest, ReadRowsResponse } =
  protos.google.cloud.bigquery.storage.v1;
const SERVICE = '/google.cloud.bigquery.storage.v1.BigQueryRead/';

const raw = {
  requestSerialize: (value: Buffer) => value,
  requestDeserialize: (value: Buffer) => value,
  responseSerialize: (value: Buffer) => value,
  responseDeserialize: (value: Buffer) => value,
};
const METHODS: grpc.ServiceDefinition = {
  createReadSession: {
    path: `${SERVICE}CreateReadSession`,
    requestStream: false,
    responseStream: false,
    ...raw,
  },
  readRows: { path: `${SERVICE}ReadRows`, requestStream: false, responseStream: true, ...raw },
};

/** Starts a proxy in front of a server of Storage Read without TLS. */
export async function startGrpcProxy(options: { readonly target: string }): Promise<GrpcProxy> {
  const client = new grpc.Client(options.target, grpc.credentials.createInsecure(), {
    'grpc.max_receive_message_length': -1,
  });
  const calls: { name: GrpcCallName; offset?: number }[] = [];
  let plans: { plan: Plan; seen: number }[] = [];
  let oneStream = false;
  const sockets = new Set<Socket>();

  const faultFor = (name: GrpcCallName): GrpcFault | undefined => {
    let found: GrpcFault | undefined;
    for (const each of plans) {
      if (each.plan.call !== name) continue;
      each.seen += 1;
      if (each.plan.nth === 'every' || each.plan.nth === each.seen) found ??= each.plan.fault;
    }
    return found;
  };
  const breakConnections = () => {
    for (const socket of sockets) socket.destroy();
  };
  const error = (code: keyof typeof grpc.status) => ({
    code: grpc.status[code] as unknown as grpc.status,
    details: `Planned: ${code}`,
  });

  const createReadSession: grpc.handleUnaryCall<Buffer, Buffer> = (call, answer) => {
    calls.push({ name: 'CreateReadSession' });
    const fault = faultFor('CreateReadSession');
    if (fault?.kind === 'status') return answer(error(fault.code));
    if (fault?.kind === 'reset') return breakConnections();
    if (fault?.kind === 'stall') return;
    const asked = CreateReadSessionRequest.decode(call.request);
    if (oneStream && asked.maxStreamCount > 1) return answer(error('INVALID_ARGUMENT'));
    client.makeUnaryRequest(
      `${SERVICE}CreateReadSession`,
      (value: Buffer) => value,
      (value: Buffer) => value,
      call.request,
      (failed, value) => (failed === null ? answer(null, value!) : answer(failed)),
    );
  };

  const readRows = (call: grpc.ServerWritableStream<Buffer, Buffer>): void => {
    const { readStream, offset } = ReadRowsRequest.decode(call.request);
    const from = Number(String(offset));
    calls.push({ name: 'ReadRows', offset: from });
    const fault = faultFor('ReadRows');
    if (fault?.kind === 'status') return void call.emit('error', error(fault.code));
    // The emulator gives every offset from the start: what lies before it is left out here.
    const upstream = client.makeServerStreamRequest(
      `${SERVICE}ReadRows`,
      (value: Buffer) => value,
      (value: Buffer) => value,
      Buffer.from(ReadRowsRequest.encode({ readStream, offset: 0 }).finish()),
    );
    const messages: { bytes: Buffer; end: number }[] = [];
    let end = 0;
    upstream.on('data', (bytes: Buffer) => {
      end += Number(String(ReadRowsResponse.decode(bytes).rowCount));
      messages.push({ bytes, end });
    });
    upstream.on('error', (failed) => call.emit('error', failed));
    upstream.on('end', () =>
      deliver(
        call,
        messages.filter((message) => message.end > from),
        fault,
      ),
    );
  };

  const deliver = (
    call: grpc.ServerWritableStream<Buffer, Buffer>,
    messages: readonly { readonly bytes: Buffer }[],
    fault: GrpcFault | undefined,
  ): void => {
    const limit =
      fault?.kind === 'reset' || fault?.kind === 'stall'
        ? fault.after
        : fault?.kind === 'truncate'
          ? Math.floor(messages.length / 2)
          : messages.length;
    const sent = messages.slice(0, limit).map(({ bytes }, i) => {
      if (fault?.kind === 'duplicate' && i === 0) call.write(bytes);
      return new Promise((resolve) => call.write(bytes, resolve));
    });
    if (fault?.kind === 'stall') return;
    // What was written has to be sent and read before the connection breaks, on a machine that is busy, too.
    if (fault?.kind === 'reset') {
      return void Promise.all(sent).then(() => setTimeout(breakConnections, 300));
    }
    call.end();
  };

  const server = new grpc.Server({ 'grpc.max_send_message_length': -1 });
  server.addService(METHODS, { createReadSession, readRows });
  const inner = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (failed, port) =>
      failed === null ? resolve(port) : reject(failed),
    ),
  );
  // A listener of our own in front, so that a connection can be broken as a network breaks it.
  const front = createServer((socket) => {
    const behind = connect(inner, '127.0.0.1');
    sockets.add(socket);
    socket.on('close', () => {
      sockets.delete(socket);
      behind.destroy();
    });
    for (const side of [socket, behind]) side.on('error', () => socket.destroy());
    behind.on('close', () => socket.destroy());
    socket.pipe(behind).pipe(socket);
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(front.address() as AddressInfo).port}`,
    calls,
    plan: (plan) => void plans.push({ plan, seen: 0 }),
    clear() {
      plans = [];
      calls.length = 0;
    },
    strict(how) {
      oneStream = how.oneStream ?? oneStream;
    },
    async close() {
      client.close();
      server.forceShutdown();
      breakConnections();
      await closed(front);
    },
  };
}

function closed(server: TcpServer): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
