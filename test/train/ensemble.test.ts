import { expect, test } from 'vitest';
import { blankTree, prefix, widen } from '../../src/train/ensemble.ts';
import { walk } from '../../src/train/walk.ts';
import { matrixOf, twoStumps } from './engines-data.ts';

test('a prefix keeps the first trees and the base score', () => {
  expect([...walk(prefix(twoStumps, 1), matrixOf([0, 0]))]).toEqual([1.25]);
  expect([...walk(prefix(twoStumps, 0), matrixOf([0, 0]))]).toEqual([1]);
});

test('a prefix longer than the ensemble is refused', () => {
  expect(() => prefix(twoStumps, 3)).toThrow('A prefix of 3 rounds was asked of an ensemble of 2.');
});

test('a prefix of all rounds is the ensemble, one of no whole number of rounds is refused', () => {
  expect(prefix(twoStumps, 2)).toEqual(twoStumps);
  for (const rounds of [-1, 0.5, 2.5]) {
    expect(() => prefix(twoStumps, rounds)).toThrow(RangeError);
  }
});

test('widened trees split on the named columns of the wider matrix and predict the same', () => {
  const wide = widen(twoStumps, [3, 1], 5);
  expect(wide.featureCount).toBe(5);
  // The split's column is another one; leaves read none.
  expect(wide.trees.map(({ feature }) => [...feature])).toEqual([
    [3, 0, 0],
    [1, 0, 0],
  ]);
  expect([...walk(wide, matrixOf([9, -2, 9, 0.25, 9], [-9, 0, -9, 0.75, -9]))]).toEqual([
    ...walk(twoStumps, matrixOf([0.25, -2], [0.75, 0])),
  ]);
});

test('a blank tree is of leaves without links and without values', () => {
  const { left, right, parent, ...others } = blankTree(2);
  expect([left, right, parent].map((links) => [...links])).toEqual([
    [-1, -1],
    [-1, -1],
    [-1, -1],
  ]);
  expect(Object.values(others).map((values) => [...values])).toEqual(Array(7).fill([0, 0]));
});
