import type { GroupReports, PartReport } from '../evaluate.ts';
import type { Manifest } from '../manifest.ts';
import type { ParityReport } from '../parity.ts';
import type { PermutationReport } from '../permutation.ts';
import type { FeatureFile, PredictorFile } from '../predictor.ts';
import type { TestEvaluation } from '../test-evaluation.ts';
import type { PartName, TrainingReport } from '../training-report.ts';

/** `metrics.json` of an artefact. */
export interface MetricsFile {
  readonly parts: Readonly<Record<PartName, PartReport>>;
  readonly test: GroupReports & Pick<TestEvaluation, 'paired' | 'intervals'>;
  /** Share of the gain of all splits, by feature. */
  readonly feature_importance: Readonly<Record<string, number>>;
  readonly permutation: PermutationReport;
}

/** All that a card is written from: the training's report and the files of the artefact. */
export interface CardFacts {
  readonly training: TrainingReport;
  readonly manifest: Manifest;
  readonly features: FeatureFile;
  readonly predictor: PredictorFile;
  readonly metrics: MetricsFile;
  readonly parity: ParityReport;
}
