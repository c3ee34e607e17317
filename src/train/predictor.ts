import { EXIT, HoopduckError } from '../errors.ts';
import { artefactIsIntact, readArtefactFile } from './artefact.ts';
import type { ConfidenceBand } from './confidence.ts';
import type { Feature } from './feature-sets.ts';
import type { MedianCorrection } from './median-correction.ts';
import type { MemberKind } from './members.ts';
import type { Model } from './model.ts';
import type { ResidualTable } from './residual-table.ts';
import { type FirstStageFile, loadFirstStage } from './two-stages/first-stage-files.ts';
import { fromXgboostJson } from './xgboost-json.ts';

/** `features.json` of an artefact: the columns of its matrix in order, and where they lie. */
export interface FeatureFile {
  readonly set: string;
  readonly table: string;
  readonly features: readonly Feature[];
}

/** A member in `predictor.json`: which rows are its own, and what turns its trees' sum into points. */
export interface MemberFile extends MemberKind {
  /** XGBoost JSON files of the folder, one a seed; the mean of their predictions is the root. */
  readonly trees: readonly string[];
  /** Rounds of each. */
  readonly rounds: readonly number[];
  readonly correction: MedianCorrection;
  readonly residuals: ResidualTable;
}

/** `predictor.json` of an artefact: everything between the trees and a prediction. */
export interface PredictorFile {
  readonly target: string;
  readonly transform: string;
  readonly interval: string;
  /** The first member of which no column in `presence` is missing speaks. */
  readonly members: readonly MemberFile[];
  /** Columns behind the features that the members read; absent: one stage. */
  readonly first_stage?: FirstStageFile;
  /** Levels of the quantiles, a column of `residuals.offsets` each. */
  readonly levels: readonly number[];
  /** MAE on the compared test rows; null: not evaluated. */
  readonly expected_mae: number | null;
  readonly confidence: readonly ConfidenceBand[];
}

/** A trained model as it scores. */
export interface Predictor {
  readonly model: Model;
  readonly features: FeatureFile;
  readonly settings: PredictorFile;
}

/** The file of a member's trees for the seed at this place, from 0. */
export function treesFile(member: string, place: number): string {
  return place === 0 ? `model-${member}.json` : `model-${member}-${place + 1}.json`;
}

/**
 * Loads a predictor from its artefact.
 * @throws HoopduckError MODEL_DAMAGED (exit 1) when a file is missing or not what was written, and
 * MODEL_TOO_OLD (exit 1) when an earlier version wrote it in another form.
 */
export function loadPredictor(workspace: string, artefact: string): Predictor {
  if (!artefactIsIntact(workspace, artefact)) {
    throw new HoopduckError(
      'MODEL_DAMAGED',
      `The model's folder "${artefact}" is missing or is not what was written.`,
      { next: 'Run "hoopduck train" to make it again.', exitCode: EXIT.failed },
    );
  }
  const settings: PredictorFile = JSON.parse(
    readArtefactFile(workspace, artefact, 'predictor.json'),
  );
  if (settings.members === undefined) {
    throw new HoopduckError(
      'MODEL_TOO_OLD',
      `The model's folder "${artefact}" was written by an earlier version, without members.`,
      { next: 'Run "hoopduck train" to make a new one.', exitCode: EXIT.failed },
    );
  }
  const trees = (file: string) =>
    fromXgboostJson(readArtefactFile(workspace, artefact, file)).ensemble;
  return {
    model: {
      members: settings.members.map((member) => ({
        ...member,
        ensembles: member.trees.map(trees),
      })),
      ...(settings.first_stage !== undefined && {
        firstStage: loadFirstStage(settings.first_stage, trees),
      }),
    },
    features: JSON.parse(readArtefactFile(workspace, artefact, 'features.json')),
    settings,
  };
}
