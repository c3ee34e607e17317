import { type ErrorCode, EXIT, HoopduckError, messageOf } from '../../errors.ts';
import { withoutSecrets } from '../../redact.ts';
import { BROKEN_CONNECTIONS, PASSING_STATUS } from '../google/passing.ts';

const PASSING_TEXT =
  /socket hang up|premature close|network timeout|aborted|Parse Error|invalid json|Unexpected end of JSON|CRC32C .*doesn't match/i;

/** What the client of GCS throws; only what is read here. */
interface Thrown {
  readonly code?: number | string;
  readonly status?: number;
  readonly cause?: { readonly code?: string };
}

/** A fault of the transfer itself, which another try may not have. */
export class PassingFault extends Error {}

/** Whether the same call may work a moment later: rate limits, a server's passing fault, a broken connection. */
export function isPassing(error: unknown): boolean {
  if (error instanceof PassingFault) return true;
  if (error instanceof HoopduckError) return false;
  const { code, cause } = error as Thrown;
  return (
    isPassingStatus(error) ||
    BROKEN_CONNECTIONS.has(String(code)) ||
    BROKEN_CONNECTIONS.has(String(cause?.code)) ||
    PASSING_TEXT.test(messageOf(error))
  );
}

/** Whether a server answered that it cannot do it just now. */
export function isPassingStatus(error: unknown): boolean {
  return PASSING_STATUS.has(statusOf(error));
}

/** The HTTP status that a server answered; NaN: none. */
export function statusOf(error: unknown): number {
  const { code, status } = error as Thrown;
  return Number(status ?? code);
}

/**
 * What a person is told of a call that failed for good; nothing of the request, which holds a token.
 * @param address `gs://bucket` or `gs://bucket/object`
 * @param permission what the call needs, where the server does not name it
 */
export function failureFor(address: string, permission: string, error: unknown): HoopduckError {
  if (error instanceof HoopduckError) return error;
  const text = withoutSecrets(textOf(error));
  const cause = Object.assign(new Error(text), { code: (error as Thrown).code });
  const told = (name: ErrorCode, message: string, next: string) =>
    new HoopduckError(name, message, { next, exitCode: EXIT.warehouse, cause });
  switch (statusOf(error)) {
    case 401:
      return told(
        'GCS_LOGIN',
        `"${address}": ${text}`,
        'The credentials are not valid any more: log in again or renew the token.',
      );
    case 403: {
      const needed = /\bstorage\.\w+\.\w+/.exec(text)?.[0] ?? permission;
      return told(
        'GCS_DENIED',
        `"${address}": ${text}`,
        `Give the account "${needed}"; docs/bigquery.md names the role.`,
      );
    }
    case 404:
      return told(
        'WAREHOUSE_MISSING',
        `The bucket of "${address}" is not there.`,
        'Make the bucket, which hoopduck never does, or correct its name in hoopduck.yaml.',
      );
    default:
      return told(
        'GCS_FAILED',
        `"${address}": ${text}`,
        'Nothing is half done. Check the network and the server, then run the same command again.',
      );
  }
}

/** The first line of what a server said; its answers may be JSON or a page of HTML. */
function textOf(error: unknown): string {
  const whole = messageOf(error);
  try {
    const answer = JSON.parse(whole) as { error?: { message?: string } };
    if (typeof answer.error?.message === 'string') return answer.error.message;
  } catch {
    // Plain text.
  }
  const line = whole.trim().split('\n')[0]!;
  return line === '' || line.startsWith('<') ? `the server answered ${statusOf(error)}` : line;
}
