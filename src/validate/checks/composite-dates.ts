import { type Gates, record, share, tableOrEmpty } from '../gates.ts';
import type { CheckOf } from '../thresholds.ts';

/**
 * Dates with composite factors among all dates of the range with final games, the bootstrap counted
 * among them. A shorter range than a regular season has too large a share of bootstrap to judge: the
 * check is evaluated only when the range holds every regular-season game (league ids 002) of some
 * season of the schedule, all of them final, over at least `season_days` days.
 */
export async function compositeDates(
  gates: Gates,
  check: CheckOf<'composite_dates'>,
): Promise<void> {
  const factors = await tableOrEmpty(gates, check.table, { game_date: 'DATE' });
  await record(
    gates,
    { name: 'composite_dates', ...check },
    `WITH seasons AS (
       SELECT min(game_date) >= CAST($from AS DATE) AND max(game_date) <= CAST($to AS DATE)
         AND bool_and(is_final) AND max(game_date) - min(game_date) >= $days AS is_whole
       FROM hoopduck.stg_game WHERE nba_game_id LIKE '002%' GROUP BY season_year),
     counted AS (
       SELECT count(*) AS dates, count(f.game_date) AS present, min(c.game_date) FILTER (f.game_date IS NULL) AS missing
       FROM gate_calendar AS c
       LEFT JOIN (SELECT DISTINCT game_date FROM ${factors}) AS f ON f.game_date = c.game_date
       WHERE c.is_asked AND ($days = 0 OR (SELECT coalesce(bool_or(is_whole), FALSE) FROM seasons)))
     SELECT 'all' AS scope, 'all' AS scope_value, present AS numerator, dates AS denominator,
       ${share('present', 'dates')} AS found,
       CASE WHEN dates = 0 THEN 'the range holds no whole regular season'
            WHEN present < dates THEN 'no rows on ' || (dates - present) || ' of ' || dates || ' dates, the first ' || missing END AS detail
     FROM counted`,
    { from: gates.from, to: gates.to, days: check.season_days },
  );
}
