import type { Replica } from '../../replica/replica.ts';
import { readArtefactFile } from '../artefact.ts';
import { goneFeature } from '../gone-feature.ts';
import type { FeatureFile } from '../predictor.ts';
import { allModels, type ChosenModel, chooseModel } from '../registry.ts';

/**
 * The model that `predict` would take now: the champion, else the candidate, else the newest, and
 * where a column of that one is no longer computed the newest that can predict. Only `features.json`
 * is read of each, not the trees. null: nothing was trained yet.
 */
export async function predictingModel(
  replica: Replica,
  workspace: string,
): Promise<ChosenModel | null> {
  const models = await allModels(replica);
  if (models.length === 0) return null;
  const chosen = await chooseModel(replica, undefined);
  const inTurn = [chosen, ...models.map((model): ChosenModel => ({ model, as: 'newest' }))];
  for (const one of inTurn) {
    const features = featuresOf(workspace, one.model.artefact);
    // Of a folder that is gone or damaged predict says what is wrong; it takes no other for it.
    if (features === null || (await goneFeature(replica, features)) === undefined) return one;
  }
  return chosen;
}

function featuresOf(workspace: string, artefact: string): FeatureFile | null {
  try {
    return JSON.parse(readArtefactFile(workspace, artefact, 'features.json'));
  } catch {
    return null;
  }
}
