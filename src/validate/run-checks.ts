import { ambiguousLookup } from './checks/ambiguous-lookup.ts';
import { askedRange } from './checks/asked-range.ts';
import { compositeDates } from './checks/composite-dates.ts';
import { compositeRows } from './checks/composite-rows.ts';
import { constantColumn } from './checks/constant-column.ts';
import { countCoverages, coverage } from './checks/coverage.ts';
import { datesWithRows } from './checks/dates-with-rows.ts';
import { drift } from './checks/drift.ts';
import { gamesWithShots } from './checks/games-with-shots.ts';
import { inputsKnown } from './checks/inputs-known.ts';
import { minRecords } from './checks/min-records.ts';
import { orphanRows } from './checks/orphan-rows.ts';
import { overtime } from './checks/overtime.ts';
import { playersComplete } from './checks/players-complete.ts';
import { range } from './checks/range.ts';
import { reconciliation } from './checks/reconciliation.ts';
import { recordedRows } from './checks/recorded-rows.ts';
import { scheduleScore } from './checks/schedule-score.ts';
import { teamRows } from './checks/team-rows.ts';
import { unfinishedGames } from './checks/unfinished-games.ts';
import { uniqueKey } from './checks/unique-key.ts';
import { workspaceTables } from './checks/workspace-tables.ts';
import type { Gates } from './gates.ts';
import type { CheckKind, CheckOf, Thresholds } from './thresholds.ts';

/** How the checks of a kind are evaluated: one or more set-based statements for all dates at once. */
type Evaluate<K extends CheckKind> = (gates: Gates, checks: readonly CheckOf<K>[]) => Promise<void>;

/** One check after the other. */
function each<K extends CheckKind>(
  evaluate: (gates: Gates, check: CheckOf<K>) => Promise<void>,
): Evaluate<K> {
  return async (gates, checks) => {
    for (const check of checks) await evaluate(gates, check);
  };
}

const CHECKS: { readonly [K in CheckKind]: Evaluate<K> } = {
  team_rows: each(teamRows),
  players_complete: each(playersComplete),
  unique_key: each(uniqueKey),
  ambiguous_lookup: each(ambiguousLookup),
  reconciliation: each(reconciliation),
  schedule_score: each(scheduleScore),
  overtime: each(overtime),
  coverage: each(coverage),
  games_with_shots: each(gamesWithShots),
  composite_rows: each(compositeRows),
  composite_dates: each(compositeDates),
  inputs_known: each(inputsKnown),
  min_records: each(minRecords),
  range: each(range),
  drift: each(drift),
  constant_column: each(constantColumn),
  dates_with_rows: each(datesWithRows),
  unfinished_games: each(unfinishedGames),
  orphan_rows: each(orphanRows),
  asked_range: each(askedRange),
  recorded_rows: recordedRows,
};

/** Evaluates every check of the thresholds into the temporary table `gate_result`. */
export async function runChecks(
  gates: Gates,
  thresholds: Thresholds,
  progress: (kind: string, done: number, total: number) => void = () => {},
): Promise<void> {
  await countCoverages(gates, thresholds.coverage);
  const kinds = Object.keys(CHECKS) as CheckKind[];
  for (const [index, kind] of kinds.entries()) {
    progress(kind, index, kinds.length);
    const evaluate = CHECKS[kind] as Evaluate<CheckKind>;
    if (thresholds[kind].length > 0) await evaluate(gates, thresholds[kind]);
  }
  await workspaceTables(gates);
  progress('checks', kinds.length, kinds.length);
}
