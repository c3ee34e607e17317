import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import type { Reporter, StageContext } from '../context.ts';
import { messageOf } from '../errors.ts';
import type { Ended } from '../notify/notify.ts';
import type { Replica } from '../replica/replica.ts';
import { failureOf } from '../unexpected.ts';
import type { Outcome } from './command.ts';

/** Commands whose end is told to webhooks. */
const TOLD: readonly string[] = ['run', 'validate', 'predict'];
/** Codes that red gates have; they are told as such, not as a failure. */
const RED: readonly string[] = ['GATE_RED', 'PUSH_RED', 'TRAIN_RED_CHECKS'];

/** Who works, and who is told of its end. */
export interface Telling {
  readonly command: string;
  /** The command's options; `junit` names the file of a report. */
  readonly args: unknown;
  /** The folder that it is relative to. */
  readonly cwd: string;
  readonly config: Config;
  readonly report: Reporter;
  /** Aborted by the first Ctrl-C, which the webhooks hear of as well. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

/**
 * Does a command's work and tells who asked for it how it ended: a report for JUnit's readers, unless it throws, and the
 * webhooks of hoopduck.yaml. Neither what they answer nor what goes wrong meanwhile changes the outcome.
 * @param session opens the replica for `work`; what it throws before that is told without one
 */
export async function telling(
  who: Telling,
  session: (work: (ctx: StageContext) => Promise<Outcome>) => Promise<Outcome>,
  work: (ctx: StageContext) => Promise<Outcome>,
): Promise<Outcome> {
  const { command, config, report, signal, now } = who;
  const path = junitPath(who);
  if (path === undefined && (config.notify.length === 0 || !TOLD.includes(command))) {
    return session(work);
  }
  if (path !== undefined) (await import('./ci/junit.ts')).beginJunit(path);
  let opened = false;
  const tell = async (ended: Ended, ctx?: StageContext) => {
    try {
      const { notify } = await import('../notify/notify.ts');
      const { realOutside } = await import('../notify/send.ts');
      await notify(ctx ?? { config, report }, ended, realOutside(now, signal));
    } catch (error) {
      report.warn(`Webhooks were not told: ${messageOf(error)}`);
    }
  };
  try {
    return await session(async (ctx) => {
      opened = true;
      try {
        const outcome = await work(ctx);
        if (path !== undefined) await reportGates(path, outcome, ctx.replica, now());
        if (isWork(command, outcome)) await tell(endOf(command, outcome), ctx);
        return outcome;
      } catch (error) {
        if (!ctx.signal.aborted) await tell(failed(command, error), ctx);
        throw error;
      }
    });
  } catch (error) {
    if (!opened) await tell(failed(command, error));
    throw error;
  }
}

/** The file that --junit names; undefined: none. */
function junitPath({ args, cwd }: Pick<Telling, 'args' | 'cwd'>): string | undefined {
  const { junit } = args as { readonly junit?: string };
  return junit === undefined ? undefined : resolve(cwd, junit);
}

/** A dry run shows a plan: it neither failed nor mended anything. */
function isWork(command: string, { json }: Outcome): boolean {
  return command !== 'run' || 'stages' in json;
}

/** The gates of the dates that the command's document names. */
async function reportGates(
  path: string,
  { json }: Outcome,
  replica: Replica,
  at: Date,
): Promise<void> {
  const { from, to } = json as { readonly from: string; readonly to: string };
  const { writeJunit } = await import('./ci/junit.ts');
  await writeJunit(replica, { from, to }, path, at);
}

/** How a command ended by its document. */
function endOf(command: string, { exitCode, failure, json }: Outcome): Ended {
  const told = failure !== undefined && !RED.includes(failure.code) ? failure : null;
  const predicted = command === 'predict' ? json : (json['predictions'] ?? {});
  const { alarms = null } = predicted as { alarms?: NonNullable<Ended['alarms']> };
  return { command, exitCode, alarms, failure: told };
}

function failed(command: string, error: unknown): Ended {
  const { exitCode, code, message, next } = failureOf(error);
  return { command, exitCode, alarms: null, failure: { code, message, next } };
}
