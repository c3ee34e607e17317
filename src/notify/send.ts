import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pRetry, { AbortError } from 'p-retry';
import type { WebhookConfig } from '../config/notify.ts';
import { messageOf } from '../errors.ts';
import { hideSecret, withoutSecrets } from '../redact.ts';
import { VERSION } from '../version.ts';

/** What came of sending. */
export interface Delivery {
  readonly delivered: boolean;
  readonly attempts: number;
  /** `204 No Content`, or why there is no answer; never the address. */
  readonly said: string;
  /** The beginning of the answer's text. */
  readonly answer: string;
}

/** What sending uses of the world; tests hold it still. */
export interface Outside {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  /** Waits between attempts, in milliseconds; rejects when `signal` is aborted meanwhile. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Aborted by the first Ctrl-C. */
  readonly stop: AbortSignal;
  /** Aborted when the time of all webhooks together is over. */
  readonly deadline: AbortSignal;
}

/** The world as it is; the time for all that is sent with it begins now. */
export function realOutside(now: () => Date, stop: AbortSignal): Outside {
  return {
    env: process.env,
    now,
    wait: async (milliseconds, signal) => void (await sleep(milliseconds, undefined, { signal })),
    stop,
    deadline: AbortSignal.timeout(DEADLINE_MS),
  };
}

/** All attempts of all webhooks together: the replica is held meanwhile, and nobody else can work on it. */
const DEADLINE_MS = 30_000;
const ATTEMPTS = 4;
/** The first wait; each later one is twice as long, and each is drawn out by chance up to twofold. */
const FIRST_WAIT_MS = 1000;
/** A server that wants a longer pause than there is time is not waited for. */
const LONGEST_WAIT_MS = DEADLINE_MS;
const ANSWER_LETTERS = 200;
/** One word of lower-case letters: no token, and a part of other paths. */
const ORDINARY_PATH = /^\/[a-z]{0,16}$/;
/** Failures of TLS that no second attempt mends. */
const HOPELESS = /^(CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_INVALID_URL)/;

/** A failure that may pass, and how long the server asked to wait. */
class Passing extends Error {
  readonly retryAfter: number | undefined;

  constructor(message: string, retryAfter?: number) {
    super(message);
    this.retryAfter = retryAfter;
  }
}

/**
 * Posts a body to a webhook. Answers of 5xx, 408 and 429, broken connections and time-outs are tried again with
 * growing waits, or the one that `Retry-After` asks for, until `stop` or `deadline`; every other answer stands.
 * Never throws.
 * @param delivery an id that is the same for every attempt, so that a receiver can drop a second one
 */
export async function sendTo(
  webhook: WebhookConfig,
  body: string,
  delivery: string,
  outside: Outside,
): Promise<Delivery> {
  const address = webhook.url ?? outside.env[webhook.urlEnv!];
  const secret = webhook.secretEnv === null ? undefined : outside.env[webhook.secretEnv];
  const unset = [
    ...(address === undefined || address === '' ? [webhook.urlEnv!] : []),
    ...(webhook.secretEnv !== null && (secret === undefined || secret === '')
      ? [webhook.secretEnv]
      : []),
  ];
  if (unset.length > 0) {
    return failed(
      0,
      `the environment variable ${unset.map((name) => `"${name}"`).join(' and ')} is not set`,
    );
  }
  if (!URL.canParse(address!)) {
    return failed(0, `the environment variable "${webhook.urlEnv}" holds no address`);
  }
  // An address of hoopduck.yaml is nobody's key, and hiding it would hide ordinary words.
  if (webhook.url === null) hideAddress(address!);
  if (secret !== undefined) hideSecret(secret);
  let attempts = 0;
  let answer = '';
  try {
    const said = await pRetry(
      async () => {
        attempts++;
        const response = await post(webhook, address!, body, delivery, secret, outside);
        answer = response.answer;
        return judge(response);
      },
      {
        retries: ATTEMPTS - 1,
        // The waits are ours: a server may ask for another one.
        minTimeout: 0,
        maxTimeout: 0,
        onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
          if (retriesLeft > 0) {
            const signal = AbortSignal.any([outside.stop, outside.deadline]);
            await outside.wait(waitOf(error, attemptNumber), signal);
          }
        },
      },
    );
    return { delivered: true, attempts, said, answer };
  } catch (error) {
    return { ...failed(attempts, endOf(outside) ?? reason(error)), answer };
  }
}

