import type { StageContext } from '../context.ts';
import { timestampText } from '../ledger/ledger.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

const DAY_MS = 24 * 3_600_000;

/** Backups of a push by table and unit, as the journal has them. */
export async function journaledBackups(
  ctx: StageContext,
  pushId: string,
): Promise<{ table: string; unit: string; reference: string }[]> {
  return ctx.replica.rows(
    `SELECT table_name AS "table", unit, detail AS reference FROM hoopduck.push_step
     WHERE push_id = $pushId AND step = 'backed up' AND detail IS NOT NULL
     ORDER BY recorded_at, table_name, unit`,
    { pushId },
  );
}

/**
 * Gives up backups of pushes that ended longer ago than `push.backup_days`; the journal then says
 * so, and a rollback of them is refused.
 */
export async function dropOldBackups(ctx: StageContext, target: Warehouse): Promise<void> {
  const days = ctx.config.push?.backupDays ?? 0;
  const before = timestampText(new Date(ctx.now().getTime() - days * DAY_MS));
  const old = await ctx.replica.rows<{ pushId: string; reference: string }>(
    `SELECT s.push_id AS "pushId", s.detail AS reference
     FROM hoopduck.push_step AS s JOIN hoopduck.push AS p USING (push_id)
     WHERE p.target = $target AND s.step = 'backed up' AND s.detail IS NOT NULL
       AND p.finished_at < CAST($before AS TIMESTAMP)`,
    { target: target.location, before },
  );
  for (const { pushId, reference } of old) {
    await target.dropBackup(reference);
    await ctx.replica.run(
      'UPDATE hoopduck.push_step SET detail = NULL WHERE push_id = $pushId AND detail = $reference',
      { pushId, reference },
    );
  }
}
