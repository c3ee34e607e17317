import { type Gates, record } from '../gates.ts';
import type { CheckOf } from '../thresholds.ts';

/**
 * Final games among all of each date up to the newest final game of the replica. Nothing is expected of a
 * game that is not final, so that one whose last scrape was never made would be missed by nobody.
 */
export async function unfinishedGames(
  gates: Gates,
  check: CheckOf<'unfinished_games'>,
): Promise<void> {
  await record(
    gates,
    { name: 'unfinished_games', ...check },
    `WITH past AS (
       SELECT game_date, game_id, is_final, game_status FROM hoopduck.stg_game
       WHERE game_date BETWEEN CAST($from AS DATE) AND CAST($to AS DATE)
         AND game_date <= (SELECT max(game_date) FROM hoopduck.stg_game WHERE is_final))
     SELECT 'date' AS scope, CAST(game_date AS VARCHAR) AS scope_value, count_if(is_final) AS numerator,
       count(*) AS denominator, 100.0 * count_if(is_final) / count(*) AS found,
       'left out, the schedule does not call them final: ' || string_agg(game_id || ' ('
         || CASE game_status WHEN 1 THEN 'scheduled' WHEN 2 THEN 'live' ELSE 'status ' || coalesce(CAST(game_status AS VARCHAR), 'unknown') END
         || ')', ', ' ORDER BY game_id) FILTER (NOT is_final) AS detail
     FROM past GROUP BY game_date`,
    { from: gates.from, to: gates.to },
  );
}