/** The value of the signature header: HMAC-SHA256 of `<timestamp>.<body>`, in hexadecimal. */
export function signatureOf(secret: string, timestamp: number, body: string): string {
  return `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}

interface Answer {
  readonly status: number;
  readonly said: string;
  readonly answer: string;
  readonly retryAfter: number | undefined;
}

async function post(
  webhook: WebhookConfig,
  address: string,
  body: string,
  delivery: string,
  secret: string | undefined,
  outside: Outside,
): Promise<Answer> {
  const { now, stop, deadline } = outside;
  const { bare, authorization } = withoutCredentials(address);
  const limit = AbortSignal.timeout(webhook.timeoutSeconds * 1000);
  const timestamp = Math.floor(now().getTime() / 1000);
  try {
    const response = await fetch(bare, {
      method: 'POST',
      // A redirect would carry the signed body to somebody else.
      redirect: 'manual',
      signal: AbortSignal.any([stop, deadline, limit]),
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': `hoopduck/${VERSION}`,
        'x-hoopduck-delivery': delivery,
        'x-hoopduck-timestamp': String(timestamp),
        ...(authorization !== undefined && { authorization }),
        ...(secret !== undefined && {
          'x-hoopduck-signature': signatureOf(secret, timestamp, body),
        }),
      },
      body,
    });
    const text = (await response.text()).replace(/\s+/g, ' ').trim();
    return {
      status: response.status,
      said: `${response.status} ${response.statusText}`.trim(),
      answer: withoutSecrets(text).slice(0, ANSWER_LETTERS),
      retryAfter: pause(response.headers.get('retry-after'), now()),
    };
  } catch (error) {
    const ended = endOf(outside);
    if (ended !== null) throw new AbortError(ended);
    if (limit.aborted) {
      throw new Passing(`no answer within ${webhook.timeoutSeconds} s`);
    }
    const cause = (error as { cause?: { code?: string; message?: string } }).cause;
    const text = cause?.code ?? cause?.message ?? messageOf(error);
    throw HOPELESS.test(text) ? new AbortError(text) : new Passing(text);
  }
}

/** Why nothing more is sent; null: there is time. */
function endOf({ stop, deadline }: Outside): string | null {
  if (stop.aborted) return 'stopped by Ctrl-C';
  return deadline.aborted ? `not within the ${DEADLINE_MS / 1000} s that all webhooks have` : null;
}

function judge({ status, said, retryAfter }: Answer): string {
  if (status >= 200 && status < 300) return said;
  const passing = status >= 500 || status === 429 || status === 408;
  const tooLong = retryAfter !== undefined && retryAfter > LONGEST_WAIT_MS;
  throw passing && !tooLong ? new Passing(said, retryAfter) : new AbortError(said);
}

function waitOf(error: unknown, attempt: number): number {
  const asked = error instanceof Passing ? error.retryAfter : undefined;
  if (asked !== undefined) return asked;
  const drawn = 1 + crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32;
  return Math.min(LONGEST_WAIT_MS, Math.round(FIRST_WAIT_MS * 2 ** (attempt - 1) * drawn));
}

/** Milliseconds that a `Retry-After` asks for, as seconds or as a date; undefined: it asks for none. */
function pause(header: string | null, now: Date): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}

/** An address, what follows its host, and its password are in no text that leaves the program, as written or decoded. */
function hideAddress(address: string): void {
  const { href, pathname, search } = new URL(address);
  const { authorization, password } = withoutCredentials(address);
  const path = `${pathname}${search}`;
  const secrets = [address, href, ...(ORDINARY_PATH.test(path) ? [] : [path]), password];
  for (const text of secrets) for (const form of [text, decoded(text)]) hideSecret(form);
  if (authorization !== undefined) hideSecret(authorization.replace('Basic ', ''));
}

/** An address as fetch takes it, which refuses a name and a password in it: those become a header. */
function withoutCredentials(address: string): {
  readonly bare: string;
  readonly authorization: string | undefined;
  /** What of it is the key; empty: nothing is. */
  readonly password: string;
} {
  const url = new URL(address);
  const { username, password } = url;
  if (username === '' && password === '') {
    return { bare: address, authorization: undefined, password: '' };
  }
  url.username = '';
  url.password = '';
  const pair = Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64');
  return { bare: url.href, authorization: `Basic ${pair}`, password: password || username };
}

/** A text with its percent signs resolved; one that cannot be is left. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function failed(attempts: number, said: string): Delivery {
  return { delivered: false, attempts, said: withoutSecrets(said), answer: '' };
}

function reason(error: unknown): string {
  return messageOf(error instanceof AbortError ? error.originalError : error);
}
