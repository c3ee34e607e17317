import type { StageContext } from '../context.ts';
import { VERSION } from '../version.ts';
import type { Engine } from './engines/engine.ts';
import { hyperparameters, objectivesOf } from './hyperparameters.ts';
import { type TrainingInput, trainingInput } from './input-digest.ts';
import type { TrainPlan } from './train-plan.ts';

/**
 * Digest of all that decides a training: rows, features, parameters, engine and version, and what the
 * caller adds, such as where the rows are cut.
 */
export function inputOfTraining(
  { replica, config }: StageContext,
  { featureSet, from, to, exclude, filter }: TrainPlan['selection'],
  engine: Engine,
  more: Readonly<Record<string, unknown>>,
): Promise<TrainingInput> {
  return trainingInput(
    replica,
    {
      ...{ featureTable: featureSet.table, from, to, exclude },
      twoStages: featureSet.firstStage !== undefined,
    },
    {
      hoopduck: VERSION,
      engine: [engine.name, engine.version],
      parameters: hyperparameters(config.train, objectivesOf(engine, config.train)),
      features: featureSet,
      rows: { from, to, exclude, filter },
      ...more,
    },
  );
}
