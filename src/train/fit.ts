import type { TrainConfig } from '../config/config.ts';
import type { StageContext } from '../context.ts';
import type { Dataset } from './dataset.ts';
import type { BoosterParameters, Engine } from './engines/engine.ts';
import { type Ensemble, prefix } from './ensemble.ts';
import type { Feature } from './feature-sets.ts';
import type { Matrix } from './matrix.ts';
import {
  fitMedianCorrection,
  IDENTITY_CORRECTION,
  type MedianCorrection,
  toPoints,
} from './median-correction.ts';
import { round9 } from './metrics.ts';
import { type BestPrefix, bestPrefix } from './prefix-stopping.ts';
import { walk } from './walk.ts';

/** A fitted model: the chosen prefix, its correction, and how it was found. */
export interface Fit {
  readonly ensemble: Ensemble;
  readonly correction: MedianCorrection;
  readonly best: BestPrefix;
  readonly parameters: BoosterParameters;
  /** Predicted points of the validation part. */
  readonly validated: Float64Array;
}

/** Labels of the training: sqrt(points) in float32 (FEATURES.md, Target). */
export function labelsOf(points: Float64Array): Float32Array {
  return Float32Array.from(points, Math.sqrt);
}

/**
 * Trains on one part and chooses on the other: squared error on sqrt(points) from the mean label,
 * then the prefix with the lowest MAE in points on the validation part, then the three-number
 * median correction on the same part. The prefix is chosen before the correction, with the plain
 * square: the correction moves all prefixes alike, and fitting it for each would only cost time.
 */
export async function fitModel(
  ctx: StageContext,
  engine: Engine,
  train: Dataset,
  validation: Dataset,
): Promise<Fit> {
  const settings = ctx.config.train;
  const labels = labelsOf(train.points);
  const parameters = boosterParameters(settings, meanLabel(labels));
  const grown = await engine.train({
    matrix: train.matrix,
    labels,
    parameters,
    rounds: settings.rounds,
    signal: ctx.signal,
    onRound: (round, total) => ctx.report.progress('train: rounds', round, total),
  });
  const best = bestPrefix(
    grown,
    validation.matrix,
    validation.points,
    (q) => toPoints(q, IDENTITY_CORRECTION),
    settings.earlyStoppingRounds,
  );
  const ensemble = prefix(grown, best.rounds);
  const roots = walk(ensemble, validation.matrix);
  const squares = Float64Array.from(roots, (root) => toPoints(root, IDENTITY_CORRECTION));
  const correction = fitMedianCorrection(squares, validation.points);
  return { ensemble, correction, best, parameters, validated: pointsOf(roots, correction) };
}

/** Points of every row of the matrix, 9 decimals: the reference walk, then the correction. */
export function predictPoints(
  ensemble: Ensemble,
  correction: MedianCorrection,
  matrix: Matrix,
): Float64Array {
  return pointsOf(walk(ensemble, matrix), correction);
}

function pointsOf(roots: Float32Array, correction: MedianCorrection): Float64Array {
  return Float64Array.from(roots, (root) => round9(toPoints(root, correction)));
}

/** Each feature's share of the loss that all splits took away, largest first, 9 decimals. */
export function featureImportance(
  ensemble: Ensemble,
  features: readonly Feature[],
): Record<string, number> {
  const gains = new Float64Array(features.length);
  for (const tree of ensemble.trees) {
    for (let node = 0; node < tree.left.length; node++) {
      if (tree.left[node]! >= 0) gains[tree.feature[node]!]! += tree.gain[node]!;
    }
  }
  const total = gains.reduce((sum, gain) => sum + gain, 0);
  const shares = features.map(({ name }, j): [string, number] => [
    name,
    total === 0 ? 0 : round9(gains[j]! / total),
  ]);
  return Object.fromEntries(shares.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)));
}

/** Production's names of the parameters, as the manifest and `ml_training_runs` have them. */
export function hyperparameters(settings: TrainConfig): Record<string, string | number> {
  return {
    objective: 'reg:squarederror',
    target: 'sqrt(points)',
    tree_method: 'hist',
    eta: settings.eta,
    max_depth: settings.maxDepth,
    min_child_weight: settings.minChildWeight,
    colsample_bytree: settings.colsampleBytree,
    subsample: settings.subsample,
    lambda: settings.lambda,
    max_bin: settings.maxBin,
    rounds: settings.rounds,
    early_stopping_rounds: settings.earlyStoppingRounds,
    seed: settings.seed,
  };
}

function boosterParameters(settings: TrainConfig, baseScore: number): BoosterParameters {
  const { eta, maxDepth, minChildWeight, colsampleBytree, subsample, lambda, maxBin, seed } =
    settings;
  return {
    objective: 'reg:squarederror',
    eta,
    maxDepth,
    minChildWeight,
    colsampleBytree,
    subsample,
    lambda,
    maxBin,
    seed,
    baseScore,
  };
}

/** Mean of the labels, summed in float64 and rounded to float32, which is what the booster keeps. */
function meanLabel(labels: Float32Array): number {
  let sum = 0;
  for (const label of labels) sum += label;
  return Math.fround(sum / labels.length);
}
