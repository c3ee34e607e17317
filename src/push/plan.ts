import { NO_TOKEN, type WriteUnit } from '../warehouse/warehouse.ts';
import type { TableFacts } from './facts.ts';
import type { BaselineChange } from './ledger.ts';
import type { PushTable } from './tables.ts';

export type WriteReason = 'new' | 'changed' | 'forced' | 'rollback';
export type RefusalKind = 'moved' | 'red';

/** A partition that is not pushed, and why. */
export interface Refusal {
  readonly table: string;
  readonly date: string;
  readonly reason: string;
  /** `moved`: to protect what the target holds (exit 4); `red`: a gate (exit 1). */
  readonly kind: RefusalKind;
}

/** A partition that will hold the replica's rows. */
export interface PlannedWrite {
  readonly date: string;
  readonly rows: number;
  readonly why: WriteReason;
  /** Of these rows, on the target's types. */
  readonly digest: string;
  readonly localDigest: string;
}

/** One atomic swap. */
export interface PlannedUnit {
  readonly unit: WriteUnit;
  readonly writes: readonly PlannedWrite[];
  /** Dates that we pushed and that the replica does not have any more. */
  readonly removes: readonly string[];
  /** Digests of these dates as the target holds them before the swap; absent: it has none. */
  readonly before: ReadonlyMap<string, string>;
}

/** What push will do with one table. */
export interface TablePlan {
  readonly table: PushTable;
  readonly units: readonly PlannedUnit[];
  readonly unchanged: number;
  readonly refused: readonly Refusal[];
  /** Refusals that --force overrode. */
  readonly forced: readonly Refusal[];
  /** What was learnt of partitions that are not written. */
  readonly remember: readonly BaselineChange[];
}

/** What became of one date. */
type Decision =
  | { readonly as: 'write'; readonly write: PlannedWrite }
  | { readonly as: 'remove' | 'ignore' }
  | { readonly as: 'unchanged' | 'forget'; readonly remember?: BaselineChange };

/**
 * Decides about every partition of a table. Pure: the same facts give the same plan.
 * @param facts.observedAt since when the ledger knows all that the target held; null: never observed
 * @param force whether refusals by gates and of what moved are overridden; what cannot be written
 * safely stays refused
 */
export function planTable(
  facts: TableFacts & { readonly observedAt: string | null },
  force: boolean,
): TablePlan {
  const dates = new Set([...facts.local.keys(), ...facts.baseline.keys(), ...facts.red.keys()]);
  const writes = new Map<string, PlannedWrite>();
  const removes = new Set<string>();
  const refused: Refusal[] = [];
  const forced: Refusal[] = [];
  const remember: BaselineChange[] = [];
  let unchanged = 0;
  for (const date of [...dates].sort()) {
    const decision = decide(facts, date, force);
    if (decision.as === 'ignore' && !facts.red.has(date)) continue;
    const refusal = refusalOf(facts, date, decision);
    const isUnsafe = facts.unsafe.has(date);
    if (refusal !== undefined && (!force || isUnsafe)) {
      refused.push(refusal);
      continue;
    }
    if (refusal !== undefined && decision.as !== 'ignore') forced.push(refusal);
    if (decision.as === 'write') writes.set(date, decision.write);
    else if (decision.as === 'remove') removes.add(date);
    else if (decision.as === 'unchanged') unchanged += 1;
    if ('remember' in decision && decision.remember !== undefined) remember.push(decision.remember);
  }
  const units = facts.units
    .map((unit) => ({
      unit,
      writes: unit.dates.flatMap((date) => writes.get(date) ?? []),
      removes: unit.dates.filter((date) => removes.has(date)),
      before: new Map(
        unit.dates.flatMap((date): [string, string][] => {
          const held = facts.target.get(date);
          const isTouched = writes.has(date) || removes.has(date);
          return held === undefined || !isTouched ? [] : [[date, held.digest]];
        }),
      ),
    }))
    .filter((unit) => unit.writes.length + unit.removes.length > 0);
  return Object.freeze({ table: facts.table, units, unchanged, refused, forced, remember });
}

/** What the contents alone ask for. */
function decide(facts: TableFacts, date: string, force: boolean): Decision {
  const local = facts.local.get(date);
  const target = facts.target.get(date);
  const known = facts.baseline.get(date);
  if (local === undefined) {
    if (known?.origin !== 'pushed') return { as: 'ignore' };
    if (target !== undefined) return { as: 'remove' };
    return {
      as: 'forget',
      remember: { date, digest: null, origin: 'pushed', localDigest: null, token: null },
    };
  }
  const wanted = facts.wanted.get(date)!;
  if (target?.digest !== wanted) {
    const moved = movedReason(facts, date) !== undefined;
    const why = force && moved ? 'forced' : known === undefined ? 'new' : 'changed';
    return {
      as: 'write',
      write: { date, rows: local.rows, why, digest: wanted, localDigest: local.digest },
    };
  }
  // A token that says nothing is not replaced by one that would be trusted.
  const isKnown =
    known?.digest === wanted &&
    known.localDigest === local.digest &&
    (known.token === target.token || known.token === NO_TOKEN);
  if (isKnown) return { as: 'unchanged' };
  return {
    as: 'unchanged',
    remember: {
      date,
      digest: wanted,
      origin: known?.origin ?? 'observed',
      localDigest: local.digest,
      token: target.token,
    },
  };
}

function refusalOf(facts: TableFacts, date: string, decision: Decision): Refusal | undefined {
  const table = facts.table.name;
  if (decision.as === 'write' || decision.as === 'remove') {
    const reason = facts.unsafe.get(date) ?? movedReason(facts, date);
    if (reason !== undefined) return { table, date, reason, kind: 'moved' };
  }
  const reason = facts.red.get(date);
  return reason === undefined ? undefined : { table, date, reason, kind: 'red' };
}

/** Why a partition in the target is not in the state that the ledger expects; undefined: it is. */
function movedReason(
  facts: TableFacts & { readonly observedAt?: string | null },
  date: string,
): string | undefined {
  const target = facts.target.get(date);
  const known = facts.baseline.get(date);
  if (known === undefined) {
    if (target === undefined || facts.observedAt == null) return undefined;
    return `it appeared in the target since that was observed at ${facts.observedAt}`;
  }
  if (target?.digest === known.digest) return undefined;
  return target === undefined
    ? `it was deleted in the target since it was ${known.origin} at ${known.recordedAt}`
    : `it changed in the target since it was ${known.origin} at ${known.recordedAt}`;
}
