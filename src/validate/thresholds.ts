import { z } from 'zod';
import { RAW_TABLES } from '../config/raw-tables.ts';
import { seasonLabel } from '../config/seasons.ts';
import { didYouMean } from '../config/suggest.ts';
import {
  COMPOSITE_FACTORS,
  GATED_TABLE_NAMES,
  PLAYER_GAMES,
  TEAM_DEFENSE,
  TEAM_OFFENSE,
} from './tables.ts';

const percent = z.number().min(0).max(100);
const scopes = <const S extends readonly [string, ...string[]]>(names: S) =>
  z.array(z.enum(names)).min(1);

/** A season as its name, `2020-21`. */
export const seasonName = z
  .string()
  .refine(
    (text) => /^\d{4}-\d{2}$/.test(text) && seasonLabel(Number(text.slice(0, 4))) === text,
    'a season such as 2020-21 was wanted.',
  );

/** A check's own keys beside the ones that every check has; at least one limit must be there. */
function check<S extends z.ZodRawShape>(shape: S, limit = percent) {
  return z.array(
    z
      .strictObject({
        ...shape,
        /** Red below this. */
        min: limit.optional(),
        /** A warning below this. */
        warn: limit.optional(),
        /** Limits of dates and seasons of one season; one that is left out is the check's own. */
        by_season: z
          .record(
            seasonName,
            z.strictObject({
              min: limit.optional(),
              warn: limit.optional(),
              why: z.string().min(1),
            }),
          )
          .optional(),
        why: z.string().min(1),
      })
      .refine(
        (value: { min?: unknown; warn?: unknown }) =>
          value.min !== undefined || value.warn !== undefined,
        'a check with "min" (red below it) or "warn" (a warning below it) was wanted.',
      ),
  );
}

const rawTables = RAW_TABLES.map((table) => `nba_raw.${table.name}`) as [string, ...string[]];

/** Rows of a table that a coverage counts; their SQL stands in row-sets.ts. */
export const ROW_SETS = ['active', 'played', 'shot_takers', 'all_rows'] as const;

export const INPUTS = [
  'days_rest',
  'projected_usage_rate',
  'pace_differential',
  'player_shot_zone',
  'team_defense_zone',
] as const;

/**
 * The file of thresholds: a list of checks under each kind. Every check names its table, its scopes,
 * the rows that count (`applies`), its limits and why. Kinds and their defaults: SPEC, section 5.
 */
