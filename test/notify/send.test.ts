import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { type Outside, realOutside, sendTo } from '../../src/notify/send.ts';
import { withoutSecrets } from '../../src/redact.ts';
import { outside, receiver, webhook } from './receiver.ts';

const BODY = '{"title":"a night"}';

test('a body is posted once to the address of the variable, with an id and a time', async () => {
  const { address, received } = await receiver((response) => response.end('thank you\n'));
  const world = outside({ HOOK: `${address}/in` });
  expect(await sendTo(webhook({ urlEnv: 'HOOK' }), BODY, 'id-1', world)).toEqual({
    delivered: true,
    attempts: 1,
    said: '200 OK',
    answer: 'thank you',
  });
  expect(received).toHaveLength(1);
  expect(received[0]).toMatchObject({
    path: '/in',
    body: BODY,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'x-hoopduck-delivery': 'id-1',
      'x-hoopduck-timestamp': '1740819600',
    },
  });
  expect(received[0]!.headers['x-hoopduck-signature']).toBeUndefined();
});

test('the signature is what a receiver computes from the time and the body', async () => {
  const { address, received } = await receiver();
  const world = outside({ KEY: 'a key of the receiver' });
  await sendTo(webhook({ url: address, secretEnv: 'KEY' }), BODY, 'id-1', world);
  const { headers, body } = received[0]!;
  const signed = `${headers['x-hoopduck-timestamp']}.${body}`;
  const wanted = createHmac('sha256', 'a key of the receiver').update(signed).digest('hex');
  const found = String(headers['x-hoopduck-signature']);
  expect(timingSafeEqual(Buffer.from(found), Buffer.from(`v1=${wanted}`))).toBe(true);
});

test('the verification that the guide shows accepts what is sent, and nothing else', async () => {
  const guide = readFileSync(new URL('../../docs/nightly.md', import.meta.url), 'utf8');
  const code = /```js\n(\/\/ verify[\s\S]*?)```/.exec(guide)![1]!;
  const module = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  const verify = module.isFromHoopduck as (h: object, b: string, k: string, n: Date) => boolean;
  const { address, received } = await receiver();
  const world = outside({ KEY: 'a key of the receiver' });
  await sendTo(webhook({ url: address, secretEnv: 'KEY' }), BODY, 'id-1', world);
  const { headers } = received[0]!;
  const now = world.now();
  expect(verify(headers, BODY, 'a key of the receiver', now)).toBe(true);
  expect(verify(headers, `${BODY} `, 'a key of the receiver', now)).toBe(false);
  expect(verify(headers, BODY, 'another key', now)).toBe(false);
  const later = new Date(now.getTime() + 6 * 60_000);
  expect(verify(headers, BODY, 'a key of the receiver', later)).toBe(false);
});

test('a server in trouble is tried again with growing waits, and then it takes it', async () => {
  const { address, received } = await receiver((response, nth) =>
    response.writeHead(nth < 2 ? 500 : 200).end(),
  );
  const world = outside();
  const sent = await sendTo(webhook({ url: address }), BODY, 'id-1', world);
  expect(sent).toMatchObject({ delivered: true, attempts: 3, said: '200 OK' });
  expect(received.map(({ headers }) => headers['x-hoopduck-delivery'])).toEqual(
    Array(3).fill('id-1'),
  );
  const [first, second] = world.waits as [number, number];
  expect(world.waits).toHaveLength(2);
  expect(first >= 1000 && first <= 2000).toBe(true);
  expect(second >= 2000 && second <= 4000).toBe(true);
});

test('a server that stays in trouble is given up after four attempts', async () => {
  const { address, received } = await receiver((response) => response.writeHead(503).end('full'));
  const sent = await sendTo(webhook({ url: address }), BODY, 'id-1', outside());
  expect(sent).toEqual({
    delivered: false,
    attempts: 4,
    said: '503 Service Unavailable',
    answer: 'full',
  });
  expect(received).toHaveLength(4);
});

test.each([400, 401, 404, 410, 302])('an answer of %i stands', async (status) => {
  const { address, received } = await receiver((response) =>
    response.writeHead(status, { location: 'http://127.0.0.1:1/elsewhere' }).end(),
  );
  const sent = await sendTo(webhook({ url: address }), BODY, 'id-1', outside());
  expect(sent).toMatchObject({ delivered: false, attempts: 1 });
  expect(sent.said).toMatch(new RegExp(`^${status} `));
  expect(received).toHaveLength(1);
});

test('429 is tried again after the pause that it asks for, in seconds or as a date', async () => {
  const { address } = await receiver((response, nth) => {
    const after = ['7', 'Sat, 01 Mar 2025 09:00:30 GMT'][nth];
    response.writeHead(after === undefined ? 200 : 429, { 'retry-after': after ?? '0' }).end();
  });
  const world = outside();
  expect(await sendTo(webhook({ url: address }), BODY, 'id-1', world)).toMatchObject({
    delivered: true,
    attempts: 3,
  });
  expect(world.waits).toEqual([7000, 30_000]);
});

test('a server that asks for an hour is not waited for', async () => {
  const { address } = await receiver((response) =>
    response.writeHead(429, { 'retry-after': '3600' }).end(),
  );
  const world = outside();
  expect(await sendTo(webhook({ url: address }), BODY, 'id-1', world)).toMatchObject({
    delivered: false,
    attempts: 1,
    said: '429 Too Many Requests',
  });
  expect(world.waits).toEqual([]);
});

