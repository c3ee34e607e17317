import { type BackupContext, createBackup } from './create.ts';
import type { BackupReason } from './manifest.ts';
import { openBackups } from './open-store.ts';

/**
 * Makes a backup before something that cannot be taken back by itself, where the settings want one.
 * @returns its id; null: none was wanted, or the replica is no file
 */
export async function backUpBefore(
  ctx: BackupContext,
  why: Exclude<BackupReason, 'asked'>,
): Promise<string | null> {
  const { config, replica } = ctx;
  if (!config.backup.automatic || replica.path === ':memory:') return null;
  const store = await openBackups(config.backup.location, config.workspace);
  const { backup } = await createBackup(ctx, store, why);
  return backup.id;
}
