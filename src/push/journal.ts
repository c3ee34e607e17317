import type { StageContext } from '../context.ts';
import { timestampText } from '../ledger/ledger.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { contentId } from './content-id.ts';
import { digestTarget } from './digests.ts';
import { type BaselineChange, recordBaselines } from './ledger.ts';
import { pushTable } from './tables.ts';

/** What a unit is about to hold of a date; a null digest: the date is taken away. */
export interface JournalDate {
  readonly date: string;
  readonly digest: string | null;
  readonly local_digest: string | null;
  /** What the target held of it; null: nothing. */
  readonly before: string | null;
}

/** One swap, as it is journaled before anything is written. */
export interface JournalUnit {
  readonly table: string;
  readonly unit: string;
  readonly dates: readonly JournalDate[];
}

/** What a unit has come to; each step is on record before the next begins. */
export type JournalStep = 'backed up' | 'staged' | 'compared' | 'written' | 'verified';

/** A push that did not come to its end. */
export interface UnfinishedPush {
  readonly pushId: string;
  readonly rollbackOf: string | null;
  readonly units: readonly JournalUnit[];
}

/**
 * Writes the plan into the journal, all of it in one transaction, and returns the push's id.
 * @param resumed the id of a push that is taken up again; undefined: a new one
 */
export async function openJournal(
  ctx: StageContext,
  target: string,
  units: readonly JournalUnit[],
  options: { readonly resumed?: string | undefined; readonly rollbackOf?: string } = {},
): Promise<string> {
  const { replica } = ctx;
  return replica.transaction(async () => {
    const at = timestampText(ctx.now());
    const pushId = options.resumed ?? (await newPushId(ctx));
    if (options.resumed === undefined) {
      await replica.run(
        `INSERT INTO hoopduck.push (push_id, run_id, target, started_at, status, summary, rollback_of)
         VALUES ($pushId, $runId, $target, CAST($at AS TIMESTAMP), 'planned', '{}', $rollbackOf)`,
        { pushId, runId: ctx.runId, target, at, rollbackOf: options.rollbackOf ?? null },
      );
    }
    for (const { table, unit, dates } of units) {
      await replica.run(
        `INSERT INTO hoopduck.push_step VALUES
           ($pushId, $table, $unit, 'planned', $dates, CAST($at AS TIMESTAMP), NULL)`,
        { pushId, table, unit, dates: JSON.stringify(dates), at },
      );
    }
    return pushId;
  });
}

async function newPushId(ctx: StageContext): Promise<string> {
  const earlier = await ctx.replica.row<{ n: number }>(
    'SELECT count(*) AS n FROM hoopduck.push WHERE run_id = $runId',
    { runId: ctx.runId },
  );
  return `${ctx.runId.replaceAll(/[^\w-]/g, '-')}-${(earlier?.n ?? 0) + 1}`;
}

/** Notes that a unit reached a step; joins the caller's transaction. */
export async function journalStep(
  ctx: StageContext,
  pushId: string,
  where: { table: string; unit: string },
  step: JournalStep,
  detail: string | null = null,
): Promise<void> {
  await ctx.replica.run(
    `INSERT INTO hoopduck.push_step VALUES
       ($pushId, $table, $unit, $step, '[]', CAST($at AS TIMESTAMP), $detail)`,
    {
      pushId,
      table: where.table,
      unit: where.unit,
      step,
      at: timestampText(ctx.now()),
      detail,
    },
  );
}

/** Moves a push to another status. */
export async function journalStatus(
  ctx: StageContext,
  pushId: string,
  status: 'writing' | 'done' | 'failed',
  summary: unknown,
): Promise<void> {
  await ctx.replica.run(
    `UPDATE hoopduck.push SET status = $status, summary = $summary,
       finished_at = CASE WHEN $status = 'writing' THEN NULL ELSE CAST($at AS TIMESTAMP) END
     WHERE push_id = $pushId`,
    { pushId, status, summary: JSON.stringify(summary), at: timestampText(ctx.now()) },
  );
}

/** Pushes to a target that were killed or failed on the way, oldest first. */
export async function unfinishedPushes(
  ctx: StageContext,
  target: string,
): Promise<UnfinishedPush[]> {
  const pushes = await ctx.replica.rows<{ pushId: string; rollbackOf: string | null }>(
    `SELECT push_id AS "pushId", rollback_of AS "rollbackOf" FROM hoopduck.push
     WHERE target = $target AND status IN ('planned', 'writing') ORDER BY started_at, push_id`,
    { target },
  );
  const unfinished: UnfinishedPush[] = [];
  for (const push of pushes) {
    unfinished.push({ ...push, units: await journaledUnits(ctx, push.pushId) });
  }
  return unfinished;
}

/** The units of a push as they were planned; a unit that was planned again stands there once more. */
export async function journaledUnits(ctx: StageContext, pushId: string): Promise<JournalUnit[]> {
  const steps = await ctx.replica.rows<{ table: string; unit: string; dates: string }>(
    `SELECT table_name AS "table", unit, dates FROM hoopduck.push_step
     WHERE push_id = $pushId AND step = 'planned' ORDER BY recorded_at, table_name, unit`,
    { pushId },
  );
  return steps.map(({ table, unit, dates }) => ({
    table,
    unit,
    dates: JSON.parse(dates) as JournalDate[],
  }));
}

/**
 * Settles a push that did not come to its end: what it had set going is waited for; a unit that the
 * target holds as it was journaled was swapped by us and becomes the expected state; every other one is
 * as it was. Nothing in the target changes.
 * @param status what becomes of the push: `failed`, or `writing` when it is taken up again
 */
export async function settlePush(
  ctx: StageContext,
  target: Warehouse,
  push: UnfinishedPush,
  status: 'failed' | 'writing',
): Promise<void> {
  const { pushId } = push;
  const settled: { unit: JournalUnit; changes: BaselineChange[] }[] = [];
  for (const unit of push.units) {
    const { table, dates } = unit;
    await target.settle({ table, pushId, contentId: contentId(table, dates) });
    settled.push({ unit, changes: await swappedDates(ctx, target, unit, push.rollbackOf) });
  }
  await ctx.replica.transaction(async () => {
    for (const { unit, changes } of settled) {
      const where = { target: target.location, table: unit.table, pushId, at: ctx.now() };
      await recordBaselines(ctx.replica, where, changes);
      const changed = unit.dates.filter(({ digest, before }) => digest !== before);
      if (changes.length === unit.dates.length && changed.length > 0) {
        await journalStep(ctx, pushId, unit, 'written', 'found in the target');
      }
    }
    await journalStatus(ctx, pushId, status, { settled_by: ctx.runId });
  });
}

async function swappedDates(
  ctx: StageContext,
  target: Warehouse,
  { table, dates }: JournalUnit,
  rollbackOf: string | null,
): Promise<BaselineChange[]> {
  const described = pushTable(table);
  await target.partitions(table, described.partitionColumn);
  const names = dates.map(({ date }) => date);
  const found = await digestTarget(ctx.replica, target, described, names);
  return dates
    .filter(({ date, digest }) => (found.get(date) ?? null) === digest)
    .map(({ date, digest, local_digest }) => ({
      date,
      digest,
      origin: rollbackOf === null ? 'pushed' : 'observed',
      localDigest: local_digest,
      token: null,
    }));
}
