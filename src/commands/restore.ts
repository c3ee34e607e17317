import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BringOptions } from '../backup/bring.ts';
import { createBackup } from '../backup/create.ts';
import type { BackupManifest } from '../backup/manifest.ts';
import { openBackups } from '../backup/open-store.ts';
import { chooseBackup, prepareRestore, type Restored, restoreInto } from '../backup/restore.ts';
import type { BackupStore } from '../backup/store.ts';
import type { Config } from '../config/config.ts';
import { count, duration, plural } from '../console/format.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import { backupLocation } from './backup-location.ts';
import type { CommandEnvironment, Outcome } from './command.ts';

interface RestoreOptions {
  readonly backup?: string;
  readonly from?: string;
  readonly into?: string;
  readonly replace?: boolean;
}

/** Puts a backup back: into a new folder, or in the workspace's own place. */
export async function execute(options: RestoreOptions, env: CommandEnvironment): Promise<Outcome> {
  const started = performance.now();
  const { cwd, report, signal } = env;
  // A workspace that was lost has no settings to read: --from and --into say all.
  const isAlone = options.from !== undefined && options.into !== undefined;
  const config = isAlone ? null : await env.config();
  const scratch = config?.workspace ?? resolve(cwd, options.into ?? '.');
  const store = await openBackups(backupLocation(options.from, config, cwd), scratch);
  const backup = await chooseBackup(store, options.backup ?? 'latest');
  const bring: BringOptions = {
    progress: (label, done, total) => report.progress(label, done, total),
    signal,
    ...(config !== null && { memoryLimit: config.replica.memoryLimit }),
  };
  const restored =
    options.into !== undefined
      ? { ...(await restoreInto(store, backup, resolve(cwd, options.into), bring)), saved: null }
      : await inPlace(store, backup, config!, bring, options.replace === true, env);
  const seconds = (performance.now() - started) / 1000;
  const { proof, saved } = restored;
  return {
    exitCode: EXIT.done,
    json: { location: store.location, ...restored, seconds },
    text: (style) =>
      [
        `${style.bold('Restored')} ${backup.id} to ${restored.folder}: ${plural(restored.files, 'file')}, ${count(proof.partitions)} partitions with ${count(proof.rows)} rows, each proven by its digest (${duration(seconds)})`,
        ...(saved === null ? [] : [style.dim(`What was there is kept as backup ${saved}.`)]),
      ].join('\n'),
  };
}

async function inPlace(
  store: BackupStore,
  backup: BackupManifest,
  config: Config,
  bring: BringOptions,
  mayReplace: boolean,
  env: CommandEnvironment,
): Promise<Restored & { saved: string | null; settings: readonly string[] }> {
  const { workspace, replica: settings } = config;
  const isThere = existsSync(settings.path);
  if (isThere && !mayReplace) {
    throw new HoopduckError('RESTORE_REFUSED', `The workspace "${workspace}" has a replica.`, {
      next: 'Say --replace to put the backup in its place (a backup of it is made first), or --into a new folder.',
      exitCode: EXIT.refused,
    });
  }
  const prepared = await prepareRestore(store, backup, workspace, bring);
  try {
    const saved = isThere ? await saveWhatIsThere(config, env) : null;
    for (const path of prepared.settings) {
      env.report.warn(`"${path}" is not as it was in the backup; it stays as it is`);
    }
    return { ...(await prepared.replace()), saved, settings: prepared.settings };
  } finally {
    await prepared.release();
  }
}

/** A backup of what a restore replaces; of a file that cannot be opened any more a copy beside it. */
async function saveWhatIsThere(config: Config, env: CommandEnvironment): Promise<string> {
  const { report, signal, now } = env;
  const { withReplica } = await import('../workspace.ts');
  try {
    return await withReplica(config, { report, signal, now }, async (replica) => {
      const store = await openBackups(config.backup.location, join(config.workspace, 'data'));
      const ctx = { config, replica, report, signal, now };
      return (await createBackup(ctx, store, 'before restore')).backup.id;
    });
  } catch (error) {
    if (!(error instanceof HoopduckError) || error.code !== 'REPLICA_UNREADABLE') throw error;
    const { copyFileSync } = await import('node:fs');
    const aside = `${config.replica.path}.damaged`;
    copyFileSync(config.replica.path, aside);
    report.warn(`the replica could not be opened; a copy of it is "${aside}"`);
    return aside;
  }
}
