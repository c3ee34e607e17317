import type { StageContext } from '../context.ts';
import { timestampText } from '../ledger/ledger.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { digestFiles, mergeDigests } from './digests.ts';
import { type BaselineChange, recordBaselines } from './ledger.ts';
import { pushTable } from './tables.ts';

/** What a unit is about to hold of a date; a null digest: the date is taken away. */
export interface JournalDate {
  readonly date: string;
  readonly digest: string | null;
  readonly local_digest: string | null;
}

/** One swap, as it is journaled before anything is written. */
export interface JournalUnit {
  readonly table: string;
  readonly unit: string;
  readonly dates: readonly JournalDate[];
}

/** Writes the plan into the journal, all of it in one transaction, and returns the push's id. */
export async function openJournal(
  ctx: StageContext,
  target: string,
  units: readonly JournalUnit[],
): Promise<string> {
  const { replica } = ctx;
  return replica.transaction(async () => {
    const earlier = await replica.row<{ n: number }>(
      'SELECT count(*) AS n FROM hoopduck.push WHERE run_id = $runId',
      { runId: ctx.runId },
    );
    const pushId = `${ctx.runId.replaceAll(/[^\w-]/g, '-')}-${(earlier?.n ?? 0) + 1}`;
    const at = timestampText(ctx.now());
    await replica.run(
      `INSERT INTO hoopduck.push VALUES
         ($pushId, $runId, $target, CAST($at AS TIMESTAMP), NULL, 'planned', '{}')`,
      { pushId, runId: ctx.runId, target, at },
    );
    for (const unit of units) {
      await replica.run(
        `INSERT INTO hoopduck.push_step VALUES
           ($pushId, $table, $unit, 'planned', $dates, CAST($at AS TIMESTAMP))`,
        { pushId, table: unit.table, unit: unit.unit, dates: JSON.stringify(unit.dates), at },
      );
    }
    return pushId;
  });
}

/** Notes that a unit reached a step; joins the caller's transaction. */
export async function journalStep(
  ctx: StageContext,
  pushId: string,
  where: { table: string; unit: string },
  step: 'written' | 'verified',
): Promise<void> {
  await ctx.replica.run(
    `INSERT INTO hoopduck.push_step VALUES
       ($pushId, $table, $unit, $step, '[]', CAST($at AS TIMESTAMP))`,
    { pushId, ...where, step, at: timestampText(ctx.now()) },
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

/**
 * Settles pushes that were killed: a date that the target holds as it was journaled was swapped by
 * us, and becomes the expected state; every other date is as it was. Nothing in the target changes.
 */
export async function settleKilledPushes(ctx: StageContext, target: Warehouse): Promise<void> {
  const { replica } = ctx;
  const pushes = await replica.column<string>(
    `SELECT push_id FROM hoopduck.push
     WHERE target = $target AND status IN ('planned', 'writing') ORDER BY started_at`,
    { target: target.location },
  );
  for (const pushId of pushes) {
    const steps = await replica.rows<{ table: string; dates: string }>(
      `SELECT table_name AS "table", dates FROM hoopduck.push_step
       WHERE push_id = $pushId AND step = 'planned' ORDER BY table_name, unit`,
      { pushId },
    );
    const tables = new Map<string, JournalDate[]>();
    for (const { table, dates } of steps) {
      tables.set(table, [...(tables.get(table) ?? []), ...(JSON.parse(dates) as JournalDate[])]);
    }
    const settled: { table: string; changes: BaselineChange[] }[] = [];
    for (const [table, dates] of tables) {
      settled.push({ table, changes: await swappedDates(ctx, target, table, dates) });
    }
    await replica.transaction(async () => {
      for (const { table, changes } of settled) {
        const where = { target: target.location, table, pushId, at: ctx.now() };
        await recordBaselines(replica, where, changes);
      }
      await journalStatus(ctx, pushId, 'failed', { settled_by: ctx.runId });
    });
  }
}

async function swappedDates(
  ctx: StageContext,
  target: Warehouse,
  table: string,
  dates: readonly JournalDate[],
): Promise<BaselineChange[]> {
  const { partitionColumn } = pushTable(table);
  await target.partitions(table, partitionColumn);
  const files = await target.fetch(
    table,
    dates.map(({ date }) => date),
  );
  const perFile = await digestFiles(ctx.replica, partitionColumn, files.paths);
  await files.verify();
  await files.release();
  const found = mergeDigests(perFile.values());
  return dates
    .filter(({ date, digest }) => (found.get(date) ?? null) === digest)
    .map(({ date, digest, local_digest }) => ({
      date,
      digest,
      origin: 'pushed',
      localDigest: local_digest,
      token: null,
    }));
}
