import type { GrpcFault } from './proxy/grpc.ts';
import type { Fault } from './proxy/rest.ts';

/** HOOPDUCK_FAULTS=long plants each fault at every call of a kind, not only at the first of them. */
export const isLong = process.env['HOOPDUCK_FAULTS'] === 'long';

/** Of a run that meets a fault: an answer that never comes is waited for a quarter of it. */
export const QUICK = { deadlineSeconds: 4 };
/** Of every other run: a server that is merely slow is waited for. */
export const PATIENT = { deadlineSeconds: 120 };

const status = (code: number, reason: string): Fault => ({ kind: 'status', status: code, reason });

/** What production can do to a call of the REST API. */
export const FAULTS: readonly [string, Fault][] = [
  ['refused connection', { kind: 'refuse' }],
  ['reset in the answer', { kind: 'reset' }],
  ['answer that never comes', { kind: 'stall' }],
  ['answer cut short', { kind: 'truncate' }],
  ['lost answer', { kind: 'lost' }],
  ['double delivery', { kind: 'duplicate' }],
  ['503', status(503, 'backendError')],
  ['429', status(429, 'rateLimitExceeded')],
  ['403 rateLimitExceeded', status(403, 'rateLimitExceeded')],
  ['403 quotaExceeded', status(403, 'quotaExceeded')],
  ['403 accessDenied', status(403, 'accessDenied')],
  ['401', status(401, 'authError')],
];

/** What production can do to a call of Storage Read. */
export const GRPC_FAULTS: readonly [string, GrpcFault][] = [
  ['UNAVAILABLE', { kind: 'status', code: 'UNAVAILABLE' }],
  ['RESOURCE_EXHAUSTED', { kind: 'status', code: 'RESOURCE_EXHAUSTED' }],
  ['PERMISSION_DENIED', { kind: 'status', code: 'PERMISSION_DENIED' }],
  ['UNAUTHENTICATED', { kind: 'status', code: 'UNAUTHENTICATED' }],
  ['INTERNAL', { kind: 'status', code: 'INTERNAL' }],
  ['reset', { kind: 'reset', after: 0 }],
  ['silence', { kind: 'stall', after: 0 }],
  ['double message', { kind: 'duplicate' }],
  ['stream cut short', { kind: 'truncate' }],
];
