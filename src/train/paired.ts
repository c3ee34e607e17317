import { baselinesOf } from './baselines.ts';
import { type PairedDifference, pairedBootstrap } from './bootstrap.ts';
import type { Dataset } from './dataset.ts';
import { comparedRows } from './evaluate.ts';

/** The model against each trivial predictor, both on the same rows. */
export interface PairedReport {
  readonly last_10: PairedDifference;
  readonly last_5: PairedDifference;
  readonly season: PairedDifference;
  readonly mix: PairedDifference;
  /** On those of the rows whose line is known; null when none is. */
  readonly line: PairedDifference | null;
}

/** Pairs the model with each trivial predictor on the compared rows; `predicted` has a figure for each row of the part. */
export function pairedReport(part: Dataset, predicted: Float64Array): PairedReport {
  const { line, ...baselines } = baselinesOf(part);
  const compared = comparedRows(part);
  const against = (other: Float64Array, rows: readonly number[]): PairedDifference =>
    pairedBootstrap({ days: part.days, actual: part.points, model: predicted, other, rows });
  const lined = compared.filter((row) => !Number.isNaN(line[row]!));
  return {
    last_10: against(baselines.last_10, compared),
    last_5: against(baselines.last_5, compared),
    season: against(baselines.season, compared),
    mix: against(baselines.mix, compared),
    line: lined.length === 0 ? null : against(line, lined),
  };
}
