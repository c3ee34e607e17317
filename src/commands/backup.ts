import { join } from 'node:path';
import { createBackup } from '../backup/create.ts';
import { type BackupManifest, sizeOfBackup } from '../backup/manifest.ts';
import { openBackups } from '../backup/open-store.ts';
import { chooseBackup } from '../backup/restore.ts';
import type { BackupStore } from '../backup/store.ts';
import type { Config } from '../config/config.ts';
import type { Style } from '../console/style.ts';
import { table } from '../console/table.ts';
import { EXIT } from '../errors.ts';
import { bytes, count, duration, plural } from '../format.ts';
import { backupLocation } from './backup-location.ts';
import type { CommandEnvironment, Outcome } from './command.ts';
import { usageError } from './options.ts';
import { needsReplica, ownId } from './whole-workspace.ts';

interface BackupOptions {
  readonly to?: string;
  readonly from?: string;
  readonly list?: boolean;
  readonly check?: boolean;
}

/** Makes a backup of the workspace; lists those that are there; or proves the newest by restoring it to a scratch place. */
export async function execute(options: BackupOptions, env: CommandEnvironment): Promise<Outcome> {
  if (options.from !== undefined && options.list !== true && options.check !== true) {
    throw usageError(
      'The option "--from" was given without "--check" or "--list", which read from a place; a backup is made with "--to".',
      env.command,
    );
  }
  if (options.from !== undefined && options.to !== undefined) {
    throw usageError('The options "--from" and "--to" do not go together.', env.command);
  }
  const config = await env.config();
  const location = backupLocation(options.from ?? options.to, config, env.cwd);
  const store = await openBackups(location, config.workspace);
  if (options.list === true) {
    const backups = await store.list((_, error) => env.report.warn(error.message));
    return listed(backups, store.location);
  }
  if (options.check === true) return checked(store, config, env);
  return made(store, config, env, options.to);
}

async function made(
  store: BackupStore,
  config: Config,
  env: CommandEnvironment,
  place: string | undefined,
): Promise<Outcome> {
  const started = performance.now();
  const { withReplica } = await import('../workspace.ts');
  const { report, signal, now } = env;
  needsReplica(config);
  const result = await withReplica(config, { report, signal, now }, (replica) =>
    createBackup({ config, replica, report, signal, now }, store, 'asked'),
  );
  const { backup, location, removed } = result;
  const seconds = (performance.now() - started) / 1000;
  const size = sizeOfBackup(backup);
  const from = place === undefined ? '' : ` --from ${place}`;
  return {
    exitCode: EXIT.done,
    json: { location, backup: summaryOf(backup), removed, seconds },
    text: (style) =>
      [
        `${style.bold('Backup')} ${backup.id} in ${location}: ${plural(backup.files.length, 'file')}, ${bytes(size)}, ${count(backup.partitions)} partitions (${duration(seconds)})`,
        ...(removed.length === 0
          ? []
          : [style.dim(`Taken away, being older: ${removed.join(', ')}`)]),
        style.dim(
          `"hoopduck backup --check${from}" proves it; "hoopduck restore ${backup.id}${from}" puts it back.`,
        ),
      ].join('\n'),
  };
}

function listed(backups: readonly BackupManifest[], location: string): Outcome {
  return {
    exitCode: EXIT.done,
    json: { location, backups: backups.map(summaryOf) },
    text: (style) =>
      backups.length === 0
        ? `No backup in ${location} yet. Next: hoopduck backup`
        : `${backupTable(backups, style)}\n${style.dim(`(${plural(backups.length, 'backup')} in ${location}; times are UTC)`)}`,
  };
}

function backupTable(backups: readonly BackupManifest[], style: Style): string {
  const right = 'right' as const;
  const columns = [
    { title: 'backup' },
    { title: 'of' },
    { title: 'made' },
    { title: 'why' },
    { title: 'size', align: right },
    { title: 'partitions', align: right },
  ];
  const rows = backups.map((backup) => [
    backup.id,
    backup.workspace.name,
    backup.created_at.slice(0, 16).replace('T', ' '),
    backup.why,
    bytes(sizeOfBackup(backup)),
    count(backup.partitions),
  ]);
  return table(columns, rows, style);
}

async function checked(
  store: BackupStore,
  config: Config,
  env: CommandEnvironment,
): Promise<Outcome> {
  const started = performance.now();
  const { report, signal } = env;
  if ((await store.list()).length === 0) {
    return {
      exitCode: EXIT.failed,
      json: { location: store.location, backup: null },
      text: () => '',
      failure: {
        code: 'BACKUP_NOT_CHECKED',
        message: `"${store.location}" has no backup that could be checked.`,
        next: 'Run "hoopduck backup" first.',
      },
    };
  }
  const backup = await chooseBackup(store, 'latest', await ownId(config));
  const { proveBackup } = await import('../backup/bring.ts');
  const proof = await proveBackup(store, backup, join(config.workspace, 'data', '.checking'), {
    progress: (label, done, total) => report.progress(label, done, total),
    signal,
    memoryLimit: config.replica.memoryLimit,
  });
  const seconds = (performance.now() - started) / 1000;
  return {
    exitCode: EXIT.done,
    json: { location: store.location, backup: summaryOf(backup), proof, seconds },
    text: (style) =>
      `${style.bold('Backup')} ${backup.id} is whole: ${plural(backup.files.length, 'file')} by checksum, ${count(proof.partitions)} partitions with ${count(proof.rows)} rows by digest (${duration(seconds)})`,
  };
}

/** What --json says of a backup. */
function summaryOf(backup: BackupManifest) {
  const { files, ...facts } = backup;
  return { ...facts, files: files.length, bytes: sizeOfBackup(backup) };
}
