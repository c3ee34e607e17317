import { type Gates, record, recordMissingTable, share } from '../gates.ts';
import type { CheckOf } from '../thresholds.ts';

/**
 * Dates of the range with final games on which a raw table has rows. An optional table that is empty
 * altogether is not evaluated: the warehouse does not have it, which is no gap.
 */
export async function datesWithRows(
  gates: Gates,
  check: CheckOf<'dates_with_rows'>,
): Promise<void> {
  const identity = { name: 'dates_with_rows', ...check };
  if ((await gates.columnsOf(check.table)).length === 0) {
    return recordMissingTable(gates, identity);
  }
  await record(
    gates,
    identity,
    `WITH present AS (SELECT game_date FROM gate_held WHERE table_name = $table AND game_date IS NOT NULL),
     counted AS (
       SELECT count(*) AS n, count(p.game_date) AS present, (SELECT count(*) FROM present) AS all_dates,
         (SELECT min(game_date) FROM present) AS first_date, (SELECT max(game_date) FROM present) AS last_date,
         list(CAST(c.game_date AS VARCHAR) ORDER BY c.game_date) FILTER (p.game_date IS NULL) AS gaps
       FROM gate_calendar AS c LEFT JOIN present AS p ON p.game_date = c.game_date
       WHERE c.is_asked)
     SELECT 'all' AS scope, 'all' AS scope_value, present AS numerator, n AS denominator,
       CASE WHEN $needed OR all_dates > 0 THEN ${share('present', 'n')} END AS found,
       CASE WHEN all_dates = 0 THEN 'the table has no rows'
            WHEN present < n THEN len(gaps) || ' of ' || n || ' dates without rows: '
              || array_to_string(gaps[1:5], ', ') || CASE WHEN len(gaps) > 5 THEN ', ...' ELSE '' END
              || ' (rows from ' || first_date || ' to ' || last_date || ')' END AS detail
     FROM counted`,
    { needed: check.min !== undefined },
  );
}
