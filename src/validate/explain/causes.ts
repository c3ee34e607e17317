import type { Fact } from './facts.ts';

/** What a suggestion asks of a person. */
export type Remedy =
  /** Compute the dates anew from what the replica has. */
  | 'rebuild'
  /** Read the dates anew from the warehouse. */
  | 'resync'
  /** Mend the source; the next run takes it by itself. */
  | 'source'
  /** Nothing can or need be done. */
  | 'nothing'
  /** Look further: another check says more. */
  | 'look';

/** A likely cause of a verdict: of which checks, under which facts, and what helps. */
export interface Cause {
  /** Names of checks; one that ends in `*` stands for all that begin so. */
  readonly checks: readonly string[];
  readonly verdicts: readonly ('fail' | 'warn' | 'pass' | 'not_evaluated')[];
  /** All of them must hold. */
  readonly when: readonly Fact[];
  /** The incident of docs/incidents.md that looks like it. */
  readonly incident: string | null;
  /** What happened, in a sentence. `{dates}`, `{table}` and `{source}` stand for what is concerned. */
  readonly happened: string;
  readonly remedy: Remedy;
  /** What to do, in a sentence. */
  readonly help: string;
}

const BAD = ['fail', 'warn'] as const;
const REBUILD = 'Compute {dates} anew from what was synced, then validate.';
const SCRAPE =
  'Bring {source} of {dates} into the warehouse again; the run then takes it and computes the rest.';

