import type { StageContext } from '../context.ts';
import { recordStage } from '../ledger/ledger.ts';

/** One thing that was looked at before or after a run. */
export interface FlightFinding {
  readonly name: string;
  readonly verdict: 'ok' | 'warn' | 'fail';
  readonly found: string;
  /** What to do about it; null: nothing. */
  readonly next: string | null;
}

/** What a look before or after a run found, as `run --json` has it. */
export interface Flight {
  readonly status: 'done' | 'failed';
  readonly seconds: number;
  readonly findings: readonly FlightFinding[];
}

/** Makes a look, puts it on record as a stage of the run, and tells what is to be minded. */
export async function recordFlight(
  ctx: StageContext,
  name: 'preflight' | 'postflight',
  look: () => Promise<readonly FlightFinding[]>,
): Promise<Flight> {
  const started = performance.now();
  const findings = await look();
  const status = findings.some(({ verdict }) => verdict === 'fail') ? 'failed' : 'done';
  const seconds = Math.round(performance.now() - started) / 1000;
  await recordStage(ctx.replica, ctx.runId, { name, status, seconds, summary: findings });
  for (const { verdict, found } of findings) if (verdict === 'warn') ctx.report.warn(found);
  return { status, seconds, findings };
}
