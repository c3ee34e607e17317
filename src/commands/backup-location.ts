import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { DEFAULTS } from '../config/defaults.ts';
import type { BackupLocation } from '../config/location.ts';

const BUCKET = /^gs:\/\/([^/]+)(?:\/(.*?))?\/*$/;

/**
 * The place for backups: that of the settings, or one that the command line names.
 * @param config null: there is no workspace, as when one is restored that was lost
 */
export function backupLocation(
  named: string | undefined,
  config: Config | null,
  cwd: string,
): BackupLocation {
  if (named === undefined && config !== null) return config.backup.location;
  const found = BUCKET.exec(named!);
  if (found === null) return { kind: 'folder', path: resolve(cwd, named!) };
  const known = config?.backup.location;
  return {
    kind: 'gcs',
    bucket: found[1]!,
    prefix: found[2] ?? '',
    // As the settings have them where they name the same bucket.
    endpoint: known?.kind === 'gcs' && known.bucket === found[1] ? known.endpoint : null,
    credentials:
      known?.kind === 'gcs' && known.bucket === found[1]
        ? known.credentials
        : { keyFile: null, impersonate: null, accessTokenEnv: null },
    deadlineSeconds: DEFAULTS.remote.deadlineSeconds,
  };
}
