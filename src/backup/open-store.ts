import { join } from 'node:path';
import type { BackupLocation } from '../config/location.ts';
import { FolderBackups } from './folder-store.ts';
import type { BackupStore } from './store.ts';

/**
 * Opens the place for backups. What knows Google is loaded only for a bucket.
 * @param folder on this disk, for what goes to a bucket or comes from one
 * @throws HoopduckError CREDENTIALS (exit 2)
 */
export async function openBackups(location: BackupLocation, folder: string): Promise<BackupStore> {
  if (location.kind === 'folder') return new FolderBackups(location.path);
  const { BucketBackups } = await import('./bucket-store.ts');
  return BucketBackups.open(location, join(folder, '.backup'));
}
