import { quoteLiteral } from '../replica/identifiers.ts';
import type { Gates } from './gates.ts';

/** Checks whose verdicts of a date depend on more than the date, or are there only when red: they are never kept. */
export const ALWAYS_JUDGED = ['recorded_rows', 'unique_key', 'expected_rows', 'unfinished_games'];

/**
 * SQL text of the state of every date, one row each (game_date, state): the rules that it is judged by (rulesDigest), what
 * the ledger says of every partition of the date, and how many rows the tables hold. Reads gate_held.
 */
export function dateStatesSql(rules: string): string {
  const seed = quoteLiteral(rules);
  return `
    SELECT game_date, printf('%x', hash(${seed}, sum(h), count(*))) AS state
    FROM (
      SELECT game_date, hash(table_name, digest, rows, verdict) AS h
      FROM hoopduck.partition WHERE layer NOT IN ('prediction', 'quality')
      UNION ALL
      SELECT game_date, hash(table_name, rows) FROM gate_held WHERE game_date IS NOT NULL)
    GROUP BY game_date`;
}

/**
 * SQL text of the dates whose verdicts hold: their state is the one that was last judged, and nothing of them was red.
 * What is red is looked at every time, so that what was mended by hand is seen; so is a key that is there twice, whatever its
 * limit, since the share of the whole table counts it.
 */
export function keptDatesSql(rules: string): string {
  return `
    SELECT game_date FROM (${dateStatesSql(rules)})
    JOIN hoopduck.validated_date USING (game_date, state)
    JOIN (
      SELECT TRY_CAST(scope_value AS DATE) AS game_date FROM hoopduck.check_result
      WHERE scope = 'date' GROUP BY scope_value
      HAVING count_if(verdict = 'fail' OR (check_name = 'unique_key' AND found < 100)) = 0) USING (game_date)`;
}

/**
 * SQL text of the condition on a row of results that this evaluation speaks of it; binds from and to, reads gate_calendar. A season of
 * which the replica has no final game left has no verdict.
 */
export const COVERED_SQL = `(scope = 'all'
  OR (scope = 'date' AND scope_value BETWEEN $from AND $to AND (
    scope_value NOT IN (SELECT CAST(game_date AS VARCHAR) FROM gate_kept)
    OR check_name IN (${ALWAYS_JUDGED.map(quoteLiteral).join(', ')})
    OR starts_with(check_name, 'drift_')))
  OR (scope = 'season' AND NOT EXISTS (FROM gate_calendar AS c WHERE c.season = scope_value AND NOT c.season_asked)))`;

/** SQL text of the condition on a row of results that the range asks for it, whether it was kept or judged anew. */
export const ASKED_SQL = `(scope = 'all'
  OR (scope = 'date' AND scope_value BETWEEN $from AND $to)
  OR (scope = 'season' AND scope_value IN (SELECT season FROM gate_calendar WHERE season_asked)))`;

/** Keeps the state of every date of the range, inside the caller's transaction, after its verdicts are in the ledger. */
export async function keepDates(gates: Gates, rules: string): Promise<void> {
  const { replica, from, to } = gates;
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE gate_state AS
     SELECT * FROM (${dateStatesSql(rules)}) WHERE game_date BETWEEN CAST($from AS DATE) AND CAST($to AS DATE)`,
    { from, to },
  );
  await replica.run(
    `DELETE FROM hoopduck.validated_date AS v
     WHERE game_date BETWEEN CAST($from AS DATE) AND CAST($to AS DATE)
       AND NOT EXISTS (FROM gate_state AS s WHERE s.game_date = v.game_date AND s.state = v.state)`,
    { from, to },
  );
  await replica.run(
    `INSERT INTO hoopduck.validated_date
     SELECT game_date, state FROM gate_state ANTI JOIN hoopduck.validated_date USING (game_date)`,
  );
}
