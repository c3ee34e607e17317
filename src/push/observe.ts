import type { StageContext } from '../context.ts';
import { HoopduckError } from '../errors.ts';
import { timestampText } from '../ledger/ledger.ts';
import { openWarehouse } from '../warehouse/open.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { digestFiles, mergeDigests } from './digests.ts';
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
  const { push } = ctx.config;
  const target = warehouse ?? (push === null ? null : openWarehouse(push, ctx.replica, 'push'));
  if (target === null) return 0;
  const known = await readBaselines(ctx.replica, target.location);
  let observed = 0;
  for (const dataset of PUSH_DATASETS) {
    for (const name of await target.tables(dataset)) {
      const table = `${dataset}.${name}`;
      try {
        observed += await observeTable(ctx, target, table, new Set(known.get(table)?.keys() ?? []));
      } catch (error) {
        if (!(error instanceof HoopduckError)) throw error;
        ctx.report.warn(`${table} in the push target was not looked at: ${error.message}`);
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
  const files = await target.fetch(
    table,
    unknown.map((partition) => partition.date),
  );
  try {
    const perFile = await digestFiles(ctx.replica, partitionColumn, files.paths);
    await files.verify();
    const digests = mergeDigests(perFile.values());
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
  } finally {
    await files.release();
  }
  return unknown.length;
}
