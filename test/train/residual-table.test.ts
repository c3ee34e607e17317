import { expect, test } from 'vitest';
import {
  chanceOver,
  fitResidualTable,
  LEVELS,
  quantilesInto,
} from '../../src/train/residual-table.ts';

function quantilesOf(table: ReturnType<typeof fitResidualTable>, root: number): number[] {
  const out = new Float64Array(LEVELS.length);
  quantilesInto(table, root, out, 0);
  return [...out];
}

test('offsets are the quantiles of sqrt(points) - root in bins of equal count', () => {
  // 101 rows predicted as 2, roots of the truth 2.00, 2.01, ... 3.00; 101 as 4, roots 3.0, 3.02, ... 5.0.
  const roots = Float64Array.from({ length: 202 }, (_, i) => (i < 101 ? 2 : 4));
  const truth = Float64Array.from({ length: 202 }, (_, i) =>
    i < 101 ? 2 + i / 100 : 3 + (i - 101) / 50,
  );
  const table = fitResidualTable(
    roots,
    truth.map((root) => root * root),
  );
  // 202 rows are enough for four bins, but rows of one prediction stay together.
  expect(table.knots).toEqual([2, 4]);
  LEVELS.forEach((level, at) => {
    expect(table.offsets[0]![at]).toBeCloseTo(level, 12);
    expect(table.offsets[1]![at]).toBeCloseTo(2 * level - 1, 12);
  });
});

test('one bin holds the quantiles that NumPy gives', () => {
  const points = Float64Array.from({ length: 21 }, (_, i) => (i / 10) ** 2);
  const { knots, offsets } = fitResidualTable(new Float64Array(21).fill(1), points);
  expect(knots).toEqual([1]);
  // Residuals -1, -.9, ... 1: the level p lies at -1 + 2p.
  LEVELS.forEach((level, at) => {
    expect(offsets[0]![at]).toBeCloseTo(2 * level - 1, 12);
  });
});

test('between knots offsets are interpolated, outside them the outermost hold, and points are never below 0', () => {
  const table = {
    knots: [2, 4],
    offsets: [LEVELS.map((_, at) => at - 5), LEVELS.map((_, at) => 2 * (at - 5))],
  };
  expect(quantilesOf(table, 3)).toEqual(
    LEVELS.map((_, at) => Math.max(0, 3 + 1.5 * (at - 5)) ** 2),
  );
  expect(quantilesOf(table, 1)).toEqual(LEVELS.map((_, at) => Math.max(0, 1 + (at - 5)) ** 2));
  expect(quantilesOf(table, 9)).toEqual(LEVELS.map((_, at) => Math.max(0, 9 + 2 * (at - 5)) ** 2));
});

test('the chance of more than a line runs with the root of points between levels', () => {
  const quantiles = Float64Array.from(LEVELS, (_, at) => (at + 1) ** 2);
  // sqrt(36) = 6 is the median, 6.5 halfway to level .6.
  expect(chanceOver(quantiles, 0, 36)).toBeCloseTo(0.5, 12);
  expect(chanceOver(quantiles, 0, 42.25)).toBeCloseTo(0.45, 12);
  expect(chanceOver(quantiles, 0, 0)).toBe(0.99);
  expect(chanceOver(quantiles, 0, 1e6)).toBe(0.01);
});

test('where half of all results are 0, the chance of more than 0 is the other half', () => {
  const quantiles = Float64Array.from(LEVELS, (_, at) => (at <= 5 ? 0 : (at - 5) ** 2));
  expect(chanceOver(quantiles, 0, 0)).toBeCloseTo(0.5, 12);
  expect(chanceOver(quantiles, 0, 0.5)).toBeLessThan(0.5);
});
