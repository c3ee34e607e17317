import { expect, test } from 'vitest';
import type { Dataset } from '../../src/train/dataset.ts';
import type { PartReport } from '../../src/train/evaluate.ts';
import { correlationAlarms, suspectAlarms } from '../../src/train/leak-alarms.ts';

function rowsOf(points: number[], columns: number[][]): Dataset {
  const n = points.length;
  const values = Float32Array.from({ length: n * columns.length }, (_, k) => {
    return columns[k % columns.length]![Math.floor(k / columns.length)]!;
  });
  const blank = new Float64Array(n);
  return {
    rows: n,
    days: new Int32Array(n),
    lookups: points.map(String),
    seasons: new Int32Array(n),
    gamesBefore: new Int32Array(n),
    points: Float64Array.from(points),
    minutes: blank,
    last5: blank,
    last10: blank,
    seasonMean: blank,
    line: blank,
    matrix: { rows: n, columns: columns.length, values },
  };
}

test('a feature that follows the points of the night too closely is an alarm, either way', () => {
  const points = [1, 2, 3, 4];
  const alarms = correlationAlarms(
    rowsOf(points, [
      [2, 4, 6, 8], // 1
      [-1, -2, -3, -5], // -0.983
      [1, 2, 3, 1], // 0.135
      [7, 7, 7, 7], // constant: none
      [NaN, NaN, NaN, NaN],
    ]),
    ['same', 'turned', 'weak', 'constant', 'missing'],
  );
  expect(alarms.map(({ subject, found }) => [subject, found])).toEqual([
    ['same', 1],
    ['turned', -0.98270763], // -6.5 / sqrt(5 * 8.75)
  ]);
});

test('missing values are left out of the correlation, points and all', () => {
  // With the two known rows alone the correlation is 1; the other points would spoil it.
  const [alarm] = correlationAlarms(rowsOf([1, 2, 90, -70], [[1, 2, NaN, NaN]]), ['partly']);
  expect(alarm).toMatchObject({ alarm: 'correlation', subject: 'partly', found: 1 });
});

test('a model more than 12 percent below last 10 is suspect, one at the limit is not', () => {
  const report = (model: number | null, last10: number | null) =>
    ({ compared: { model: { mae: model }, last_10: { mae: last10 } } }) as PartReport;
  expect(suspectAlarms(report(4.4, 5))).toEqual([]);
  expect(suspectAlarms(report(4.399, 5))).toMatchObject([{ found: 4.399, limit: 4.4 }]);
  expect(suspectAlarms(report(null, null))).toEqual([]);
});
