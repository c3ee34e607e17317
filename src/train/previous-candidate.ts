import type { Replica } from '../replica/replica.ts';
import { aliasHistory } from './aliases.ts';
import { allModels } from './registry.ts';
import type { TrainingReport } from './training-report.ts';

/** The candidate before a training, where both were judged on the same test rows. */
export interface PreviousCandidate {
  readonly model_id: string;
  /** Mean absolute error in points, on the compared test rows of both. */
  readonly mae: number;
  /** That of the new model less that: above 0 the new one is worse. */
  readonly change: number;
}

/**
 * The model that was the candidate until this one became it. null: there was none, or it was judged on other rows, so that
 * the two errors do not compare.
 */
export async function previousCandidate(
  replica: Replica,
  training: TrainingReport,
): Promise<PreviousCandidate | null> {
  const candidates = (await aliasHistory(replica)).filter(({ alias }) => alias === 'candidate');
  const before = candidates[0]?.model_id === training.model_id ? candidates[1] : candidates[0];
  const model = (await allModels(replica)).find(({ modelId }) => modelId === before?.model_id);
  // A ledger may be older than the figures of today.
  const theirs = model?.training?.test?.compared;
  const mine = training.test.compared;
  const isSame =
    model !== undefined &&
    theirs?.n === mine.n &&
    model.training.parts.test.from === training.parts.test.from &&
    model.training.parts.test.to === training.parts.test.to;
  if (!isSame || theirs?.model_mae == null || mine.model_mae === null) return null;
  return {
    model_id: model.modelId,
    mae: theirs.model_mae,
    change: mine.model_mae - theirs.model_mae,
  };
}
