import { type Gates, record, tableOrEmpty } from '../gates.ts';
import type { CheckOf } from '../thresholds.ts';

/**
 * Final games of each date that have shots. A date without any is a gap of play-by-play, which
 * dates_with_rows names; this one finds the nights on which some of the games are still to come, whose
 * players no coverage counts.
 */
export async function gamesWithShots(
  gates: Gates,
  check: CheckOf<'games_with_shots'>,
): Promise<void> {
  const teams = await tableOrEmpty(gates, check.table, {
    game_date: 'DATE',
    game_id: 'VARCHAR',
    team_paint_attempts: 'BIGINT',
  });
  await record(
    gates,
    { name: 'games_with_shots', ...check },
    `WITH games AS (
       SELECT g.game_date, g.game_id, coalesce(bool_or(t.team_paint_attempts IS NOT NULL), FALSE) AS has_shots
       FROM hoopduck.stg_game AS g
       JOIN gate_calendar AS c ON c.game_date = g.game_date
       LEFT JOIN ${teams} AS t ON t.game_date = g.game_date AND t.game_id = g.game_id
       WHERE g.is_final AND c.is_judged GROUP BY g.game_date, g.game_id),
     counted AS (
       SELECT game_date, count(*) AS n, count_if(has_shots) AS present,
         string_agg(game_id, ', ' ORDER BY game_id) FILTER (NOT has_shots) AS missing
       FROM games GROUP BY game_date)
     SELECT 'date' AS scope, CAST(game_date AS VARCHAR) AS scope_value, present AS numerator,
       n AS denominator, CASE WHEN present > 0 THEN 100.0 * present / n END AS found,
       CASE WHEN present = 0 THEN 'no game has shots' WHEN present < n THEN 'no shots of ' || missing END AS detail
     FROM counted`,
  );
}
