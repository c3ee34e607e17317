import { EXIT } from '../errors.ts';
import type { CommandEnvironment, Outcome } from './command.ts';
import { reproduceFailure, reproduceText } from './reproduce-text.ts';

interface ReproduceOptions {
  readonly run: string;
  readonly into?: string;
  readonly keep?: boolean;
  readonly threads?: number;
  readonly presentSettings?: boolean;
}

/** Makes a past run again in a scratch place; exit 1 when something differs. */
export async function execute(
  options: ReproduceOptions,
  env: CommandEnvironment,
): Promise<Outcome> {
  const { run, into, keep = false, threads, presentSettings = false } = options;
  const config = await env.config();
  const { reproduce } = await import('../reproduce/reproduce.ts');
  const result = await reproduce({
    config,
    run,
    into,
    cwd: env.cwd,
    keep,
    threads,
    presentSettings,
    report: env.report,
    signal: env.signal,
    now: env.now,
  });
  const text = reproduceText(result);
  if (result.equal) return { exitCode: EXIT.done, json: { ...result }, text };
  return { exitCode: EXIT.failed, json: { ...result }, text, failure: reproduceFailure(result) };
}
