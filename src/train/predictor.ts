import { EXIT, HoopduckError } from '../errors.ts';
import { artefactIsIntact, readArtefactFile } from './artefact.ts';
import type { ConfidenceBand } from './confidence.ts';
import type { Ensemble } from './ensemble.ts';
import type { Feature } from './feature-sets.ts';
import type { MedianCorrection } from './median-correction.ts';
import { fromXgboostJson } from './xgboost-json.ts';

/** `features.json` of an artefact: the columns of its matrix in order, and where they lie. */
export interface FeatureFile {
  readonly set: string;
  readonly table: string;
  readonly features: readonly Feature[];
}

/** `predictor.json` of an artefact: what turns the trees' sum into points and a confidence. */
export interface PredictorFile {
  readonly target: string;
  readonly transform: string;
  readonly rounds: number;
  readonly correction: MedianCorrection;
  /** MAE on the compared test rows; null: not evaluated. */
  readonly expected_mae: number | null;
  readonly confidence: readonly ConfidenceBand[];
}

/** A trained model as it scores. */
export interface Predictor {
  readonly ensemble: Ensemble;
  readonly features: FeatureFile;
  readonly settings: PredictorFile;
}

/**
 * Loads a predictor from its artefact.
 * @throws HoopduckError MODEL_DAMAGED (exit 1) when a file is missing or not what was written.
 */
export function loadPredictor(workspace: string, artefact: string): Predictor {
  if (!artefactIsIntact(workspace, artefact)) {
    throw new HoopduckError(
      'MODEL_DAMAGED',
      `The model's folder "${artefact}" is missing or is not what was written.`,
      { next: 'Run "hoopduck train" to make it again.', exitCode: EXIT.failed },
    );
  }
  const { ensemble } = fromXgboostJson(readArtefactFile(workspace, artefact, 'model.json'));
  return {
    ensemble,
    features: JSON.parse(readArtefactFile(workspace, artefact, 'features.json')),
    settings: JSON.parse(readArtefactFile(workspace, artefact, 'predictor.json')),
  };
}
