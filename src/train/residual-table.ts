import { quantileOf } from './quantile.ts';

/** Levels of the quantiles that a forecast has; the 80% interval lies between .1 and .9. */
export const LEVELS = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95] as const;

/** Places of the ends of the 80% interval and of the median in `LEVELS`. */
export const LOW = 1;
export const MEDIAN = 5;
export const HIGH = 9;

const BINS = 12;

/** A bin of fewer rows says little of its ends; with fewer rows there are fewer bins. */
const MINIMUM_BIN_ROWS = 50;

/**
 * How far sqrt(points) fell from a prediction of it, by the size of the prediction: at each knot (a
 * predicted root, ascending) one offset for each of `LEVELS`. Between knots offsets are interpolated
 * linearly, so that a prediction which moves in its last bit does not jump from bin to bin; outside
 * the outermost offset holds.
 */
export interface ResidualTable {
  readonly knots: readonly number[];
  /** One row a knot, one column a level. */
  readonly offsets: readonly (readonly number[])[];
}

/**
 * The table of rows that the model was not trained on (FEATURES.md, Intervals): up to twelve bins of
 * equal count by predicted root, the knot at the mean root of the bin, the offsets the quantiles of
 * `sqrt(points) - root` in it. Roots are on the scale of sqrt(points), points at least 0. Throws a
 * RangeError without rows.
 */
export function fitResidualTable(roots: Float64Array, points: Float64Array): ResidualTable {
  if (roots.length === 0 || roots.length !== points.length) {
    throw new RangeError(
      `A residual table was asked of ${roots.length} predictions and ${points.length} points.`,
    );
  }
  const order = Array.from(roots.keys()).sort((i, j) => roots[i]! - roots[j]! || i - j);
  const bins = Math.max(1, Math.min(BINS, Math.floor(roots.length / MINIMUM_BIN_ROWS)));
  const knots: number[] = [];
  const offsets: number[][] = [];
  let start = 0;
  for (let bin = 0; bin < bins; bin++) {
    let end = Math.floor(((bin + 1) * order.length) / bins);
    // Rows of one and the same prediction stay together.
    while (end < order.length && roots[order[end]!] === roots[order[end - 1]!]) end++;
    if (end <= start) continue;
    const rows = order.slice(start, end);
    start = end;
    const knot = rows.reduce((sum, i) => sum + roots[i]!, 0) / rows.length;
    const residuals = Float64Array.from(rows, (i) => Math.sqrt(points[i]!) - roots[i]!).sort();
    knots.push(knot);
    offsets.push(LEVELS.map((level) => quantileOf(residuals, level)));
  }
  return { knots, offsets };
}

/**
 * Points at each of `LEVELS` for a predicted root, in double precision, into `out` from `start` on;
 * ascending and never below 0.
 */
export function quantilesInto(
  { knots, offsets }: ResidualTable,
  root: number,
  out: Float64Array,
  start: number,
): void {
  let below = 0;
  while (below + 1 < knots.length && root >= knots[below + 1]!) below++;
  const above = Math.min(below + 1, knots.length - 1);
  const width = knots[above]! - knots[below]!;
  const share = width === 0 ? 0 : Math.min(1, Math.max(0, (root - knots[below]!) / width));
  for (let level = 0; level < LEVELS.length; level++) {
    const from = offsets[below]![level]!;
    const end = Math.max(0, root + from + share * (offsets[above]![level]! - from));
    out[start + level] = end * end;
  }
}

/**
 * The chance, 0 to 1, of more points than a line, by the quantiles of a row that begin at `start`:
 * between two levels the chance runs linearly with sqrt(points), outside them it keeps the slope of
 * the outermost two, and never leaves .01 to .99, as so few levels say nothing of the ends. Where the
 * line lies in a step of equal quantiles (several are 0), the highest of their levels counts.
 */
export function chanceOver(quantiles: Float64Array, start: number, line: number): number {
  const root = Math.sqrt(Math.max(0, line));
  const at = (level: number): number => Math.sqrt(quantiles[start + level]!);
  let above = 1;
  while (above + 1 < LEVELS.length && at(above) <= root) above++;
  const [low, high] = [at(above - 1), at(above)];
  const share = high > low ? (root - low) / (high - low) : root >= high ? 1 : 0;
  const below = LEVELS[above - 1]! + share * (LEVELS[above]! - LEVELS[above - 1]!);
  return Math.min(0.99, Math.max(0.01, 1 - below));
}
