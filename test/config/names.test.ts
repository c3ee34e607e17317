import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isIsoDate } from '../../src/config/dates.ts';
import { splitShares } from '../../src/config/split.ts';
import { didYouMean } from '../../src/config/suggest.ts';
import { findWorkspace } from '../../src/config/workspace.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('only calendar dates are dates', () => {
  expect(isIsoDate('2024-02-29')).toBe(true);
  for (const text of [
    '2023-02-29',
    '2024-02-30',
    '2024-2-3',
    '24-02-03',
    '2024-13-01',
    'today',
    '',
  ]) {
    expect(isIsoDate(text)).toBe(false);
  }
});

test('a split is three whole shares above 0 that sum to 100', () => {
  expect(splitShares('70/15/15')).toEqual([70, 15, 15]);
  for (const text of ['70/15', '70/15/16', '100/0/0', '70-15-15', '70.5/14.5/15']) {
    expect(splitShares(text)).toBeUndefined();
  }
});

test('a name is suggested when it is near, whatever its case, and only then', () => {
  expect(didYouMean('Warehose', ['push', 'warehouse'])).toBe(' Did you mean "warehouse"?');
  expect(didYouMean('xyz', ['push', 'warehouse'])).toBe('');
  expect(didYouMean('push', [])).toBe('');
});

test('the workspace is the nearest folder upwards with hoopduck.yaml, or exactly the one named', () => {
  const folder = temporaryFolder();
  const inner = join(folder, 'a', 'b');
  mkdirSync(inner, { recursive: true });
  writeFileSync(join(folder, 'hoopduck.yaml'), '');
  expect(findWorkspace(inner)).toBe(folder);
  expect(findWorkspace(inner, '../..')).toBe(folder);
  expect(() => findWorkspace(folder, 'a')).toThrow(
    `The folder "${join(folder, 'a')}" has no hoopduck.yaml.`,
  );
});
