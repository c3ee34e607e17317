import { EXIT, HoopduckError, messageOf } from '../../errors.ts';
import { withoutSecrets } from '../../redact.ts';

const PASSING_STATUS = new Set([408, 429, 500, 502, 503, 504]);
const PASSING_CODES = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EPIPE',
  'EAI_AGAIN',
  'ERR_STREAM_PREMATURE_CLOSE',
]);
const PASSING_TEXT =
  /CONTENT_DOWNLOAD_MISMATCH|CONTENT_UPLOAD_MISMATCH|socket hang up|premature close|aborted|no answer came|the downloaded data did not match|Parse Error|invalid json/i;

/** What the client of GCS throws; only what is read here. */
interface Thrown {
  readonly code?: number | string;
  readonly status?: number;
  readonly cause?: { readonly code?: string };
  readonly errors?: readonly { readonly reason?: string }[];
}

/** Whether the same call may work a moment later: rate limits, a server's passing fault, a broken connection. */
export function isPassing(error: unknown): boolean {
  if (error instanceof HoopduckError) return false;
  const { code, status, cause } = error as Thrown;
  const text = messageOf(error);
  return (
    PASSING_STATUS.has(Number(status ?? code)) ||
    PASSING_CODES.has(String(code)) ||
    PASSING_CODES.has(String(cause?.code)) ||
    PASSING_TEXT.test(text)
  );
}

/** The object, or the bucket, is not there. */
export function isMissing(error: unknown): boolean {
  return Number((error as Thrown | undefined)?.code) === 404;
}

/** The object is not of the generation that was named. */
export function isPreconditionFailed(error: unknown): boolean {
  return Number((error as Thrown).code) === 412;
}

/** What a person is told of a call that failed for good; nothing of the request, which holds a token. */
export function failureFor(what: string, permission: string, error: unknown): HoopduckError {
  if (error instanceof HoopduckError) return error;
  const { code, status } = error as Thrown;
  const found = Number(status ?? code);
  const text = withoutSecrets(messageOf(error).split('\n')[0]!);
  const cause = Object.assign(new Error(text), { code });
  const told = (name: string, next: string) =>
    new HoopduckError(name, `${what}: ${text}`, { next, exitCode: EXIT.warehouse, cause });
  if (found === 401) {
    return told(
      'GCS_LOGIN',
      'The credentials are not valid any more: log in again or renew the token.',
    );
  }
  if (found === 403) {
    return told('GCS_DENIED', `Give the account "${permission}"; docs/bigquery.md names the role.`);
  }
  return told(
    'GCS_FAILED',
    'Nothing is half done. Check the network and the name of the bucket, then run the same command again.',
  );
}

/** The result of work, or a failure when it takes longer. */
export async function withDeadline<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const text = `no answer came within ${Math.round(ms / 1000)} s`;
    timer = setTimeout(() => reject(new Error(text)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
