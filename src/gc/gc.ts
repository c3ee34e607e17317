import type { StageContext } from '../context.ts';
import { forgetRuns } from '../pipeline/record-run.ts';
import { sweepArtefacts } from './artefacts.ts';
import { sweepBackups } from './backups.ts';
import { sweepInputs } from './inputs.ts';
import { sweepLeftovers } from './leftovers.ts';
import type { GcResult } from './result.ts';

/** What `gc` is asked for. */
export interface GcOptions {
  /** Looks, and takes nothing away. */
  readonly dryRun: boolean;
  /** Forgets the records of runs before this date, `YYYY-MM-DD`: what they alone stood on goes. */
  readonly forgetBefore: string | null;
}

/**
 * Finds what nothing in the workspace needs any more and takes it away. What an alias, the registry, a rollback within its days
 * or an unfinished push needs is never among it; of the inputs of runs on record only what is over the cap.
 */
export async function collectGarbage(ctx: StageContext, options: GcOptions): Promise<GcResult> {
  const { dryRun, forgetBefore } = options;
  const sweeps = [
    await sweepInputs(ctx, forgetBefore),
    await sweepArtefacts(ctx),
    await sweepBackups(ctx),
    sweepLeftovers(ctx),
  ];
  if (!dryRun) {
    if (forgetBefore !== null) await forgetRuns(ctx, forgetBefore);
    for (const sweep of sweeps) await sweep.take();
  }
  const removed = sweeps.flatMap(({ garbage }) => garbage);
  return {
    dry_run: dryRun,
    removed,
    bytes: removed.reduce((sum, { bytes }) => sum + bytes, 0),
    kept: sweeps.flatMap(({ kept }) => kept).filter(({ items }) => items > 0),
    notes: sweeps.flatMap(({ notes }) => notes),
  };
}
