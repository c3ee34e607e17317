import { EXIT, HoopduckError } from '../errors.ts';
import { timestampText } from '../ledger/ledger.ts';
import type { Replica } from '../replica/replica.ts';
import type { TrainingReport } from './training-report.ts';

/** Whether a model's figures can be stood by: push asks (SPEC 5). */
export type ModelStatus = 'evaluated' | 'not_evaluated' | 'forced';

/** A model as the ledger knows it. */
export interface RegisteredModel {
  readonly modelId: string;
  readonly engine: string;
  readonly featureSet: string;
  readonly inputDigest: string;
  /** Folder relative to the workspace. */
  readonly artefact: string;
  readonly training: TrainingReport;
  readonly status: ModelStatus;
}

const COLUMNS = `model_id AS "modelId", engine, feature_set AS "featureSet",
  input_digest AS "inputDigest", artefact, training, status`;

/** Puts a model on record; the same model again takes the place of its older row. */
export async function registerModel(
  replica: Replica,
  runId: string,
  model: RegisteredModel,
  at: Date,
): Promise<void> {
  await replica.run('DELETE FROM hoopduck.model WHERE model_id = $id', { id: model.modelId });
  await replica.run(
    `INSERT INTO hoopduck.model VALUES ($id, $runId, CAST($at AS TIMESTAMP), $engine, $features,
       $input, $artefact, $training, $status)`,
    {
      id: model.modelId,
      runId,
      at: timestampText(at),
      engine: model.engine,
      features: model.featureSet,
      input: model.inputDigest,
      artefact: model.artefact,
      training: JSON.stringify(model.training),
      status: model.status,
    },
  );
}

/** The model that was trained last from this very input, or undefined. */
export async function modelOfInput(
  replica: Replica,
  inputDigest: string,
): Promise<RegisteredModel | undefined> {
  return one(replica, 'input_digest = $value', inputDigest);
}

/**
 * A model by its id; without one the newest.
 * @throws HoopduckError NO_MODEL (exit 1) when nothing was trained yet, UNKNOWN_MODEL (exit 2) when
 * no model has this id.
 */
export async function findModel(
  replica: Replica,
  modelId: string | undefined,
): Promise<RegisteredModel> {
  const found = await (modelId === undefined
    ? one(replica, "$value = ''", '')
    : one(replica, 'model_id = $value', modelId));
  if (found !== undefined) return found;
  if (modelId === undefined) {
    throw new HoopduckError('NO_MODEL', 'There is no trained model in this workspace yet.', {
      next: 'Run "hoopduck train" first.',
      exitCode: EXIT.failed,
    });
  }
  throw new HoopduckError('UNKNOWN_MODEL', `There is no model "${modelId}" in this workspace.`, {
    next: 'See "SELECT model_id, trained_at FROM hoopduck.model" with "hoopduck query".',
    exitCode: EXIT.usage,
  });
}

/** Every model, the newest first. */
export async function allModels(replica: Replica): Promise<RegisteredModel[]> {
  const rows = await replica.rows<Omit<RegisteredModel, 'training'> & { training: string }>(
    `SELECT ${COLUMNS} FROM hoopduck.model ORDER BY trained_at DESC, model_id`,
  );
  return rows.map((row) => ({ ...row, training: JSON.parse(row.training) }));
}

async function one(
  replica: Replica,
  condition: string,
  value: string,
): Promise<RegisteredModel | undefined> {
  const row = await replica.row<Omit<RegisteredModel, 'training'> & { training: string }>(
    `SELECT ${COLUMNS} FROM hoopduck.model WHERE ${condition}
     ORDER BY trained_at DESC, model_id LIMIT 1`,
    { value },
  );
  return row === undefined ? undefined : { ...row, training: JSON.parse(row.training) };
}
