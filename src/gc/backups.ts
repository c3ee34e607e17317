import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULTS } from '../config/defaults.ts';
import type { StageContext } from '../context.ts';
import { forgetBackups, oldBackups } from '../push/backups.ts';
import { LocalBackups } from '../warehouse/local-backups.ts';
import { namesIn, shownPath, sizeOf } from './on-disk.ts';
import type { Garbage, Sweep } from './result.ts';

const DAY_MS = 24 * 3_600_000;

/**
 * Backups on disk of pushes that ended longer ago than `push.backup_days`, and those of no push on record that are as
 * old. What an unfinished push or a rollback can still need stays.
 */
export async function sweepBackups(ctx: StageContext): Promise<Sweep> {
  const { replica, config, now } = ctx;
  const { folder } = LocalBackups.in(config.workspace);
  const days = config.push?.backupDays ?? DEFAULTS.push.backupDays;
  const old = await oldBackups(ctx, days);
  const local = old.filter(({ reference }) => LocalBackups.holds(reference));
  const needed = new Set(
    await replica.column<string>(
      "SELECT DISTINCT push_id FROM hoopduck.push_step WHERE step = 'backed up' AND detail IS NOT NULL",
    ),
  );
  const expired = new Set(local.map(({ pushId }) => pushId));
  const isOld = (name: string) =>
    statSync(join(folder, name)).mtimeMs < now().getTime() - days * DAY_MS;
  const names = namesIn(folder);
  const orphans = names.filter((name) => !needed.has(name) && isOld(name));
  const gone = names.filter((name) => expired.has(name));
  const item = (name: string, why: string): Garbage => ({
    kind: 'backup',
    path: shownPath(config.workspace, join(folder, name)),
    bytes: sizeOf(join(folder, name)),
    why,
  });
  const kept = names.filter((name) => !orphans.includes(name) && !expired.has(name));
  const remote = old.length - local.length;
  return {
    garbage: [
      ...gone.map((name) => item(name, `its push ended more than ${days} days ago`)),
      ...orphans.map((name) => item(name, 'no push on record needs it')),
    ],
    kept: [
      {
        kind: 'backup',
        items: kept.length,
        bytes: kept.reduce((sum, name) => sum + sizeOf(join(folder, name)), 0),
        why: `a rollback or an unfinished push can need them; ${days} days are kept`,
      },
    ],
    notes:
      remote === 0
        ? []
        : [`${remote} old backups lie in the warehouse; the next push to it takes them away`],
    async take() {
      await forgetBackups(ctx, local);
      for (const name of [...gone, ...orphans]) {
        rmSync(join(folder, name), { recursive: true, force: true });
      }
    },
  };
}
