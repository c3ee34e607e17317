import { expect, test } from 'vitest';
import { alarmsOf } from '../../../src/train/monitor/alarms.ts';
import { notMeasured } from '../../../src/train/monitor/drift.ts';
import { byWeek, type GradedDate, recentErrors } from '../../../src/train/monitor/graded-errors.ts';

const NO_DRIFT = notMeasured('nothing of it here');

function graded(date: string, rows: number, mae: number, within = rows): GradedDate {
  return { date, rows, absolute: rows * mae, signed: -rows, intervals: rows, within };
}

/** Seven dates from 2024-01-01, with 100 rows each; their MAE is 4 or 5 by turns, 4 first. */
const SEVEN = [1, 2, 3, 4, 5, 6, 7].map((day) => graded(`2024-01-0${day}`, 100, day % 2 ? 4 : 5));

test('weeks run from Monday to Sunday and bear the year of their Thursday', () => {
  expect(
    byWeek([
      graded('2023-12-31', 10, 4),
      graded('2024-01-01', 10, 3, 8),
      graded('2024-01-07', 30, 5, 26),
      graded('2024-12-30', 10, 4),
      graded('2027-01-03', 10, 4),
    ]),
  ).toEqual([
    { week: '2026-W53', from: '2026-12-28', dates: 1, rows: 10, mae: 4, bias: -1, coverage_80: 1 },
    { week: '2025-W01', from: '2024-12-30', dates: 1, rows: 10, mae: 4, bias: -1, coverage_80: 1 },
    {
      ...{ week: '2024-W01', from: '2024-01-01', dates: 2, rows: 40, mae: 4.5, bias: -1 },
      coverage_80: 0.85,
    },
    { week: '2023-W52', from: '2023-12-25', dates: 1, rows: 10, mae: 4, bias: -1, coverage_80: 1 },
  ]);
});

test('the newest 28 days count, and the standard error is that of dates weighed by their rows', () => {
  const recent = recentErrors([
    graded('2024-01-03', 10, 90),
    graded('2024-01-04', 10, 3),
    graded('2024-01-20', 20, 4.5),
    graded('2024-01-31', 10, 6),
  ]);
  // MAE (30 + 90 + 60) / 40 = 4.5; S - 4.5 n: -15, 0, 15; sqrt(3/2 * 450) / 40 = .649519
  expect(recent).toEqual({
    ...{ from: '2024-01-04', to: '2024-01-31', dates: 3, rows: 40, intervals: 40 },
    ...{ mae: 4.5, bias: -1, coverage_80: 1, standard_error: 0.649519053 },
  });
});

test('without a graded date there is nothing, and one date has no standard error', () => {
  expect(recentErrors([])).toBeNull();
  expect(recentErrors([graded('2024-01-01', 10, 4)])!.standard_error).toBeNull();
});

test('an error of more than three standard errors above the estimate is an alarm, on seven dates', () => {
  // MAE (4 * 4 + 3 * 5) / 7 = 4.428571; S - MAE n: -42.857 four times, 57.143 three times;
  // sqrt(7/6 * (4 * 42.857^2 + 3 * 57.143^2)) / 700 = .202031; three of them below the MAE: 3.822479.
  const recent = recentErrors(SEVEN);
  expect(recent).toMatchObject({ mae: 4.428571429, standard_error: 0.202030509 });
  expect(alarmsOf(recent, 3.8225, NO_DRIFT)).toEqual([]);
  expect(alarmsOf(recent, 3.8224, NO_DRIFT)).toEqual([
    {
      kind: 'error',
      message:
        'Predictions miss by 4.429 points on 7 dates to 2024-01-07; the training expected 3.822, and 3 standard errors above it are 4.428.',
      next: expect.stringContaining('hoopduck train'),
    },
  ]);
  expect(alarmsOf(recentErrors(SEVEN.slice(1)), 3, NO_DRIFT)).toEqual([]);
  expect(alarmsOf(recent, null, NO_DRIFT)).toEqual([]);
});

test('an interval that holds under 70% of at least 500 results is an alarm', () => {
  const alarms = (rows: number, within: number) =>
    alarmsOf(recentErrors([graded('2024-01-01', rows, 4, within)]), 4, NO_DRIFT);
  expect(alarms(1000, 700)).toEqual([]);
  expect(alarms(499, 0)).toEqual([]);
  expect(alarms(500, 349)).toEqual([
    {
      kind: 'coverage',
      message:
        'The 80% interval holds 69.8% of 500 results on 1 date to 2024-01-01; at least 70.0% are wanted.',
      next: expect.stringContaining('hoopduck train'),
    },
  ]);
});

test('lines or reports that a fifth of the players lost are an alarm, and so are features above their limits', () => {
  const at = (share: number) => ({ of: 'report' as const, rows: 900, share, expected: 0.9 });
  expect(alarmsOf(null, null, { ...NO_DRIFT, known: [at(0.71)] })).toEqual([]);
  expect(alarmsOf(null, null, { ...NO_DRIFT, known: [at(0.69)] })).toMatchObject([
    {
      kind: 'known',
      message:
        "69.0% of the players have an injury report; 90.0% had them in the same weeks of the training's newest season.",
    },
  ]);
  const drifting = ['a', 'b', 'c', 'd', 'e', 'f'].map((feature) => ({
    ...{ feature, days: 28, rows: 900, psi: 5, limit: 0.25, missing: 0, missing_expected: 0 },
  }));
  expect(alarmsOf(null, null, { ...NO_DRIFT, measured: 71, drifting })).toMatchObject([
    {
      kind: 'drift',
      message:
        '6 of 71 features lie otherwise than in the training: a (5.00 in 28 days, limit 0.25), b (5.00 in 28 days, limit 0.25), c (5.00 in 28 days, limit 0.25), d (5.00 in 28 days, limit 0.25), e (5.00 in 28 days, limit 0.25) and 1 more.',
    },
  ]);
});
