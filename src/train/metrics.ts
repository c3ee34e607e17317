/** How far predictions lie from what happened; errors are predicted - actual, in points. */
export interface ErrorReport {
  readonly n: number;
  readonly mae: number | null;
  readonly rmse: number | null;
  /** Median of the signed errors. */
  readonly median_error: number | null;
  readonly median_absolute_error: number | null;
  /** Mean of the signed errors. */
  readonly bias: number | null;
  /** Shares of rows with an absolute error of at most 1, 3 and 5 points. */
  readonly within_1: number | null;
  readonly within_3: number | null;
  readonly within_5: number | null;
}

/**
 * Errors over the rows in `rows` (indices), summed in float64 in that order, so that the same rows
 * give the same figure to the last bit. Figures are rounded to 9 decimals; no rows: null.
 */
export function errorReport(
  predicted: Float64Array,
  actual: Float64Array,
  rows: Iterable<number>,
): ErrorReport {
  const errors: number[] = [];
  let absolute = 0;
  let squared = 0;
  let signed = 0;
  const within = [0, 0, 0];
  for (const i of rows) {
    const error = predicted[i]! - actual[i]!;
    const size = Math.abs(error);
    errors.push(error);
    absolute += size;
    squared += error * error;
    signed += error;
    if (size <= 1) within[0]!++;
    if (size <= 3) within[1]!++;
    if (size <= 5) within[2]!++;
  }
  const n = errors.length;
  const mean = (sum: number): number | null => (n === 0 ? null : round9(sum / n));
  return {
    n,
    mae: mean(absolute),
    rmse: n === 0 ? null : round9(Math.sqrt(squared / n)),
    median_error: median(errors),
    median_absolute_error: median(errors.map(Math.abs)),
    bias: mean(signed),
    within_1: mean(within[0]!),
    within_3: mean(within[1]!),
    within_5: mean(within[2]!),
  };
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle]!;
  return round9(sorted.length % 2 === 1 ? upper : (sorted[middle - 1]! + upper) / 2);
}

/** Rounds to 9 decimals, the scale of stored figures (SPEC, head). */
export function round9(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}
