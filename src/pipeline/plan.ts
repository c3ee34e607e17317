import type { Config } from '../config/config.ts';
import { spanOf } from '../config/span.ts';
import { type StageContext, silentReporter } from '../context.ts';
import { createRawTables, landTable } from '../sync/land.ts';
import { planSync, RAW_PARTITION, type SyncPlan, scheduleBounds } from '../sync/plan.ts';
import { outlineTransforms, type PlannedModel, rehearseTransforms } from '../transforms/plan.ts';
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

/** Partitions that a plan reads to say exactly what a run would rebuild; more are a backfill, and take their time. */
const REHEARSED_PARTITIONS = 500;

/**
 * Looks at the warehouse and the ledger and says what a run would do; nothing remains written. Where the
 * changed partitions are few and lie in a folder, the transforms are rehearsed, so that the plan names the
 * dates that the run will rebuild; otherwise the plan names the tables.
 */
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
  const transform = (await canRehearse(ctx, sync))
    ? await rehearseTransforms({ ...ctx, report: silentReporter }, span.to, () =>
        landAll(
          { ...ctx, report: silentReporter, config: keepNothing(ctx.config) },
          warehouse,
          sync,
        ),
      )
    : await outlineTransforms(ctx, sync, span.to);
  const reading: RunPlan['reading'][number][] = [];
  for (const { table, fetch } of sync.tables) {
    if (fetch.length === 0) continue;
    const dates = fetch.map(({ date }) => date);
    const estimate = await warehouse.estimate(table, RAW_PARTITION, dates, 'fetch');
    reading.push({ table, estimate });
  }
  return Object.freeze({ ...span, sync, transform, reading });
}

/** Reading must cost nothing, and most of the replica must be there. */
async function canRehearse(ctx: StageContext, sync: SyncPlan): Promise<boolean> {
  const built = await ctx.replica.row('SELECT 1 FROM hoopduck.model_build LIMIT 1');
  const partitions = sync.tables.reduce((sum, { fetch }) => sum + fetch.length, 0);
  const local = ctx.config.warehouse.kind === 'folder';
  return built !== undefined && partitions <= REHEARSED_PARTITIONS && (local || partitions === 0);
}

/** What is taken back leaves no files. */
function keepNothing(config: Config): Config {
  return { ...config, inputs: { ...config.inputs, keep: false } };
}

async function landAll(ctx: StageContext, warehouse: Warehouse, sync: SyncPlan): Promise<void> {
  for (const table of sync.tables) {
    if (table.fetch.length + table.remove.length > 0) await landTable(ctx, warehouse, table);
  }
}
