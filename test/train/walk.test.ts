import { expect, test } from 'vitest';
import { walk } from '../../src/train/walk.ts';
import { matrixOf, stump, twoStumps } from './engines-data.ts';

test('a row goes left below the threshold, right on it, and missing values go by default', () => {
  const rows = matrixOf([0.25, -2], [0.5, -1], [0.75, 0], [NaN, NaN]);
  // 1 + .25 + 2; 1 - .25 + 3; the same; missing: left in the first tree, right in the second.
  expect([...walk(twoStumps, rows)]).toEqual([3.25, 3.75, 3.75, 4.25]);
});

test('leaves are added in float32, tree by tree from the base score', () => {
  // 2^24 + 1 rounds to 2^24 in float32, twice; in double precision the sum would be 2^24 + 2.
  const trees = [stump(0, 0, true, 1, 1), stump(0, 0, true, 1, 1)];
  expect([...walk({ featureCount: 1, baseScore: 2 ** 24, trees }, matrixOf([0]))]).toEqual([
    2 ** 24,
  ]);
});

test('an ensemble without trees predicts its base score', () => {
  expect([...walk({ ...twoStumps, trees: [] }, matrixOf([1, 2]))]).toEqual([1]);
});

test('a matrix with another number of columns is refused', () => {
  expect(() => walk(twoStumps, matrixOf([1, 2, 3]))).toThrow(
    'The matrix has 3 columns; the ensemble was trained on 2.',
  );
});
