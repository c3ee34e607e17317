import { expect, test } from 'vitest';
import { adversarialRows } from '../../src/train/adversarial-rows.ts';
import type { Matrix } from '../../src/train/matrix.ts';
import type { Model } from '../../src/train/model.ts';
import { matrixOf, memberOf, stump } from './engines-data.ts';

const SMALLEST = 2 ** -149;

/** The values that every feature of a row has at once stand first. */
const EXTREME_ROWS = 13;

function rowsOf({ rows, columns, values }: Matrix): number[][] {
  return Array.from({ length: rows }, (_, row) => [
    ...values.slice(row * columns, (row + 1) * columns),
  ]);
}

const ensembleOf = (...trees: ReturnType<typeof stump>[]) => ({
  featureCount: 3,
  baseScore: 1,
  trees,
});

test('each split value of each feature is met from below, exactly and from above, and no other value is', () => {
  // The third feature is in no split; splits are there twice and in no order.
  const ensemble = ensembleOf(
    stump(0, 3, true, 1, 2),
    stump(0, 0, true, 1, 2),
    stump(0, 3, true, 1, 2),
    stump(1, -1, true, 1, 2),
  );
  const model = { members: [memberOf([ensemble])] };
  const rows = rowsOf(adversarialRows(model, matrixOf([7, 8, 9], [10, 11, 12])));
  const [low, high] = [-1.0000001, -0.99999994].map(Math.fround) as [number, number];
  expect(rows.slice(EXTREME_ROWS)).toEqual([
    [-SMALLEST, low, NaN],
    [0, -1, NaN],
    [SMALLEST, high, NaN],
    [Math.fround(2.9999998), low, NaN],
    [3, -1, NaN],
    [Math.fround(3.0000002), high, NaN],
    [NaN, 8, 9],
    [10, NaN, 12],
  ]);
});

test('the rows of extreme values are of one value each', () => {
  const model = { members: [memberOf([ensembleOf()])] };
  const rows = rowsOf(adversarialRows(model, matrixOf([7, 8, 9]))).slice(0, -1);
  const denormal = 2 ** -126 - SMALLEST;
  const largest = (2 - 2 ** -23) * 2 ** 127;
  const values = [NaN, 0, -0, -1, 1, SMALLEST, -SMALLEST, denormal, -denormal, largest, -largest];
  expect(rows).toEqual([...values, Infinity, -Infinity].map((value) => [value, value, value]));
});

test('a column that a member demands has a value where no split gives it one, and no other value', () => {
  const ensemble = ensembleOf(stump(0, 3, true, 1, 2));
  const model = { members: [memberOf([ensemble], { presence: [0, 2] })] };
  const exactly = rowsOf(adversarialRows(model, matrixOf([7, 8, 9])))[EXTREME_ROWS + 1];
  expect(exactly).toEqual([3, NaN, 0]);
});

test('a split on a column behind the features is left out', () => {
  const ensemble = ensembleOf(stump(3, 0.5, true, 1, 2));
  const model = { members: [memberOf([ensemble])] };
  expect(adversarialRows(model, matrixOf([7, 8, 9])).rows).toBe(EXTREME_ROWS + 1);
});

test('of many rows 256 lose a feature, each one more than the row before', () => {
  const like = matrixOf(...Array.from({ length: 300 }, (_, row) => [row, row, row]));
  const rows = rowsOf(adversarialRows({ members: [memberOf([ensembleOf()])] }, like));
  expect(rows).toHaveLength(EXTREME_ROWS + 256);
  expect(rows.at(-1)).toEqual([NaN, 255, 255]);
  expect(rows.at(-2)).toEqual([254, 254, NaN]);
});

test('trees of a first stage are met in their own season, members in every season in turn', () => {
  const seasonOf = (season: number, split: number) => ({
    season,
    minutes: ensembleOf(stump(0, split, true, 1, 2)),
    shots: ensembleOf(stump(1, split + 1, true, 1, 2)),
  });
  const member = memberOf([ensembleOf(stump(0, 3, true, 1, 2), stump(0, 4, true, 1, 2))]);
  const model = {
    members: [member],
    firstStage: {
      kinds: [{ seasons: [seasonOf(2022, 10), seasonOf(2023, 20)] }],
      inputs: { season: 2 },
    },
  } as unknown as Model;
  const rows = rowsOf(adversarialRows(model, matrixOf([7, 8, 2024]))).slice(EXTREME_ROWS, -1);
  // The row that stands exactly on the splits, of each three.
  expect(rows.filter((_, at) => at % 3 === 1)).toEqual([
    [3, NaN, 2022],
    [4, NaN, 2023],
    [10, 11, 2022],
    [20, 21, 2023],
  ]);
  expect(rows).toHaveLength(12);
});
