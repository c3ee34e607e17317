import { expect, test } from 'vitest';
import {
  applyCorrection,
  fitMedianCorrection,
  type MedianCorrection,
  toPoints,
} from '../../src/train/median-correction.ts';
import { generator } from './engines-data.ts';

const identity = { a: 0, b: 1, c: 0 };

function meanError(correction: MedianCorrection, q: Float64Array, points: Float64Array): number {
  return q.reduce((sum, x, i) => sum + Math.abs(applyCorrection(correction, x) - points[i]!), 0);
}

test('points are the square of the prediction, corrected and never below 0', () => {
  expect(toPoints(3, identity)).toBe(9);
  expect(toPoints(-3, identity)).toBe(0);
  expect(toPoints(-3, { a: 0.5, b: 1, c: 0 })).toBe(0.5);
  // 1 + 2*4 - 0.5*16 = 1
  expect(toPoints(2, { a: 1, b: 2, c: -0.5 })).toBe(1);
  expect(toPoints(1, { a: -2, b: 1, c: 0 })).toBe(0);
});

test('points on a parabola give that parabola, whatever a minority of outliers says', () => {
  const q = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
  const points = q.map((x) => 2 + 0.5 * x + 0.25 * x * x);
  points[2] = 40;
  points[6] = 0;
  const { a, b, c } = fitMedianCorrection(q, points);
  expect([a, b, c].map((value) => Number(value.toFixed(12)))).toEqual([2, 0.5, 0.25]);
});

test('where each q has three points it passes through the medians', () => {
  // Medians at q = 1, 2, 3 are 1, 4, 9.
  const q = Float64Array.of(1, 1, 1, 2, 2, 2, 3, 3, 3);
  const points = Float64Array.of(0, 1, 30, 4, 4, 50, 0, 9, 10);
  const { a, b, c } = fitMedianCorrection(q, points);
  expect([a, b, c].map((value) => Number(value.toFixed(12)) + 0)).toEqual([0, 0, 1]);
});

test('no parabola through three of the points has a smaller error', () => {
  const random = generator(5);
  for (let example = 0; example < 40; example++) {
    const q = Float64Array.from({ length: 14 }, () =>
      example % 2 === 0 ? random() * 30 : Math.floor(random() * 6) + 1,
    );
    const points = q.map((x) => Math.floor(x + random() * 20));
    let least = meanError(identity, q, points);
    for (let i = 0; i < 14; i++)
      for (let j = 0; j < i; j++)
        for (let k = 0; k < j; k++) {
          const [x, y, z] = [q[i]!, q[j]!, q[k]!];
          if (x === y || y === z || x === z) continue;
          const slope = (points[j]! - points[i]!) / (y - x);
          const c = ((points[k]! - points[j]!) / (z - y) - slope) / (z - x);
          const b = slope - c * (x + y);
          const a = points[i]! - b * x - c * x * x;
          least = Math.min(
            least,
            q.reduce((s, t, at) => s + Math.abs(a + b * t + c * t * t - points[at]!), 0),
          );
        }
    // The bound at 0 can only help, so the fit may be below the least unbounded error.
    expect(meanError(fitMedianCorrection(q, points), q, points)).toBeLessThan(least + 1e-6);
  }
});

test('it is never worse than no correction, and none where none can be fitted', () => {
  const q = Float64Array.of(4, 4, 9, 9);
  expect(fitMedianCorrection(q, Float64Array.of(1, 2, 3, 4))).toEqual(identity);
  expect(fitMedianCorrection(new Float64Array(0), new Float64Array(0))).toEqual(identity);
  const exact = Float64Array.of(1, 2, 3, 4, 5);
  expect(fitMedianCorrection(exact, exact)).toEqual(identity);
});

test('the same rows give the same correction, and a season of rows is fitted', () => {
  const random = generator(9);
  const q = Float64Array.from({ length: 28_000 }, () => random() ** 2 * 35);
  const points = q.map((x) => Math.floor(x * (0.2 + 1.6 * random())) + 1);
  const fitted = fitMedianCorrection(q, points);
  expect(fitMedianCorrection(q, points)).toEqual(fitted);
  for (const [da, db, dc] of [
    [0.01, 0, 0],
    [-0.01, 0, 0],
    [0, 0.001, 0],
    [0, -0.001, 0],
    [0, 0, 1e-4],
    [0, 0, -1e-4],
  ]) {
    const moved = { a: fitted.a + da!, b: fitted.b + db!, c: fitted.c + dc! };
    expect(meanError(moved, q, points)).toBeGreaterThan(meanError(fitted, q, points));
  }
});
