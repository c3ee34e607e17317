import { seasonLabel } from '../config/seasons.ts';
import type { Dataset } from './dataset.ts';
import { comparedRows } from './evaluate.ts';
import { type CompactIntervals, compactIntervals, evaluateTiers } from './interval-figures.ts';
import type { LeakAlarm } from './leak-alarms.ts';
import { errorReport } from './metrics.ts';
import type { Forecast } from './model.ts';
import { type PairedReport, pairedReport } from './paired.ts';
import { LEVELS } from './residual-table.ts';
import { type PartName, type PartRange, partRange, type TrainedMember } from './training-report.ts';
import type { Step } from './walk-forward-plan.ts';

/** The model on tested rows, beside the trivial predictors on the same ones. */
export interface WalkedFigures {
  /** Compared rows: with minutes > 0 and an earlier played game in the replica. */
  readonly n: number;
  readonly model_mae: number | null;
  readonly paired: PairedReport;
  readonly intervals: CompactIntervals;
}

/** One tested season. */
export interface WalkedSeason extends WalkedFigures {
  /** `2018-19`. */
  readonly season: string;
  readonly parts: Readonly<Record<PartName, PartRange>>;
  readonly members: readonly TrainedMember[];
  /** Forced past; without force they stop the walk. */
  readonly alarms: readonly LeakAlarm[];
}

/** What `train --walk-forward` prints with `--json` and stores. */
export interface WalkForwardReport {
  readonly walk_forward_id: string;
  readonly hoopduck: string;
  readonly input_digest: string;
  readonly engine: { readonly name: string; readonly version: string };
  readonly features: string;
  readonly parameters: Readonly<Record<string, string | number>>;
  readonly rows: {
    readonly from: string;
    readonly to: string;
    readonly filter: string | null;
    readonly excluded: readonly string[];
  };
  /** Oldest first. */
  readonly seasons: readonly WalkedSeason[];
  /** All tested rows together. */
  readonly overall: WalkedFigures;
}

/** Measures what was said of each row of a part. */
export function walkedFigures(
  part: Dataset,
  said: Pick<Forecast, 'points' | 'quantiles'>,
): WalkedFigures {
  const { n, mae } = errorReport(said.points, part.points, comparedRows(part));
  return {
    n,
    model_mae: mae,
    paired: pairedReport(part, said.points),
    intervals: compactIntervals(evaluateTiers(part, said.quantiles)),
  };
}

/** The row of one tested season. */
export function walkedSeason(
  step: Step,
  parts: Readonly<Record<PartName, Dataset>>,
  found: { said: Forecast; members: readonly TrainedMember[]; alarms: readonly LeakAlarm[] },
): WalkedSeason {
  return {
    season: seasonLabel(step.test),
    parts: {
      train: partRange(parts.train),
      validation: partRange(parts.validation),
      test: partRange(parts.test),
    },
    members: found.members,
    ...walkedFigures(parts.test, found.said),
    alarms: found.alarms,
  };
}

/** What was said of parts that follow one another, as one. */
export function joinForecasts(said: readonly Forecast[]): Pick<Forecast, 'points' | 'quantiles'> {
  const rows = said.reduce((sum, { points }) => sum + points.length, 0);
  const points = new Float64Array(rows);
  const quantiles = new Float64Array(rows * LEVELS.length);
  let start = 0;
  for (const part of said) {
    points.set(part.points, start);
    quantiles.set(part.quantiles, start * LEVELS.length);
    start += part.points.length;
  }
  return { points, quantiles };
}
