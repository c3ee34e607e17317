import { round9 } from './metrics.ts';
import { quantileOf } from './quantile.ts';
import { randomFrom } from './random.ts';

/** Two predictors of the same rows; all columns are as long as the rows' part. */
export interface PairedRows {
  /** Day of each row, as days since 1970-01-01; only equality matters. */
  readonly days: Int32Array;
  /** Points scored, and points predicted by either. */
  readonly actual: Float64Array;
  readonly model: Float64Array;
  readonly other: Float64Array;
  /** Indices of the rows to compare, on which both must have a figure. */
  readonly rows: Iterable<number>;
}

/**
 * How much nearer the model comes than the other, in points of mean absolute error, 9 decimals. The
 * ends are those of the 95% interval over resampled dates; null with fewer than two dates.
 */
export interface PairedDifference {
  readonly n: number;
  readonly dates: number;
  readonly model_mae: number | null;
  readonly other_mae: number | null;
  /** `other_mae - model_mae`: above 0 the model is better, and surely so when `low` is too. */
  readonly difference: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** The difference in percent of `other_mae`; null where that is 0. */
  readonly gain_percent: number | null;
  readonly gain_low: number | null;
  readonly gain_high: number | null;
}

/** Enough for two digits of an end; more does not move what a reader would conclude. */
const RESAMPLES = 2000;

/**
 * Compares two predictors by a paired bootstrap: whole dates are drawn with replacement, as many as
 * there are, because the errors of one night hang together (one game's pace is in ten men's points)
 * and rows drawn alone would give too narrow an interval. Both predictors are judged on the same draw. The ends
 * are the 2.5% and 97.5% quantiles of the drawn differences. The same rows give the same figures.
 * Throws a RangeError when a row has no figure of either.
 */
export function pairedBootstrap(
  paired: PairedRows,
  { resamples = RESAMPLES, seed = 1 }: { resamples?: number; seed?: number } = {},
): PairedDifference {
  const { counts, modelErrors, otherErrors } = sumByDate(paired);
  const n = total(counts);
  const dates = counts.length;
  if (n === 0) return { n, dates, ...NOTHING };
  const modelError = total(modelErrors);
  const otherError = total(otherErrors);
  const draws = dates < 2 ? 0 : resamples;
  const differences = new Float64Array(draws);
  const gains = new Float64Array(draws);
  const random = randomFrom(seed);
  for (let draw = 0; draw < draws; draw++) {
    let rows = 0;
    let model = 0;
    let other = 0;
    for (let drawn = 0; drawn < dates; drawn++) {
      const date = Math.floor(random() * dates);
      rows += counts[date]!;
      model += modelErrors[date]!;
      other += otherErrors[date]!;
    }
    differences[draw] = (other - model) / rows;
    gains[draw] = (100 * (other - model)) / other;
  }
  const [low, high] = ends(differences);
  const [gainLow, gainHigh] = ends(gains);
  return {
    n,
    dates,
    model_mae: round9(modelError / n),
    other_mae: round9(otherError / n),
    difference: round9((otherError - modelError) / n),
    low,
    high,
    gain_percent: otherError === 0 ? null : round9((100 * (otherError - modelError)) / otherError),
    gain_low: gainLow,
    gain_high: gainHigh,
  };
}

const NOTHING = {
  model_mae: null,
  other_mae: null,
  difference: null,
  low: null,
  high: null,
  gain_percent: null,
  gain_low: null,
  gain_high: null,
} as const;

/** Rows and summed absolute errors of each date, oldest first; all that a draw of dates needs. */
function sumByDate({ days, actual, model, other, rows }: PairedRows) {
  const sums = new Map<number, [rows: number, model: number, other: number]>();
  for (const row of rows) {
    const modelError = Math.abs(model[row]! - actual[row]!);
    const otherError = Math.abs(other[row]! - actual[row]!);
    if (!Number.isFinite(modelError + otherError)) {
      throw new RangeError(
        `Row ${row} has ${actual[row]} points, predicted ${model[row]} and ${other[row]}; a comparison needs all three.`,
      );
    }
    const sum = sums.get(days[row]!);
    if (sum === undefined) {
      sums.set(days[row]!, [1, modelError, otherError]);
    } else {
      sum[0]++;
      sum[1] += modelError;
      sum[2] += otherError;
    }
  }
  const ordered = [...sums].sort(([day], [later]) => day - later).map(([, sum]) => sum);
  return {
    counts: Float64Array.from(ordered, ([count]) => count),
    modelErrors: Float64Array.from(ordered, ([, sum]) => sum),
    otherErrors: Float64Array.from(ordered, ([, , sum]) => sum),
  };
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Ends of the middle 95%; null where a draw has no finite figure or there is none. */
function ends(drawn: Float64Array): [number | null, number | null] {
  if (drawn.length === 0 || !drawn.every(Number.isFinite)) return [null, null];
  drawn.sort();
  return [round9(quantileOf(drawn, 0.025)), round9(quantileOf(drawn, 0.975))];
}