/** In order: the first one whose facts hold is the likeliest. Special ones stand before general ones. */
export const CAUSES: readonly Cause[] = [
  // Rows that are not what the ledger has on record.
  {
    checks: ['completeness_team_rows', 'recorded_rows'],
    verdicts: BAD,
    when: ['team_table_emptied'],
    incident: 'A complete player table and an empty team table',
    happened:
      'The team table holds no row of {dates}, and the ledger has them on record: they were lost after the build.',
    remedy: 'rebuild',
    help: REBUILD,
  },
  {
    checks: ['*'],
    verdicts: BAD,
    when: ['rows_lost', 'raw_table'],
    incident: 'A checkpoint that claims more than the table holds',
    happened:
      '{table} does not hold as many rows of {dates} as the ledger says: they were lost after the sync.',
    remedy: 'resync',
    help: 'Read {dates} anew from the warehouse, then run.',
  },
  {
    checks: ['*'],
    verdicts: BAD,
    when: ['rows_lost'],
    incident: 'A checkpoint that claims more than the table holds',
    happened:
      '{table} does not hold as many rows of {dates} as the ledger says: they were lost after the build.',
    remedy: 'rebuild',
    help: REBUILD,
  },
  {
    checks: ['completeness_team_rows'],
    verdicts: BAD,
    when: ['values_changed'],
    incident: 'The right count with the wrong teams',
    happened:
      'Rows of {dates} were changed after the build: their number is right and their teams are not.',
    remedy: 'rebuild',
    help: REBUILD,
  },
  {
    checks: ['reconciliation', 'schedule_score', 'overtime'],
    verdicts: BAD,
    when: ['values_changed'],
    incident: 'A team table older than its players',
    happened:
      'Rows of {dates} are not those that the build wrote: older or edited ones stand in their place.',
    remedy: 'rebuild',
    help: REBUILD,
  },
  {
    checks: ['constant_column'],
    verdicts: BAD,
    when: ['values_changed', 'player_games'],
    incident: 'Usage of zero for everybody',
    happened: 'The column was filled with one value on {dates} after the build.',
    remedy: 'rebuild',
    help: REBUILD,
  },
  {
    checks: ['constant_column'],
    verdicts: BAD,
    when: ['values_changed'],
    incident: 'A column that stands at its default',
    happened: 'The column was filled with one value on {dates} after the build.',
    remedy: 'rebuild',
    help: REBUILD,
  },
  {
    checks: ['*'],
    verdicts: BAD,
    when: ['values_changed'],
    incident: 'A checkpoint that claims more than the table holds',
    happened: 'Rows of {dates} are not those that the build wrote.',
    remedy: 'rebuild',
    help: REBUILD,
  },

  // The source.
  {
    checks: ['dates_with_rows', 'min_records', 'completeness_players', 'completeness_team_rows'],
    verdicts: BAD,
    when: ['source_empty'],
    incident: 'Empty files',
    happened: 'The warehouse has no rows of {source} at all: its files are empty or away.',
    remedy: 'source',
    help: SCRAPE,
  },
  {
    checks: ['reconciliation', 'constant_column', 'coverage_usage_rate'],
    verdicts: BAD,
    when: ['nobody_attempted'],
    incident: 'Usage of zero for everybody',
    happened:
      'The box score has players of a team who attempted nothing, all of them, beside a team that did.',
    remedy: 'source',
    help: SCRAPE,
  },
  {
    checks: ['reconciliation', 'schedule_score'],
    verdicts: BAD,
    when: ['points_unknown'],
    incident: 'NaN and infinity',
    happened:
      'Points of men who played are unknown: they came as no number (NaN, infinity or empty).',
    remedy: 'source',
    help: SCRAPE,
  },
  {
    checks: ['completeness_players', 'schedule_score', 'reconciliation'],
    verdicts: BAD,
    when: ['half_game'],
    incident: 'A live game taken for a final one',
    happened:
      'The minutes of a team are those of a part of a game: the box score was taken while it was played.',
    remedy: 'source',
    help: SCRAPE,
  },
  {
    checks: ['reconciliation', 'schedule_score', 'orphan_rows'],
    verdicts: BAD,
    when: ['source_orphans'],
    incident: 'Team rows under the wrong date',
    happened:
      '{source} has rows of teams without a game on {dates}: rows of another night are filed there.',
    remedy: 'source',
    help: SCRAPE,
  },
  {
    checks: ['orphan_rows'],
    verdicts: BAD,
    when: ['not_of_league'],
    incident: 'An all-star game',
    happened:
      'The rows are of teams that are none of the thirty: an exhibition. They are left out of every table.',
    remedy: 'nothing',
    help: 'Nothing need be done: rows without a league game change nothing.',
  },
  {
    checks: ['orphan_rows'],
    verdicts: BAD,
    when: [],
    incident: 'A gap of dates, in the middle and at either end',
    happened:
      'The schedule has no game where {source} has rows: it lost the dates, or the rows are of another night.',
    remedy: 'source',
    help: 'Bring nba_raw.nbac_schedule of {dates} into the warehouse again; the run then takes it and computes the rest.',
  },
  {
    checks: ['reconciliation', 'range_usage_rate'],
    verdicts: BAD,
    when: ['team_row_small'],
    incident: 'Usage over 100',
    happened:
      "A team row's attempts are far fewer than its players': shares of it come out over 100.",
    remedy: 'source',
    help: SCRAPE,
  },
  {
    checks: ['reconciliation', 'schedule_score'],
    verdicts: BAD,
    when: ['two_scrapes'],
    incident: 'Duplicated scrapes with different values',
    happened:
      '{source} has several scrapes of the game, and the newest, which counts, is the wrong one.',
    remedy: 'source',
    help: SCRAPE,
  },
  {
    checks: ['reconciliation', 'schedule_score'],
    verdicts: BAD,
    when: [],
    incident: 'A team table older than its players',
    happened: 'One of the two sources was corrected and the other was not scraped since.',
    remedy: 'source',
    help: SCRAPE,
  },
  {
    checks: ['overtime'],
    verdicts: BAD,
    when: [],
    incident: 'Minutes of overtime',
    happened:
      "The team's box score has the minutes of a game without the overtime that its players played.",
    remedy: 'source',
    help: SCRAPE,
  },
  {
    checks: ['range_usage_rate'],
    verdicts: BAD,
    when: [],
    incident: 'Usage over 100',
    happened: 'More men than a few with seconds on the floor have a usage out of range.',
    remedy: 'look',
    help: 'See which team rows disagree with their players.',
  },
  {
    checks: ['ambiguous_lookup', 'completeness_players'],
    verdicts: BAD,
    when: ['ambiguous'],
    incident: 'Two players with one lookup',
    happened: 'Two men of different league ids have one lookup on {dates}; both are left out.',
    remedy: 'source',
    help: 'Give the two men lookups of their own in {source} of {dates}; the run then takes it and computes the rest.',
  },
  {
    checks: ['completeness_players'],
    verdicts: BAD,
    when: ['only_fallback'],
    incident: 'A fallback source with one game of eight',
    happened: 'The first source has no rows of {dates}, and the second one only some of the games.',
    remedy: 'source',
    help: SCRAPE,
  },
  {
    checks: ['completeness_players', 'completeness_team_rows', 'min_records'],
    verdicts: BAD,
    when: ['source_gone'],
    incident: 'A gap of dates, in the middle and at either end',
    happened: 'The warehouse has no rows of {source} on {dates}.',
    remedy: 'source',
    help: SCRAPE,
  },
  {
    checks: ['completeness_team_rows', 'completeness_players'],
    verdicts: BAD,
    when: [],
    incident: 'Two of sixteen team rows',
    happened:
      'The warehouse has {source} of some of the games of {dates}, and a row could not be summed from whole players.',
    remedy: 'source',
    help: SCRAPE,
  },
  {
    checks: ['dates_with_rows'],
    verdicts: BAD,
    when: ['play_by_play'],
    incident: 'Late play-by-play',
    happened: 'Play-by-play of {dates} has not come yet. Zones are unknown there, never zero.',
    remedy: 'source',
    help: 'Run again when it is there; the dates and what reads them are computed again by themselves.',
  },
  {
    checks: ['games_with_shots', 'coverage_shot_zones', 'drift_shot_zones'],
    verdicts: BAD,
    when: [],
    incident: 'Late play-by-play',
    happened:
      'Play-by-play of a part of the games has not come yet. Zones are unknown there, never zero.',
    remedy: 'source',
    help: 'Run again when it is there; the dates and what reads them are computed again by themselves.',
  },
  {
    checks: ['dates_with_rows', 'min_records'],
    verdicts: BAD,
    when: [],
    incident: 'A gap of dates, in the middle and at either end',
    happened: 'The warehouse has no rows of {source} on {dates}.',
    remedy: 'source',
    help: SCRAPE,
  },
  {
    checks: ['unfinished_games'],
    verdicts: BAD,
    when: [],
    incident: 'A live game taken for a final one',
    happened:
      'The schedule still calls a past game live or scheduled, so that its box score is left out.',
    remedy: 'source',
    help: 'Bring nba_raw.nbac_schedule of {dates} into the warehouse again; the run then takes it and computes the rest.',
  },
  {
    checks: ['completeness_composite_factors', 'composite_dates', 'expected_rows', 'unique_key'],
    verdicts: BAD,
    when: [],
    incident: null,
    happened: 'Rows that the tables before it give are not there, or are there twice.',
    remedy: 'rebuild',
    help: REBUILD,
  },
  {
    checks: ['constant_column', 'input_known_*'],
    verdicts: BAD,
    when: [],
    incident: 'A column that stands at its default',
    happened: 'What the column is made from did not come, or is the same for everybody in truth.',
    remedy: 'look',
    help: 'See whether its inputs are known.',
  },
  {
    checks: ['asked_range'],
    verdicts: BAD,
    when: [],
    incident: null,
    happened:
      'The asked dates reach beyond the schedule: nothing is expected there, so nothing could be missed.',
    remedy: 'nothing',
    help: 'Nothing can be repaired: ask for dates that the schedule has.',
  },
  {
    checks: ['*'],
    verdicts: BAD,
    when: ['source_gone'],
    incident: 'A gap of dates, in the middle and at either end',
    happened: 'The warehouse has no rows of {source} on {dates}.',
    remedy: 'source',
    help: SCRAPE,
  },
  {
    checks: ['*'],
    verdicts: BAD,
    when: [],
    incident: null,
    happened:
      'No incident looks like it: the source did not have what is missing, or the threshold is too high for it.',
    remedy: 'source',
    help: SCRAPE,
  },

  // What is as it should be.
  {
    checks: ['completeness_team_rows'],
    verdicts: ['pass'],
    when: ['reconstructed'],
    incident: 'Two of sixteen team rows',
    happened:
      'Team rows of {dates} did not come and were summed from whole players (silver); every figure that depends on them is the same.',
    remedy: 'nothing',
    help: 'Nothing need be done: when the box score comes, the next run takes it.',
  },
  {
    checks: ['*'],
    verdicts: ['pass'],
    when: [],
    incident: null,
    happened: 'It passes.',
    remedy: 'nothing',
    help: 'Nothing need be done.',
  },
  {
    checks: ['completeness_composite_factors'],
    verdicts: ['not_evaluated'],
    when: ['bootstrap'],
    incident: 'Bootstrap dates reported as missing',
    happened: 'The first fourteen days of a season have no composite factors by design.',
    remedy: 'nothing',
    help: 'Nothing need be done: the dates are neither missing nor done.',
  },
  {
    checks: ['*'],
    verdicts: ['not_evaluated'],
    when: [],
    incident: null,
    happened: 'No rows count there, so that nothing can be judged; that is never a pass.',
    remedy: 'nothing',
    help: 'Nothing can be done: there is nothing to judge.',
  },
];

/** Whether a pattern of `checks` names a check. */
export function isMeant(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}
