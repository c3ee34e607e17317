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

/** How each kind of check is evaluated: one or more set-based statements for all dates at once. */
const CHECKS: { readonly [K in CheckKind]: (gates: Gates, check: CheckOf<K>) => Promise<void> } = {
  team_rows: teamRows,
  players_complete: playersComplete,
  unique_key: uniqueKey,
  ambiguous_lookup: ambiguousLookup,
  reconciliation,
  schedule_score: scheduleScore,
  overtime,
  coverage,
  games_with_shots: gamesWithShots,
  composite_rows: compositeRows,
  composite_dates: compositeDates,
  inputs_known: inputsKnown,
  min_records: minRecords,
  range,
  drift,
  constant_column: constantColumn,
  dates_with_rows: datesWithRows,
  unfinished_games: unfinishedGames,
  orphan_rows: orphanRows,
  asked_range: askedRange,
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
    const evaluate = CHECKS[kind] as (gates: Gates, check: unknown) => Promise<void>;
    for (const check of thresholds[kind]) await evaluate(gates, check);
  }
  await workspaceTables(gates);
  progress('checks', kinds.length, kinds.length);
}
