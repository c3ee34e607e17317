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
