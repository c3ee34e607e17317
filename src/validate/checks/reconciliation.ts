import { quoteTable } from '../../replica/identifiers.ts';
import { type Gates, record, recordMissingTable, share } from '../gates.ts';
import { TEAM_OFFENSE } from '../tables.ts';
import type { CheckOf } from '../thresholds.ts';

/** Columns of a player's row and the ones of the team's row that they sum to. */
const SUMS = [
  { player: 'points', team: 'points_scored', label: 'points' },
  { player: 'fg_attempts', team: 'fg_attempts', label: 'FGA' },
  { player: 'ft_attempts', team: 'ft_attempts', label: 'FTA' },
  { player: 'turnovers', team: 'turnovers', label: 'TOV' },
] as const;

/**
 * Team rows of each date whose players' points, FGA, FTA and turnovers sum to them, where both
 * sources exist: a row reconstructed from the players would agree with itself and does not count.
 */
export async function reconciliation(
  gates: Gates,
  check: CheckOf<'reconciliation'>,
): Promise<void> {
  const identity = { name: 'reconciliation', ...check };
  for (const table of [check.table, TEAM_OFFENSE]) {
    if ((await gates.columnsOf(table)).length === 0) return recordMissingTable(gates, identity);
  }
  const sums = SUMS.map(({ player }) => `coalesce(sum(${player}), 0) AS p_${player}`);
  const differences = SUMS.map(
    ({ player, team, label }) =>
      `CASE WHEN p_${player} IS DISTINCT FROM t.${team}
         THEN ' ${label} ' || p_${player} || ' of players, ' || coalesce(CAST(t.${team} AS VARCHAR), 'none') || ' of the team' END`,
  );
  await record(
    gates,
    identity,
    `WITH players AS (
       SELECT game_date, team_abbr, ${sums.join(', ')}
       FROM ${quoteTable(check.table)} SEMI JOIN (SELECT game_date FROM gate_calendar WHERE is_judged)
         USING (game_date)
       GROUP BY game_date, team_abbr),
     compared AS (
       SELECT t.game_date, t.game_id, t.team_abbr,
         nullif(concat_ws(',', ${differences.join(', ')}), '') AS difference
       FROM ${quoteTable(TEAM_OFFENSE)} AS t
       JOIN players AS p ON p.game_date = t.game_date AND p.team_abbr = t.team_abbr
       WHERE t.primary_source_used = 'nbac_team_boxscore'),
     counted AS (
       SELECT game_date, count(*) AS n, count(*) - count(difference) AS equal FROM compared GROUP BY game_date),
     details AS (
       SELECT game_date, string_agg(team_abbr || difference || ' (game ' || game_id || ')', '; '
         ORDER BY game_id, team_abbr) AS detail
       FROM compared WHERE difference IS NOT NULL GROUP BY game_date)
     SELECT 'date' AS scope, CAST(c.game_date AS VARCHAR) AS scope_value,
       coalesce(equal, 0) AS numerator, coalesce(n, 0) AS denominator, ${share('equal', 'n')} AS found, detail
     FROM gate_calendar AS c
     LEFT JOIN counted AS k ON k.game_date = c.game_date
     LEFT JOIN details AS d ON d.game_date = c.game_date
     WHERE c.is_judged`,
  );
}
