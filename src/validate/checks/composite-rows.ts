import { type Gates, record, share, tableOrEmpty } from '../gates.ts';
import { PLAYER_GAMES } from '../tables.ts';
import type { CheckOf } from '../thresholds.ts';

/**
 * Listed players of each date, dnp included, who have composite factors. A date of the bootstrap has
 * none by design: it is recorded as not evaluated, `bootstrap`, never as missing.
 */
export async function compositeRows(gates: Gates, check: CheckOf<'composite_rows'>): Promise<void> {
  const key = { game_date: 'DATE', player_lookup: 'VARCHAR' };
  const listed = await tableOrEmpty(gates, PLAYER_GAMES, {
    ...key,
    team_abbr: 'VARCHAR',
    game_id: 'VARCHAR',
  });
  const factors = await tableOrEmpty(gates, check.table, key);
  await record(
    gates,
    { name: 'completeness_composite_factors', ...check },
    `WITH judged AS (
       SELECT p.game_date, p.player_lookup, p.team_abbr, p.game_id FROM ${listed} AS p
       SEMI JOIN (SELECT game_date FROM gate_calendar WHERE is_judged AND NOT is_bootstrap) AS c
         ON c.game_date = p.game_date),
     present AS (
       SELECT p.game_date, p.team_abbr, count(*) AS present
       FROM judged AS p
       SEMI JOIN ${factors} AS f ON f.game_date = p.game_date AND f.player_lookup = p.player_lookup
       GROUP BY p.game_date, p.team_abbr),
     teams AS (
       SELECT l.game_date, l.team_abbr, l.game_id, l.listed, coalesce(f.present, 0) AS present
       FROM (
         SELECT game_date, team_abbr, any_value(game_id) AS game_id, count(*) AS listed
         FROM judged GROUP BY game_date, team_abbr) AS l
       LEFT JOIN present AS f ON f.game_date = l.game_date AND f.team_abbr = l.team_abbr),
     counted AS (
       SELECT game_date, sum(listed) AS n, sum(present) AS present FROM teams GROUP BY game_date),
     details AS (
       SELECT game_date, 'no row for ' || string_agg(
         (listed - present) || ' of ' || listed || ' of ' || team_abbr || ' (game ' || game_id || ')',
         ', ' ORDER BY game_id, team_abbr) AS detail
       FROM teams WHERE present < listed GROUP BY game_date)
     SELECT 'date' AS scope, CAST(c.game_date AS VARCHAR) AS scope_value,
       coalesce(k.present, 0) AS numerator, coalesce(n, 0) AS denominator, ${share('k.present', 'n')} AS found,
       CASE WHEN c.is_bootstrap THEN 'bootstrap'
            WHEN k.present = 0 THEN 'no row for any of ' || n || ' listed players'
            ELSE detail END AS detail
     FROM gate_calendar AS c
     LEFT JOIN counted AS k ON k.game_date = c.game_date
     LEFT JOIN details AS d ON d.game_date = c.game_date
     WHERE c.is_judged`,
  );
}
