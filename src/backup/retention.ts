import type { Config } from '../config/config.ts';
import type { BackupManifest } from './manifest.ts';

const DAY_MS = 24 * 3_600_000;

/**
 * Ids of backups that the settings do not keep. Those that were asked for and those that the program made by itself
 * are counted apart, so that neither drives the other out; of each, the newest `keep` stay, and all that are
 * younger than `keep_days`.
 * @param backups oldest first
 */
export function superseded(
  backups: readonly BackupManifest[],
  { keep, keepAutomatic, keepDays }: Config['backup'],
  now: Date,
): string[] {
  const isYoung = ({ created_at }: BackupManifest) =>
    now.getTime() - Date.parse(created_at) < keepDays * DAY_MS;
  const beyond = (kind: readonly BackupManifest[], count: number) =>
    kind.slice(0, Math.max(0, kind.length - count)).filter((backup) => !isYoung(backup));
  const asked = backups.filter(({ why }) => why === 'asked');
  const automatic = backups.filter(({ why }) => why !== 'asked');
  return [...beyond(asked, keep), ...beyond(automatic, keepAutomatic)].map(({ id }) => id).sort();
}
