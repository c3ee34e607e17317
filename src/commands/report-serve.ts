import { statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import { EXIT, HoopduckError, messageOf } from '../errors.ts';
import type { CommandEnvironment, Outcome } from './command.ts';
import { gather } from './report.ts';

/** The address is this machine's own: a report is no one else's to read. */
const HOST = '127.0.0.1';

/** Of no known service; another one is taken where it is in use and none was asked for. */
const PORT = 4680;

/** How often the replica's file is looked at. */
const LOOK_MS = 700;

/** The newest report, and who waits for the next. */
interface Served {
  html: string;
  /** Grows with every report; a page says which one it is. */
  version: number;
  readonly listeners: Set<ServerResponse>;
}

/**
 * Serves the report until Ctrl-C, and writes it anew when the replica's file has changed and lies still. The replica
 * is open only while it is read; who else holds it then goes first, and the report comes after.
 * @throws HoopduckError INTERRUPTED (exit 130) at its end, PORT_UNUSABLE (exit 2)
 */
export async function serveReport(
  config: Config,
  { port }: { readonly port?: number },
  env: CommandEnvironment,
): Promise<Outcome> {
  const served: Served = {
    html: waitingPage('The report is being written.'),
    version: 0,
    listeners: new Set(),
  };
  const refresh = refresher(served, config, env);
  const server = createServer((request, response) => answer(served, request, response));
  const address = await listen(server, port);
  const url = `http://${HOST}:${address.port}/`;
  try {
    await refresh();
    env.report.info(`Serving the report at ${url}; Ctrl-C ends it.`);
    while (!env.signal.aborted) {
      await pause(LOOK_MS, undefined, { signal: env.signal }).catch(() => undefined);
      await refresh();
    }
  } finally {
    server.close();
    server.closeAllConnections();
  }
  throw new HoopduckError('INTERRUPTED', 'Stopped by Ctrl-C.', {
    next: `"hoopduck report" writes the same to a file.`,
    exitCode: EXIT.interrupted,
  });
}

/** Gives what writes the report anew when the file has another state than at the last time, and lies still. */
function refresher(served: Served, config: Config, env: CommandEnvironment): () => Promise<void> {
  let shown: string | undefined;
  let seen: string | undefined;
  return async () => {
    const state = stateOf(config.replica.path);
    // The first report comes at once; a file that has just changed may change again.
    const isDue = state !== shown && (shown === undefined || state === seen);
    seen = state;
    if (!isDue || env.signal.aborted) return;
    try {
      const { reportHtml } = await import('../report/page/page.ts');
      served.html = await reportHtml(await gather(config, env), { live: served.version + 1 });
      shown = state;
      publish(served);
      if (served.version > 1) {
        env.report.info('The replica has changed: the report is written anew.');
      }
    } catch (error) {
      if (!(error instanceof HoopduckError)) throw error;
      if (served.version === 0) served.html = waitingPage(error.message);
      // Who holds the replica lets go of it without a trace in the file; any other fault waits for a change.
      if (error.code !== 'REPLICA_LOCKED') {
        shown = state;
        env.report.warn(error.message);
      }
    }
  };
}

function publish(served: Served): void {
  served.version++;
  for (const listener of served.listeners) tellWritten(listener);
}

/** Size and time of the file; empty: there is none. */
function stateOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? '' : `${found.size} ${found.mtimeMs}`;
}

function answer(served: Served, request: IncomingMessage, response: ServerResponse): void {
  // Another site whose name leads here must not read the report.
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  const target = request.url ?? '/';
  const base = `http://${HOST}`;
  // "//" is no address, though a browser sends it.
  const url = URL.canParse(target, base) ? new URL(target, base) : null;
  if (host !== HOST && host !== 'localhost') refuse(response, 403);
  else if (request.method !== 'GET' && request.method !== 'HEAD') refuse(response, 405);
  else if (url === null) refuse(response, 400);
  else if (url.pathname === '/events') listenFor(served, url.searchParams.get('have'), response);
  else if (url.pathname === '/') sendReport(served, response);
  // Browsers ask for it unasked.
  else if (url.pathname === '/favicon.ico') response.writeHead(204).end();
  else refuse(response, 404);
}

/** Keeps a page's line open; `have` is the report that it shows. */
function listenFor(served: Served, have: string | null, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(':\n\n');
  served.listeners.add(response);
  response.on('close', () => served.listeners.delete(response));
  if (have !== String(served.version)) tellWritten(response);
}

function sendReport(served: Served, response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
  });
  response.end(served.html);
}

function tellWritten(response: ServerResponse): void {
  response.write('event: written\ndata: {}\n\n');
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'text/plain' });
  response.end(`${status}\n`);
}

/**
 * Stands in for a report that cannot be written yet; asks again by itself, under an address without a fragment: with one
 * the browser would stay where it is.
 */
function waitingPage(why: string): string {
  const text = why.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="1; url=/"><title>hoopduck report</title><p>${text}</p><p>This page looks again every second.</p></html>`;
}

async function listen(server: Server, port: number | undefined): Promise<AddressInfo> {
  const attempt = (wanted: number) =>
    new Promise<AddressInfo>((resolve, reject) => {
      server.once('error', reject);
      server.listen(wanted, HOST, () => {
        server.off('error', reject);
        resolve(server.address() as AddressInfo);
      });
    });
  try {
    return await attempt(port ?? PORT).catch((error: NodeJS.ErrnoException) => {
      if (port !== undefined || error.code !== 'EADDRINUSE') throw error;
      return attempt(0);
    });
  } catch (error) {
    throw new HoopduckError(
      'PORT_UNUSABLE',
      `The port "${port ?? PORT}" cannot be used: ${messageOf(error)}`,
      {
        next: 'Give --port another one; 0 takes any that is free.',
        exitCode: EXIT.usage,
        cause: error,
      },
    );
  }
}
