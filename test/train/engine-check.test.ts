import { expect, test } from 'vitest';
import { compareWithWalk, mergeChecks } from '../../src/train/engine-check.ts';
import { matrixOf, twoStumps } from './engines-data.ts';

const rows = matrixOf([0.25, -2], [0.75, 0], [NaN, NaN]);

test('an engine that says what the walk says has no difference', () => {
  expect(compareWithWalk(Float32Array.of(3.25, 3.75, 4.25), twoStumps, rows)).toEqual({
    rows: 3,
    identicalRows: 3,
    maxAbsDifference: 0,
  });
});

test('rows that differ are counted out, and the largest difference is told, whichever side is higher', () => {
  expect(compareWithWalk(Float32Array.of(3.25, 3.25, 4.375), twoStumps, rows)).toEqual({
    rows: 3,
    identicalRows: 1,
    maxAbsDifference: 0.5,
  });
});

test('a prediction that is no number is an infinite difference', () => {
  expect(compareWithWalk(Float32Array.of(3.25, NaN, 4.25), twoStumps, rows)).toEqual({
    rows: 3,
    identicalRows: 2,
    maxAbsDifference: Infinity,
  });
});

test('several checks are as many rows as all of them, and as far off as the worst', () => {
  expect(
    mergeChecks([
      { rows: 3, identicalRows: 1, maxAbsDifference: 0.25 },
      { rows: 4, identicalRows: 4, maxAbsDifference: 0 },
    ]),
  ).toEqual({ rows: 7, identicalRows: 5, maxAbsDifference: 0.25 });
  expect(mergeChecks([])).toEqual({ rows: 0, identicalRows: 0, maxAbsDifference: 0 });
});
