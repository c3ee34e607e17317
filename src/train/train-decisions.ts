import type { StageContext } from '../context.ts';
import { recordForced } from '../ledger/ledger.ts';
import type { LeakAlarm } from './leak-alarms.ts';
import { type RedCheck, redCheckText } from './red-checks.ts';

/** What somebody decided beside the data: dates left out, and red that was gone past. */
export interface Decisions {
  readonly exclude: readonly string[];
  readonly red: readonly RedCheck[];
  readonly alarms: readonly LeakAlarm[];
  readonly force: { readonly reason: string } | undefined;
}

/** Puts the decisions of a training (`doing`: "train", "walk forward") on record in the ledger. */
export async function recordDecisions(
  ctx: StageContext,
  doing: string,
  { exclude, red, alarms, force }: Decisions,
): Promise<void> {
  const at = ctx.now();
  if (exclude.length > 0) {
    const what = `${doing} without the rows of ${exclude.join(', ')}`;
    const reason = force?.reason ?? 'asked with --exclude';
    await recordForced(ctx.replica, ctx.runId, what, reason, at);
  }
  const passed = [...red.map(redCheckText), ...alarms.map(alarmText)];
  if (passed.length > 0 && force !== undefined) {
    const what = `${doing} on red: ${passed.join('; ')}`;
    await recordForced(ctx.replica, ctx.runId, what, force.reason, at);
  }
}

function alarmText({ alarm, subject, found, limit }: LeakAlarm): string {
  return `${alarm} of ${subject} (${found}, limit ${limit})`;
}
