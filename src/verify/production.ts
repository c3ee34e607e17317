import type { StageContext } from '../context.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import { digestTarget } from '../push/digests.ts';
import { type Baseline, readBaselines } from '../push/ledger.ts';
import { pushTable } from '../push/tables.ts';
import { openTarget } from '../warehouse/open.ts';
import { NO_TOKEN, type Warehouse } from '../warehouse/warehouse.ts';
import type { AreaResult, Finding } from './finding.ts';

/**
 * Compares what production holds with what the journal last saw or wrote there; partitions whose token is the recorded one are
 * not read. Nothing of it is repaired from here: whoever changed production may have meant it, and push refuses it.
 */
export async function verifyProduction(ctx: StageContext, offline: boolean): Promise<AreaResult> {
  const nothing = (skipped: string): AreaResult => ({
    area: 'production',
    checked: 0,
    findings: [],
    skipped,
  });
  if (ctx.config.push === null) return nothing('no push target is configured');
  if (offline) return nothing('--offline');
  const target = await openTarget(ctx, 'verify');
  try {
    const baselines = await readBaselines(ctx.replica, target.location);
    const findings: Finding[] = [];
    let checked = 0;
    for (const [table, known] of baselines) {
      ctx.report.progress('verify production', checked, 0);
      findings.push(...(await moved(ctx, target, table, known)));
      checked += known.size;
    }
    return {
      area: 'production',
      checked,
      findings,
      skipped: null,
      repair: async () => {
        for (const finding of findings) finding.repaired = false;
      },
    };
  } catch (error) {
    if (!(error instanceof HoopduckError) || error.exitCode !== EXIT.warehouse) throw error;
    // What was found here does not depend on it.
    const finding: Finding = {
      area: 'production',
      subject: target.location,
      found: `it could not be looked at: ${error.message}`,
      next: error.next,
      repaired: null,
    };
    const repair = async () => {
      finding.repaired = false;
    };
    return { area: 'production', checked: 0, findings: [finding], skipped: null, repair };
  } finally {
    await target.close();
  }
}

async function moved(
  { replica }: StageContext,
  target: Warehouse,
  name: string,
  known: ReadonlyMap<string, Baseline>,
): Promise<Finding[]> {
  const table = pushTable(name);
  const listing = await target.partitions(name, table.partitionColumn);
  const tokens = new Map((listing?.partitions ?? []).map(({ date, token }) => [date, token]));
  const touched = [...known].filter(
    ([date, { token }]) =>
      tokens.has(date) && (tokens.get(date) !== token || token === NO_TOKEN || token === null),
  );
  const dates = touched.map(([date]) => date);
  const digests =
    dates.length === 0 ? new Map() : await digestTarget(replica, target, table, dates);
  const finding = (date: string, found: string): Finding => ({
    area: 'production',
    subject: `${name} ${date}`,
    found,
    next: `"hoopduck diff replica push --table ${name}" shows the rows; push refuses the date until it is settled.`,
    repaired: null,
  });
  return [...known].flatMap(([date, { digest, origin }]) => {
    const was = origin === 'pushed' ? 'what was pushed' : 'what was seen there';
    if (!tokens.has(date)) return [finding(date, `${was} is gone`)];
    if (!digests.has(date) || digests.get(date) === digest) return [];
    return [finding(date, `it is not ${was} any more`)];
  });
}
