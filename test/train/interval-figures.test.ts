import { expect, test } from 'vitest';
import type { Dataset } from '../../src/train/dataset.ts';
import { evaluateIntervals, intervalFigures } from '../../src/train/interval-figures.ts';
import { LEVELS } from '../../src/train/residual-table.ts';

/** Quantiles 0 0 2 4 6 8 10 12 14 20 25 for each of these actual points. */
const SPREAD = [0, 0, 2, 4, 6, 8, 10, 12, 14, 20, 25];
function spread(...actual: number[]) {
  return [
    Float64Array.from(actual.flatMap(() => SPREAD)),
    Float64Array.from(actual),
    actual.keys(),
  ] as const;
}

test('an interval covers both of its ends', () => {
  const figures = intervalFigures(...spread(0, 20, 21, 26));
  expect(figures).toMatchObject({
    n: 4,
    coverage_80: 0.5, // 0 and 20
    width_80: 20,
    coverage_90: 0.75, // 21 too
    width_90: 25,
  });
});

test('a level says how many scored less than its quantile, and how many at most as much', () => {
  const { levels } = intervalFigures(...spread(0, 8, 20, 20));
  const shares = levels.map(({ level, below, at_most }) => [level, below, at_most]);
  expect(shares.slice(0, 3)).toEqual([
    [0.05, 0, 0.25],
    [0.1, 0, 0.25],
    [0.2, 0.25, 0.25],
  ]);
  expect(shares[5]).toEqual([0.5, 0.25, 0.5]);
  expect(shares[9]).toEqual([0.9, 0.5, 1]);
});

test('pinball loss weighs what lies above by the level and what lies below by the rest', () => {
  const { levels, pinball, crps } = intervalFigures(...spread(9));
  // Above .05 to .5: 9 x .05, 9 x .1, 7 x .2, 5 x .3, 3 x .4, 1 x .5; below .6 to .95: 1 x .4, 3 x .3, 5 x .2, 11 x .1, 16 x .05.
  const losses = [0.45, 0.9, 1.4, 1.5, 1.2, 0.5, 0.4, 0.9, 1, 1.1, 0.8];
  expect(levels.map(({ pinball }) => pinball)).toEqual(losses);
  expect(pinball).toBeCloseTo(10.15 / 11, 9);
  // 2 x (.075 x (.45 + .9 + 1.1 + .8) + .1 x 6.9)
  expect(crps).toBeCloseTo(1.8675, 9);
});

test('the score of a forecast of one number is its absolute error', () => {
  const twelve = new Float64Array(LEVELS.length).fill(12);
  expect(intervalFigures(twelve, Float64Array.of(5), [0]).crps).toBeCloseTo(7, 9);
  expect(intervalFigures(twelve, Float64Array.of(19), [0]).crps).toBeCloseTo(7, 9);
});

test('the score of even chances from 0 to 30 is near the integral', () => {
  const even = Float64Array.from(LEVELS, (level) => 30 * level);
  // The integral of (F(x) - [x >= y])^2 for F(x) = x on (0, 1) is y^3/3 + (1 - y)^3/3 = 1/3 - y + y*y.
  for (const y of [0, 0.25, 0.5, 1]) {
    const found = intervalFigures(even, Float64Array.of(30 * y), [0]).crps!;
    expect(Math.abs(found - 30 * (1 / 3 - y + y * y))).toBeLessThan(0.06);
  }
});

test('no rows give no figures', () => {
  const figures = intervalFigures(new Float64Array(0), new Float64Array(0), []);
  expect(figures).toMatchObject({ n: 0, coverage_80: null, width_80: null, crps: null });
  expect(figures.levels[0]).toEqual({ level: 0.05, below: null, at_most: null, pinball: null });
});

/** Rows of players with these season means (their last 10 too; NaN is a debutant) and points. */
function part(rows: readonly (readonly [mean: number, points: number])[]): Dataset {
  const means = Float64Array.from(rows, ([mean]) => mean);
  return {
    rows: rows.length,
    days: new Int32Array(rows.length),
    lookups: rows.map((_, at) => `player${at}`),
    seasons: new Int32Array(rows.length).fill(2023),
    gamesBefore: Int32Array.from(rows, ([mean]) => (Number.isNaN(mean) ? 0 : 20)),
    points: Float64Array.from(rows, ([, points]) => points),
    minutes: new Float64Array(rows.length).fill(20),
    last5: means,
    last10: means,
    seasonMean: means,
    line: new Float64Array(rows.length).fill(NaN),
    matrix: { rows: rows.length, columns: 0, values: new Float32Array(0) },
  };
}

const TEST = part([
  [NaN, 30],
  [9, 21],
  [12, 5],
  [30, 20],
]);
const FORECAST = {
  quantiles: spread(0, 0, 0, 0)[0],
  members: Uint8Array.of(1, 0, 1, 1),
};

test('compared rows are cut by tier and by the member that spoke, debutants count among all', () => {
  const report = evaluateIntervals(TEST, FORECAST, ['report', 'plain'], TEST);
  const short = (cut: typeof report.by_tier) =>
    Object.entries(cut).map(([key, { n, coverage_80 }]) => [key, n, coverage_80]);
  expect(report.all).toMatchObject({ n: 4, coverage_80: 0.5 });
  expect(report.compared).toMatchObject({ n: 3, coverage_80: 0.666666667 });
  expect(short(report.by_tier)).toEqual([
    ['bench', 1, 0],
    ['role', 1, 1],
    ['star', 1, 1],
  ]);
  expect(short(report.by_member)).toEqual([
    ['plain', 2, 1],
    ['report', 1, 0],
  ]);
});

test('last 10 gets its quantiles from how far it missed on the validation part', () => {
  // Always 16 scored where last 10 said 9: the root is one too low at every level, so 25 becomes 36.
  const validation = part([
    [9, 16],
    [9, 16],
  ]);
  const { last_10 } = evaluateIntervals(
    part([[25, 40]]),
    FORECAST,
    ['report', 'plain'],
    validation,
  );
  expect(last_10).toMatchObject({ n: 1, width_80: 0, crps: 4 });
  const debutants = part([[NaN, 3]]);
  expect(evaluateIntervals(TEST, FORECAST, ['report', 'plain'], debutants).last_10).toBeNull();
});
