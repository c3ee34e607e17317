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

/** A backup of a push that can be rolled back. */
export interface KeptBackup {
  readonly pushId: string;
  readonly reference: string;
}

/**
 * Backups of pushes that ended longer ago than so many days. What an unfinished push kept is not among them.
 * @param target those of this location alone
 */
export function oldBackups(
  ctx: StageContext,
  days: number,
  target: string | null = null,
): Promise<KeptBackup[]> {
  return ctx.replica.rows<KeptBackup>(
    `SELECT s.push_id AS "pushId", s.detail AS reference
     FROM hoopduck.push_step AS s JOIN hoopduck.push AS p USING (push_id)
     WHERE p.target = coalesce($target, p.target) AND s.step = 'backed up' AND s.detail IS NOT NULL
       AND p.finished_at < CAST($before AS TIMESTAMP)`,
    { target, before: timestampText(new Date(ctx.now().getTime() - days * DAY_MS)) },
  );
}

/** Says in the journal that backups are gone: a rollback that needs them is refused. */
export async function forgetBackups(
  ctx: StageContext,
  backups: readonly KeptBackup[],
): Promise<void> {
  for (const { pushId, reference } of backups) {
    await ctx.replica.run(
      'UPDATE hoopduck.push_step SET detail = NULL WHERE push_id = $pushId AND detail = $reference',
      { pushId, reference },
    );
  }
}

/**
 * Gives up backups of pushes that ended longer ago than `push.backup_days`; the journal then says
 * so, and a rollback of them is refused.
 */
export async function dropOldBackups(ctx: StageContext, target: Warehouse): Promise<void> {
  const days = ctx.config.push?.backupDays ?? 0;
  for (const backup of await oldBackups(ctx, days, target.location)) {
    await target.dropBackup(backup.reference);
    await forgetBackups(ctx, [backup]);
  }
}
