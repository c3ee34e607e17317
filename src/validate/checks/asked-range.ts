import { type Gates, record, share } from '../gates.ts';
import type { CheckOf } from '../thresholds.ts';

/**
 * Days of the asked range that the schedule can speak for: those from its first to its last game,
 * coming games included, and the allowed days before and after, a summer's length.
 */
export async function askedRange(gates: Gates, check: CheckOf<'asked_range'>): Promise<void> {
  await record(
    gates,
    { name: 'asked_range', ...check },
    `WITH bounds AS (
       SELECT min(game_date) AS first_date, max(game_date) AS last_date,
         CAST($from AS DATE) AS asked_from, CAST($to AS DATE) AS asked_to
       FROM hoopduck.stg_game),
     counted AS (
       SELECT *, asked_to - asked_from + 1 AS asked,
         greatest(0, least(asked_to, last_date + CAST($allowed AS INTEGER))
           - greatest(asked_from, first_date - CAST($allowed AS INTEGER)) + 1) AS known
       FROM bounds WHERE first_date IS NOT NULL)
     SELECT 'all' AS scope, 'all' AS scope_value, known AS numerator, asked AS denominator,
       ${share('known', 'asked')} AS found,
       CASE WHEN known < asked THEN 'asked ' || asked_from || ' to ' || asked_to || ', the schedule has '
         || first_date || ' to ' || last_date END AS detail
     FROM counted
     UNION ALL
     SELECT 'all', 'all', 0, 0, NULL, 'the schedule has no games' FROM bounds WHERE first_date IS NULL`,
    { from: gates.from, to: gates.to, allowed: check.allowed_days },
  );
}
