import type { Config } from '../config/config.ts';
import type { BackupManifest } from './manifest.ts';

const DAY_MS = 24 * 3_600_000;

/**
 * Ids of backups that the settings do not keep. Those that were asked for and those that the program made by itself
 * are counted apart, so that neither drives the other out; of each, the newest `keep` stay, and all that are
 * younger than `keep_days`.
 * @param others of the same workspace, oldest first
 * @param made the one that was just made: it stays, whatever the clock says of the others
 */
export function superseded(
  others: readonly BackupManifest[],
  made: BackupManifest,
  { keep, keepAutomatic, keepDays }: Config['backup'],
  now: Date,
): string[] {
  const isYoung = ({ created_at }: BackupManifest) => {
    const age = now.getTime() - Date.parse(created_at);
    return age >= 0 && age < keepDays * DAY_MS;
  };
  const isAsked = ({ why }: BackupManifest) => why === 'asked';
  const beyond = (kind: readonly BackupManifest[], count: number, hasMade: boolean) =>
    kind
      .slice(0, Math.max(0, kind.length + (hasMade ? 1 : 0) - count))
      .filter((backup) => !isYoung(backup));
  const asked = others.filter(isAsked);
  const automatic = others.filter((backup) => !isAsked(backup));
  return [
    ...beyond(asked, keep, isAsked(made)),
    ...beyond(automatic, keepAutomatic, !isAsked(made)),
  ]
    .map(({ id }) => id)
    .sort();
}
