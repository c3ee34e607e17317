import type { NotifyEvent } from '../config/notify.ts';
import type { ErrorCode } from '../errors.ts';

/** A red check as it is told. */
export interface RedCheck {
  readonly check: string;
  readonly table: string;
  readonly scope: string;
  readonly found: number | null;
  readonly wanted: number | null;
  readonly detail: string | null;
}

/** How things stand at the end of a command; null: the command does not know. */
export interface Standing {
  readonly command: string;
  readonly exitCode: number;
  /** Every red check of the replica, whichever command found it. */
  readonly red: readonly RedCheck[] | null;
  readonly alarms: readonly { kind: string; message: string; next: string }[] | null;
  /** Why the command failed; red gates are told as such. */
  readonly failure: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly next: string;
  } | null;
}

/** What a webhook knows by what it was told. */
export interface Known {
  /** Keys of red checks. */
  readonly red: readonly string[];
  /** Kinds of alarms. */
  readonly drift: readonly string[];
  /** The code that a command last failed with. */
  readonly failures: Readonly<Record<string, string>>;
}

/** What is new to a webhook, and what it knows once it is told. */
export interface News {
  readonly events: readonly NotifyEvent[];
  readonly newRed: readonly RedCheck[];
  readonly newAlarms: NonNullable<Standing['alarms']>;
  /** What was red or failing and is not any more, in words. */
  readonly recovered: readonly string[];
  readonly known: Known;
}

export const KNOWS_NOTHING: Known = { red: [], drift: [], failures: {} };

/** Compares how things stand with what a webhook knows. The same state is told once. */
export function newsOf(known: Known, now: Standing): News {
  const knownRed = new Set(known.red);
  const red = now.red?.map(redKey) ?? known.red;
  const newRed = (now.red ?? []).filter((check) => !knownRed.has(redKey(check)));
  const kinds = now.alarms?.map(({ kind }) => kind) ?? known.drift;
  const newAlarms = (now.alarms ?? []).filter(({ kind }) => !known.drift.includes(kind));
  const { [now.command]: failedBefore, ...otherFailures } = known.failures;
  const recovered = [
    ...(known.red.length > 0 && red.length === 0
      ? [`${checks(known.red.length)} that ${known.red.length === 1 ? 'was' : 'were'} red`]
      : []),
    ...(failedBefore !== undefined && now.failure === null
      ? [`"${now.command}", which failed with ${failedBefore}`]
      : []),
  ];
  const events: NotifyEvent[] = [];
  if (newRed.length > 0) events.push('red');
  if (recovered.length > 0) events.push('recovery');
  if (newAlarms.length > 0) events.push('drift');
  if (now.failure !== null && now.failure.code !== failedBefore) events.push('failure');
  return {
    events,
    newRed,
    newAlarms,
    recovered,
    known: {
      red,
      drift: [...new Set(kinds)],
      failures:
        now.failure === null
          ? otherFailures
          : { ...otherFailures, [now.command]: now.failure.code },
    },
  };
}

function redKey({ check, table, scope }: RedCheck): string {
  return `${check} ${table} ${scope}`;
}

/** `1 check`, `2 checks`. */
export function checks(n: number): string {
  return n === 1 ? '1 check' : `${n} checks`;
}
