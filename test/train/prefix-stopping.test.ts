import { expect, test } from 'vitest';
import { bestPrefix } from '../../src/train/prefix-stopping.ts';
import { matrixOf, stump } from './engines-data.ts';

const constant = (value: number) => stump(0, 0, true, value, value);
const same = (q: number) => q;

/** One row whose prediction after each round is given; the truth is 0, so the curve is its size. */
function curveOf(...predictions: number[]) {
  const steps = predictions.map((value, i) => value - (predictions[i - 1] ?? 0));
  return { featureCount: 1, baseScore: 0, trees: steps.map(constant) };
}
const row = matrixOf([1]);
const truth = Float64Array.of(0);

test('the fewest rounds at the lowest error are kept', () => {
  const best = bestPrefix(curveOf(4, 2, 3, 2, 5), row, truth, same, 0);
  expect(best).toMatchObject({ rounds: 2, mae: 2, stoppedAt: null });
  expect([...best.curve]).toEqual([4, 2, 3, 2, 5]);
});

test('a better round after patience ran out is not seen', () => {
  const ensemble = curveOf(4, 2, 3, 3, 1);
  expect(bestPrefix(ensemble, row, truth, same, 2)).toMatchObject({
    rounds: 2,
    mae: 2,
    stoppedAt: 4,
    earlyStoppingRounds: 2,
  });
  expect(bestPrefix(ensemble, row, truth, same, 3)).toMatchObject({
    rounds: 5,
    mae: 1,
    stoppedAt: null,
  });
});

test('the error is measured in points, over all rows', () => {
  const ensemble = { featureCount: 1, baseScore: 1, trees: [stump(0, 0, true, 1, 2)] };
  // Predictions 2 and 3, points 4 and 9: errors 1 and 3.
  const best = bestPrefix(ensemble, matrixOf([-1], [1]), Float32Array.of(5, 6), (q) => q * q, 10);
  expect(best.mae).toBe(2);
});

test('no trees or no rows are refused', () => {
  expect(() => bestPrefix(curveOf(), row, truth, same, 1)).toThrow('0 trees, 1 rows');
});
