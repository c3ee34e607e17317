import { join } from 'node:path';
import type { BackupLocation } from '../config/location.ts';
import { checkPlace } from './contents.ts';
import { FolderBackups } from './folder-store.ts';
import type { BackupStore } from './store.ts';

/**
 * Opens the place for backups. What knows Google is loaded only for a bucket.
 * @param workspace null: there is none yet
 * @param scratch folder on this disk, for what goes to a bucket or comes from one
 * @throws HoopduckError CREDENTIALS, BACKUP_PLACE (exit 2)
 */
export async function openBackups(
  location: BackupLocation,
  workspace: string | null,
  scratch = join(workspace ?? '.', 'data'),
): Promise<BackupStore> {
  if (location.kind === 'folder') {
    if (workspace !== null) checkPlace(workspace, location.path);
    return new FolderBackups(location.path);
  }
  const { BucketBackups } = await import('./bucket-store.ts');
  return BucketBackups.open(location, join(scratch, '.backup'));
}
