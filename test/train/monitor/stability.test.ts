import { expect, test } from 'vitest';
import {
  binCount,
  binOf,
  spanCounts,
  stabilityIndex,
} from '../../../src/train/monitor/stability.ts';

test('a value has the bin that its decile ends, and bins of their own lie outside and for what is missing', () => {
  const bins = { low: 0, high: 10, deciles: [1, 5] };
  expect(binCount(bins)).toBe(6);
  expect([-0.1, 0, 1, 1.1, 5, 5.1, 10, 10.1, NaN].map((value) => binOf(value, bins))).toEqual([
    0, 1, 1, 2, 2, 3, 3, 4, 5,
  ]);
});

test('the index is the sum of differences of shares times the logarithms of their ratios', () => {
  // (.5 - .25) * ln 2 + (.5 - .75) * ln(2/3) = .25 * ln 3
  expect(stabilityIndex([2, 2], [1, 3])).toBeCloseTo(0.25 * Math.log(3), 12);
  expect(stabilityIndex([10, 30], [1, 3])).toBe(0);
});

test('a share below a thousandth counts as a thousandth, and nothing has no index', () => {
  // (1 - .001) * ln 1000 + (.001 - 1) * ln(.001)
  expect(stabilityIndex([5, 0], [0, 7])).toBeCloseTo(2 * 0.999 * Math.log(1000), 12);
  expect(stabilityIndex([0, 0], [1, 1])).toBeNull();
  expect(stabilityIndex([1, 1], [0, 0])).toBeNull();
});

test('a span is held against its own weeks, weighed by its rows, and leaves out weeks without a reference', () => {
  const found = [[9, 9], [3, 1], undefined, [0, 2], [5, 5]];
  const reference = [
    [1, 1],
    [1, 3],
    [8, 8],
    [2, 2],
  ];
  expect(spanCounts(found, reference, 2, 1, 4)).toEqual({
    rows: 6,
    found: Float64Array.of(3, 3),
    // Week 1 has 4 rows at 1/4 and 3/4, week 3 has 2 at 1/2 each; week 4 has no reference.
    wanted: Float64Array.of(4 / 4 + 2 / 2, 3 + 1),
  });
});
