import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { WebhookConfig } from '../../src/config/notify.ts';
import type { Outside } from '../../src/notify/send.ts';

/** What a webhook was sent. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers the nth request, counted from 0. */
export type Answer = (response: ServerResponse, nth: number) => void;

/** A real server on a free port that keeps what it is sent; it goes away when the test ends. */
export async function receiver(
  answer: Answer = (response) => response.writeHead(204).end(),
): Promise<{ address: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    received.push({ path: request.url!, headers: request.headers, body });
    answer(response, received.length - 1);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

/** A webhook of hoopduck.yaml with its defaults. */
export function webhook(parts: Partial<WebhookConfig> = {}): WebhookConfig {
  return {
    name: 'ops',
    url: null,
    urlEnv: null,
    format: 'json',
    on: ['red', 'recovery', 'drift', 'failure'],
    secretEnv: null,
    timeoutSeconds: 10,
    ...parts,
  };
}

/** The world with a clock that stands still, waits that are only noted, and no end of time but the one that is given. */
export function outside(
  env: Record<string, string> = {},
  ends: Partial<Pick<Outside, 'stop' | 'deadline'>> = {},
): Outside & { waits: number[] } {
  const never = new AbortController().signal;
  const waits: number[] = [];
  return {
    env,
    now: () => new Date('2025-03-01T09:00:00Z'),
    wait: async (milliseconds) => void waits.push(milliseconds),
    waits,
    stop: never,
    deadline: never,
    ...ends,
  };
}
