import { type ErrorCode, EXIT, type ExitCode, HoopduckError, messageOf } from '../../errors.ts';
import { withoutSecrets } from '../../redact.ts';
import { BROKEN_CONNECTIONS, PASSING_STATUS } from '../google/passing.ts';

/** What an error of BigQuery says, without the request that it came from: that holds a token. */
export interface ApiFailure {
  /** The call: `jobs.insert`, `tables.get`, ... */
  readonly call: string;
  /** HTTP status; 0: no answer came. */
  readonly status: number;
  /** Google's word: `notFound`, `rateLimitExceeded`, `ECONNRESET`, `deadline`, ... */
  readonly reason: string;
  readonly message: string;
}

/** A call that failed; expected, and turned into a HoopduckError where it leaves the warehouse. */
export class BigQueryFailure extends Error {
  readonly failure: ApiFailure;

  constructor(failure: ApiFailure) {
    super(failure.message);
    this.name = 'BigQueryFailure';
    this.failure = failure;
  }
}

/** Reasons for which the same call may work a moment later, by Google's documentation. */
const TRANSIENT_REASONS = new Set([
  'backendError',
  'internalError',
  'rateLimitExceeded',
  'userRateLimitExceeded',
  'jobBackendError',
  'jobInternalError',
  'jobRateLimitExceeded',
  'tableUnavailable',
  'deadline',
  'incomplete',
  // gRPC's own words.
  'UNAVAILABLE',
  'INTERNAL',
  'DEADLINE_EXCEEDED',
  'RESOURCE_EXHAUSTED',
  'ABORTED',
  'CANCELLED',
]);
/** Reasons that no waiting mends, whatever the status is. */
const FINAL_REASONS = new Set([
  'quotaExceeded',
  'accessDenied',
  'billingNotEnabled',
  'responseTooLarge',
  'invalidQuery',
  'invalid',
  'notFound',
  'notImplemented',
  'duplicate',
  'bytesBilledLimitExceeded',
]);

const LACKING_REASONS = new Set([
  'notImplemented',
  'invalidQuery',
  'invalid',
  'accessDenied',
  'UNIMPLEMENTED',
  'PERMISSION_DENIED',
  'MESSAGE_TOO_LARGE',
]);

/** Whether the call may be tried again: rate limits, a server's passing fault, a broken connection. */
export function isTransient({ status, reason }: ApiFailure): boolean {
  if (FINAL_REASONS.has(reason)) return false;
  return (
    TRANSIENT_REASONS.has(reason) || BROKEN_CONNECTIONS.has(reason) || PASSING_STATUS.has(status)
  );
}

/** Whether the server cannot do what was asked, or we may not ask for it: there may be another way. */
export function isLacking({ status, reason }: ApiFailure): boolean {
  return status === 501 || status === 405 || LACKING_REASONS.has(reason);
}

/** Reads what a client of Google's threw; nothing of its request is kept. */
export function failureOf(call: string, error: unknown): BigQueryFailure {
  if (error instanceof BigQueryFailure) return error;
  const found = error as {
    code?: number | string;
    status?: number;
    errors?: { reason?: string; message?: string }[];
    response?: {
      status?: number;
      data?: { error?: { errors?: { reason?: string }[]; message?: string } };
    };
    cause?: { code?: string };
    type?: string;
  };
  const body = found.response?.data?.error;
  const first = found.errors?.find((each) => typeof each.reason === 'string') ?? body?.errors?.[0];
  const status = Number(found.status ?? found.response?.status ?? found.code);
  const code = [found.code, found.cause?.code].find(
    (each) => typeof each === 'string' && !/^\d+$/.test(each),
  );
  const text = (body?.message ??
    first?.['message' as keyof typeof first] ??
    messageOf(error)) as string;
  const isCut =
    found.type === 'invalid-json' || /premature close|socket hang up|aborted/i.test(text);
  return new BigQueryFailure({
    call,
    status: Number.isInteger(status) ? status : 0,
    reason: first?.reason ?? (code as string | undefined) ?? (isCut ? 'incomplete' : 'unknown'),
    message: withoutSecrets(text.split('\n')[0]!),
  });
}

/** What a person is told of a call that failed for good. */
export function failureFor(what: string, { failure }: BigQueryFailure): HoopduckError {
  const { call, status, reason, message } = failure;
  const { code, next, exitCode } = adviceFor(failure);
  const said = status === 0 ? reason : `${status} ${reason}`;
  return new HoopduckError(
    code,
    `${what}: BigQuery said "${said}" to ${call}: ${sentence(message)}`,
    {
      next,
      exitCode,
      cause: new Error(`${call}: ${said}: ${message}`),
    },
  );
}

function adviceFor(failure: ApiFailure): { code: ErrorCode; next: string; exitCode: ExitCode } {
  const { status, reason } = failure;
  const exitCode = EXIT.warehouse;
  if (status === 401 || reason === 'authError') {
    return {
      code: 'BIGQUERY_LOGIN',
      next: 'The credentials are not valid any more: log in again or renew the token; "hoopduck doctor" says which are in use.',
      exitCode,
    };
  }
  if (reason === 'bytesBilledLimitExceeded') {
    return {
      code: 'BIGQUERY_COST',
      next: 'Nothing was run. Raise "max_bytes_billed" in hoopduck.yaml, or ask for fewer dates.',
      exitCode: EXIT.refused,
    };
  }
  if (reason === 'quotaExceeded') {
    return {
      code: 'BIGQUERY_QUOTA',
      next: 'A quota of the project is used up; waiting a minute does not help. See the quotas page of the project, then run the same command again.',
      exitCode,
    };
  }
  if (status === 403) {
    return {
      code: 'BIGQUERY_DENIED',
      next: 'Give the account the role that docs/bigquery.md names for this; "hoopduck doctor" lists what it may do.',
      exitCode,
    };
  }
  if (isTransient(failure)) {
    return {
      code: 'BIGQUERY_UNREACHABLE',
      next: 'Nothing is half done. Check the network, then run the same command again; it goes on where it was.',
      exitCode,
    };
  }
  return {
    code: 'BIGQUERY_FAILED',
    next: 'Nothing is half done. See to what BigQuery said, then run the same command again.',
    exitCode,
  };
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
