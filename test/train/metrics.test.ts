import { expect, test } from 'vitest';
import { errorReport } from '../../src/train/metrics.ts';

test('errors are predicted minus actual, over the rows asked for', () => {
  const predicted = Float64Array.of(10, 12, 3, 20, 99);
  const actual = Float64Array.of(11, 7, 3, 24, 0);
  // Errors -1, 5, 0, -4.
  expect(errorReport(predicted, actual, [0, 1, 2, 3])).toEqual({
    n: 4,
    mae: 2.5,
    rmse: Number(Math.sqrt((1 + 25 + 0 + 16) / 4).toFixed(9)),
    median_error: -0.5,
    median_absolute_error: 2.5,
    bias: 0,
    within_1: 0.5,
    within_3: 0.5,
    within_5: 1,
  });
});

test('the median of an odd number of errors is the middle one', () => {
  const report = errorReport(Float64Array.of(1, 9, 2), Float64Array.of(0, 0, 0), [0, 1, 2]);
  expect(report.median_error).toBe(2);
  expect(report.mae).toBe(4);
  expect(report.bias).toBe(4);
});

test('no rows give no figures instead of zeros', () => {
  expect(errorReport(new Float64Array(0), new Float64Array(0), [])).toEqual({
    n: 0,
    mae: null,
    rmse: null,
    median_error: null,
    median_absolute_error: null,
    bias: null,
    within_1: null,
    within_3: null,
    within_5: null,
  });
});
