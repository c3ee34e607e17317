import { fitLeastAbsoluteError } from './least-absolute-error.ts';

/**
 * Takes a squared prediction of sqrt(points) to points: `p = max(0, a + b*q + c*q*q)`. Squared error
 * on the square root aims at its mean; these three numbers move it to the median of the points
 * (FEATURES.md, Target).
 */
export interface MedianCorrection {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** Leaves q as it is. */
export const IDENTITY_CORRECTION: MedianCorrection = Object.freeze({ a: 0, b: 1, c: 0 });

/** Points from a squared prediction, in double precision; never below 0. */
export function applyCorrection(correction: MedianCorrection, q: number): number {
  // The order of operations is that of the ONNX graph: (a + b*q) + (c*q)*q.
  return Math.max(0, correction.a + correction.b * q + correction.c * q * q);
}

/**
 * Points from a raw prediction of sqrt(points): below 0 counts as 0, then squared, then corrected.
 * All in double precision, from a float32 prediction.
 */
export function toPoints(prediction: number, correction: MedianCorrection): number {
  const root = Math.max(0, prediction);
  return applyCorrection(correction, root * root);
}

/**
 * The correction with the least mean absolute error on the rows given, q squared predictions and
 * points what was scored (at least 0). The fit is exact for `a + b*q + c*q*q`; the bound at 0 can only
 * bring it nearer to points that are never negative. Identity when nothing is better on these rows,
 * or there are fewer than three different q.
 */
export function fitMedianCorrection(q: Float64Array, points: Float64Array): MedianCorrection {
  const fitted = fitLeastAbsoluteError(q, points);
  if (fitted === undefined) return IDENTITY_CORRECTION;
  const better = absoluteError(fitted, q, points) < absoluteError(IDENTITY_CORRECTION, q, points);
  return better ? fitted : IDENTITY_CORRECTION;
}

function absoluteError(correction: MedianCorrection, q: Float64Array, points: Float64Array) {
  let total = 0;
  for (let i = 0; i < q.length; i++) {
    total += Math.abs(applyCorrection(correction, q[i]!) - points[i]!);
  }
  return total;
}
