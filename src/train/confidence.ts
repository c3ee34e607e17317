import { round9 } from './metrics.ts';

/** How often predictions of a size came within five points on the test part. */
export interface ConfidenceBand {
  /** Predicted points from here, to before the next band's start. */
  readonly from: number;
  readonly n: number;
  /** Percent of test rows within five points, 2 decimals; null: not evaluated. */
  readonly score: number | null;
}

/** Bands of predicted points: those of the tiers (SPEC 6). */
const STARTS = [0, 10, 18, 25];

/** Under this a band says little of its own, and the share of all rows stands in. */
const MINIMUM_ROWS = 30;

/**
 * Measures `confidence_score` on the test part: the percent of rows, in the same band of predicted
 * points, whose prediction came within five points. A frequency that was seen, not a feeling.
 */
export function confidenceBands(predicted: Float64Array, actual: Float64Array): ConfidenceBand[] {
  const hits = STARTS.map(() => 0);
  const counts = STARTS.map(() => 0);
  for (let i = 0; i < predicted.length; i++) {
    const band = bandOf(predicted[i]!);
    counts[band]!++;
    if (Math.abs(predicted[i]! - actual[i]!) <= 5) hits[band]!++;
  }
  const all = predicted.length === 0 ? null : percent(sum(hits), predicted.length);
  return STARTS.map((from, band) => ({
    from,
    n: counts[band]!,
    score: counts[band]! >= MINIMUM_ROWS ? percent(hits[band]!, counts[band]!) : all,
  }));
}

/** The confidence score of a prediction, 0 to 100; null when the model was not evaluated. */
export function confidenceOf(bands: readonly ConfidenceBand[], predicted: number): number | null {
  return bands[bandOf(predicted)]?.score ?? null;
}

function bandOf(predicted: number): number {
  let band = 0;
  while (band + 1 < STARTS.length && predicted >= STARTS[band + 1]!) band++;
  return band;
}

function percent(part: number, whole: number): number {
  return round9(Math.round((10_000 * part) / whole) / 100);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
