import { EXIT, HoopduckError, messageOf } from '../errors.ts';
import { quoteTable } from '../replica/identifiers.ts';
import type { Bindings, Replica } from '../replica/replica.ts';
import type { FeatureSet } from './feature-sets.ts';

/** Which rows a training may read; dates are inclusive and null means unbounded. */
export interface RowSelection {
  readonly featureSet: FeatureSet;
  readonly from: string | null;
  readonly to: string | null;
  readonly exclude: readonly string[];
  /** SQL condition on player_game_summary beyond minutes > 0; null: none. */
  readonly filter: string | null;
}

/** How many training rows a date has. */
export interface DateRows {
  readonly date: string;
  readonly season: number;
  readonly rows: number;
}

export const PLAYER_GAMES = 'nba_analytics.player_game_summary';
/** Read by trainings of two stages alone. */
export const PLAYER_BOX = 'hoopduck.player_box';
export const PLAYER_CACHE = 'nba_precompute.player_daily_cache';

/**
 * SQL of the played rows of a selection: minutes > 0 and points known (SPEC 6, Target). The filter
 * is the workspace owner's own SQL, so it stands as he wrote it, on lines of its own.
 */
export function playedRowsSql(selection: RowSelection): string {
  return `SELECT game_date, player_lookup, season_year, points, minutes_played, points_line
    FROM ${quoteTable(PLAYER_GAMES)}
    WHERE minutes_played > 0 AND points IS NOT NULL
      AND game_date BETWEEN coalesce(CAST($from AS DATE), DATE '0001-01-01')
                        AND coalesce(CAST($to AS DATE), DATE '9999-12-31')
      AND NOT list_contains(string_split($exclude, ','), CAST(game_date AS VARCHAR))
      AND (\n${selection.filter ?? 'TRUE'}\n)`;
}

/** Values for `playedRowsSql`. */
export function playedRowsBindings(selection: RowSelection): Bindings {
  return { from: selection.from, to: selection.to, exclude: selection.exclude.join(',') };
}

/**
 * Rows of each date, oldest first.
 * @throws HoopduckError TRAIN_TABLES_MISSING when a table is not built, TRAIN_ROW_FILTER when the
 * configured filter is no SQL, TRAIN_FEATURES_MISSING when a played row has no features.
 */
export async function countRows(replica: Replica, selection: RowSelection): Promise<DateRows[]> {
  for (const table of [PLAYER_GAMES, PLAYER_CACHE, selection.featureSet.table]) {
    if (!(await replica.hasTable(table))) {
      throw new HoopduckError('TRAIN_TABLES_MISSING', `The table "${table}" is not built yet.`, {
        next: 'Run "hoopduck transform" first.',
        exitCode: EXIT.failed,
      });
    }
  }
  let counted: (DateRows & { featured: number })[];
  try {
    counted = await replica.rows(
      `SELECT p.game_date AS date, min(p.season_year) AS season, count(*) AS rows,
              count(f.player_lookup) AS featured
       FROM (${playedRowsSql(selection)}) AS p
       LEFT JOIN ${quoteTable(selection.featureSet.table)} AS f USING (game_date, player_lookup)
       GROUP BY p.game_date ORDER BY p.game_date`,
      playedRowsBindings(selection),
    );
  } catch (error) {
    if (selection.filter === null) throw error;
    throw new HoopduckError(
      'TRAIN_ROW_FILTER',
      `The row filter "${selection.filter}" is no condition on ${PLAYER_GAMES}: ${messageOf(error).split('\n')[0]}`,
      { next: 'Mend "train.rows" in hoopduck.yaml.', exitCode: EXIT.usage, cause: error },
    );
  }
  const gap = counted.find((date) => date.featured < date.rows);
  if (gap !== undefined) {
    throw new HoopduckError(
      'TRAIN_FEATURES_MISSING',
      `"${selection.featureSet.table}" has ${gap.featured} of the ${gap.rows} players who played on ${gap.date}.`,
      {
        next: `Run "hoopduck transform --from ${gap.date} --to ${gap.date} --refresh".`,
        exitCode: EXIT.failed,
      },
    );
  }
  return counted.map(({ date, season, rows }) => ({ date, season, rows }));
}
