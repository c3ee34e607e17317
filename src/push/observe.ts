import type { StageContext } from '../context.ts';
import { HoopduckError } from '../errors.ts';
import { timestampText } from '../ledger/ledger.ts';
import { openTarget } from '../warehouse/open.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { digestTarget } from './digests.ts';
import { readBaselines, recordBaselines } from './ledger.ts';
import { PUSH_DATASETS, pushTable } from './tables.ts';

/**
 * Looks at what the push target holds and records the digest of every partition that the ledger does
 * not know yet, so that a later push sees what moved since. Does nothing when no target is configured.
 * Partitions that are known are left as they are: a change of them is for push to refuse. A table that
 * cannot be read is a warning here, because nothing but push depends on it, and push itself refuses it.
 * @returns how many partitions are new to the ledger
 */
export async function observeTarget(ctx: StageContext, warehouse?: Warehouse): Promise<number> {
  if (warehouse !== undefined) return observeTables(ctx, warehouse);
  if (ctx.config.push === null) return 0;
  const target = await openTarget(ctx);
  try {
    return await observeTables(ctx, target);
  } finally {
    await target.close();
  }
}

async function observeTables(ctx: StageContext, target: Warehouse): Promise<number> {
  const known = await readBaselines(ctx.replica, target.location);
  let observed = 0;
  for (const dataset of PUSH_DATASETS) {
    for (const name of await target.tables(dataset)) {
      const table = `${dataset}.${name}`;
      try {
        observed += await observeTable(ctx, target, table, new Set(known.get(table)?.keys() ?? []));
      } catch (error) {
        if (!(error instanceof HoopduckError)) throw error;
        ctx.report.warn(
          `${table} in the push target was not looked at: ${error.message}`,
          error.code,
        );
      }
    }
  }
  await ctx.replica.transaction(async () => {
    await ctx.replica.run('DELETE FROM hoopduck.push_target WHERE target = $target', {
      target: target.location,
    });
    await ctx.replica.run(
      'INSERT INTO hoopduck.push_target VALUES ($target, CAST($at AS TIMESTAMP))',
      { target: target.location, at: timestampText(ctx.now()) },
    );
  });
  return observed;
}

async function observeTable(
  ctx: StageContext,
  target: Warehouse,
  table: string,
  known: ReadonlySet<string>,
): Promise<number> {
  const { partitionColumn } = pushTable(table);
  const listing = await target.partitions(table, partitionColumn);
  const unknown = (listing?.partitions ?? []).filter((partition) => !known.has(partition.date));
  if (unknown.length === 0) return 0;
  const dates = unknown.map((partition) => partition.date);
  const digests = await digestTarget(ctx.replica, target, pushTable(table), dates);
  await recordBaselines(
    ctx.replica,
    { target: target.location, table, pushId: null, at: ctx.now() },
    unknown.map(({ date, token }) => ({
      date,
      digest: digests.get(date) ?? null,
      origin: 'observed',
      localDigest: null,
      token,
    })),
  );
  return unknown.length;
}