test('a server that never answers is given up when its time is over, and tried again', async () => {
  const { address, received } = await receiver((response, nth) => {
    if (nth > 0) response.end();
  });
  const slow = webhook({ url: address, timeoutSeconds: 0.2 });
  const world = outside();
  expect(await sendTo(slow, BODY, 'id-1', world)).toMatchObject({ delivered: true, attempts: 2 });
  expect(received).toHaveLength(2);
});

test.each([
  ['stop', 'stopped by Ctrl-C'],
  ['deadline', 'not within the 30 s that all webhooks have'],
] as const)('a server that never answers is left at the %s', async (end, said) => {
  const ending = new AbortController();
  const { address, received } = await receiver(() => ending.abort());
  const world = outside({}, { [end]: ending.signal });
  expect(await sendTo(webhook({ url: address }), BODY, 'id-1', world)).toEqual({
    delivered: false,
    attempts: 1,
    said,
    answer: '',
  });
  expect(received).toHaveLength(1);
});

test('a wait between attempts ends with Ctrl-C', async () => {
  const ending = new AbortController();
  const { address } = await receiver((response) => response.writeHead(503).end());
  const real = realOutside(() => new Date(), ending.signal);
  const wait: Outside['wait'] = (milliseconds, signal) => {
    const waited = real.wait(milliseconds, signal);
    ending.abort();
    return waited;
  };
  expect(await sendTo(webhook({ url: address }), BODY, 'id-1', { ...real, wait })).toMatchObject({
    delivered: false,
    attempts: 1,
    said: 'stopped by Ctrl-C',
  });
});

test('a port where nobody listens is told by its reason, without the address', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const closed = webhook({ url: `http://127.0.0.1:${port}/token-of-nobody` });
  expect(await sendTo(closed, BODY, 'id-1', outside())).toEqual({
    delivered: false,
    attempts: 4,
    said: 'ECONNREFUSED',
    answer: '',
  });
});

test('a server that does not speak TLS is not tried again', async () => {
  const { address, received } = await receiver();
  const secure = webhook({ url: address.replace('http:', 'https:') });
  const sent = await sendTo(secure, BODY, 'id-1', outside());
  expect(sent).toMatchObject({ delivered: false, attempts: 1 });
  expect(sent.said).toMatch(/SSL/);
  expect(received).toHaveLength(0);
});

test('a variable that is not set is named, and nothing is sent', async () => {
  const both = webhook({ urlEnv: 'NO_HOOK', secretEnv: 'NO_KEY' });
  expect(await sendTo(both, BODY, 'id-1', outside())).toMatchObject({
    delivered: false,
    attempts: 0,
    said: 'the environment variable "NO_HOOK" and "NO_KEY" is not set',
  });
});

test('the address and the key leave the program in no text', async () => {
  const { address } = await receiver((response) =>
    response.writeHead(403).end('who is /services/T0/B0/XyZ with correct horse battery?'),
  );
  const hook = webhook({ urlEnv: 'HOOK', secretEnv: 'KEY' });
  const env = { HOOK: `${address}/services/T0/B0/XyZ`, KEY: 'correct horse battery' };
  const { answer } = await sendTo(hook, BODY, 'id-1', outside(env));
  expect(answer).toBe('who is [hidden] with [hidden]?');
  expect(withoutSecrets(`to ${env.HOOK} with ${env.KEY}`)).toBe('to [hidden] with [hidden]');
});

test('an address of hoopduck.yaml, which is no key, hides no words', async () => {
  const { address } = await receiver((response) => response.end('in /production/nights'));
  const hook = webhook({ url: `${address}/production/nights` });
  expect((await sendTo(hook, BODY, 'id-1', outside())).answer).toBe('in /production/nights');
  expect(withoutSecrets(hook.url!)).toBe(hook.url);
});

test('a path of one ordinary word is hidden with its address alone', async () => {
  const { address } = await receiver();
  const env = { HOOK: `${address}/development` };
  await sendTo(webhook({ urlEnv: 'HOOK' }), BODY, 'id-1', outside(env));
  expect(withoutSecrets(`/srv/development, ${env.HOOK}`)).toBe('/srv/development, [hidden]');
});

test('an address is hidden in the form without percent signs, too', async () => {
  const { address } = await receiver();
  const env = { HOOK: `${address}/to/key%20of%20it` };
  await sendTo(webhook({ urlEnv: 'HOOK' }), BODY, 'id-1', outside(env));
  expect(withoutSecrets(`${env.HOOK}; ${address}/to/key of it; /to/key of it`)).toBe(
    '[hidden]; [hidden]; [hidden]',
  );
});

test('a name and a password in an address are sent as a header, and hidden', async () => {
  const { address, received } = await receiver();
  const env = { HOOK: `${address.replace('//', '//ops:p%40ss%20word@')}/in` };
  const sent = await sendTo(webhook({ urlEnv: 'HOOK' }), BODY, 'id-1', outside(env));
  expect(sent).toMatchObject({ delivered: true, attempts: 1 });
  const pair = Buffer.from('ops:p@ss word').toString('base64');
  expect(received).toMatchObject([{ path: '/in', headers: { authorization: `Basic ${pair}` } }]);
  expect(withoutSecrets(`${env.HOOK}, p@ss word, ${pair}`)).toBe('[hidden], [hidden], [hidden]');
});
