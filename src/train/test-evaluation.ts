import type { Dataset } from './dataset.ts';
import { evaluateGroups, evaluatePart, type GroupReports, type PartReport } from './evaluate.ts';
import { evaluateIntervals, type IntervalReport } from './interval-figures.ts';
import type { Forecast, Model } from './model.ts';
import { type PairedReport, pairedReport } from './paired.ts';

/** All that is measured of a model on its test part (docs/evaluation.md). */
export interface TestEvaluation {
  readonly part: PartReport;
  readonly groups: GroupReports;
  readonly paired: PairedReport;
  readonly intervals: IntervalReport;
}

/** Measures what the model said of each row of the test part. */
export function evaluateTest(
  model: Model,
  said: Forecast,
  parts: { readonly validation: Dataset; readonly test: Dataset },
): TestEvaluation {
  const names = model.members.map(({ name }) => name);
  return {
    part: evaluatePart(parts.test, said.points),
    groups: evaluateGroups(parts.test, said.points),
    paired: pairedReport(parts.test, said.points),
    intervals: evaluateIntervals(parts.test, said, names, parts.validation),
  };
}
