import { z } from 'zod';
import { COMPOSITE_FACTORS, PLAYER_GAMES, TEAM_OFFENSE } from './tables.ts';
import { type Thresholds, thresholdsSchema } from './thresholds.ts';

const percent = z.number().min(0).max(100);
const count = z.int().min(0);

/** The keys of the old platform's file of thresholds that have a meaning here. */
export const legacySchema = z.strictObject({
  team_offense: z.strictObject({ min_games: count.optional() }).optional(),
  player_game_summary: z
    .strictObject({
      min_records: count.optional(),
      minutes_played_pct: percent.optional(),
      usage_rate_pct: percent.optional(),
      shot_zones_pct: percent.optional(),
    })
    .optional(),
  precompute: z.strictObject({ min_coverage_pct: percent.optional() }).optional(),
});

export type LegacyThresholds = z.infer<typeof legacySchema>;

/** Sections by which a file in the old keys is known. */
export const LEGACY_SECTIONS: readonly string[] = Object.keys(legacySchema.shape);

/**
 * The old thresholds as checks over everything at once: shares of all rows (`minutes_played_pct` of
 * active rows, as it never held for others), an absolute number of rows, and dates with composite
 * factors whatever the range.
 */
export function fromLegacy(legacy: LegacyThresholds): Thresholds {
  const why = 'a threshold of the old platform, over everything at once';
  const players = legacy.player_game_summary ?? {};
  const coverage = (name: string, columns: string[], applies: string, min?: number) =>
    min === undefined
      ? []
      : [{ name, table: PLAYER_GAMES, columns, scopes: ['all'], applies, min, why }];
  const rows = (table: string, min?: number) =>
    min === undefined
      ? []
      : [{ table, scopes: ['all'], applies: 'all_rows', per: 'range', min, why }];
  const dates = legacy.precompute?.min_coverage_pct;
  const games = legacy.team_offense?.min_games;
  return thresholdsSchema.parse({
    coverage: [
      ...coverage('minutes_played', ['minutes_played'], 'active', players.minutes_played_pct),
      ...coverage('usage_rate', ['usage_rate'], 'all_rows', players.usage_rate_pct),
      ...coverage(
        'shot_zones',
        ['paint_attempts', 'mid_range_attempts', 'three_attempts_pbp'],
        'all_rows',
        players.shot_zones_pct,
      ),
    ],
    min_records: [
      ...rows(PLAYER_GAMES, players.min_records),
      ...rows(TEAM_OFFENSE, games === undefined ? undefined : 2 * games),
    ],
    composite_dates:
      dates === undefined
        ? []
        : [
            {
              table: COMPOSITE_FACTORS,
              scopes: ['all'],
              applies: 'dates_with_games',
              season_days: 0,
              min: dates,
              why,
            },
          ],
  });
}
