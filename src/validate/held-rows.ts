import { RAW_TABLES } from '../config/raw-tables.ts';
import { quoteIdentifier, quoteLiteral, quoteTable } from '../replica/identifiers.ts';
import type { Gates } from './gates.ts';
import { dateColumnOf, GATED_TABLE_NAMES } from './tables.ts';

/**
 * Makes the temporary table `gate_held`: how many rows each raw and gated table holds on each date
 * (table_name, game_date, rows). Counted, not remembered: rows that got lost behind the ledger's back are seen by it.
 */
export async function countHeldRows(gates: Gates): Promise<void> {
  const counts: string[] = [];
  for (const table of [...RAW_TABLES.map(({ name }) => `nba_raw.${name}`), ...GATED_TABLE_NAMES]) {
    const date = dateColumnOf(table);
    const columns = await gates.columnsOf(table);
    if (!columns.some(({ name }) => name === date)) continue;
    counts.push(
      `SELECT ${quoteLiteral(table)} AS table_name, ${quoteIdentifier(date)} AS game_date, count(*) AS rows
       FROM ${quoteTable(table)} GROUP BY ALL`,
    );
  }
  await gates.define(
    'gate_held',
    counts.length === 0
      ? "SELECT '' AS table_name, CAST(NULL AS DATE) AS game_date, CAST(0 AS BIGINT) AS rows WHERE FALSE"
      : counts.join(' UNION ALL '),
  );
}
