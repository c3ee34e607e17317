import { quoteTable } from '../../replica/identifiers.ts';
import { type Gates, record, recordMissingTable, share, tableOrEmpty } from '../gates.ts';
import { PLAYER_GAMES } from '../tables.ts';
import type { CheckOf } from '../thresholds.ts';

/**
 * Team rows of each date whose overtimes are those of their players' minutes, where these sum to a whole
 * game: usage, pace and ratings of every player are wrong by a tenth when an overtime is not known.
 */
export async function overtime(gates: Gates, check: CheckOf<'overtime'>): Promise<void> {
  const identity = { name: 'overtime', ...check };
  if ((await gates.columnsOf(check.table)).length === 0) return recordMissingTable(gates, identity);
  const players = await tableOrEmpty(gates, PLAYER_GAMES, {
    game_date: 'DATE',
    team_abbr: 'VARCHAR',
    minutes_played: 'DOUBLE',
  });
  await record(
    gates,
    identity,
    `WITH played AS (
       SELECT game_date, team_abbr, sum(minutes_played) AS minutes,
         CAST(greatest(0, round((sum(minutes_played) - 240) / 25)) AS BIGINT) AS overtimes
       FROM ${players} GROUP BY game_date, team_abbr),
     compared AS (
       SELECT t.game_date, t.game_id, t.team_abbr, t.overtime_periods, p.overtimes, p.minutes,
         t.overtime_periods IS NOT DISTINCT FROM p.overtimes AS equal
       FROM ${quoteTable(check.table)} AS t
       JOIN gate_calendar AS c ON c.game_date = t.game_date
       JOIN played AS p ON p.game_date = t.game_date AND p.team_abbr = t.team_abbr
       WHERE c.is_judged AND abs(p.minutes - 240 - 25 * p.overtimes) <= $tolerance),
     counted AS (
       SELECT game_date, count(*) AS n, count_if(equal) AS equal FROM compared GROUP BY game_date),
     details AS (
       SELECT game_date, string_agg(team_abbr || ' ' || coalesce(CAST(overtime_periods AS VARCHAR), 'unknown')
         || ' overtimes, ' || overtimes || ' by the ' || round(minutes, 1) || ' minutes of its players (game '
         || game_id || ')', '; ' ORDER BY game_id, team_abbr) AS detail
       FROM compared WHERE NOT equal GROUP BY game_date)
     SELECT 'date' AS scope, CAST(c.game_date AS VARCHAR) AS scope_value,
       coalesce(equal, 0) AS numerator, coalesce(n, 0) AS denominator, ${share('equal', 'n')} AS found, detail
     FROM gate_calendar AS c
     LEFT JOIN counted AS k ON k.game_date = c.game_date
     LEFT JOIN details AS d ON d.game_date = c.game_date
     WHERE c.is_judged`,
    { tolerance: check.minutes_tolerance },
  );
}
