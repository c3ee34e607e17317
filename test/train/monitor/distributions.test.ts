import { expect, test } from 'vitest';
import type { FeatureSet } from '../../../src/train/feature-sets.ts';
import { distributionsOf, weeksOf } from '../../../src/train/monitor/distributions.ts';

const feature = (name: string, needs: 'lines' | null) =>
  ({ name, needs, type: 'number', meaning: '', unit: '', window: '' }) as const;

const SET: FeatureSet = {
  name: 'two',
  table: 'hoopduck.two',
  features: [feature('form', null), feature('spread', 'lines')],
  presence: { lines: 'spread', report: null },
};

/** A day's rows of a season that begins on day 1000 * season: [season, day of season, form, spread]. */
type Row = readonly [season: number, day: number, form: number, spread: number];

function reference(rows: readonly Row[]) {
  const starts = new Map(rows.map(([season]) => [season, season * 1000]));
  return distributionsOf(
    {
      days: Int32Array.from(rows, ([season, day]) => season * 1000 + day),
      seasons: Int32Array.from(rows, ([season]) => season),
      matrix: {
        rows: rows.length,
        columns: 2,
        values: Float32Array.from(rows.flatMap(([, , form, spread]) => [form, spread])),
      },
    },
    SET,
    starts,
  );
}

/** `n` rows of a season and day whose form runs evenly over 0 to 99, moved by `shift`. */
const even = (season: number, day: number, n: number, shift = 0): Row[] =>
  Array.from({ length: n }, (_, i): Row => [season, day, (i * 100) / n + shift, 1]);

test('a week of the season is counted from its first game', () => {
  expect([
    ...weeksOf(
      Int32Array.of(100, 106, 107, 300, 90),
      Int32Array.of(1, 1, 1, 2, 1),
      new Map([
        [1, 100],
        [2, 286],
      ]),
    ),
  ]).toEqual([0, 0, 1, 2, 0]);
});

test('the reference holds deciles and counts of the newest three seasons, by week', () => {
  const { seasons, rows, features } = reference([
    ...even(1, 0, 100, 1000),
    ...even(2, 0, 100),
    ...even(3, 0, 100),
    ...even(4, 14, 100),
    [4, 14, NaN, 1],
  ]);
  expect(seasons).toEqual([2, 3, 4]);
  expect(rows).toEqual([200, 0, 101]);
  const form = features[0]!;
  expect([form.low, form.high]).toEqual([0, 99]);
  expect(form.deciles).toHaveLength(9);
  // Each of 0 to 99 is there three times: the places 29.9 and 149.5 of 299 lie between 9 and 10, 49 and 50.
  expect(form.deciles[0]).toBeCloseTo(9.9, 9);
  expect(form.deciles[4]).toBe(49.5);
  expect(form.weeks[0]!.reduce((a, b) => a + b)).toBe(200);
  expect(form.weeks[1]).toBeNull();
  expect(form.weeks[2]!.at(-1)).toBe(1);
});

test('a feature that needs lines counts only rows that have them, and their share is kept of the newest season', () => {
  const { known, features } = reference([
    [1, 0, 5, 2],
    [1, 0, 5, NaN],
    [1, 7, 5, 3],
    [2, 0, 5, 2],
    [2, 0, 5, NaN],
    [2, 0, 5, NaN],
  ]);
  expect(known).toEqual({
    lines: [
      [3, 1],
      [1, 1],
    ],
    report: null,
  });
  const spread = features[1]!;
  expect(spread.weeks.map((counts) => counts!.reduce((a, b) => a + b))).toEqual([2, 1]);
  expect(spread.weeks[0]!.at(-1)).toBe(0);
});

test('the limit is one and a half times the furthest that a season of the training lay from those before', () => {
  // Form is 0 or 100. The first season has a share of .5, the second of .7 in its only span.
  const half = (season: number, n: number, ones: number): Row[] =>
    Array.from({ length: n }, (_, i): Row => [season, 0, i < ones ? 100 : 0, 1]);
  const { features } = reference([...half(1, 1000, 500), ...half(2, 1000, 800)]);
  // (.8 - .5) * ln(.8/.5) + (.2 - .5) * ln(.2/.5) = .3 * ln 4 = .415888
  const limit = Number((1.5 * 0.3 * Math.log(4)).toFixed(6));
  expect(features[0]!.limits).toEqual([limit, 2]);
  // A spread of 1 in every row never moved: the least limit.
  expect(features[1]!.limits).toEqual([0.25, 2]);
});

test('a season is held against the three before it, not against older ones', () => {
  // Shares of 100 by season: .8, then .5 three times, and .1 against .5: .4 * ln 5 + .4 * ln 1.8 = .4 * ln 9.
  const rows = [800, 500, 500, 500, 100].flatMap((ones, before) =>
    Array.from({ length: 1000 }, (_, i): Row => [before + 1, 0, i < ones ? 100 : 0, 1]),
  );
  const limit = Number((1.5 * 0.4 * Math.log(9)).toFixed(6));
  expect(reference(rows).features[0]!.limits).toEqual([limit, 2]);
});

test('four weeks and one week have limits of their own', () => {
  // Form is 0 or 100: .5 of each in the first season; in the second .5 in week 0 and all 100 in week 1.
  const half = (season: number, day: number, ones: number): Row[] =>
    Array.from({ length: 1000 }, (_, i): Row => [season, day, i < ones ? 100 : 0, 1]);
  const { features } = reference([
    ...[...half(1, 0, 500), ...half(1, 7, 500)],
    ...[...half(2, 0, 500), ...half(2, 7, 1000)],
  ]);
  // Both weeks, .75 and .25: .25 * ln 3. Week 1 alone: .5 * ln 2 + .499 * ln 500 = 3.447663, and half more is above 5.
  expect(features[0]!.limits).toEqual([Number((1.5 * 0.25 * Math.log(3)).toFixed(6)), 5]);
});

test('of a single season, of few rows and of columns that went mad, the limit is the largest', () => {
  expect(reference(even(1, 0, 1000)).features[0]!.limits).toEqual([3, 5]);
  expect(reference([...even(1, 0, 499), ...even(2, 0, 499)]).features[0]!.limits).toEqual([3, 5]);
  expect(reference([...even(1, 0, 500), ...even(2, 0, 500, 1000)]).features[0]!.limits).toEqual([
    3, 5,
  ]);
});
