import { backUpBefore } from '../backup/automatic.ts';
import type { StageContext } from '../context.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import { recordForced } from '../ledger/ledger.ts';
import { openTarget } from '../warehouse/open.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { dropOldBackups } from './backups.ts';
import { carryOut, journalUnits, type TableOutcome } from './carry-out.ts';
import { gatherFacts, type PushRange } from './facts.ts';
import {
  type JournalUnit,
  journalStatus,
  openJournal,
  settlePush,
  type UnfinishedPush,
  unfinishedPushes,
} from './journal.ts';
import { type Baseline, observedSince, readBaselines, recordBaselines } from './ledger.ts';
import { observeTarget } from './observe.ts';
import { planTable, type TablePlan } from './plan.ts';
import { readRed } from './red.ts';
import { NO_OUTCOME, type PushResult, plannedOutcomes, resultOf } from './result.ts';
import { previewPlans } from './row-changes.ts';
import { inPushOrder, PUSH_DATASETS, type PushTable } from './tables.ts';

export interface PushOptions extends PushRange {
  /** Go on past red gates and over what moved in the target; the ledger keeps the reason. */
  readonly force?: { readonly reason: string } | undefined;
  /** Only these tables (`dataset.table`). */
  readonly tables?: readonly string[] | undefined;
  /** Plan and compare; write nothing. */
  readonly dryRun?: boolean | undefined;
  /** Take up the push that was killed or failed on the way, under its own name, and nothing else. */
  readonly resume?: boolean | undefined;
  /** Where to push to instead of the configured target. */
  readonly warehouse?: Warehouse | undefined;
}

/** A leftover of a push that no ledger here knows is another machine's; by then it is dead too. */
const ABANDONED_AFTER_MS = 24 * 3_600_000;

/**
 * Takes analytics, precompute and prediction tables to the push target, partition by partition:
 * plan, compare with what is there, refuse what is red or moved, back up, write aside, compare, swap, read
 * back, journal. A push that was killed is finished by the next; one of the same content writes nothing.
 * @throws HoopduckError PUSH_TARGET_MISSING (exit 2) when no target is configured
 */
export async function pushStage(ctx: StageContext, options: PushOptions = {}): Promise<PushResult> {
  const warehouse = options.warehouse ?? (await openTarget(ctx));
  try {
    return await pushTo(ctx, warehouse, options);
  } finally {
    if (options.warehouse === undefined) await warehouse.close();
  }
}

async function pushTo(
  ctx: StageContext,
  warehouse: Warehouse,
  asked: PushOptions,
): Promise<PushResult> {
  const target = warehouse.location;
  const unfinished = await unfinishedPushes(ctx, target);
  const resumed = asked.resume === true ? unfinished.findLast(isPlainPush) : undefined;
  for (const push of unfinished) {
    const isTakenUp = push === resumed && asked.dryRun !== true;
    await settlePush(ctx, warehouse, push, isTakenUp ? 'writing' : 'failed');
  }
  if (asked.resume === true && resumed === undefined) return resultOf(target, [], [], false);
  const options = resumed === undefined ? asked : onlyWhat(resumed.units, asked);
  if ((await observedSince(ctx.replica, target)) === null) await observeTarget(ctx, warehouse);
  const baselines = await readBaselines(ctx.replica, target);
  const plans = await planPush(ctx, warehouse, options, baselines);
  if (options.dryRun === true) {
    const preview = await previewPlans(ctx, warehouse, plans);
    return resultOf(target, plans, plannedOutcomes(plans), true, preview);
  }
  // The ledger's side of what is about to change; production's own is kept unit by unit.
  if (plans.some(({ units }) => units.length > 0)) await backUpBefore(ctx, 'before push');
  await cleanLeftovers(ctx, warehouse, plans, resumed?.pushId);
  for (const plan of plans) {
    const where = { target, table: plan.table.name, pushId: null, at: ctx.now() };
    await recordBaselines(ctx.replica, where, plan.remember);
  }
  await recordForcedPlans(ctx, plans, options.force?.reason);
  const outcomes = await carryOutAll(ctx, warehouse, plans, baselines, resumed?.pushId);
  await dropOldBackups(ctx, warehouse);
  return resultOf(target, plans, outcomes, false);
}

function isPlainPush(push: UnfinishedPush): boolean {
  return push.rollbackOf === null;
}

/** The options of a push that is taken up again: its tables, and the span of its dates. */
function onlyWhat(units: readonly JournalUnit[], asked: PushOptions): PushOptions {
  const dates = units.flatMap((unit) => unit.dates.map(({ date }) => date)).sort();
  const tables = [...new Set(units.map((unit) => unit.table))];
  return { ...asked, from: dates[0], to: dates.at(-1), tables };
}

