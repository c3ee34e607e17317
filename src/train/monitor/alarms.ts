import { LEAST_ROWS } from './distributions.ts';
import type { Drift } from './drift.ts';
import type { RecentErrors } from './graded-errors.ts';

/** What is wrong with the predictions, and what to do next. */
export interface MonitorAlarm {
  readonly kind: 'error' | 'coverage' | 'drift' | 'known';
  readonly message: string;
  readonly next: string;
}

/** Fewer dates say nothing of how dates differ. */
const LEAST_DATES = 7;

/** Standard errors between the MAE and the training's. By chance alone once in some 700 looks. */
const STANDARD_ERRORS = 3;

/** An interval made to hold 80% that holds less than this is none. */
const LEAST_COVERAGE = 0.7;

/** How far the share of rows with lines, or with a report, may fall below the reference's. */
const LEAST_KNOWN = 0.2;

const NAMED = 5;

/** The alarms of what was measured, gravest kind first. */
export function alarmsOf(
  recent: RecentErrors | null,
  expected: number | null,
  drift: Drift,
): MonitorAlarm[] {
  return [
    ...knownAlarms(drift),
    ...driftAlarm(drift),
    ...errorAlarm(recent, expected),
    ...coverageAlarm(recent),
  ];
}

function errorAlarm(recent: RecentErrors | null, expected: number | null): MonitorAlarm[] {
  if (recent === null || expected === null || recent.standard_error === null) return [];
  const { mae, standard_error: error, dates } = recent;
  if (dates < LEAST_DATES || !(mae - expected > STANDARD_ERRORS * error)) return [];
  return [
    {
      kind: 'error',
      message: `Predictions miss by ${mae.toFixed(3)} points on ${dates} dates to ${recent.to}; the training expected ${expected.toFixed(3)}, and ${STANDARD_ERRORS} standard errors above it are ${(expected + STANDARD_ERRORS * error).toFixed(3)}.`,
      next: 'See "hoopduck validate" for red checks and "hoopduck predict --explain PLAYER" for a large miss; if the data are right, run "hoopduck train" and "hoopduck models promote candidate".',
    },
  ];
}

function coverageAlarm(recent: RecentErrors | null): MonitorAlarm[] {
  if (recent === null || recent.coverage_80 === null || recent.intervals < LEAST_ROWS) return [];
  if (recent.coverage_80 >= LEAST_COVERAGE) return [];
  return [
    {
      kind: 'coverage',
      message: `The 80% interval holds ${percent(recent.coverage_80)} of ${recent.intervals} results on ${recent.dates} ${recent.dates === 1 ? 'date' : 'dates'} to ${recent.to}; at least ${percent(LEAST_COVERAGE)} are wanted.`,
      next: 'Run "hoopduck train": the intervals come from the misses of its validation part.',
    },
  ];
}

function driftAlarm({ drifting, measured }: Drift): MonitorAlarm[] {
  if (drifting.length === 0) return [];
  const named = drifting
    .slice(0, NAMED)
    .map(
      ({ feature, days, psi, limit }) =>
        `${feature} (${psi.toFixed(2)} in ${days} days, limit ${limit.toFixed(2)})`,
    );
  const more = drifting.length > NAMED ? ` and ${drifting.length - NAMED} more` : '';
  return [
    {
      kind: 'drift',
      message: `${drifting.length} of ${measured} features lie otherwise than in the training: ${named.join(', ')}${more}.`,
      next: 'See "hoopduck validate", and "hoopduck diff" against an earlier replica; if the data are right, the game has changed: run "hoopduck train".',
    },
  ];
}

function knownAlarms({ known }: Drift): MonitorAlarm[] {
  return known
    .filter(({ share, expected }) => expected - share > LEAST_KNOWN)
    .map(({ of, share, expected }) => ({
      kind: 'known',
      message: `${percent(share)} of the players have ${of === 'lines' ? 'lines' : 'an injury report'}; ${percent(expected)} had them in the same weeks of the training's newest season.`,
      next: 'See "hoopduck sync": a raw table has stopped coming, or its keys have changed.',
    }));
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
