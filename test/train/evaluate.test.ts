import { expect, test } from 'vitest';
import { baselinesOf } from '../../src/train/baselines.ts';
import { confidenceBands, confidenceOf } from '../../src/train/confidence.ts';
import type { Dataset } from '../../src/train/dataset.ts';
import { dayNumber } from '../../src/train/dates.ts';
import { evaluateGroups, evaluatePart, tierOf } from '../../src/train/evaluate.ts';
import { compactIntervals, evaluateIntervals } from '../../src/train/interval-figures.ts';
import { pairedReport } from '../../src/train/paired.ts';
import { LEVELS } from '../../src/train/residual-table.ts';
import { testFigures } from '../../src/train/training-report.ts';

/** Four rows: a debutant; one without a season mean; two of another month, one with a line. */
const PART: Dataset = {
  rows: 4,
  days: Int32Array.from(['2023-10-31', '2023-10-31', '2023-11-01', '2023-11-01'], dayNumber),
  lookups: ['a', 'b', 'b', 'c'],
  seasons: Int32Array.of(2023, 2023, 2023, 2023),
  gamesBefore: Int32Array.of(0, 12, 13, 40),
  points: Float64Array.of(4, 10, 20, 30),
  minutes: Float64Array.of(20, 8, 10, 36),
  last5: Float64Array.of(NaN, 12, 16, 24),
  last10: Float64Array.of(NaN, 14, 15, 26),
  seasonMean: Float64Array.of(NaN, NaN, 10, 28),
  line: Float64Array.of(5.5, NaN, NaN, 27.5),
  matrix: { rows: 4, columns: 1, values: new Float32Array(4) },
};
const PREDICTED = Float64Array.of(5, 13, 17, 29);

test('a missing season mean is the last 10, in the mix and for itself', () => {
  const { season, mix } = baselinesOf(PART);
  expect([...season]).toEqual([NaN, 14, 10, 28]);
  expect(mix[1]).toBeCloseTo(0.35 * 12 + 0.65 * 14, 12);
  expect(mix[2]).toBeCloseTo(0.35 * 16 + 0.4 * 15 + 0.25 * 10, 12);
});

test('debutants count among all rows and stand in no comparison', () => {
  const report = evaluatePart(PART, PREDICTED);
  expect(report.all).toMatchObject({ n: 4, mae: (1 + 3 + 3 + 1) / 4 });
  expect(report.without_history).toBe(1);
  expect(report.season_mean_missing).toBe(1);
  const paired = pairedReport(PART, PREDICTED);
  const said = {
    quantiles: new Float64Array(4 * LEVELS.length).fill(20),
    members: new Uint8Array(4),
  };
  const intervals = evaluateIntervals(PART, said, ['plain'], PART);
  expect(testFigures({ part: report, paired, intervals })).toEqual({
    all: { n: 4, mae: 2 },
    compared: {
      n: 3,
      model_mae: 2.333333333,
      last_10_mae: 4.333333333, // 4, 5, 4
      last_5_mae: 4, // 2, 4, 6
      season_mae: 5.333333333, // 4, 10, 2
      mix_mae: 4.466666667, // 13.3, 14.1 and 25.8: 3.3, 5.9, 4.2
    },
    minutes_10: {
      n: 2,
      model_mae: 2,
      last_10_mae: 4.5,
      last_5_mae: 5,
      season_mae: 6,
      mix_mae: 5.05,
    },
    line: { n: 1, model_mae: 1, line_mae: 2.5 },
    paired,
    // Always 20: the one compared row of three that scored 20 is covered.
    intervals: {
      ...compactIntervals(intervals),
      coverage_80: 0.333333333,
      last_10_crps: intervals.last_10!.crps,
    },
  });
});

test('the model is paired with each trivial predictor on the compared rows, with the line where it is known', () => {
  const paired = pairedReport(PART, PREDICTED);
  // On the first date the model misses by 3 and last 10 by 4; on the second by 3 and 1, and by 5 and 4.
  expect(paired.last_10).toMatchObject({
    n: 3,
    dates: 2,
    model_mae: 2.333333333,
    other_mae: 4.333333333,
    difference: 2,
    low: 1, // the first date twice
    high: 2.5, // the second date twice
  });
  expect(paired.mix).toMatchObject({ n: 3, other_mae: 4.466666667 });
  expect(paired.last_5.other_mae).toBe(4);
  expect(paired.season.other_mae).toBe(5.333333333);
  expect(paired.line).toMatchObject({ n: 1, dates: 1, difference: 1.5, low: null });
  const unlined = { ...PART, line: new Float64Array(4).fill(NaN) };
  expect(pairedReport(unlined, PREDICTED).line).toBeNull();
});

test('compared rows are cut by season, month and tier', () => {
  const groups = evaluateGroups(PART, PREDICTED);
  expect(Object.entries(groups.by_season).map(([key, { n }]) => [key, n])).toEqual([
    ['2023-24', 3],
  ]);
  expect(Object.entries(groups.by_month).map(([key, { n }]) => [key, n])).toEqual([
    ['2023-10', 1],
    ['2023-11', 2],
  ]);
  expect(Object.entries(groups.by_tier).map(([key, { n }]) => [key, n])).toEqual([
    ['role', 2],
    ['star', 1],
  ]);
  expect(groups.by_tier['star']?.model.mae).toBe(1);
});

test('a tier begins at its bound', () => {
  expect([9.99, 10, 17.99, 18, 24.99, 25].map(tierOf)).toEqual([
    'bench',
    'role',
    'role',
    'starter',
    'starter',
    'star',
  ]);
});

test('confidence is the share of test rows within five points in the same band of predictions', () => {
  const predicted = new Float64Array(80).fill(5, 0, 40).fill(12, 40, 80);
  const actual = new Float64Array(80).fill(10, 0, 30).fill(11, 30, 40).fill(12, 40, 80);
  const bands = confidenceBands(predicted, actual);
  expect(bands.map(({ from, n, score }) => [from, n, score])).toEqual([
    [0, 40, 75],
    [10, 40, 100],
    [18, 0, 87.5], // too few of its own: all rows
    [25, 0, 87.5],
  ]);
  expect([0, 9.999, 10, 17.9, 30].map((points) => confidenceOf(bands, points))).toEqual([
    75, 75, 100, 100, 87.5,
  ]);
  expect(confidenceOf(confidenceBands(new Float64Array(0), new Float64Array(0)), 12)).toBeNull();
});
