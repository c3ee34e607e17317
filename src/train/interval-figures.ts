import { baselinesOf } from './baselines.ts';
import type { Dataset } from './dataset.ts';
import { comparedRows, groupRows, tierOf } from './evaluate.ts';
import { round9 } from './metrics.ts';
import { fitResidualTable, HIGH, LEVELS, LOW, quantilesInto } from './residual-table.ts';

/** How well the quantile of one level lies: both shares are the level's own where it is calibrated. */
export interface LevelFigures {
  readonly level: number;
  /**
   * Shares of rows that scored less than the quantile, and at most as much. Points are whole and a
   * quantile seldom is, so that the two differ only where the quantile is 0 or happens to be whole;
   * a calibrated level lies between them.
   */
  readonly below: number | null;
  readonly at_most: number | null;
  /** Mean of `level * (y - q)` above the quantile and `(1 - level) * (q - y)` below it, in points. */
  readonly pinball: number | null;
}

/** Figures of the quantiles of some rows, 9 decimals; no rows: null. */
export interface IntervalFigures {
  readonly n: number;
  /** Share of rows within the 80% interval, from the .1 to the .9 quantile, both ends included. */
  readonly coverage_80: number | null;
  /** Mean width of the 80% interval in points. */
  readonly width_80: number | null;
  /** The same of the 90% interval, from .05 to .95. */
  readonly coverage_90: number | null;
  readonly width_90: number | null;
  /** Mean of the levels' pinball losses, in points. */
  readonly pinball: number | null;
  /**
   * The continuous ranked probability score in points: twice the sum over the levels of weight times
   * pinball loss. A level's weight is the part of (0, 1) that lies nearest to it (.075 for the
   * outer four, .1 for the seven between), so that the sum stands for the integral over all levels. A forecast of
   * one number has its absolute error as its score: the score compares with the MAE.
   */
  readonly crps: number | null;
  /** One entry for each of `LEVELS`. */
  readonly levels: readonly LevelFigures[];
}

/** The figures without those of single levels. */
export type IntervalSummary = Omit<IntervalFigures, 'levels'>;

/** The quantiles of one part. */
export interface IntervalReport {
  /** Every row with minutes > 0, debutants too. */
  readonly all: IntervalFigures;
  /** Rows with an earlier played game in the replica, which are those of the cuts below too. */
  readonly compared: IntervalFigures;
  readonly by_tier: Readonly<Record<string, IntervalFigures>>;
  /** By the member of the model that spoke. */
  readonly by_member: Readonly<Record<string, IntervalFigures>>;
  /** For scale: what last 10 with residual quantiles of its own reaches on the compared rows. */
  readonly last_10: IntervalFigures | null;
}

const LAST = LEVELS.length - 1;

const WEIGHTS: readonly number[] = LEVELS.map((level, at) => {
  const from = at === 0 ? 0 : (LEVELS[at - 1]! + level) / 2;
  const to = at === LAST ? 1 : (level + LEVELS[at + 1]!) / 2;
  return to - from;
});

/**
 * Figures of the rows in `rows` (indices). `quantiles` has `LEVELS.length` ascending values a row,
 * row-major, in points; `actual` the points scored.
 */
export function intervalFigures(
  quantiles: Float64Array,
  actual: Float64Array,
  rows: Iterable<number>,
): IntervalFigures {
  const below = LEVELS.map(() => 0);
  const atMost = LEVELS.map(() => 0);
  const losses = LEVELS.map(() => 0);
  let width80 = 0;
  let width90 = 0;
  let n = 0;
  for (const row of rows) {
    n++;
    const start = row * LEVELS.length;
    const scored = actual[row]!;
    for (let at = 0; at < LEVELS.length; at++) {
      const quantile = quantiles[start + at]!;
      const above = scored - quantile;
      if (above < 0) below[at]!++;
      if (above <= 0) atMost[at]!++;
      losses[at]! += above < 0 ? (LEVELS[at]! - 1) * above : LEVELS[at]! * above;
    }
    width80 += quantiles[start + HIGH]! - quantiles[start + LOW]!;
    width90 += quantiles[start + LAST]! - quantiles[start]!;
  }
  const mean = (sum: number): number | null => (n === 0 ? null : round9(sum / n));
  return {
    n,
    coverage_80: mean(atMost[HIGH]! - below[LOW]!),
    width_80: mean(width80),
    coverage_90: mean(atMost[LAST]! - below[0]!),
    width_90: mean(width90),
    pinball: mean(losses.reduce((sum, loss) => sum + loss, 0) / LEVELS.length),
    crps: mean(2 * losses.reduce((sum, loss, at) => sum + WEIGHTS[at]! * loss, 0)),
    levels: LEVELS.map((level, at) => ({
      level,
      below: mean(below[at]!),
      at_most: mean(atMost[at]!),
      pinball: mean(losses[at]!),
    })),
  };
}

