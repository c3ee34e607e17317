/**
 * Hoopduck as a library: open a workspace, look at what a run would do, and run it.
 *
 * ```ts
 * import { openWorkspace, plan, run } from 'hoopduck';
 * const workspace = openWorkspace('league');
 * console.log(await plan(workspace));
 * const outcome = await run(workspace, { push: true });
 * ```
 */

import type { Config } from './config/config.ts';
import { loadConfig } from './config/load.ts';
import { findWorkspace } from './config/workspace.ts';
import { planRun, type RunPlan } from './pipeline/plan.ts';
import { type RunOptions, type RunOutcome, runPipeline } from './pipeline/run.ts';
import { type SessionOptions, withSession } from './workspace.ts';

export type { Config } from './config/config.ts';
export type { Reporter } from './context.ts';
export { EXIT, type ExitCode, HoopduckError } from './errors.ts';
export type { RunPlan } from './pipeline/plan.ts';
export type { RunOptions, RunOutcome } from './pipeline/run.ts';
export { VERSION } from './version.ts';

/** A workspace: its folder and its configuration, read, checked and frozen. */
export interface Workspace {
  readonly folder: string;
  readonly config: Config;
}

/** Who watches, and how to stop; both may be left out. */
export type Watch = Pick<SessionOptions, 'report' | 'signal' | 'now'>;

/**
 * Opens the workspace in `folder`, or in the nearest folder upwards that has a hoopduck.yaml.
 * @throws HoopduckError (exit 2) with file, line and column when the configuration is wrong
 */
export function openWorkspace(folder: string = process.cwd()): Workspace {
  const found = findWorkspace(folder, undefined);
  return Object.freeze({ folder: found, config: loadConfig(found) });
}

/** What `run` would do now. Holds the replica while it looks. */
export async function plan(
  workspace: Workspace,
  options: { readonly from?: string; readonly to?: string } = {},
  watch: Watch = {},
): Promise<RunPlan> {
  const session = { command: 'plan', arguments: options, ...watch };
  const result = await withSession(workspace.config, session, async (ctx) => ({
    exitCode: 0,
    plan: await planRun(ctx, options),
  }));
  return result.plan;
}

/** Sync, transform, validate, train, predict and, with `push`, push. */
export async function run(
  workspace: Workspace,
  options: Partial<RunOptions> = {},
  watch: Watch = {},
): Promise<RunOutcome> {
  const session = { command: 'run', arguments: options, ...watch };
  return withSession(workspace.config, session, (ctx) =>
    runPipeline(ctx, { push: false, ...options }),
  );
}
