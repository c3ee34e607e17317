import type { Dataset } from './dataset.ts';
import { dayNumber, isoDate } from './dates.ts';
import type { Comparison } from './evaluate.ts';
import { type CompactIntervals, compactIntervals } from './interval-figures.ts';
import type { PairedReport } from './paired.ts';
import type { TestEvaluation } from './test-evaluation.ts';

/** One part of a training: its first and last date and its rows with minutes > 0. */
export interface PartRange {
  readonly from: string;
  readonly to: string;
  readonly n: number;
}

/** The model beside the trivial predictors, all on the same rows; null where there are none. */
export interface ComparedFigures {
  readonly n: number;
  readonly model_mae: number | null;
  readonly last_10_mae: number | null;
  readonly last_5_mae: number | null;
  readonly season_mae: number | null;
  readonly mix_mae: number | null;
}

/** A member of the model: the chosen rounds of each seed, and rows that have what it needs. */
export interface TrainedMember {
  readonly name: string;
  readonly rounds: readonly number[];
  readonly rows: { readonly train: number; readonly validation: number };
}

export type PartName = 'train' | 'validation' | 'test';

/** What `train --json` prints and the ledger keeps of a model (DESIGN, "On the command line": T). */
export interface TrainingReport {
  readonly model_id: string;
  readonly engine: string;
  readonly features: string;
  readonly split: string;
  readonly parts: Readonly<Record<PartName, PartRange>>;
  readonly test: {
    readonly all: { readonly n: number; readonly mae: number | null };
    readonly compared: ComparedFigures;
    readonly minutes_10: ComparedFigures;
    readonly line: {
      readonly n: number;
      readonly model_mae: number | null;
      readonly line_mae: number | null;
    } | null;
    /** The model against each trivial predictor on the compared rows, with 95% intervals. */
    readonly paired: PairedReport;
    /** How well the quantiles lie, on the compared rows and by tier. */
    readonly intervals: CompactIntervals & {
      /** That of last 10 with residual quantiles of its own; null: nothing to make them from. */
      readonly last_10_crps: number | null;
    };
  };
  /** Folder relative to the workspace. */
  readonly artefact: string;
  /** The most demanding first; a row is given to the first that has what it needs. */
  readonly members: readonly TrainedMember[];
  readonly excluded: readonly string[];
  /** Whether the trees were trained on all parts in the end; the figures are those before. */
  readonly refit: boolean;
}

/** The first date that the model neither trained nor chose on. */
export function unseenFrom({ parts, refit }: Pick<TrainingReport, 'parts' | 'refit'>): string {
  return refit ? isoDate(dayNumber(parts.test.to) + 1) : parts.test.from;
}

/** First date, last date and rows of a part. */
export function partRange(part: Dataset): PartRange {
  return {
    from: isoDate(part.days[0]!),
    to: isoDate(part.days[part.rows - 1]!),
    n: part.rows,
  };
}

/** The figures of the test part as the contract of the command line has them. */
export function testFigures({
  part: test,
  paired,
  intervals,
}: Pick<TestEvaluation, 'part' | 'paired' | 'intervals'>): TrainingReport['test'] {
  const { line } = test.compared;
  return {
    all: { n: test.all.n, mae: test.all.mae },
    compared: comparedFigures(test.compared),
    minutes_10: comparedFigures(test.minutes_10),
    line: line && { n: line.n, model_mae: line.model.mae, line_mae: line.line.mae },
    paired,
    intervals: { ...compactIntervals(intervals), last_10_crps: intervals.last_10?.crps ?? null },
  };
}

function comparedFigures(rows: Comparison): ComparedFigures {
  return {
    n: rows.n,
    model_mae: rows.model.mae,
    last_10_mae: rows.last_10.mae,
    last_5_mae: rows.last_5.mae,
    season_mae: rows.season.mae,
    mix_mae: rows.mix.mae,
  };
}
