import type { Config } from '../config/config.ts';
import { type BackupLocation, bucketAddress } from '../config/location.ts';
import { completeLocation } from '../config/location-schema.ts';

/**
 * The place for backups: that of the settings, or one that the command line names.
 * @param config null: there is no workspace, as when one is restored that was lost
 */
export function backupLocation(
  named: string | undefined,
  config: Config | null,
  cwd: string,
): BackupLocation {
  const known = config?.backup.location;
  if (named === undefined && known !== undefined) return known;
  const address = bucketAddress(named!);
  if (address === undefined) return completeLocation(cwd, { path: named }) as BackupLocation;
  // Credentials as the settings have them where they name the same bucket.
  if (known?.kind === 'gcs' && known.bucket === address.bucket) return { ...known, ...address };
  return completeLocation(cwd, { kind: 'gcs', ...address }) as BackupLocation;
}
