import type { Bucket, BucketMetadata } from '@google-cloud/storage';
import type { GcsLocation } from '../../config/location.ts';
import { HoopduckError } from '../../errors.ts';
import { describeCredentials } from '../google/credentials.ts';
import type { WarehouseFinding } from '../warehouse.ts';
import type { Calls } from './calls.ts';

const READ_RIGHTS = ['storage.objects.get', 'storage.objects.list'];
const PUSH_RIGHTS = [...READ_RIGHTS, 'storage.objects.create', 'storage.objects.delete'];

/** A token of Google's is refused when the clocks differ by more than some minutes; a minute is a warning. */
const SKEW_MS = 60_000;

export interface Diagnosed {
  readonly location: GcsLocation;
  readonly bucket: Bucket;
  readonly calls: Calls;
  readonly now: () => Date;
}

/** What the bucket says of itself, and how far this machine's clock is from its server's. */
interface Look {
  readonly findings: readonly WarehouseFinding[];
  readonly isThere: boolean;
}

/** Says which credentials are used, where the bucket is, what the account may do and what is kept of old objects. */
export async function diagnoseBucket(
  what: Diagnosed,
  use: 'read' | 'push',
): Promise<WarehouseFinding[]> {
  const { credentials, endpoint } = what.location;
  const used = ok('credentials', describeCredentials(credentials, endpoint));
  const { findings, isThere } = await lookAt(what, use);
  if (!isThere) return [used, ...findings];
  return [used, ...findings, await rights(what, use)];
}

async function lookAt(what: Diagnosed, use: 'read' | 'push'): Promise<Look> {
  const { bucket, calls, now } = what;
  const address = `gs://${bucket.name}`;
  try {
    const [metadata, answer] = await calls.run(address, 'storage.buckets.get', () =>
      bucket.getMetadata(),
    );
    const date = (answer as { headers?: { date?: string } } | undefined)?.headers?.date;
    const findings = [place(address, metadata), clock(date, now())];
    return {
      findings: use === 'push' ? [...findings, history(metadata)] : findings,
      isThere: true,
    };
  } catch (error) {
    if (!(error instanceof HoopduckError)) throw error;
    // The right to look at the bucket itself is not needed for its objects.
    if (error.code === 'GCS_DENIED') {
      const found = `${address} is not told of: that needs "storage.buckets.get", and nothing else does`;
      return { findings: [ok('bucket', found)], isThere: true };
    }
    const finding = {
      name: 'bucket',
      verdict: 'fail',
      found: error.message,
      next: error.next,
    } as const;
    return { findings: [finding], isThere: false };
  }
}

function place(address: string, { location, storageClass }: BucketMetadata): WarehouseFinding {
  const where = location ?? 'a place that it does not tell';
  return ok('bucket', `${address} is in ${where}, ${storageClass ?? 'of no class that it tells'}`);
}

function clock(date: string | undefined, now: Date): WarehouseFinding {
  const server = Date.parse(date ?? '');
  if (Number.isNaN(server)) return ok('clock', 'the server does not tell its time');
  const ms = now.getTime() - server;
  const text = `${(Math.abs(ms) / 1000).toFixed(1)} s ${ms > 0 ? 'ahead of' : 'behind'} the server's`;
  if (Math.abs(ms) <= SKEW_MS) return ok('clock', text);
  return warn('clock', text, 'Set the clock of this machine right.');
}

function history({ versioning, softDeletePolicy }: BucketMetadata): WarehouseFinding {
  if (versioning?.enabled === true) return ok('history', 'the bucket keeps versions of objects');
  const seconds = Number(softDeletePolicy?.retentionDurationSeconds ?? 0);
  if (seconds > 0) {
    const days = Number((seconds / 86_400).toFixed(1));
    return ok('history', `soft delete keeps objects that were replaced for ${days} days`);
  }
  return ok(
    'history',
    'the bucket keeps nothing of replaced objects; what a push replaces is kept in the workspace only',
  );
}

async function rights(
  { bucket, calls }: Diagnosed,
  use: 'read' | 'push',
): Promise<WarehouseFinding> {
  const needed = use === 'read' ? READ_RIGHTS : PUSH_RIGHTS;
  const address = `gs://${bucket.name}`;
  try {
    const [granted] = await calls.run(address, 'storage.buckets.get', () =>
      bucket.iam.testPermissions(needed),
    );
    const missing = needed.filter((each) => granted[each] !== true);
    if (missing.length === 0) return ok('rights', `all ${needed.length} that are needed`);
    return fail(
      `missing: ${missing.join(', ')}`,
      `Give the account ${missing.map((each) => `"${each}"`).join(', ')}; docs/bigquery.md names the role.`,
    );
  } catch {
    // Some servers have no such call.
  }
  try {
    await calls.run(address, 'storage.objects.list', () => bucket.getFiles({ maxResults: 1 }));
    return ok('rights', 'objects can be listed; the others are found out when they are needed');
  } catch (error) {
    if (!(error instanceof HoopduckError)) throw error;
    return fail(error.message, error.next);
  }
}

function ok(name: string, found: string): WarehouseFinding {
  return { name, verdict: 'ok', found, next: null };
}

function warn(name: string, found: string, next: string): WarehouseFinding {
  return { name, verdict: 'warn', found, next };
}

function fail(found: string, next: string): WarehouseFinding {
  return { name: 'rights', verdict: 'fail', found, next };
}
