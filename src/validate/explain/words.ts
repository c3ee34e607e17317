import type { CheckKind } from '../thresholds.ts';

/** What a kind of check counts, in words: the rows that are as they should be, of the rows that count. */
export interface Counted {
  readonly numerator: string;
  readonly denominator: string;
}

/** By kind of check; `{feature}` stands for the column, the coverage or the input that it judges. */
export const COUNTED: Readonly<Record<CheckKind, Counted>> = {
  team_rows: {
    numerator: 'teams with a row, less rows of teams without a final game',
    denominator: 'two teams for each final game of the schedule',
  },
  players_complete: {
    numerator: 'teams whose players are there, enough of whom played, with the minutes of a game',
    denominator: 'two teams for each final game of the schedule',
  },
  unique_key: {
    numerator: 'rows whose key is whole and there once',
    denominator: 'all rows',
  },
  ambiguous_lookup: {
    numerator: 'listed players whose lookup names one man',
    denominator: 'listed players',
  },
  reconciliation: {
    numerator: "team rows equal to the sums of their players' points, FGA, FTA and turnovers",
    denominator: 'team rows from a box score that have players',
  },
  schedule_score: {
    numerator: "team rows whose points are the schedule's score",
    denominator: 'team rows of games of which the schedule has a score',
  },
  overtime: {
    numerator: "team rows whose overtimes are those of their players' minutes",
    denominator: 'team rows whose players have the minutes of a whole game',
  },
  coverage: {
    numerator: 'rows that count with every column of {feature} known',
    denominator: 'rows that count',
  },
  games_with_shots: {
    numerator: 'final games with shots',
    denominator: 'final games of a date on which any has shots',
  },
  composite_rows: {
    numerator: 'listed players with a row',
    denominator: 'listed players of a date after the bootstrap',
  },
  composite_dates: {
    numerator: 'dates with rows',
    denominator: 'dates with final games, the bootstrap counted',
  },
  inputs_known: {
    numerator: 'rows in which {feature} is known',
    denominator: 'rows of players with ten earlier games of the season',
  },
  min_records: {
    numerator: 'rows of the range',
    denominator: 'final games of the range (found and wanted are rows)',
  },
  range: {
    numerator: 'values of {feature} within the limits',
    denominator: 'known values of {feature}',
  },
  drift: {
    numerator: 'rows with {feature} known (found is their share in percent of the earlier share)',
    denominator: 'rows that count',
  },
  constant_column: {
    numerator: 'columns that vary',
    denominator: 'numeric columns with enough known values',
  },
  dates_with_rows: {
    numerator: 'dates with rows',
    denominator: 'dates of the range with final games',
  },
  unfinished_games: {
    numerator: 'final games',
    denominator: 'games of a date before the newest final game',
  },
  orphan_rows: {
    numerator: 'rows of teams with a game that day',
    denominator: 'rows with a team',
  },
  asked_range: {
    numerator: 'asked days that the schedule can speak for',
    denominator: 'asked days',
  },
  recorded_rows: {
    numerator: 'partitions that hold as many rows as the ledger says (of a date: rows)',
    denominator: 'partitions (of a date: rows)',
  },
};

/** Of the checks of a workspace's own models, which no file of thresholds names. */
export const COUNTED_OF_MODELS: Readonly<Record<string, Counted & { readonly why: string }>> = {
  unique_key: {
    numerator: 'rows whose key is whole and there once',
    denominator: 'all rows',
    why: 'the head of the model names the key',
  },
  expected_rows: {
    numerator: 'dates that have all the rows that the head of the model expects',
    denominator: 'dates on which it expects rows',
    why: 'the head of the model says what is expected',
  },
};
