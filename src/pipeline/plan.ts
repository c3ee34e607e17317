import { spanOf } from '../config/span.ts';
import type { StageContext } from '../context.ts';
import { createRawTables } from '../sync/land.ts';
import { planSync, RAW_PARTITION, type SyncPlan, scheduleBounds } from '../sync/plan.ts';
import { type PlannedModel, planTransforms } from '../transforms/plan.ts';
import { openSource } from '../warehouse/open.ts';
import type { TransferEstimate, Warehouse } from '../warehouse/warehouse.ts';

/** What `run` would do now: which partitions would be read and why, which tables rebuilt and why. */
export interface RunPlan {
  readonly from: string;
  readonly to: string;
  readonly sync: SyncPlan;
  readonly transform: readonly PlannedModel[];
  /** How the partitions to sync would be read, by table, and what that would be billed. */
  readonly reading: readonly { readonly table: string; readonly estimate: TransferEstimate }[];
}

/** Looks at the warehouse and the ledger and says what a run would do; nothing is read or written. */
export async function planRun(
  ctx: StageContext,
  options: { readonly from?: string; readonly to?: string },
): Promise<RunPlan> {
  const warehouse = await openSource(ctx, 'plan');
  try {
    return await planFrom(ctx, warehouse, options);
  } finally {
    await warehouse.close();
  }
}

async function planFrom(
  ctx: StageContext,
  warehouse: Warehouse,
  options: { readonly from?: string; readonly to?: string },
): Promise<RunPlan> {
  const span = spanOf(options, await scheduleBounds(warehouse));
  await createRawTables(ctx.replica);
  const sync = await planSync(warehouse, ctx.replica, span);
  const transform = await planTransforms(ctx.replica, sync, span.to);
  const reading: RunPlan['reading'][number][] = [];
  for (const { table, fetch } of sync.tables) {
    if (fetch.length === 0) continue;
    const dates = fetch.map(({ date }) => date);
    const estimate = await warehouse.estimate(table, RAW_PARTITION, dates, 'fetch');
    reading.push({ table, estimate });
  }
  return Object.freeze({ ...span, sync, transform, reading });
}
