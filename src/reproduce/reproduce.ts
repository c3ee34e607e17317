import type { Config } from '../config/config.ts';
import type { Reporter, StageContext } from '../context.ts';
import { programText } from '../pipeline/program.ts';
import type { RunFacts } from '../pipeline/run-facts.ts';
import { Replica } from '../replica/replica.ts';
import { allModels, type RegisteredModel } from '../train/registry.ts';
import { loadGraph } from '../transforms/graph.ts';
import { withReading } from '../workspace.ts';
import { changedSql } from './changed-sql.ts';
import { circumstancesOf, guaranteeText, parameterText } from './circumstances.ts';
import { comparePredictions, compareTables } from './compare-partitions.ts';
import { explain, type Found, firstDifference } from './explain.ts';
import { withPast } from './past.ts';
import { type InputsPut, putInputs } from './put-inputs.ts';
import { findRecordedRun, type RecordedRun } from './recorded-run.ts';
import { borrowModel, hasBorrowedModel, rerun } from './rerun.ts';
import type { Reproduction } from './result.ts';
import { makeScratch } from './scratch.ts';
import { copyOwnModels, differingParameters, newParameters, scratchConfig } from './settings.ts';

/** What is to be made again, and how. */
export interface ReproduceRequest {
  readonly config: Config;
  /** A run's id, the beginning of one, or `last`. */
  readonly run: string;
  /** The scratch place; absent: a folder beside the replica. Relative to `cwd`. */
  readonly into?: string | undefined;
  readonly cwd: string;
  /** Leaves the scratch place. */
  readonly keep: boolean;
  /** DuckDB's threads instead of the run's. */
  readonly threads?: number | undefined;
  /** Under the settings that hoopduck.yaml has now instead of the run's. */
  readonly presentSettings: boolean;
  readonly report: Reporter;
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

/** What the working replica knows of a run beside its partitions. */
interface Past {
  readonly recorded: RecordedRun;
  /** The model of earlier inputs that the run predicted with. */
  readonly borrowed: RegisteredModel | undefined;
}

/**
 * Makes a past run again in a scratch place, from the raw partitions, settings and decisions that are on record and
 * with the SQL and code that are here now, and compares every digest with the run's. The working replica is only read.
 * What differs is a value of the result.
 * @throws HoopduckError RUN_UNKNOWN and others of exit 2, REPLICA_LOCKED (exit 4), INTERRUPTED (exit 130)
 */
export async function reproduce(request: ReproduceRequest): Promise<Reproduction> {
  const { config, run, keep } = request;
  const past = await withReading(config, async (replica) => {
    const recorded = await findRecordedRun(replica, run);
    const { facts } = recorded;
    if (!hasBorrowedModel(facts)) return { recorded, borrowed: undefined };
    const models = await allModels(replica);
    return { recorded, borrowed: models.find(({ modelId }) => modelId === facts.predicted!.id) };
  });
  const scratch = makeScratch(config.workspace, past.recorded.id, request);
  let isDone = false;
  try {
    const result = await reproduceIn(request, past, scratch.folder);
    isDone = true;
    return result;
  } finally {
    if (!keep || !isDone) scratch.remove();
  }
}

async function reproduceIn(
  request: ReproduceRequest,
  { recorded, borrowed }: Past,
  folder: string,
): Promise<Reproduction> {
  const { config, keep, presentSettings, report } = request;
  const { facts } = recorded;
  const started = performance.now();
  copyOwnModels(config.workspace, folder, facts);
  const own = scratchConfig(config, facts, folder, request);
  const { threads, memoryLimit, path } = own.replica;
  const graph = loadGraph(own);
  const replica = await Replica.open(path, { memoryLimit, threads: threads! });
  try {
    const ctx: StageContext = {
      config: own,
      replica,
      runId: recorded.id,
      report: { progress: (...of) => report.progress(...of), info() {}, warn() {} },
      signal: request.signal,
      now: request.now,
    };
    const changed = changedSql(graph, facts);
    const put = await withPast(replica, config.replica.path, recorded.number, () =>
      bringInputs(ctx, config.workspace, facts, borrowed),
    );
    const inputs = Math.round(performance.now() - started) / 1000;
    const made = put.missing.length > 0 ? null : await makeAgain(ctx, facts);
    const differing = differingParameters(config, facts);
    const around = {
      circumstances: circumstancesOf(facts, {
        hoopduck: programText(),
        ...(await engineOf(replica)),
        trained: made?.rerun.trained ?? null,
      }),
      parameters: presentSettings
        ? differing
        : differing.filter(({ key }) => newParameters(facts).includes(key)),
    };
    const found: Found = { facts, graph, changed, put, around, made };
    const parts = explain(found);
    return {
      run: recorded.id,
      started_at: `${recorded.startedAt.replace(' ', 'T')}Z`,
      from: facts.from,
      to: facts.to,
      equal: parts.every(({ verdict }) => verdict === 'same'),
      first_difference: firstDifference(parts),
      parts,
      missing_inputs: put.missing,
      circumstances: around.circumstances,
      parameters: differing,
      settings: presentSettings ? 'present' : 'run',
      guarantee: guaranteeText(around.circumstances),
      notes: [
        ...(presentSettings
          ? []
          : differing.map((each) =>
              each.run === undefined
                ? `${each.key} was not known to the run's version; its default was used`
                : `${parameterText(each)}; the run's was used`,
            )),
        ...(made === null || made.others === 0
          ? []
          : [
              `${made.others} partitions of predictions and grades are of other models or dates than this run's, and are not compared`,
            ]),
      ],
      scratch: keep ? folder : null,
      seconds: {
        inputs,
        ...made?.rerun.seconds,
        total: Math.round(performance.now() - started) / 1000,
      },
    };
  } finally {
    replica.close();
  }
}

/** Raw partitions, and the model of earlier inputs where the run predicted with one. */
async function bringInputs(
  ctx: StageContext,
  workspace: string,
  facts: RunFacts,
  borrowed: RegisteredModel | undefined,
): Promise<InputsPut> {
  const put = await putInputs(ctx, workspace);
  if (put.missing.length > 0 || !hasBorrowedModel(facts)) return put;
  const why = await borrowModel(ctx, workspace, facts.predicted!, borrowed);
  if (why === undefined) return put;
  const missing = { table: facts.predicted!.id, date: facts.to, dropped_at: null, why };
  return { ...put, missing: [missing] };
}

async function makeAgain(ctx: StageContext, facts: RunFacts) {
  const result = await rerun(ctx, facts);
  const tables = await compareTables(ctx.replica);
  const { counts, others } = await comparePredictions(ctx.replica, {
    from: facts.from,
    to: facts.to,
    testFrom: result.testFrom ?? facts.from,
  });
  return { rerun: result, tables, predictions: counts, others };
}

async function engineOf(replica: Replica): Promise<{ duckdb: string; threads: number }> {
  const [engine] = await replica.rows<{ duckdb: string; threads: number }>(
    "SELECT version() AS duckdb, CAST(current_setting('threads') AS BIGINT) AS threads",
  );
  return engine!;
}
