import type { Ensemble } from '../ensemble.ts';
import type { Matrix } from '../matrix.ts';

/** What boosting minimises, by XGBoost's names; both keep the base score on the scale of the labels. */
export type Objective = 'reg:squarederror' | 'reg:absoluteerror';

/** Parameters of boosting, by XGBoost's meanings; trees are always grown by histogram. */
export interface BoosterParameters {
  readonly objective: Objective;
  readonly eta: number;
  readonly maxDepth: number;
  readonly minChildWeight: number;
  readonly colsampleBytree: number;
  readonly subsample: number;
  readonly lambda: number;
  readonly maxBin: number;
  readonly seed: number;
  /** What every prediction starts from, on the scale of the labels. */
  readonly baseScore: number;
}

export interface TrainRequest {
  readonly matrix: Matrix;
  /** One finite label a row. */
  readonly labels: Float32Array;
  readonly parameters: BoosterParameters;
  readonly rounds: number;
  /** Aborting stops training at once: the promise rejects with INTERRUPTED. */
  readonly signal?: AbortSignal;
  /** Rows to be predicted by the library itself, with all its rounds, to check other scorers by. */
  readonly predict?: Matrix | undefined;
  /** Told after each finished round, from 1. */
  readonly onRound?: (round: number, total: number) => void;
}

/** What a training gave. */
export interface Training {
  readonly ensemble: Ensemble;
  /** The library's own predictions of the rows of `predict`, if asked for. */
  readonly predictions?: Float32Array;
}

/** One way to train: the same request gives the same ensemble, bit for bit, each time. */
export interface Engine {
  readonly name: 'wasm' | 'native';
  /** Of the library that trains, as the manifest of a model records it. */
  readonly version: string;
  /** The file of a native library. */
  readonly library?: string;
  /** What it can minimise; `train` rejects another with OBJECTIVE_UNSUPPORTED (exit 2). */
  readonly objectives: readonly Objective[];
  /** How many trainings at a time use the machine best. */
  readonly trainings: number;
  train(request: TrainRequest): Promise<Training>;
}