/**
 * Cuts a part's quantiles by what a reader asks of them. `members` has, for each row, the place in
 * `names` of the member that spoke. Last 10 gets its residuals from the validation part, as the
 * model did; null where either part has nothing to compare.
 */
export function evaluateIntervals(
  part: Dataset,
  forecast: { readonly quantiles: Float64Array; readonly members: Uint8Array },
  names: readonly string[],
  validation: Dataset,
): IntervalReport {
  const compared = comparedRows(part);
  const figures = (rows: Iterable<number>) =>
    intervalFigures(forecast.quantiles, part.points, rows);
  const trivial = quantilesOfLast10(part, validation);
  return {
    all: figures(part.points.keys()),
    ...evaluateTiers(part, forecast.quantiles),
    by_member: figuresBy(compared, (row) => names[forecast.members[row]!]!, figures),
    last_10: trivial && intervalFigures(trivial, part.points, compared),
  };
}

/** The compared rows of a part's quantiles, and these by tier. */
export function evaluateTiers(
  part: Dataset,
  quantiles: Float64Array,
): Pick<IntervalReport, 'compared' | 'by_tier'> {
  const { season } = baselinesOf(part);
  const compared = comparedRows(part);
  const figures = (rows: Iterable<number>) => intervalFigures(quantiles, part.points, rows);
  return {
    compared: figures(compared),
    by_tier: figuresBy(compared, (row) => tierOf(season[row]!), figures),
  };
}

function figuresBy(
  rows: readonly number[],
  name: (row: number) => string,
  figures: (rows: readonly number[]) => IntervalFigures,
): Record<string, IntervalFigures> {
  const groups = [...groupRows(rows, name)];
  return Object.fromEntries(groups.map(([key, group]) => [key, figures(group)]));
}

/** What a table of intervals shows: compared rows, and these by tier. */
export interface CompactIntervals extends IntervalSummary {
  readonly by_tier: Readonly<Record<string, IntervalSummary>>;
}

/** The compared rows of a report and their tiers, without the figures of single levels. */
export function compactIntervals(
  report: Pick<IntervalReport, 'compared' | 'by_tier'>,
): CompactIntervals {
  const tiers = Object.entries(report.by_tier);
  return {
    ...summaryOf(report.compared),
    by_tier: Object.fromEntries(tiers.map(([tier, figures]) => [tier, summaryOf(figures)])),
  };
}

function summaryOf({ levels: _, ...summary }: IntervalFigures): IntervalSummary {
  return summary;
}

/** Quantiles of last 10 for each row (of no meaning where it is unknown), as the model's are made. */
function quantilesOfLast10(part: Dataset, validation: Dataset): Float64Array | null {
  const known = comparedRows(validation);
  if (known.length === 0) return null;
  const residuals = fitResidualTable(
    Float64Array.from(known, (row) => Math.sqrt(validation.last10[row]!)),
    Float64Array.from(known, (row) => validation.points[row]!),
  );
  const quantiles = new Float64Array(part.rows * LEVELS.length);
  part.last10.forEach((mean, row) => {
    quantilesInto(residuals, Math.sqrt(mean), quantiles, row * LEVELS.length);
  });
  return quantiles;
}
