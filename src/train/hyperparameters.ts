import type { TrainConfig } from '../config/config.ts';
import type { BoosterParameters, Engine, Objective } from './engines/engine.ts';

/**
 * What each of the averaged ensembles minimises on sqrt(points), one entry a seed: the absolute error
 * where the engine can (FEATURES.md, Target), and every second one the squared error, as ensembles
 * that err differently average better (docs/decisions/0011).
 */
export function objectivesOf(
  { objectives }: Pick<Engine, 'objectives'>,
  { averagedSeeds }: Pick<TrainConfig, 'averagedSeeds'>,
): Objective[] {
  const kinds: Objective[] = objectives.includes('reg:absoluteerror')
    ? ['reg:absoluteerror', 'reg:squarederror']
    : ['reg:squarederror'];
  return Array.from({ length: averagedSeeds }, (_, place) => kinds[place % kinds.length]!);
}

/** The first of two stages learns in fewer, larger steps: it is fitted for each season, and gains nothing by more. */
export const FIRST_STAGE = { rounds: 100, eta: 0.1 } as const;

/** Production's names of the parameters, as the manifest and `ml_training_runs` have them. */
export function hyperparameters(
  settings: TrainConfig,
  objectives: readonly Objective[],
): Record<string, string | number> {
  return {
    objective: [...new Set(objectives)].join(' and '),
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
    averaged_seeds: objectives.length,
    ...(settings.twoStages && {
      first_stage_rounds: FIRST_STAGE.rounds,
      first_stage_eta: FIRST_STAGE.eta,
    }),
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

/** The parameters for the first stage: squared error, from the labels' mean. */
export function firstStageParameters(
  settings: TrainConfig,
  labels: Float32Array,
): BoosterParameters {
  const mean = labels.reduce((sum, label) => sum + label, 0) / Math.max(1, labels.length);
  return {
    ...boosterParameters(settings, {
      objective: 'reg:squarederror',
      baseScore: Math.fround(mean),
      place: 0,
    }),
    eta: FIRST_STAGE.eta,
  };
}