/** Plans every table; each plan is frozen, and nothing in the target has changed after it. */
async function planPush(
  ctx: StageContext,
  warehouse: Warehouse,
  options: PushOptions,
  baselines: ReadonlyMap<string, ReadonlyMap<string, Baseline>>,
): Promise<TablePlan[]> {
  const observedAt = await observedSince(ctx.replica, warehouse.location);
  const red = await readRed(ctx.replica);
  const plans: TablePlan[] = [];
  const tables = await tablesToPush(ctx, options, [...baselines.keys()]);
  for (const [index, table] of tables.entries()) {
    stopIfAsked(ctx);
    ctx.report.progress('push: compare', index, tables.length);
    const known = baselines.get(table.name) ?? new Map();
    const facts = await gatherFacts(ctx.replica, warehouse, table, options, known, red);
    plans.push(planTable({ ...facts, observedAt }, options.force !== undefined));
  }
  ctx.report.progress('push: compare', tables.length, tables.length);
  return plans;
}

/** Tables of the pushed datasets that the replica has and the ledger has partitions or pushes of. */
async function tablesToPush(
  ctx: StageContext,
  options: PushOptions,
  pushed: readonly string[],
): Promise<PushTable[]> {
  const recorded = await ctx.replica.column<string>(
    "SELECT DISTINCT table_name FROM hoopduck.partition WHERE layer IN ('model', 'prediction', 'quality')",
  );
  const named = await ctx.replica.column<string>(
    "SELECT DISTINCT table_name FROM hoopduck.check_result WHERE verdict = 'fail'",
  );
  const tables: PushTable[] = [];
  for (const table of inPushOrder([...recorded, ...pushed, ...named])) {
    const isPushed = PUSH_DATASETS.some((dataset) => table.name.startsWith(`${dataset}.`));
    const isAsked = options.tables === undefined || options.tables.includes(table.name);
    if (isPushed && isAsked && (await ctx.replica.hasTable(table.name))) tables.push(table);
  }
  return tables;
}

/** What killed pushes left aside: those of this ledger are dead, because it has one writer. */
async function cleanLeftovers(
  ctx: StageContext,
  warehouse: Warehouse,
  plans: readonly TablePlan[],
  resumed: string | undefined,
): Promise<void> {
  const known = new Set(await ctx.replica.column<string>('SELECT push_id FROM hoopduck.push'));
  const before = ctx.now().getTime() - ABANDONED_AFTER_MS;
  for (const { table } of plans) {
    await warehouse.clean(
      table.name,
      (pushId, modifiedAt) =>
        pushId !== resumed && (known.has(pushId) || modifiedAt.getTime() < before),
    );
  }
}

async function recordForcedPlans(
  ctx: StageContext,
  plans: readonly TablePlan[],
  reason: string | undefined,
): Promise<void> {
  if (reason === undefined) return;
  for (const { table, forced } of plans) {
    for (const refusal of forced) {
      const what = `push ${table.name} ${refusal.date}, although ${refusal.reason}`;
      await recordForced(ctx.replica, ctx.runId, what, reason, ctx.now());
    }
  }
}

async function carryOutAll(
  ctx: StageContext,
  warehouse: Warehouse,
  plans: readonly TablePlan[],
  baselines: ReadonlyMap<string, ReadonlyMap<string, Baseline>>,
  resumed: string | undefined,
): Promise<TableOutcome[]> {
  const total = plans.filter((plan) => plan.units.length > 0).length;
  if (total === 0 && resumed === undefined) return plans.map(() => NO_OUTCOME);
  const pushId = await openJournal(ctx, warehouse.location, plans.flatMap(journalUnits), {
    resumed,
  });
  await journalStatus(ctx, pushId, 'writing', {});
  const outcomes: TableOutcome[] = [];
  let done = 0;
  for (const plan of plans) {
    if (plan.units.length === 0) {
      outcomes.push(NO_OUTCOME);
      continue;
    }
    stopIfAsked(ctx);
    ctx.report.progress('push: write', done++, total);
    const known = baselines.get(plan.table.name) ?? new Map();
    outcomes.push(await carryOut(ctx, warehouse, plan, known, pushId));
  }
  ctx.report.progress('push: write', total, total);
  const { written, removed, rows, files, refused } = resultOf(
    warehouse.location,
    plans,
    outcomes,
    false,
  );
  const summary = { written, removed, rows, files, refused: refused.length };
  await journalStatus(ctx, pushId, 'done', summary);
  return outcomes;
}

function stopIfAsked(ctx: StageContext): void {
  if (!ctx.signal.aborted) return;
  throw new HoopduckError('INTERRUPTED', 'Stopped between two tables, as asked.', {
    next: 'Run the same command again; what was pushed stays pushed.',
    exitCode: EXIT.interrupted,
  });
}
