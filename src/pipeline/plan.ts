import { spanOf } from '../config/span.ts';
import type { StageContext } from '../context.ts';
import { createRawTables } from '../sync/land.ts';
import { planSync, type SyncPlan, scheduleBounds } from '../sync/plan.ts';
import { type PlannedModel, planTransforms } from '../transforms/plan.ts';
import { openWarehouse } from '../warehouse/open.ts';

/** What `run` would do now: which partitions would be read and why, which tables rebuilt and why. */
export interface RunPlan {
  readonly from: string;
  readonly to: string;
  readonly sync: SyncPlan;
  readonly transform: readonly PlannedModel[];
}

/** Looks at the warehouse and the ledger and says what a run would do; nothing is read or written. */
export async function planRun(
  ctx: StageContext,
  options: { readonly from?: string; readonly to?: string },
): Promise<RunPlan> {
  const warehouse = openWarehouse(ctx.config.warehouse, ctx.replica);
  const span = spanOf(options, await scheduleBounds(warehouse));
  await createRawTables(ctx.replica);
  const sync = await planSync(warehouse, ctx.replica, span);
  const transform = await planTransforms(ctx.replica, sync, span.to);
  return Object.freeze({ ...span, sync, transform });
}
