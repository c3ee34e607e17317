import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findSplit } from '../../src/train/split.ts';

const SHARES = { shares: [70, 15, 15] as const };

test('a cut is the first date at which the cumulative share reaches 70 and 85 percent, and that date belongs to the later part', () => {
  // Cumulative: 30, 60, 70, 84, 85, 100.
  const dates = [30, 30, 10, 14, 1, 15].map((rows, i) => ({ date: `2024-01-0${i + 1}`, rows }));
  expect(findSplit(dates, SHARES)).toEqual({
    validateFrom: '2024-01-03',
    testFrom: '2024-01-05',
    label: '70/15/15',
  });
});

test('a share just missed is reached on the next date only', () => {
  // Cumulative of 1000: 699, 700, 849, 850, 1000.
  const dates = [699, 1, 149, 1, 150].map((rows, i) => ({ date: `2024-01-0${i + 1}`, rows }));
  expect(findSplit(dates, SHARES)).toMatchObject({
    validateFrom: '2024-01-02',
    testFrom: '2024-01-04',
  });
});

test('a split that leaves a part without rows is none', () => {
  expect(findSplit([{ date: '2024-01-01', rows: 5 }], SHARES)).toBeNull();
  expect(findSplit([], SHARES)).toBeNull();
  const dates = [1, 1, 1].map((rows, i) => ({ date: `2024-01-0${i + 1}`, rows }));
  expect(findSplit(dates, { validateFrom: '2024-01-02', testFrom: '2024-02-01' })).toBeNull();
});

test('a split by dates keeps the dates that were asked', () => {
  const dates = [1, 1, 1].map((rows, i) => ({ date: `2024-01-0${i + 1}`, rows }));
  expect(findSplit(dates, { validateFrom: '2024-01-02', testFrom: '2024-01-03' })).toEqual({
    validateFrom: '2024-01-02',
    testFrom: '2024-01-03',
    label: '2024-01-02/2024-01-03',
  });
  expect(() => findSplit(dates, { validateFrom: '2024-01-03', testFrom: '2024-01-03' })).toThrow(
    'validation comes first',
  );
});

test('the parts of any split are ordered, none is empty, and each date is in one part', () => {
  const shares = fc
    .tuple(fc.integer({ min: 1, max: 98 }), fc.integer({ min: 1, max: 98 }))
    .filter(([a, b]) => a + b < 100)
    .map(([a, b]) => [a, b, 100 - a - b] as const);
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 40 }),
      shares,
      (rows, asked) => {
        const dates = rows.map((n, i) => ({
          date: new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10),
          rows: n,
        }));
        const split = findSplit(dates, { shares: asked });
        if (split === null) return;
        const { validateFrom, testFrom } = split;
        const part = (date: string) => (date < validateFrom ? 0 : date < testFrom ? 1 : 2);
        const parts = dates.map(({ date }) => part(date));
        expect(parts).toEqual([...parts].sort());
        expect(new Set(parts)).toEqual(new Set([0, 1, 2]));
        // The later parts never have less than their share by more than the date that was cut at.
        const total = rows.reduce((sum, n) => sum + n, 0);
        const before = dates
          .filter(({ date }) => date < validateFrom)
          .reduce((sum, { rows: n }) => sum + n, 0);
        expect(before * 100).toBeLessThan(asked[0] * total);
      },
    ),
  );
});
