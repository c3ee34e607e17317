import type { Dataset } from './dataset.ts';

/** The trivial predictors that a model must beat, one figure a row (NaN where there is none). */
export interface Baselines {
  readonly last_10: Float64Array;
  readonly last_5: Float64Array;
  /** The season mean; in a player's first game of a season, which has none, his last 10. */
  readonly season: Float64Array;
  /** 0.35 last 5 + 0.40 last 10 + 0.25 season mean (SPEC 6). */
  readonly mix: Float64Array;
  /** The bookmakers' points line; NaN where it is unknown. */
  readonly line: Float64Array;
}

/**
 * The trivial predictors of every row. A missing season mean is the last 10, in the mix (SPEC 6) and
 * for the season mean itself, so that all predictors stand on the same rows.
 */
export function baselinesOf(dataset: Dataset): Baselines {
  const { rows, last5, last10, seasonMean, line } = dataset;
  const season = new Float64Array(rows);
  const mix = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    season[i] = Number.isNaN(seasonMean[i]!) ? last10[i]! : seasonMean[i]!;
    mix[i] = 0.35 * last5[i]! + 0.4 * last10[i]! + 0.25 * season[i]!;
  }
  return { last_10: last10, last_5: last5, season, mix, line };
}
