import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BringOptions } from '../backup/bring.ts';
import { DATA_PARTS } from '../backup/contents.ts';
import { createBackup } from '../backup/create.ts';
import type { BackupManifest } from '../backup/manifest.ts';
import { openBackups } from '../backup/open-store.ts';
import {
  chooseBackup,
  prepareRestore,
  type Restored,
  restoreInto,
  undoHalfRestore,
} from '../backup/restore.ts';
import type { BackupStore } from '../backup/store.ts';
import type { Config } from '../config/config.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import { count, duration, plural } from '../format.ts';
import { backupLocation } from './backup-location.ts';
import type { CommandEnvironment, Outcome } from './command.ts';
import { ownId } from './whole-workspace.ts';

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
  const location = backupLocation(options.from, config, cwd);
  const scratch = join(config?.workspace ?? resolve(cwd, options.into ?? '.'), 'data');
  const store = await openBackups(location, config?.workspace ?? null, scratch);
  if (config !== null && options.into === undefined && options.replace === true) {
    await undoHalfRestore(config.workspace);
  }
  const owner = config === null ? null : await ownId(config);
  const backup = await chooseBackup(store, options.backup ?? 'latest', owner);
  const bring: BringOptions = {
    progress: (label, done, total) => report.progress(label, done, total),
    signal,
    ...(config !== null && { memoryLimit: config.replica.memoryLimit }),
  };
  const restored =
    options.into !== undefined
      ? {
          ...(await restoreInto(store, backup, resolve(cwd, options.into), bring)),
          saved: null,
          kept_in: null,
        }
      : await inPlace(store, backup, config!, bring, options.replace === true, env);
  const seconds = (performance.now() - started) / 1000;
  const { proof, saved, kept_in } = restored;
  return {
    exitCode: EXIT.done,
    json: { location: store.location, ...restored, seconds },
    text: (style) =>
      [
        `${style.bold('Restored')} ${backup.id} to ${restored.folder}: ${plural(restored.files, 'file')}, ${count(proof.partitions)} partitions with ${count(proof.rows)} rows, each proven by its digest (${duration(seconds)})`,
        ...(saved === null ? [] : [style.dim(`What was there is kept as backup ${saved}.`)]),
        ...(kept_in === null ? [] : [style.dim(`What was there is kept in "${kept_in}".`)]),
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
): Promise<Restored & Saved & { settings: readonly string[] }> {
  const { workspace } = config;
  const there = DATA_PARTS.filter((part) => existsSync(join(workspace, part)));
  if (there.length > 0 && !mayReplace) {
    throw new HoopduckError(
      'RESTORE_REFUSED',
      `The workspace "${workspace}" has ${there.map((part) => `"${part}"`).join(', ')}.`,
      {
        next: 'Say --replace to put the backup in its place (what is there is kept), or --into a new folder.',
        exitCode: EXIT.refused,
      },
    );
  }
  const prepared = await prepareRestore(store, backup, workspace, bring);
  try {
    const saved =
      there.length > 0 ? await saveWhatIsThere(config, env) : { saved: null, kept_in: null };
    for (const path of prepared.settings) {
      env.report.warn(`"${path}" is not as it was in the backup; it stays as it is`);
    }
    const restored = await prepared.replace(saved.kept_in);
    return { ...restored, ...saved, settings: prepared.settings };
  } finally {
    await prepared.release();
  }
}

/** Where what a restore replaced can be found: as a backup, or moved into a folder of the workspace. */
interface Saved {
  readonly saved: string | null;
  readonly kept_in: string | null;
}

/** Makes a backup of what a restore replaces; of a replica that is not there or cannot be opened there is none. */
async function saveWhatIsThere(config: Config, env: CommandEnvironment): Promise<Saved> {
  const { report, signal, now } = env;
  const aside = `data/replaced-${now()
    .toISOString()
    .replaceAll(/[-:]|\.\d+/g, '')}`;
  if (!existsSync(config.replica.path)) return { saved: null, kept_in: aside };
  const { withReplica } = await import('../workspace.ts');
  try {
    return await withReplica(config, { report, signal, now }, async (replica) => {
      const store = await openBackups(config.backup.location, config.workspace);
      const ctx = { config, replica, report, signal, now };
      const { backup } = await createBackup(ctx, store, 'before restore');
      return { saved: backup.id, kept_in: null };
    });
  } catch (error) {
    if (!(error instanceof HoopduckError) || error.code !== 'REPLICA_UNREADABLE') throw error;
    return { saved: null, kept_in: aside };
  }
}
