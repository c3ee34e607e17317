import type { CheckKind, CheckOf, Thresholds } from './thresholds.ts';

/** One check as the ledger knows it: what it is recorded under, and the entry of the thresholds that it comes from. */
export interface NamedCheck<K extends CheckKind = CheckKind> {
  /** `coverage_usage_rate` */
  readonly name: string;
  readonly table: string;
  readonly kind: K;
  readonly check: CheckOf<K>;
  /** What of the entry it judges, where that is a list: a coverage's name, an input; null: all of it. */
  readonly feature: string | null;
}

/** The names of an entry's checks, each with the feature that it judges. */
type NamesOf<K extends CheckKind> = (
  check: CheckOf<K>,
) => readonly { readonly name: string; readonly feature: string | null }[];

const called = (name: string) => () => [{ name, feature: null }];

const NAMES: { readonly [K in CheckKind]: NamesOf<K> } = {
  team_rows: called('completeness_team_rows'),
  players_complete: called('completeness_players'),
  unique_key: called('unique_key'),
  ambiguous_lookup: called('ambiguous_lookup'),
  reconciliation: called('reconciliation'),
  schedule_score: called('schedule_score'),
  overtime: called('overtime'),
  coverage: ({ name }) => [{ name: `coverage_${name}`, feature: name }],
  games_with_shots: called('games_with_shots'),
  composite_rows: called('completeness_composite_factors'),
  composite_dates: called('composite_dates'),
  inputs_known: ({ inputs }) =>
    inputs.map((input) => ({ name: `input_known_${input}`, feature: input })),
  min_records: called('min_records'),
  range: ({ column }) => [{ name: `range_${column}`, feature: column }],
  drift: ({ of }) => of.map((name) => ({ name: `drift_${name}`, feature: name })),
  constant_column: called('constant_column'),
  dates_with_rows: called('dates_with_rows'),
  unfinished_games: called('unfinished_games'),
  orphan_rows: called('orphan_rows'),
  asked_range: called('asked_range'),
  recorded_rows: called('recorded_rows'),
};

/** Every check of some thresholds by the name that it is recorded under, in the order of the kinds. */
export function namedChecks(thresholds: Thresholds): NamedCheck[] {
  return (Object.keys(NAMES) as CheckKind[]).flatMap((kind) =>
    (thresholds[kind] as readonly CheckOf<typeof kind>[]).flatMap((check) =>
      namesOf(kind, check).map(({ name, feature }) => ({
        name,
        table: check.table,
        kind,
        check,
        feature,
      })),
    ),
  );
}

/** The names that the checks of one entry are recorded under. */
export function namesOf<K extends CheckKind>(kind: K, check: CheckOf<K>): ReturnType<NamesOf<K>> {
  return NAMES[kind](check);
}
