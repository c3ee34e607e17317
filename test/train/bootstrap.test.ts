import { expect, test } from 'vitest';
import { type PairedRows, pairedBootstrap } from '../../src/train/bootstrap.ts';
import { generator } from './engines-data.ts';

/** Rows with the errors given (predicted above the actual 0), one column a predictor. */
function errors(rows: readonly (readonly [day: number, model: number, other: number])[]) {
  return {
    days: Int32Array.from(rows, ([day]) => day),
    actual: new Float64Array(rows.length),
    model: Float64Array.from(rows, ([, model]) => model),
    other: Float64Array.from(rows, ([, , other]) => other),
    rows: rows.keys(),
  } satisfies PairedRows;
}

test('the difference is that of the mean absolute errors on the rows asked for', () => {
  const paired = errors([
    [1, 2, 3],
    [1, -4, 4], // an error below counts as one above
    [2, 3, 5],
    [3, 99, 0],
  ]);
  // Model 9/3, other 12/3; 1 of 4 is 25%.
  expect(pairedBootstrap({ ...paired, rows: [0, 1, 2] })).toMatchObject({
    n: 3,
    dates: 2,
    model_mae: 3,
    other_mae: 4,
    difference: 1,
    gain_percent: 25,
  });
});

test('two dates give the quantiles of their four draws', () => {
  // Drawn with equal chance: the first twice (difference 1 of 2), both (1.5 of 3.5), the second twice (2 of 5).
  const found = pairedBootstrap(
    errors([
      [7, 1, 2],
      [9, 3, 5],
    ]),
  );
  expect(found).toMatchObject({ difference: 1.5, low: 1, high: 2, gain_low: 40, gain_high: 50 });
});

test('a date is drawn whole: its rows do not count as independent', () => {
  const random = generator(3);
  const nights = Array.from({ length: 50 }, (_, day) => [day, 1, 1 + (random() - 0.4)] as const);
  const night = pairedBootstrap(errors(nights));
  const repeated = pairedBootstrap(errors(nights.flatMap((row) => Array(30).fill(row))));
  expect(repeated).toEqual({ ...night, n: 1500 });
});

test('the interval is as wide as the theory of means says', () => {
  const random = generator(5);
  const rows = Array.from({ length: 400 }, (_, day) => [day, 5, 5 + 4 * (random() - 0.5)] as const);
  const { difference, low, high } = pairedBootstrap(errors(rows));
  // Uniform of width 4: deviation 4/sqrt(12); the mean of 400 has 1.96 x 1.1547/20 to each side.
  const side = (1.96 * (4 / Math.sqrt(12))) / 20;
  expect((high! - low!) / (2 * side)).toBeGreaterThan(0.9);
  expect((high! - low!) / (2 * side)).toBeLessThan(1.1);
  expect(low! < difference! && difference! < high!).toBe(true);
});

test('the same rows give the same interval in whatever order, and another seed another', () => {
  const random = generator(9);
  const rows = Array.from({ length: 60 }, (_, day) => [day, random(), random()] as const);
  const found = pairedBootstrap(errors(rows));
  expect(pairedBootstrap(errors([...rows].reverse()))).toEqual(found);
  expect(pairedBootstrap(errors(rows), { seed: 2 }).low).not.toBe(found.low);
  expect(pairedBootstrap(errors(rows), { seed: 2 }).difference).toBe(found.difference);
});

test('one date has no interval, and no row has no figure', () => {
  expect(pairedBootstrap(errors([[1, 2, 4]]))).toMatchObject({
    n: 1,
    dates: 1,
    difference: 2,
    low: null,
    high: null,
    gain_percent: 50,
    gain_low: null,
    gain_high: null,
  });
  expect(pairedBootstrap(errors([]))).toMatchObject({ n: 0, dates: 0, difference: null });
});

test('against a predictor without error there is a difference and no relative gain', () => {
  const found = pairedBootstrap(
    errors([
      [1, 1, 0],
      [2, 1, 0],
    ]),
  );
  expect(found).toMatchObject({ difference: -1, low: -1, high: -1, gain_percent: null });
  expect(found.gain_low).toBeNull();
});

test('a row that one of them does not predict is refused', () => {
  expect(() => pairedBootstrap(errors([[1, 1, NaN]]))).toThrow(
    'Row 0 has 0 points, predicted 1 and NaN; a comparison needs all three.',
  );
});
