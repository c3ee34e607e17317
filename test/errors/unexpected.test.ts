import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Replica } from '../../src/replica/replica.ts';
import { failureOf } from '../../src/unexpected.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('a statement that needs more than replica.memory_limit says which setting to raise', async () => {
  const path = join(mkdtempSync(join(temporaryFolder(), 'memory-')), 'replica.duckdb');
  const replica = await Replica.open(path, { memoryLimit: '20MB', threads: 1 });
  try {
    await replica.run("SET max_temp_directory_size = '1KB'");
    const error: unknown = await replica
      .run('CREATE TEMP TABLE large AS SELECT range, hash(range) FROM range(10_000_000)')
      .catch((failure: unknown) => failure);

    const told = failureOf(error);

    expect(told).toMatchObject({ code: 'REPLICA_MEMORY', exitCode: 4 });
    expect(told.message).toMatch(/^A statement needs more memory than it is allowed: [^\n]+\.$/);
    expect(told.next).toContain('"replica.memory_limit"');
  } finally {
    replica.close();
  }
});

test.each([
  Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }),
  Object.assign(new Error('EDQUOT: quota exceeded, write'), { code: 'EDQUOT' }),
  new Error('IO Error: Could not write file "r.duckdb": No space left on device\nmore'),
])('a disk that takes no more is told as such: $message', (error) => {
  expect(failureOf(error)).toMatchObject({
    code: 'DISK_FULL',
    exitCode: 4,
    message: `The disk takes no more: ${error.message.split('\n')[0]}.`,
    cause: error,
  });
});

test.each([
  new Error('boom'),
  new Error('IO Error: Could not read file "x": Input/output error'),
  Object.assign(new Error('gone'), { code: 'ENOENT' }),
  null,
  'text',
])('anything else is a bug: %s', (error) => {
  expect(failureOf(error)).toMatchObject({ code: 'INTERNAL', exitCode: 1 });
});
