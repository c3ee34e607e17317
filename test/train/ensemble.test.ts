import { expect, test } from 'vitest';
import { prefix } from '../../src/train/ensemble.ts';
import { walk } from '../../src/train/walk.ts';
import { matrixOf, twoStumps } from './engines-data.ts';

test('a prefix keeps the first trees and the base score', () => {
  expect([...walk(prefix(twoStumps, 1), matrixOf([0, 0]))]).toEqual([1.25]);
  expect([...walk(prefix(twoStumps, 0), matrixOf([0, 0]))]).toEqual([1]);
});

test('a prefix longer than the ensemble is refused', () => {
  expect(() => prefix(twoStumps, 3)).toThrow('A prefix of 3 rounds was asked of an ensemble of 2.');
});
