import { type Gates, record, tableOrEmpty } from '../gates.ts';
import type { CheckOf } from '../thresholds.ts';

/**
 * Rows of a table in the range, against a number of rows or of rows a final game of the schedule.
 * Found and wanted are rows; the denominator is the final games.
 */
export async function minRecords(gates: Gates, check: CheckOf<'min_records'>): Promise<void> {
  const table = await tableOrEmpty(gates, check.table, { game_date: 'DATE' });
  const counted = await gates.replica.row<{ games: number }>(
    'SELECT CAST(coalesce(sum(final_games), 0) AS BIGINT) AS games FROM gate_calendar WHERE is_asked',
  );
  const games = counted?.games ?? 0;
  const limit = (value: number | undefined) =>
    value === undefined || check.per === 'range' ? value : value * games;
  await record(
    gates,
    { name: 'min_records', table: check.table, min: limit(check.min), warn: limit(check.warn) },
    `SELECT 'all' AS scope, 'all' AS scope_value, count(*) AS numerator,
       CAST($games AS BIGINT) AS denominator,
       CASE WHEN CAST($games AS BIGINT) >= $least THEN count(*) END AS found,
       CASE WHEN CAST($games AS BIGINT) < $least THEN 'only ' || $games || ' final games in the range'
            ELSE 'rows of ' || $games || ' final games' END AS detail
     FROM ${table} AS t SEMI JOIN (SELECT game_date FROM gate_calendar WHERE is_asked) AS c
       ON c.game_date = t.game_date`,
    { games, least: check.min_games },
  );
}
