import type { TrainConfig } from '../config/config.ts';
import type { BoosterParameters, Engine, Objective } from './engines/engine.ts';

/** What a model minimises on sqrt(points): the absolute error where the engine can (FEATURES.md, Target). */
export function objectiveOf({ objectives }: Pick<Engine, 'objectives'>): Objective {
  return objectives.includes('reg:absoluteerror') ? 'reg:absoluteerror' : 'reg:squarederror';
}

/** Production's names of the parameters, as the manifest and `ml_training_runs` have them. */
export function hyperparameters(
  settings: TrainConfig,
  objective: Objective,
): Record<string, string | number> {
  return {
    objective,
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
    averaged_seeds: settings.averagedSeeds,
  };
}

/** The engine's parameters for the seed at this place, from 0: seeds count up from the configured one. */
export function boosterParameters(
  settings: TrainConfig,
  { objective, baseScore, place }: { objective: Objective; baseScore: number; place: number },
): BoosterParameters {
  const { eta, maxDepth, minChildWeight, colsampleBytree, subsample, lambda, maxBin, seed } =
    settings;
  return {
    ...{ objective, eta, maxDepth, minChildWeight, colsampleBytree, subsample, lambda, maxBin },
    seed: seed + place,
    baseScore,
  };
}
