import type { TrainConfig } from '../config/config.ts';
import { VERSION } from '../version.ts';
import { jsonFile } from './artefact.ts';
import type { ConfidenceBand } from './confidence.ts';
import type { Dataset } from './dataset.ts';
import { isoDate } from './dates.ts';
import type { Engine } from './engines/engine.ts';
import type { PartReport } from './evaluate.ts';
import type { FeatureSet } from './feature-sets.ts';
import type { Fit } from './fit.ts';
import { boosterParameters, hyperparameters } from './hyperparameters.ts';
import { sha256, type TrainingInput } from './input-digest.ts';
import type { LeakAlarm } from './leak-alarms.ts';
import type { Manifest } from './manifest.ts';
import { toOnnx } from './onnx/build.ts';
import type { ParityReport } from './parity.ts';
import type { PermutationReport } from './permutation.ts';
import { type FeatureFile, type PredictorFile, treesFile } from './predictor.ts';
import type { RedCheck } from './red-checks.ts';
import { LEVELS } from './residual-table.ts';
import type { TestEvaluation } from './test-evaluation.ts';
import type { TrainPlan } from './train-plan.ts';
import type { PartName, TrainedMember } from './training-report.ts';
import { allFeatures } from './two-stages/first-stage.ts';
import { firstStageEntry, firstStageTrees } from './two-stages/first-stage-files.ts';
import { toXgboostJson } from './xgboost-json.ts';

/** The forms of the model: XGBoost's JSON of each member's trees and seed, and one ONNX file of it all. */
export interface ModelForms {
  readonly trees: Readonly<Record<string, string>>;
  readonly 'model.onnx': Uint8Array;
}

/** Writes a fitted model in both forms. */
export function modelForms(fit: Fit, featureSet: FeatureSet, settings: TrainConfig): ModelForms {
  const { objectives, baseScore } = fit;
  const { firstStage } = fit.model;
  const names = featureSet.features.map(({ name }) => name);
  const all = allFeatures(featureSet.features, firstStage).map(({ name }) => name);
  return {
    trees: Object.fromEntries([
      ...firstStageTrees(firstStage, names, settings),
      ...fit.model.members.flatMap((member) =>
        member.ensembles.map((ensemble, place) => [
          treesFile(member.name, place),
          toXgboostJson(
            ensemble,
            all,
            boosterParameters(settings, { objective: objectives[place]!, baseScore, place }),
          ),
        ]),
      ),
    ]),
    'model.onnx': toOnnx(fit.model, names),
  };
}

/** The artefact's files that describe the model: `metrics`, `parity`, `features`, `predictor`. */
export function descriptionFiles(described: {
  readonly fit: Fit;
  readonly featureSet: FeatureSet;
  readonly reports: Readonly<Record<PartName, PartReport>>;
  readonly evaluation: TestEvaluation;
  readonly importance: Readonly<Record<string, number>>;
  readonly permutation: PermutationReport;
  readonly confidence: readonly ConfidenceBand[];
  readonly parity: ParityReport;
}): Record<string, string> {
  const { fit, featureSet, reports } = described;
  const { groups, paired, intervals } = described.evaluation;
  const features: FeatureFile = {
    set: featureSet.name,
    table: featureSet.table,
    features: featureSet.features,
  };
  const predictor: PredictorFile = {
    target: 'sqrt(points)',
    transform: 'points = max(0, a + b*q + c*q*q), q = max(0, prediction)^2',
    interval:
      'points at a level = max(0, prediction + offset)^2, offsets interpolated between knots',
    members: fit.model.members.map(({ ensembles, ...member }) => ({
      ...member,
      trees: ensembles.map((_, place) => treesFile(member.name, place)),
      rounds: ensembles.map(({ trees }) => trees.length),
    })),
    ...firstStageEntry(fit.model.firstStage),
    levels: LEVELS,
    expected_mae: reports.test.compared.model.mae,
    confidence: described.confidence,
  };
  return {
    'metrics.json': jsonFile({
      parts: reports,
      test: { ...groups, paired, intervals },
      feature_importance: described.importance,
      permutation: described.permutation,
      validation_curves: Object.fromEntries(
        fit.found.map(({ name, best }) => [
          name,
          best.map(({ curve }) => Array.from(curve, (mae) => Number(mae.toFixed(6)))),
        ]),
      ),
    }),
    'parity.json': jsonFile(described.parity),
    'features.json': jsonFile(features),
    'predictor.json': jsonFile(predictor),
  };
}

/** What a manifest is made of. */
export interface ManifestParts {
  readonly modelId: string;
  readonly plan: TrainPlan;
  readonly settings: TrainConfig;
  readonly engine: Engine;
  readonly input: TrainingInput;
  readonly fit: Fit;
  readonly refit: boolean;
  readonly red: readonly RedCheck[];
  readonly alarms: readonly LeakAlarm[];
  readonly forced: { readonly reason: string } | undefined;
  readonly forms: ModelForms;
  readonly testPredictions: string;
}

/**
 * The manifest: everything that decided the model, and the digests of what came out. Nothing of it
 * depends on the time, the machine or the folder.
 */
export function manifestOf(parts: ManifestParts): Manifest {
  const { plan, engine, input, fit } = parts;
  const { selection, split } = plan;
  return {
    model_id: parts.modelId,
    hoopduck: VERSION,
    engine: { name: engine.name, version: engine.version },
    feature_set: selection.featureSet.name,
    parameters: {
      ...hyperparameters(parts.settings, fit.objectives),
      base_score: fit.baseScore,
    },
    seed: parts.settings.seed,
    members: membersOf(fit),
    refit: parts.refit,
    split: {
      label: split.label,
      train_from: selection.from,
      validate_from: split.validateFrom,
      test_from: split.testFrom,
      to: selection.to,
    },
    rows: { filter: selection.filter, excluded_dates: selection.exclude },
    gates: { red: parts.red, alarms: parts.alarms, forced: parts.forced?.reason ?? null },
    results: {
      trees: Object.fromEntries(
        Object.entries(parts.forms.trees).map(([name, text]) => [name, sha256(text)]),
      ),
      test_predictions: parts.testPredictions,
    },
    input_digest: input.digest,
    sql: input.sql,
    inputs: input.tables,
  };
}

/** The members in short: their rows, and the rounds of each seed. */
export function membersOf({ found }: Fit): TrainedMember[] {
  return found.map(({ name, rows, best }) => ({
    name,
    rounds: best.map(({ rounds }) => rounds),
    rows,
  }));
}

/** sha256 over the lines `date player points` of predictions, points with 9 decimals. */
export function predictionsDigest(rows: Dataset, predicted: Float64Array): string {
  const lines: string[] = [];
  for (let i = 0; i < rows.rows; i++) {
    lines.push(`${isoDate(rows.days[i]!)} ${rows.lookups[i]} ${predicted[i]!.toFixed(9)}\n`);
  }
  return sha256(lines.join(''));
}
