import { expect, test } from 'vitest';
import { hoopduck } from '../support/cli.ts';
import { workspaceWith } from '../support/workspace.ts';

test('an engine inside the warehouse is refused where the warehouse is a folder, before anything is computed', async () => {
  const folder = await workspaceWith();
  const { code, stdout } = hoopduck([
    ...['transform', '--engine', 'bigquery', '--json', '-C', folder],
  ]);
  expect({ code, error: JSON.parse(stdout).error }).toEqual({
    code: 2,
    error: {
      code: 'ENGINE_WAREHOUSE',
      message: expect.stringContaining(
        'is a folder; "--engine bigquery" computes where the raw tables are',
      ),
      next: expect.stringContaining('kind: bigquery'),
    },
  });
});

test.each([
  [['--engine', 'spark'], 'one of "duckdb", "bigquery" was wanted'],
  [['--dry-run'], '"hoopduck plan" shows what would be computed here'],
  [['--dry-run', '--engine', 'duckdb'], 'was given without "--engine bigquery"'],
] as const)('transform %j is no command line', async (options, said) => {
  const folder = await workspaceWith();
  const { code, stderr } = hoopduck(['transform', ...options, '-C', folder]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(said)]);
});
