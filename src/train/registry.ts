import { didYouMean } from '../config/suggest.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import { timestampText } from '../ledger/ledger.ts';
import type { Replica } from '../replica/replica.ts';
import { ALIASES, type Alias, currentAliases, isAlias, setAlias } from './aliases.ts';
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

/** A model with when it was put on record. */
export interface RecordedModel extends RegisteredModel {
  /** ISO, UTC. */
  readonly trainedAt: string;
}

/** A model and why it is the one: its id was given, or it has the name, or none has a name. */
export interface ChosenModel {
  readonly model: RecordedModel;
  readonly as: 'id' | Alias | 'newest';
}

const COLUMNS = `model_id AS "modelId", engine, feature_set AS "featureSet",
  input_digest AS "inputDigest", artefact, training, status,
  strftime(m.trained_at, '%Y-%m-%dT%H:%M:%SZ') AS "trainedAt"`;

/**
 * Puts a model on record; the same model again takes the place of its older row. Unless it was
 * forced past a gate it is the candidate now.
 */
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
  await becomeCandidate(replica, runId, model, at);
}

/** Makes what a training gave the candidate, unless it was forced past a gate. */
export async function becomeCandidate(
  replica: Replica,
  runId: string,
  { modelId, status }: Pick<RegisteredModel, 'modelId' | 'status'>,
  at: Date,
): Promise<void> {
  if (status === 'forced') return;
  const reason = `trained: ${status.replace('_', ' ')}`;
  await setAlias(replica, { alias: 'candidate', modelId, runId, reason, at });
}

/** The model that was trained last from this very input, or undefined. */
export async function modelOfInput(
  replica: Replica,
  inputDigest: string,
): Promise<RecordedModel | undefined> {
  const [model] = await modelsWhere(replica, 'input_digest = $value', inputDigest);
  return model;
}

/** Every model, the newest first. */
export function allModels(replica: Replica): Promise<RecordedModel[]> {
  return modelsWhere(replica, "$value = ''", '');
}

/**
 * The model of an id or of an alias; without either the champion, else the candidate, else the
 * newest.
 * @throws HoopduckError NO_MODEL (exit 1) when nothing was trained yet, ALIAS_UNSET (exit 1) when
 * nobody has the alias, UNKNOWN_MODEL (exit 2) when no model has this id.
 */
export async function chooseModel(
  replica: Replica,
  asked: string | undefined,
): Promise<ChosenModel> {
  const models = await allModels(replica);
  const isId = asked !== undefined && !isAlias(asked);
  if (models.length === 0 && !isId) {
    throw new HoopduckError('NO_MODEL', 'There is no trained model in this workspace yet.', {
      next: 'Run "hoopduck train" first.',
      exitCode: EXIT.failed,
    });
  }
  const byId = new Map(models.map((model) => [model.modelId, model]));
  const aliases = await currentAliases(replica);
  const ofAlias = (alias: Alias) => byId.get(aliases.get(alias)?.model_id ?? '');
  if (asked === undefined) {
    for (const alias of ALIASES) {
      const model = ofAlias(alias);
      if (model !== undefined) return { model, as: alias };
    }
    return { model: models[0]!, as: 'newest' };
  }
  const found = isAlias(asked) ? ofAlias(asked) : byId.get(asked);
  if (found !== undefined) return { model: found, as: isAlias(asked) ? asked : 'id' };
  if (isAlias(asked)) {
    throw new HoopduckError('ALIAS_UNSET', `No model is the ${asked} in this workspace yet.`, {
      next:
        asked === 'champion'
          ? 'Run "hoopduck models promote candidate", or name a model by its id.'
          : 'Every model here was forced past a gate; name one by its id.',
      exitCode: EXIT.failed,
    });
  }
  throw new HoopduckError(
    'UNKNOWN_MODEL',
    `There is no model "${asked}" in this workspace.${didYouMean(asked, [...byId.keys(), ...ALIASES])}`,
    { next: 'See "hoopduck models list".', exitCode: EXIT.usage },
  );
}

/** A model by its id; errors as of `chooseModel`. */
export async function findModel(replica: Replica, modelId: string): Promise<RecordedModel> {
  return (await chooseModel(replica, modelId)).model;
}

async function modelsWhere(
  replica: Replica,
  condition: string,
  value: string,
): Promise<RecordedModel[]> {
  const rows = await replica.rows<Omit<RecordedModel, 'training'> & { training: string }>(
    `SELECT ${COLUMNS} FROM hoopduck.model AS m WHERE ${condition}
     ORDER BY m.trained_at DESC, model_id`,
    { value },
  );
  return rows.map((row) => ({ ...row, training: JSON.parse(row.training) }));
}
