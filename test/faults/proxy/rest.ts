import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bigqueryCall, gcsCall, type NamedCall } from './call-names.ts';
import { refusalOf, type Strictness } from './strict.ts';

/** What production can do to a call. */
export type Fault =
  | { readonly kind: 'refuse' } // the connection is closed before anything is read
  | { readonly kind: 'reset' } // the connection breaks in the middle of the answer
  | { readonly kind: 'stall' } // no answer ever comes
  | { readonly kind: 'status'; readonly status: number; readonly reason: string }
  | { readonly kind: 'lost' } // the server did the work, its answer is lost
  | { readonly kind: 'duplicate' } // the server gets the call twice
  | { readonly kind: 'truncate' } // the answer ends at its half
  | { readonly kind: 'corrupt' }; // a byte of the answer is another

/** A call that came by. */
export interface Call extends NamedCall {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  /** What was answered; undefined: nothing was. */
  status: number | undefined;
}

interface Plan {
  readonly call: string | ((call: NamedCall) => boolean);
  /** Which of the matching calls, from 1; or every one. */
  readonly nth: number | 'every';
  readonly fault: Fault;
}

/** A server between hoopduck and a server, which misbehaves as it is told. */
export interface RestProxy {
  readonly url: string;
  readonly calls: Call[];
  plan(plan: Plan): void;
  /** Whether a fault that was planned by now has struck. */
  hits(): () => boolean;
  /** Forgets what was planned and what came by. */
  clear(): void;
  /** Answers as a lesser or a stricter server would, from now on. */
  strict(how: Strictness): void;
  /** Every call from the n-th on is 401, until `clear`. */
  authAfter(n: number): void;
  /** Runs before a matching call is forwarded, once. */
  before(call: string, work: () => Promise<void>): void;
  /** Runs after a matching call was answered by the server, each time. */
  after(call: string, work: (call: Call) => Promise<void>): void;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Starts a proxy in front of a server's REST API. */
export async function startRestProxy(options: {
  readonly target: string;
  readonly kind: 'bigquery' | 'gcs';
}): Promise<RestProxy> {
  const target = new URL(options.target);
  const calls: Call[] = [];
  let plans: { plan: Plan; seen: number; struck: boolean }[] = [];
  let strictness: Strictness = {};
  let authLimit = Number.POSITIVE_INFINITY;
  let hooks: { call: string; work: () => Promise<void> }[] = [];
  const after: { call: string; work: (call: Call) => Promise<void> }[] = [];
  /** Names that clients gave to uploads, and the server's own: it takes no others. */
  const uploads = new Map<string, string>();
  const taken = new Set<string>();
  const versions = new Map<string, number>();

  const forward = async (incoming: IncomingMessage, body: Buffer, path: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      // Under the name that the client used: the server writes it into addresses of resumable uploads.
      const headers = {
        host: target.host,
        ...incoming.headers,
        'content-length': String(body.length),
      };
      delete headers['transfer-encoding'];
      const outgoing = request(
        {
          host: target.hostname,
          port: target.port,
          method: incoming.method,
          path,
          headers,
          // The emulator closes idle connections; one that is kept could break a call that no one planned to.
          agent: false,
        },
        (answer) => {
          read(answer).then(
            (bytes) =>
              resolve({ status: answer.statusCode!, headers: answer.headers, body: bytes }),
            reject,
          );
        },
      );
      outgoing.on('error', reject).end(body);
    });

  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await read(incoming);
    const named = options.kind === 'bigquery' ? bigqueryCall(incoming, body) : gcsCall(incoming);
    const call: Call = {
      ...named,
      method: incoming.method!,
      url: incoming.url!,
      headers: incoming.headers,
      status: undefined,
    };
    calls.push(call);
    const hook = hooks.find((each) => each.call === call.name);
    if (hook !== undefined) {
      hooks = hooks.filter((each) => each !== hook);
      await hook.work();
    }
    const fault = faultFor(call);
    if (fault?.kind === 'refuse') return void incoming.socket.destroy();
    if (fault?.kind === 'stall') return;
    if (fault?.kind === 'status')
      return void send(call, response, errorAnswer(fault.status, fault.reason));
    if (calls.length > authLimit) return void send(call, response, errorAnswer(401, 'authError'));
    const refusal = refusalOf(strictness, call);
    if (refusal !== undefined)
      return void send(call, response, errorAnswer(refusal.status, refusal.reason));
    const isInsert = call.name.startsWith('jobs.insert:') && call.jobId !== undefined;
    if (strictness.conflict === true && isInsert) {
      if (taken.has(call.jobId!)) return void send(call, response, errorAnswer(409, 'duplicate'));
      taken.add(call.jobId!);
    }
    let path = incoming.url!;
    const own = call.jobId === undefined ? undefined : uploads.get(call.jobId);
    if (own !== undefined) path = path.replace(encodeURIComponent(call.jobId!), own);
    let answer = await forward(incoming, body, path);
    if (fault?.kind === 'duplicate' && !(strictness.conflict === true && isInsert)) {
      answer = await forward(incoming, body, path);
    }
    answer = await asProduction(call, incoming, answer);
    for (const each of after) if (each.call === call.name) await each.work(call);
    if (fault?.kind === 'duplicate' && strictness.conflict === true && isInsert) {
      answer = errorAnswer(409, 'duplicate');
    }
    if (fault?.kind === 'lost') return void incoming.socket.destroy();
    deliver(call, response, answer, fault);
  };

  /** Puts right where the emulator parts from production: names of uploads, times of changes. */
  const asProduction = async (
    call: Call,
    incoming: IncomingMessage,
    answer: Answer,
  ): Promise<Answer> => {
    if (options.kind !== 'bigquery' || answer.status >= 400) return answer;
    let next = answer;
    if (call.jobKind === 'load' && call.jobId !== undefined) {
      const own = (JSON.parse(answer.body.toString()) as { jobReference: { jobId: string } })
        .jobReference.jobId;
      uploads.set(call.jobId, own);
      next = { ...answer, body: Buffer.from(answer.body.toString().replaceAll(own, call.jobId)) };
    } else if (call.jobId !== undefined && uploads.has(call.jobId)) {
      const text = answer.body.toString().replaceAll(uploads.get(call.jobId)!, call.jobId);
      next = { ...answer, body: Buffer.from(text) };
    }
    if (strictness.modified === true) {
      for (const table of call.writes ?? []) await touch(incoming, table);
    }
    return next;
  };

  /** The emulator keeps no times of changes by rows; an empty change of its metadata moves them. */
  const touch = async (incoming: IncomingMessage, table: string): Promise<void> => {
    const [datasetId, tableId] = table.split('.') as [string, string];
    const project = /\/projects\/([^/]+)/.exec(incoming.url!)![1]!;
    const version = (versions.get(table) ?? 0) + 1;
    versions.set(table, version);
    const body = Buffer.from(JSON.stringify({ labels: { version: `v${version}` } }));
    const path = `/bigquery/v2/projects/${project}/datasets/${datasetId}/tables/${encodeURIComponent(tableId)}`;
    const patch = { method: 'PATCH', headers: { 'content-type': 'application/json' } };
    await forward(patch as unknown as IncomingMessage, body, path);
  };

  const faultFor = (call: Call): Fault | undefined => {
    let found: Fault | undefined;
    for (const each of plans) {
      const { call: which, nth, fault } = each.plan;
      if (!(typeof which === 'string' ? which === call.name : which(call))) continue;
      each.seen += 1;
      if (found !== undefined || (nth !== 'every' && nth !== each.seen)) continue;
      each.struck = true;
      found = fault;
    }
    return found;
  };

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    plan: (plan) => void plans.push({ plan, seen: 0, struck: false }),
    hits() {
      const planned = [...plans];
      return () => planned.some((each) => each.struck);
    },
    clear() {
      plans = [];
      hooks = [];
      calls.length = 0;
      authLimit = Number.POSITIVE_INFINITY;
    },
    strict(how) {
      strictness = { ...strictness, ...how };
    },
    authAfter(n) {
      authLimit = n;
    },
    before: (call, work) => void hooks.push({ call, work }),
    after: (call, work) => void after.push({ call, work }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function deliver(
  call: Call,
  response: ServerResponse,
  answer: Answer,
  fault: Fault | undefined,
): void {
  if (fault?.kind === 'reset' || fault?.kind === 'truncate') {
    response.writeHead(answer.status, {
      ...answer.headers,
      'content-length': String(answer.body.length),
    });
    const half = answer.body.subarray(0, Math.floor(answer.body.length / 2));
    // An answer without a body has no half: its connection breaks before its head is whole.
    if (half.length === 0) return void response.socket?.destroy();
    response.write(half, () => {
      if (fault.kind === 'reset') response.socket?.destroy();
      else response.socket?.end();
    });
    return;
  }
  if (fault?.kind === 'corrupt' && answer.body.length > 0) {
    const body = Buffer.from(answer.body);
    const middle = Math.floor(body.length / 2);
    body[middle] = body[middle]! ^ 0xff;
    send(call, response, { ...answer, body });
    return;
  }
  send(call, response, answer);
}

function send(call: Call, response: ServerResponse, answer: Answer): void {
  call.status = answer.status;
  const headers = { ...answer.headers };
  delete headers['transfer-encoding'];
  response.writeHead(answer.status, {
    ...headers,
    ...(answer.status !== 204 && { 'content-length': String(answer.body.length) }),
  });
  response.end(answer.body);
}

/** An error as Google's servers write it. */
function errorAnswer(status: number, reason: string): Answer {
  const message = `Planned: ${reason}`;
  const error = { code: status, message, errors: [{ reason, message, domain: 'global' }] };
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ error })),
  };
}

async function read(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
