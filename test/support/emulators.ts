import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { expect, inject, type TestContext } from 'vitest';
import type { Emulators } from './emulators-setup.ts';

type Running<T> = Exclude<T, { readonly missing: string }>;

/** BigQuery's emulator; where it cannot run the test is skipped, with CI=true it fails. */
export function bigqueryEmulator(context: TestContext): Running<Emulators['bigquery']> {
  return running(inject('emulators').bigquery, 'BigQuery', context);
}

/** The server of objects; where it cannot run the test is skipped, with CI=true it fails. */
export function gcsEmulator(context: TestContext): Running<Emulators['gcs']> {
  return running(inject('emulators').gcs, 'GCS', context);
}

function running<T extends object>(
  emulator: T | { readonly missing: string },
  name: string,
  context: TestContext,
): Exclude<T, { readonly missing: string }> {
  if ('missing' in emulator) {
    const text = `the emulator of ${name} is missing: ${emulator.missing}`;
    if (process.env['CI'] === 'true') expect.fail(text);
    context.skip(text);
  }
  return emulator as Exclude<T, { readonly missing: string }>;
}

/**
 * Moves what BigQuery's emulator exported to `gs://bucket/` from its folder into the server of objects, which
 * knows nothing of it, and returns the objects' names. The bucket is made where it is absent. For a proxy's
 * `after('jobs.insert:export', ...)`: the objects are there before the job's answer is.
 */
export async function bridgeBuckets(options: {
  readonly gcsRoot: string;
  readonly gcsUrl: string;
  readonly bucket: string;
}): Promise<string[]> {
  const folder = join(options.gcsRoot, options.bucket);
  if (!existsSync(folder)) return [];
  const buckets = `${options.gcsUrl}/storage/v1/b`;
  await sent(`${buckets}?project=test`, JSON.stringify({ name: options.bucket }), [409]);
  const objects = `${options.gcsUrl}/upload/storage/v1/b/${options.bucket}/o`;
  const names: string[] = [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path).split(sep).join('/');
    const query = new URLSearchParams({ uploadType: 'media', name });
    await sent(`${objects}?${query}`, readFileSync(path));
    rmSync(path);
    names.push(name);
  }
  return names.sort();
}

async function sent(
  url: string,
  body: string | Buffer<ArrayBuffer>,
  allowed: readonly number[] = [],
): Promise<void> {
  const { ok, status } = await fetch(url, { method: 'POST', body });
  if (!ok && !allowed.includes(status)) throw new Error(`${url} answered ${status}`);
}
