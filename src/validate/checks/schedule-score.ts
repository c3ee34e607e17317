import { quoteTable } from '../../replica/identifiers.ts';
import { type Gates, record, recordMissingTable, share } from '../gates.ts';
import type { CheckOf } from '../thresholds.ts';

/**
 * Team rows of each date whose points are the schedule's score, where it has one: a box score taken at
 * half-time, or filed under another day on which the team played, is consistent with itself and with its
 * players, and only the schedule knows better.
 */
export async function scheduleScore(gates: Gates, check: CheckOf<'schedule_score'>): Promise<void> {
  const identity = { name: 'schedule_score', ...check };
  if ((await gates.columnsOf(check.table)).length === 0) return recordMissingTable(gates, identity);
  await record(
    gates,
    identity,
    `WITH compared AS (
       SELECT t.game_date, t.game_id, t.team_abbr, t.points_scored, g.team_score,
         t.points_scored IS NOT DISTINCT FROM g.team_score AS equal
       FROM ${quoteTable(check.table)} AS t
       JOIN hoopduck.stg_team_game AS g ON g.game_date = t.game_date AND g.team_abbr = t.team_abbr
       JOIN gate_calendar AS c ON c.game_date = t.game_date
       WHERE c.is_judged AND g.team_score IS NOT NULL),
     counted AS (
       SELECT game_date, count(*) AS n, count_if(equal) AS equal FROM compared GROUP BY game_date),
     details AS (
       SELECT game_date, string_agg(team_abbr || ' ' || coalesce(CAST(points_scored AS VARCHAR), 'no')
         || ' points, ' || team_score || ' in the schedule (game ' || game_id || ')', '; '
         ORDER BY game_id, team_abbr) AS detail
       FROM compared WHERE NOT equal GROUP BY game_date)
     SELECT 'date' AS scope, CAST(c.game_date AS VARCHAR) AS scope_value,
       coalesce(equal, 0) AS numerator, coalesce(n, 0) AS denominator, ${share('equal', 'n')} AS found, detail
     FROM gate_calendar AS c
     LEFT JOIN counted AS k ON k.game_date = c.game_date
     LEFT JOIN details AS d ON d.game_date = c.game_date
     WHERE c.is_judged`,
  );
}
