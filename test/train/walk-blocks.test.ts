import { expect, test } from 'vitest';
import { walk } from '../../src/train/walk.ts';
import { matrixOf, twoStumps } from './engines-data.ts';

test('each of many rows gets what it gets alone, whichever block of rows it is in', () => {
  const all = Array.from({ length: 5000 }, (_, row) => [(row % 97) / 97, (row % 5) - 2]);
  const alone = new Map(all.map((row) => [String(row), walk(twoStumps, matrixOf(row))[0]!]));
  expect([...walk(twoStumps, matrixOf(...all))]).toEqual(all.map((row) => alone.get(String(row))));
});
