import { spanOf } from '../config/span.ts';
import type { StageContext } from '../context.ts';
import { EXIT, type ExitCode, HoopduckError } from '../errors.ts';
import { recordStage, type StageRecord } from '../ledger/ledger.ts';
import { observeTarget } from '../push/observe.ts';
import { pushStage } from '../push/push.ts';
import type { PushResult } from '../push/result.ts';
import { scheduleBounds } from '../sync/plan.ts';
import { type SyncResult, syncStage } from '../sync/sync.ts';
import type { PredictOutcome } from '../train/predict.ts';
import { type TrainOutcome, trainStage } from '../train/train.ts';
import { type TransformResult, transformStage } from '../transforms/transform.ts';
import { failureOf } from '../unexpected.ts';
import type { GateSummary } from '../validate/results.ts';
import { validateStage } from '../validate/validate.ts';
import { openSource } from '../warehouse/open.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { Flight } from './flight.ts';
import { postflight } from './postflight.ts';
import { predictWithModel } from './predict-with-model.ts';
import { preflight } from './preflight.ts';
import { recordRun } from './record-run.ts';
import { type TableFacts, tableFacts } from './table-facts.ts';

/** What a run is asked for; without dates, the first to the last schedule date of the warehouse. */
export interface RunOptions {
  readonly from?: string;
  readonly to?: string;
  readonly push: boolean;
  readonly exclude?: readonly string[];
  readonly force?: { readonly reason: string };
}

/** One stage of a run as `--json` lists it. */
export interface StageFacts {
  readonly name: string;
  readonly status: StageRecord['status'];
  readonly seconds: number;
}

/** What a run did: the document of `run --json`, and the exit code of the whole. */
export interface RunOutcome {
  readonly exitCode: ExitCode;
  readonly from: string;
  readonly to: string;
  readonly stages: readonly StageFacts[];
  readonly tables: readonly TableFacts[];
  readonly gates: GateSummary | null;
  readonly training: TrainOutcome['training'];
  /** Why there is no new model, when training was refused. */
  readonly refusal: TrainOutcome['refusal'];
  readonly predictions: PredictOutcome | null;
  readonly push: PushResult | null;
  readonly missing: SyncResult['missing'];
  readonly restated: readonly { table: string; dates: readonly string[] }[];
  readonly reconstructed: TransformResult['reconstructed'];
  readonly left_out: TransformResult['leftOut'];
  /** What was looked at before anything was changed, and after all was written. */
  readonly preflight: Flight;
  readonly postflight: Flight;
}

/**
 * The morning command: sync, transform, validate, train, predict, and with `push` push, with a look before it
 * whether it can come to its end, and after it whether what was written is what was meant. A red gate does
 * not end it: what is green goes on, what is red is refused by the stage that it concerns, and the exit
 * code says so (of several refusals 4 outranks 1).
 */
export async function runPipeline(ctx: StageContext, options: RunOptions): Promise<RunOutcome> {
  const warehouse = await openSource(ctx);
  try {
    return await runFrom(ctx, warehouse, options);
  } finally {
    await warehouse.close();
  }
}