export const thresholdKinds = z.strictObject({
  team_rows: check({
    table: z.enum([TEAM_OFFENSE, TEAM_DEFENSE]),
    scopes: scopes(['date']),
    applies: z.literal('final_games'),
  }).default([]),
  players_complete: check({
    table: z.literal(PLAYER_GAMES),
    scopes: scopes(['date']),
    applies: z.literal('final_games'),
    min_played: z.int().min(1).default(5),
    minutes_tolerance: z.number().min(0).default(6),
  }).default([]),
  unique_key: check({
    table: z.enum(GATED_TABLE_NAMES),
    scopes: scopes(['all']),
    applies: z.literal('all_rows'),
  }).default([]),
  ambiguous_lookup: check({
    table: z.literal(PLAYER_GAMES),
    scopes: scopes(['date']),
    applies: z.literal('listed_players'),
  }).default([]),
  reconciliation: check({
    table: z.literal(PLAYER_GAMES),
    scopes: scopes(['date']),
    applies: z.literal('both_sources'),
  }).default([]),
  schedule_score: check({
    table: z.literal(TEAM_OFFENSE),
    scopes: scopes(['date']),
    applies: z.literal('scored_games'),
  }).default([]),
  overtime: check({
    table: z.literal(TEAM_OFFENSE),
    scopes: scopes(['date']),
    applies: z.literal('whole_teams'),
    minutes_tolerance: z.number().min(0).default(6),
  }).default([]),
  coverage: check({
    name: z.string().regex(/^[a-z][a-z0-9_]*$/, 'small letters, digits and _ were wanted'),
    table: z.literal(PLAYER_GAMES),
    /** All of them must be known for a row to count as covered. */
    columns: z.array(z.string()).min(1),
    scopes: scopes(['date', 'season', 'all']),
    applies: z.enum(ROW_SETS),
  }).default([]),
  games_with_shots: check({
    table: z.literal(TEAM_OFFENSE),
    scopes: scopes(['date']),
    applies: z.literal('final_games'),
  }).default([]),
  composite_rows: check({
    table: z.literal(COMPOSITE_FACTORS),
    scopes: scopes(['date']),
    applies: z.literal('listed_players'),
  }).default([]),
  composite_dates: check({
    table: z.literal(COMPOSITE_FACTORS),
    scopes: scopes(['all']),
    applies: z.literal('dates_with_games'),
    /** Evaluate only when the range holds a regular season at least this long; 0: always. */
    season_days: z.int().min(0).default(120),
  }).default([]),
  inputs_known: check({
    table: z.literal(COMPOSITE_FACTORS),
    inputs: z.array(z.enum(INPUTS)).min(1),
    scopes: scopes(['season']),
    applies: z.literal('ten_earlier_games'),
  }).default([]),
  min_records: check(
    {
      table: z.enum([PLAYER_GAMES, TEAM_OFFENSE]),
      scopes: scopes(['all']),
      applies: z.literal('all_rows'),
      /** `game`: the limits are rows a final game; `range`: rows in all. */
      per: z.enum(['game', 'range']),
      /** Not evaluated with fewer final games in the range. */
      min_games: z.int().min(0).default(0),
    },
    z.number().min(0),
  ).default([]),
  range: check({
    table: z.enum(GATED_TABLE_NAMES),
    column: z.string(),
    low: z.number(),
    high: z.number(),
    scopes: scopes(['all']),
    applies: z.literal('known_values'),
  }).default([]),
  drift: check({
    table: z.literal(PLAYER_GAMES),
    /** Names of coverage checks in this file. */
    of: z.array(z.string()).min(1),
    scopes: scopes(['date', 'season']),
    applies: z.literal('earlier_history'),
  }).default([]),
  constant_column: check({
    table: z.enum(GATED_TABLE_NAMES),
    /** On a date only the columns of `defaults` are looked at: a few rows can share a value by chance. */
    scopes: scopes(['season', 'date']),
    applies: z.literal('known_values'),
    /** Values that a column takes when nothing is known. */
    defaults: z.record(z.string(), z.number()).default({}),
    max_default_share: percent.default(60),
    /** A column with fewer known values in the season, or on the date, is left out. */
    min_rows: z.int().min(1).default(50),
    constant_by_design: z.array(z.string()).default([]),
  }).default([]),
  dates_with_rows: check({
    table: z.enum(rawTables),
    scopes: scopes(['all']),
    applies: z.literal('dates_with_games'),
  }).default([]),
  unfinished_games: check({
    table: z.literal('nba_raw.nbac_schedule'),
    scopes: scopes(['date']),
    applies: z.literal('past_games'),
  }).default([]),
  orphan_rows: check({
    table: z.enum([
      'nba_raw.nbac_gamebook_player_stats',
      'nba_raw.nbac_team_boxscore',
      'nba_raw.bdl_player_boxscores',
    ]),
    scopes: scopes(['date', 'all']),
    applies: z.literal('rows_with_a_team'),
  }).default([]),
  asked_range: check({
    table: z.literal('nba_raw.nbac_schedule'),
    scopes: scopes(['all']),
    applies: z.literal('asked_dates'),
    /** Days that the range may reach beyond the schedule's first and last date. */
    allowed_days: z.int().min(0).default(200),
  }).default([]),
  recorded_rows: check({
    table: z.enum([...rawTables, ...GATED_TABLE_NAMES]),
    scopes: scopes(['all']),
    applies: z.literal('all_partitions'),
  }).default([]),
});

/** The file as a whole: coverages of one name count the same rows, and drift looks at coverages that are there. */
export const thresholdsSchema = thresholdKinds.superRefine((file, context) => {
  const counted = new Map<string, string>();
  for (const [index, { name, columns, applies }] of file.coverage.entries()) {
    const rows = JSON.stringify([columns, applies]);
    if ((counted.get(name) ?? rows) !== rows) {
      context.addIssue({
        code: 'custom',
        path: ['coverage', index, 'name'],
        input: name,
        message:
          'the same columns and rows as the coverage of that name before it, or another name, were wanted.',
      });
    }
    counted.set(name, counted.get(name) ?? rows);
  }
  for (const [index, { of }] of file.drift.entries()) {
    for (const [place, name] of of.entries()) {
      if (counted.has(name)) continue;
      context.addIssue({
        code: 'custom',
        path: ['drift', index, 'of', place],
        input: name,
        message: `the name of a coverage of this file was wanted.${didYouMean(name, [...counted.keys()])}`,
      });
    }
  }
});

export type Thresholds = z.infer<typeof thresholdsSchema>;
export type CheckKind = keyof Thresholds;
/** One check of a kind, as parsed. */
export type CheckOf<K extends CheckKind> = Thresholds[K][number];
