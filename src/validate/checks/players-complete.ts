import { type Gates, record, share, tableOrEmpty } from '../gates.ts';
import type { CheckOf } from '../thresholds.ts';

/**
 * Teams of final games, each date, whose players are whole: some are there, enough of them played,
 * and their minutes sum to a game's length, 240 + 25k, within the tolerance.
 */
export async function playersComplete(
  gates: Gates,
  check: CheckOf<'players_complete'>,
): Promise<void> {
  const players = await tableOrEmpty(gates, check.table, {
    game_date: 'DATE',
    team_abbr: 'VARCHAR',
    minutes_played: 'DOUBLE',
  });
  await record(
    gates,
    { name: 'completeness_players', ...check },
    `WITH teams AS (
       SELECT game_date, team_abbr, count_if(coalesce(minutes_played > 0, FALSE)) AS played,
         coalesce(sum(minutes_played), 0) AS minutes
       FROM ${players} GROUP BY game_date, team_abbr),
     judged AS (
       SELECT g.game_date, g.game_id, g.team_abbr,
         CASE WHEN t.team_abbr IS NULL THEN 'no players of ' || g.team_abbr
              WHEN t.played < $played THEN t.played || ' of ' || g.team_abbr || ' played (wanted: ' || CAST($played AS INTEGER) || ')'
              WHEN abs(t.minutes - (240 + 25 * greatest(0, round((t.minutes - 240) / 25)))) > $tolerance
                THEN 'minutes of ' || g.team_abbr || ' sum to ' || round(t.minutes, 1) || ' (wanted: 240 and 25 for each overtime)'
         END AS problem
       FROM hoopduck.stg_team_game AS g
       JOIN gate_calendar AS c ON c.game_date = g.game_date
       LEFT JOIN teams AS t ON t.game_date = g.game_date AND t.team_abbr = g.team_abbr
       WHERE g.is_final AND c.is_judged),
     counted AS (
       SELECT game_date, count(*) AS n, count(*) - count(problem) AS whole FROM judged GROUP BY game_date),
     games AS (
       SELECT game_date, game_id,
         string_agg(problem, ', ' ORDER BY team_abbr) || ' (game ' || game_id || ')' AS problems
       FROM judged WHERE problem IS NOT NULL GROUP BY game_date, game_id),
     details AS (
       SELECT game_date, string_agg(problems, '; ' ORDER BY game_id) AS detail FROM games GROUP BY game_date)
     SELECT 'date' AS scope, CAST(game_date AS VARCHAR) AS scope_value, whole AS numerator,
       n AS denominator, ${share('whole', 'n')} AS found, detail
     FROM counted LEFT JOIN details USING (game_date)`,
    { played: check.min_played, tolerance: check.minutes_tolerance },
  );
}
