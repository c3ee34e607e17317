import type { StageContext } from '../context.ts';
import { keepNewestPartitions } from '../ledger/forget-partitions.ts';
import type { AreaResult, Finding } from './finding.ts';

/** Looks for partitions that the ledger has twice. A repair keeps the newest row of each. */
export async function verifyLedger({ replica }: StageContext): Promise<AreaResult> {
  const twice = await replica.rows<{ table: string; date: string; n: number }>(
    `SELECT table_name AS "table", CAST(game_date AS VARCHAR) AS date, count(*) AS n
     FROM hoopduck.partition GROUP BY ALL HAVING n > 1 ORDER BY ALL`,
  );
  const total = await replica.row<{ n: number }>(
    'SELECT count(DISTINCT table_name) AS n FROM hoopduck.partition',
  );
  const findings: Finding[] = twice.map(({ table, date, n }) => ({
    area: 'ledger',
    subject: `${table} ${date}`,
    found: `the ledger has it ${n} times`,
    next: '"hoopduck verify --repair" keeps the newest.',
    repaired: null,
  }));
  return {
    area: 'ledger',
    checked: total!.n,
    findings,
    skipped: null,
    repair: async () => {
      await keepNewestPartitions(replica);
      for (const finding of findings) finding.repaired = true;
    },
  };
}
