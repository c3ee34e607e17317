import { expect, test } from 'vitest';
import type { Dataset } from '../../src/train/dataset.ts';
import { cutStep, stepsOf } from '../../src/train/walk-forward-plan.ts';

test('a season is tested when one comes before it to choose on, and one before that to train on', () => {
  expect(stepsOf([2016, 2017, 2018, 2019], undefined)).toEqual([
    { test: 2018, validation: 2017, train: [2016] },
    { test: 2019, validation: 2018, train: [2016, 2017] },
  ]);
  expect(stepsOf([2016, 2017], undefined)).toEqual([]);
});

test('a first season leaves earlier tests out, not earlier training rows', () => {
  expect(stepsOf([2016, 2017, 2018, 2019], 2019)).toEqual([
    { test: 2019, validation: 2018, train: [2016, 2017] },
  ]);
});

test('a first season that cannot be tested is refused with those that can', () => {
  expect(() => stepsOf([2016, 2017, 2018, 2019], 2017)).toThrow(
    'The option "--from-season" is 2017-18; a season with training rows in at least two seasons before it was wanted (2018-19 to 2019-20).',
  );
  expect(() => stepsOf([2016, 2017], 2016)).toThrow(
    'in at least two seasons before it was wanted.',
  );
});

test('parts begin and end with their seasons, and later seasons stay out', () => {
  const seasons = Int32Array.of(2016, 2016, 2017, 2018, 2018, 2018, 2019);
  const rows: Dataset = {
    rows: 7,
    days: Int32Array.of(1, 2, 3, 4, 5, 6, 7),
    lookups: ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
    seasons,
    gamesBefore: new Int32Array(7),
    points: new Float64Array(7),
    minutes: new Float64Array(7),
    last5: new Float64Array(7),
    last10: new Float64Array(7),
    seasonMean: new Float64Array(7),
    line: new Float64Array(7),
    matrix: { rows: 7, columns: 1, values: new Float32Array(7) },
  };
  const lookups = (step: Parameters<typeof cutStep>[1]) => {
    const { train, validation, test: last } = cutStep(rows, step);
    return [train, validation, last].map((part) => part.lookups.join(''));
  };
  const [first, second] = stepsOf([...seasons], undefined);
  expect(lookups(first!)).toEqual(['ab', 'c', 'def']);
  expect(lookups(second!)).toEqual(['abc', 'def', 'g']);
});
