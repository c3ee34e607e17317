import { quoteTable } from '../replica/identifiers.ts';
import { BLOCKING_ISSUES } from './blocking-issues.ts';
import type { Gates } from './gates.ts';
import { PLAYER_GAMES, TEAM_OFFENSE } from './tables.ts';

/**
 * Brings `is_production_ready` up to date with the verdicts in the ledger: a row is ready when none of
 * its quality issues blocks and no red check names its table and date. Only rows that differ are
 * touched. The column is bookkeeping: digests do not see it. Inside the caller's transaction, after
 * the results are in the ledger.
 */
export async function updateProductionReady(gates: Gates): Promise<void> {
  for (const table of [TEAM_OFFENSE, PLAYER_GAMES]) {
    const columns = (await gates.columnsOf(table)).map((column) => column.name);
    if (!['is_production_ready', 'quality_issues'].every((name) => columns.includes(name)))
      continue;
    const blocked = BLOCKING_ISSUES.map(
      (_, index) =>
        `contains(',' || replace(quality_issues, ' ', '') || ',', ',' || $issue${index} || ',')`,
    );
    const ready = `(NOT coalesce(${blocked.join(' OR ')}, FALSE)
      AND game_date NOT IN (SELECT game_date FROM hoopduck.red_partition WHERE table_name = $table))`;
    await gates.replica.run(
      `UPDATE ${quoteTable(table)} SET is_production_ready = ${ready}
       WHERE is_production_ready IS DISTINCT FROM ${ready}`,
      {
        table,
        ...Object.fromEntries(BLOCKING_ISSUES.map((issue, index) => [`issue${index}`, issue])),
      },
    );
  }
}
