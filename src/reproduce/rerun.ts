import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { StageContext } from '../context.ts';
import { type ErrorCode, EXIT, HoopduckError } from '../errors.ts';
import { modelFacts } from '../pipeline/record-run.ts';
import type { GateCounts, ModelFacts, RunFacts } from '../pipeline/run-facts.ts';
import { artefactIsIntact } from '../train/artefact.ts';
import { predictStage } from '../train/predict.ts';
import { type RegisteredModel, registerModel } from '../train/registry.ts';
import { trainStage } from '../train/train.ts';
import { type TrainingReport, unseenFrom } from '../train/training-report.ts';
import { transformStage } from '../transforms/transform.ts';
import { validateStage } from '../validate/validate.ts';

/** What the stages gave this time; what a stage before them kept from being made is null. */
export interface Rerun {
  readonly gates: GateCounts | null;
  readonly trained: ModelFacts | null;
  readonly predicted: string | null;
  /** First date of the test part of the model that predicted: earlier predictions are those of other models. */
  readonly testFrom: string | null;
  /** The stage that ended the run this time, and why. */
  readonly failed: {
    readonly stage: string;
    readonly code: ErrorCode;
    readonly message: string;
  } | null;
  readonly seconds: Readonly<Record<string, number>>;
}

/**
 * Runs the stages on the inputs that lie in the scratch replica, with the dates and decisions of the run. What a stage
 * refuses is a value; only an interruption, or a bug, is thrown.
 */
export async function rerun(ctx: StageContext, facts: RunFacts): Promise<Rerun> {
  const seconds: Record<string, number> = {};
  const made: { -readonly [Key in keyof Rerun]: Rerun[Key] } = {
    gates: null,
    trained: null,
    predicted: null,
    testFrom: null,
    failed: null,
    seconds,
  };
  const stage = async (name: string, work: () => Promise<void>): Promise<void> => {
    if (made.failed !== null) return;
    if (ctx.signal.aborted) throw interrupted();
    const started = performance.now();
    try {
      await work();
    } catch (error) {
      if (!(error instanceof HoopduckError) || error.exitCode === EXIT.interrupted) throw error;
      made.failed = { stage: name, code: error.code, message: error.message };
    } finally {
      seconds[name] = Math.round(performance.now() - started) / 1000;
    }
  };
  const span = { from: facts.from, to: facts.to };
  await stage('transform', async () => {
    await transformStage(ctx, { from: facts.from, to: facts.horizon });
  });
  await stage('validate', async () => {
    made.gates = await validateStage(ctx, span);
  });
  if (facts.trained !== null) {
    await stage('train', async () => {
      const { training, refusal } = await trainStage(ctx, {
        to: span.to,
        exclude: facts.exclude,
        ...(facts.forced !== null && { force: { reason: facts.forced } }),
      });
      if (training === null) made.failed = { stage: 'train', ...refusal! };
      else made.trained = await modelFacts(ctx, training.model_id);
    });
  }
  const predictor = predictorOf(facts, made.trained);
  if (predictor !== null) {
    await stage('predict', async () => {
      await predictStage(ctx, { ...span, model: predictor });
      made.predicted = predictor;
      made.testFrom = await testFrom(ctx, predictor);
    });
  }
  return made;
}

/** Whether the run predicted with a model of earlier inputs: that model is an input itself. */
export function hasBorrowedModel({ trained, predicted }: RunFacts): boolean {
  return predicted !== null && predicted.id !== trained?.id;
}

/**
 * Brings the model of earlier inputs that a run predicted with into the scratch place.
 * @param model as the working replica has it; undefined: it has it no more
 * @returns why it cannot be had; undefined: it is there
 */
export async function borrowModel(
  ctx: StageContext,
  workspace: string,
  { id, files }: ModelFacts,
  model: RegisteredModel | undefined,
): Promise<string | undefined> {
  if (model === undefined) return `the model "${id}" is not on record any more`;
  const { replica, config } = ctx;
  const { artefact } = model;
  if (!artefactIsIntact(workspace, artefact)) return `the artefact "${artefact}" is not whole`;
  cpSync(join(workspace, artefact), join(config.workspace, artefact), { recursive: true });
  await registerModel(replica, ctx.runId, model, ctx.now());
  const found = await modelFacts({ replica, config }, id);
  const changed = Object.keys(files).find((name) => files[name] !== found.files[name]);
  return changed === undefined ? undefined : `"${artefact}/${changed}" is not the file of the run`;
}

function interrupted(): HoopduckError {
  return new HoopduckError('INTERRUPTED', 'Stopped between two stages, as asked.', {
    next: 'Run the same command again; it starts from the inputs.',
    exitCode: EXIT.interrupted,
  });
}

function predictorOf(facts: RunFacts, trained: ModelFacts | null): string | null {
  if (facts.predicted === null) return null;
  return hasBorrowedModel(facts) ? facts.predicted.id : (trained?.id ?? null);
}

async function testFrom({ replica }: StageContext, id: string): Promise<string> {
  const [training] = await replica.column<string>(
    'SELECT training FROM hoopduck.model WHERE model_id = $id',
    { id },
  );
  return unseenFrom(JSON.parse(training!) as TrainingReport);
}
