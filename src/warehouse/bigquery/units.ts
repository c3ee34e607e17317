import { createHash } from 'node:crypto';
import type { UnitPlan, WriteUnit } from '../warehouse.ts';
import type { SeenTable } from './listing.ts';
import { duckdbType, typeText, unsupported } from './types.ts';

/** The token of a unit whose table is not there. */
export const ABSENT = 'absent';
/** BigQuery lets one job change this many partitions of a table. */
const PARTITIONS_A_JOB = 4000;
const DAY_MS = 24 * 3_600_000;

/** As many dates as one job may change, in the order of dates; those that would be lost are refused. */
export function planUnits(
  seen: SeenTable | undefined,
  dates: readonly string[],
  now: Date,
): UnitPlan {
  const fields = seen?.meta.schema?.fields ?? [];
  const foreign = unsupported(fields)[0];
  const refused: { date: string; reason: string }[] = [];
  const free: string[] = [];
  for (const date of [...dates].sort()) {
    const reason =
      foreign !== undefined
        ? `the column "${foreign.name}" of the target is ${typeText(foreign)}, which the replica does not hold and a write would lose`
        : vanishes(seen, date, now);
    if (reason === undefined) free.push(date);
    else refused.push({ date, reason });
  }
  const columns =
    seen === undefined
      ? undefined
      : fields.map((field) => ({ name: field.name, type: duckdbType(field)! }));
  const units: WriteUnit[] = [];
  for (let i = 0; i < free.length; i += PARTITIONS_A_JOB) {
    const batch = free.slice(i, i + PARTITIONS_A_JOB);
    units.push({
      name: `${batch[0]}_to_${batch.at(-1)}`,
      dates: batch,
      columns,
      token: unitToken(seen, batch),
    });
  }
  return { units, refused };
}

/** One token of several dates: another as soon as one of theirs is. */
export function unitToken(seen: SeenTable | undefined, dates: readonly string[]): string {
  if (seen === undefined) return ABSENT;
  const tokens = tokensOf(seen);
  const parts = [...dates].sort().map((date) => `${date}=${tokens.get(date) ?? ''}`);
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}

/** Tokens by date. */
export function tokensOf(seen: SeenTable | undefined): Map<string, string> {
  return new Map((seen?.listing.partitions ?? []).map(({ date, token }) => [date, token]));
}

/** Production's tables can let old partitions go: a date that is older already would vanish at once. */
function vanishes(seen: SeenTable | undefined, date: string, now: Date): string | undefined {
  const expirationMs = Number(seen?.meta.timePartitioning?.expirationMs ?? 0);
  if (expirationMs === 0) return undefined;
  const end = new Date(`${date}T00:00:00Z`).getTime() + expirationMs;
  if (end > now.getTime()) return undefined;
  return `the target lets partitions go after ${Math.round(expirationMs / DAY_MS)} days, so that it would vanish at once`;
}