async function runFrom(
  ctx: StageContext,
  warehouse: Warehouse,
  options: RunOptions,
): Promise<RunOutcome> {
  const span = spanOf(options, await scheduleBounds(warehouse));
  const before = await preflight(ctx, warehouse, { ...span, push: options.push });
  const stages: StageFacts[] = [];
  const stage = <T>(
    name: string,
    work: () => Promise<T>,
    judge: (result: T) => { status: StageRecord['status']; summary: unknown },
  ): Promise<T> => timedStage(ctx, stages, name, work, judge);

  const synced = await stage(
    'sync',
    async () => {
      const result = await syncStage(ctx, warehouse, span);
      if (ctx.config.push !== null) await observeTarget(ctx);
      return result;
    },
    (result) => ({
      status: result.status,
      summary: result.landed.map(({ table, rows, added, restated, removed }) => ({
        table,
        rows,
        added: added.length,
        restated,
        removed,
      })),
    }),
  );
  const transformed = await stage(
    'transform',
    () => transformStage(ctx, span),
    (result) => ({
      status: result.status,
      summary: result.built.map(({ table, rows, changedDates, why }) => ({
        table,
        rows,
        changedDates,
        why,
      })),
    }),
  );
  const gates = await stage(
    'validate',
    () => validateStage(ctx, { ...span, onlyIfChanged: true }),
    (result) => ({
      status: result.fail > 0 ? 'failed' : result.unchanged ? 'nothing' : 'done',
      summary: result,
    }),
  );
  const trained = await stage(
    'train',
    () =>
      trainStage(ctx, {
        to: span.to,
        onlyIfChanged: true,
        exclude: options.exclude,
        force: options.force,
      }),
    (result) => ({
      status: trainingStatus(result),
      summary: {
        verdict: result.verdict,
        model: result.training?.model_id,
        refusal: result.refusal,
      },
    }),
  );
  if (trained.refusal !== null) ctx.report.warn(trained.refusal.message, trained.refusal.code);
  const predictions = await stage(
    'predict',
    () => predictWithModel(ctx, span, trained.training?.model_id),
    (result) => ({
      status: result === null ? 'skipped' : predictionsMoved(result) ? 'done' : 'nothing',
      summary: result,
    }),
  );
  // Before the push: what was made is on record also where a warehouse then fails.
  await recordRun(ctx, {
    span,
    exclude: options.exclude ?? [],
    forced: options.force?.reason ?? null,
    gates,
    trained: trained.training?.model_id ?? null,
    predicted: predictions?.model_id ?? null,
  });
  const pushed = options.push
    ? await stage(
        'push',
        () =>
          pushStage(ctx, { ...span, ...(options.force !== undefined && { force: options.force }) }),
        (result) => ({
          status:
            result.exitCode !== EXIT.done ? 'failed' : result.written > 0 ? 'done' : 'nothing',
          summary: result,
        }),
      )
    : null;
  const after = await postflight(ctx, pushed);
  return {
    exitCode: worst([
      after.status === 'failed' ? EXIT.failed : EXIT.done,
      gates.fail > 0 ? EXIT.failed : EXIT.done,
      trainingStatus(trained) === 'skipped' ? EXIT.done : trained.exitCode,
      predictions?.exitCode ?? EXIT.done,
      pushed?.exitCode ?? EXIT.done,
    ]),
    ...span,
    stages,
    tables: await tableFacts(ctx.replica, span),
    gates,
    training: trained.training,
    refusal: trained.refusal,
    predictions,
    push: pushed,
    missing: synced.missing,
    restated: synced.landed
      .filter((result) => result.restated.length > 0)
      .map(({ table, restated }) => ({ table, dates: restated })),
    reconstructed: transformed.reconstructed,
    left_out: transformed.leftOut,
    preflight: before,
    postflight: after,
  };
}

async function timedStage<T>(
  ctx: StageContext,
  stages: StageFacts[],
  name: string,
  work: () => Promise<T>,
  judge: (result: T) => { status: StageRecord['status']; summary: unknown },
): Promise<T> {
  if (ctx.signal.aborted) {
    throw new HoopduckError('INTERRUPTED', `Stopped before "${name}", as asked.`, {
      next: 'Run the same command again; finished stages have nothing left to do.',
      exitCode: EXIT.interrupted,
    });
  }
  const started = performance.now();
  const seconds = () => Math.round(performance.now() - started) / 1000;
  try {
    const result = await work();
    const { status, summary } = judge(result);
    const record = { name, status, seconds: seconds(), summary };
    stages.push({ name, status, seconds: record.seconds });
    await recordStage(ctx.replica, ctx.runId, record);
    return result;
  } catch (error) {
    await recordStage(ctx.replica, ctx.runId, {
      name,
      status: 'failed',
      seconds: seconds(),
      summary: { error: failureOf(error).code },
    }).catch(() => undefined);
    throw error;
  }
}

/** A league too young to train on is no failure of the run; every other refusal is. */
function trainingStatus({ verdict, refusal }: TrainOutcome): StageRecord['status'] {
  if (verdict === 'trained') return 'done';
  if (verdict === 'unchanged') return 'nothing';
  return refusal?.code === 'TRAIN_TOO_FEW_ROWS' ? 'skipped' : 'failed';
}

/** Whether a partition of predictions or of their grades was written or taken away. */
function predictionsMoved({ written, removed, graded }: PredictOutcome): boolean {
  return written + removed + graded.written + graded.removed > 0;
}

/** The exit code of several: 4 before 1 before 0. */
function worst(codes: readonly ExitCode[]): ExitCode {
  return codes.reduce((a, b) => (b > a ? b : a), EXIT.done);
}
