import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createBackup } from '../../src/backup/create.ts';
import { FolderBackups } from '../../src/backup/folder-store.ts';
import { type BackupManifest, workspaceId } from '../../src/backup/manifest.ts';
import { openBackups } from '../../src/backup/open-store.ts';
import {
  chooseBackup,
  prepareRestore,
  restoreInto,
  undoHalfRestore,
} from '../../src/backup/restore.ts';
import { superseded } from '../../src/backup/retention.ts';
import { loadConfig } from '../../src/config/load.ts';
import { checkPartitions } from '../../src/ledger/check-partitions.ts';
import { Replica } from '../../src/replica/replica.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { inWorkspace, PLAYERS, smallWorkspace } from './workspace.ts';

const watch = { progress: () => undefined, signal: new AbortController().signal };

async function backedUp(folder: string, now?: string) {
  const store = new FolderBackups(join(folder, 'data', 'workspace-backups'));
  const made = await inWorkspace(folder, (ctx) => createBackup(ctx, store, 'asked'), now);
  return { store, ...made };
}

test('a backup holds what cannot be fetched or computed again, each file with its sha256', async () => {
  const folder = await smallWorkspace();
  const { backup, store } = await backedUp(folder);
  expect(backup).toMatchObject({
    id: '20240201T063000Z',
    created_at: '2024-02-01T06:30:00.000Z',
    why: 'asked',
    partitions: 9,
    rows: 36,
  });
  expect(backup.files.map(({ path }) => path)).toEqual([
    'data/replica.duckdb',
    'hoopduck.yaml',
    'models/nba_analytics/own.sql',
    'data/models/points-1/model.json',
    'data/inputs/run-1/x.parquet',
    'data/backups/push-1/a.parquet',
  ]);
  expect(await store.list()).toEqual([backup]);
});

test('a link in the workspace leads a backup to nothing outside of it', async () => {
  const folder = await smallWorkspace();
  const outside = temporaryFolder();
  writeFileSync(join(outside, 'secret.json'), 'not ours');
  symlinkSync(join(outside, 'secret.json'), join(folder, 'data/models/points-1/link.json'));
  symlinkSync(outside, join(folder, 'data/models/points-2'));
  symlinkSync(join(outside, 'secret.json'), join(folder, 'secret.yaml'));
  const { backup } = await backedUp(folder);
  expect(backup.files.map(({ path }) => path).filter((path) => !path.startsWith('data/'))).toEqual([
    'hoopduck.yaml',
    'models/nba_analytics/own.sql',
  ]);
  expect(
    backup.files.map(({ path }) => path).filter((path) => /models\/points/.test(path)),
  ).toEqual(['data/models/points-1/model.json']);
});

test('a backup is restored into a new folder, which is a workspace with the same digests', async () => {
  const folder = await smallWorkspace();
  const { backup, store } = await backedUp(folder);
  const into = join(temporaryFolder(), 'restored');
  const restored = await restoreInto(store, backup, into, watch);
  expect(restored).toMatchObject({
    backup: '20240201T063000Z',
    files: 6,
    proof: { partitions: 9, rows: 36, digest: backup.digest },
  });
  expect(readdirSync(into).sort()).toEqual(['data', 'hoopduck.yaml', 'models']);
  expect(readFileSync(join(into, 'data/backups/push-1/a.parquet'), 'utf8')).toBe(
    'replaced in production',
  );
  const replica = await Replica.open(join(into, 'data', 'replica.duckdb'), { readOnly: true });
  expect(await checkPartitions(replica)).toEqual({ partitions: 9, rows: 36, faults: [] });
  replica.close();
});

test('a folder that is not empty is not restored into', async () => {
  const folder = await smallWorkspace();
  const { backup, store } = await backedUp(folder);
  const into = temporaryFolder();
  writeFileSync(join(into, 'mine.txt'), 'mine');
  await expect(restoreInto(store, backup, into, watch)).rejects.toMatchObject({
    code: 'RESTORE_REFUSED',
    exitCode: 4,
  });
  expect(readdirSync(into)).toEqual(['mine.txt']);
});

test('what a killed restore left does not stop the next', async () => {
  const folder = await smallWorkspace();
  const { backup, store } = await backedUp(folder);
  const into = temporaryFolder();
  mkdirSync(join(into, '.restoring', 'data'), { recursive: true });
  await restoreInto(store, backup, into, watch);
  expect(readdirSync(into).sort()).toEqual(['data', 'hoopduck.yaml', 'models']);
});

test('in its own place the data are as they were, and settings stay as they are', async () => {
  const folder = await smallWorkspace();
  const { backup, store } = await backedUp(folder);
  await inWorkspace(folder, ({ replica }) => replica.run(`DELETE FROM ${PLAYERS}`));
  appendFileSync(join(folder, 'hoopduck.yaml'), '# changed since\n');
  writeFileSync(join(folder, 'data/models/points-1/model.json'), 'spoilt');
  writeFileSync(join(folder, 'data/models/stray.json'), 'not in the backup');

  const prepared = await prepareRestore(store, backup, folder, watch);
  expect(prepared.settings).toEqual(['hoopduck.yaml']);
  expect(await prepared.replace(null)).toMatchObject({ files: 4, folder });

  const rows = await inWorkspace(folder, ({ replica }) => replica.rows(`FROM ${PLAYERS}`));
  expect(rows).toHaveLength(12);
  expect(readFileSync(join(folder, 'hoopduck.yaml'), 'utf8')).toContain('# changed since');
  expect(readFileSync(join(folder, 'data/models/points-1/model.json'), 'utf8')).toBe(
    '{"trees": 1}',
  );
  expect(existsSync(join(folder, 'data/models/stray.json'))).toBe(false);
  expect(existsSync(join(folder, '.restoring'))).toBe(false);
});

test('a file that is not what was saved is named, and nothing is put back', async () => {
  const folder = await smallWorkspace();
  const { backup, store } = await backedUp(folder);
  appendFileSync(join(store.location, backup.id, 'data/inputs/run-1/x.parquet'), '!');
  const into = join(temporaryFolder(), 'restored');
  await expect(restoreInto(store, backup, into, watch)).rejects.toMatchObject({
    code: 'BACKUP_DAMAGED',
    message: expect.stringContaining(
      '"data/inputs/run-1/x.parquet" is not what was saved (11 bytes where 10 were',
    ),
  });
  expect(readdirSync(into)).toEqual([]);
});

test('rows that were not what the ledger said when they were saved are found by the proof', async () => {
  const folder = await smallWorkspace();
  await inWorkspace(folder, ({ replica }) =>
    replica.run(
      `UPDATE ${PLAYERS} SET points = 99 WHERE game_date = '2024-01-15' AND player_lookup = 'player-1'`,
    ),
  );
  const { backup, store } = await backedUp(folder);
  await expect(
    restoreInto(store, backup, join(temporaryFolder(), 'restored'), watch),
  ).rejects.toMatchObject({
    code: 'BACKUP_DAMAGED',
    message: expect.stringContaining(
      `1 partitions are not what its ledger says, ${PLAYERS} of 2024-01-15 first`,
    ),
  });
});

test('a manifest whose paths lead out of the workspace is refused', async () => {
  const folder = await smallWorkspace();
  const { backup, store } = await backedUp(folder);
  const file = join(store.location, backup.id, 'manifest.json');
  const text = readFileSync(file, 'utf8');
  for (const path of [
    '../outside',
    '/etc/passwd',
    'data/../../x',
    'C:/x',
    'a\\\\b',
    'data//x',
    '',
  ]) {
    writeFileSync(file, text.replace('data/models/points-1/model.json', path));
    const bad = new Map<string, Error>();
    expect(await store.list((id, error) => bad.set(id, error)), path).toEqual([]);
    expect(bad.get(backup.id)?.message).toContain('files.3.path');
    await expect(chooseBackup(store, backup.id)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
  }
});

test('a backup that was killed half-way is none, and the next clears it away', async () => {
  const folder = await smallWorkspace();
  const store = new FolderBackups(join(folder, 'data', 'workspace-backups'));
  const owner = await inWorkspace(folder, ({ replica }) => workspaceId(replica));
  const half = await store.stage('20240131T000000Z', owner);
  writeFileSync(join(half, 'manifest.json'), '{}');
  expect(await store.list()).toEqual([]);
  await backedUp(folder);
  expect(readdirSync(store.location)).toEqual(['20240201T063000Z']);
});

test('one that is stopped leaves nothing', async () => {
  const folder = await smallWorkspace();
  const store = new FolderBackups(join(folder, 'data', 'workspace-backups'));
  await inWorkspace(folder, async (ctx) => {
    const signal = AbortSignal.abort();
    await expect(createBackup({ ...ctx, signal }, store, 'asked')).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
  });
  expect(readdirSync(store.location)).toEqual([]);
});

test('two backups of one second differ by a number', async () => {
  const folder = await smallWorkspace();
  expect((await backedUp(folder)).backup.id).toBe('20240201T063000Z');
  expect((await backedUp(folder)).backup.id).toBe('20240201T063000Z-2');
});

test('a backup is chosen by a beginning that only it has', async () => {
  const folder = await smallWorkspace();
  const { store } = await backedUp(folder, '2024-02-01T06:30:00Z');
  await backedUp(folder, '2024-02-02T06:30:00Z');
  expect((await chooseBackup(store, 'latest')).id).toBe('20240202T063000Z');
  expect((await chooseBackup(store, '20240201')).id).toBe('20240201T063000Z');
  await expect(chooseBackup(store, '202402')).rejects.toThrow(
    'has several backups "202402"; there are 20240201T063000Z, 20240202T063000Z.',
  );
  await expect(chooseBackup(store, '2023')).rejects.toThrow('has no backup "2023"');
});

test('the newest of each kind stay, and all that are young', () => {
  const made = (day: number, why: BackupManifest['why']) =>
    ({
      id: `2024010${day}T000000Z`,
      created_at: `2024-01-0${day}T00:00:00Z`,
      why,
    }) as BackupManifest;
  const backups = [
    made(1, 'asked'),
    made(2, 'before push'),
    made(3, 'asked'),
    made(4, 'before push'),
    made(5, 'before migration'),
  ];
  const newest = made(6, 'asked');
  const settings = {
    location: { kind: 'folder', path: '' } as const,
    automatic: true,
    keep: 2,
    keepAutomatic: 1,
    keepDays: 0,
  };
  const now = new Date('2024-01-07T00:00:00Z');
  expect(superseded(backups, newest, settings, now)).toEqual([
    '20240101T000000Z',
    '20240102T000000Z',
    '20240104T000000Z',
  ]);
  // Three days and less are young: of the 5th and later.
  expect(superseded(backups, newest, { ...settings, keepDays: 4 }, now)).toEqual([
    '20240101T000000Z',
    '20240102T000000Z',
  ]);
});

test('older backups than the settings keep go when a new one is there', async () => {
  const folder = await smallWorkspace();
  appendFileSync(join(folder, 'hoopduck.yaml'), 'backup:\n  keep: 1\n');
  await backedUp(folder, '2024-02-01T06:30:00Z');
  const { removed, store } = await backedUp(folder, '2024-02-02T06:30:00Z');
  expect(removed).toEqual(['20240201T063000Z']);
  expect(readdirSync(store.location)).toEqual(['20240202T063000Z']);
});

test('a backup that was just made stays, though the clock says that others are newer', async () => {
  const folder = await smallWorkspace();
  appendFileSync(join(folder, 'hoopduck.yaml'), 'backup:\n  keep: 1\n');
  await backedUp(folder, '2031-01-01T00:00:00Z');
  const { backup, removed, store } = await backedUp(folder, '2024-02-01T06:30:00Z');
  expect(removed).toEqual(['20310101T000000Z']);
  expect(readdirSync(store.location)).toEqual([backup.id]);
});

test('workspaces that share a place neither take away nor restore what another one saved', async () => {
  const [one, two] = [await smallWorkspace(), await smallWorkspace()];
  const shared = temporaryFolder();
  for (const folder of [one, two]) {
    appendFileSync(join(folder, 'hoopduck.yaml'), `backup:\n  path: ${shared}\n  keep: 1\n`);
  }
  const store = new FolderBackups(shared);
  const save = (folder: string, now: string) =>
    inWorkspace(folder, (ctx) => createBackup(ctx, store, 'asked'), now);
  const first = (await save(one, '2024-02-01T06:30:00Z')).backup;
  const second = (await save(two, '2024-02-02T06:30:00Z')).backup;
  expect((await store.list()).map(({ id }) => id)).toEqual([first.id, second.id]);
  expect((await chooseBackup(store, 'latest', first.workspace.id)).id).toBe(first.id);
  await expect(chooseBackup(store, 'latest')).rejects.toThrow('which is meant is not known');
});

test.each(['data/backups', 'data/models/kept', 'models', '.'])(
  'backups are not kept in %s, which they hold or which a restore replaces',
  async (path) => {
    const folder = await smallWorkspace();
    const place = join(folder, path);
    await expect(openBackups({ kind: 'folder', path: place }, folder)).rejects.toMatchObject({
      code: 'BACKUP_PLACE',
      exitCode: 2,
    });
  },
);

test('files of others in the place for backups stay', async () => {
  const folder = await smallWorkspace();
  const place = join(folder, 'data', 'workspace-backups');
  mkdirSync(join(place, '.mine.part'), { recursive: true });
  mkdirSync(join(place, '.20240131T000000Z.0123456789ab.part'));
  const { backup } = await backedUp(folder);
  expect(readdirSync(place).sort()).toEqual([
    '.20240131T000000Z.0123456789ab.part',
    '.mine.part',
    backup.id,
  ]);
});

test('a restore that was killed while it put things in place can be made again', async () => {
  const folder = await smallWorkspace();
  const { backup, store } = await backedUp(folder);
  const into = temporaryFolder();
  mkdirSync(join(into, '.restoring'));
  mkdirSync(join(into, 'data', 'models'), { recursive: true });
  writeFileSync(join(into, 'data', 'models', 'half'), '');
  await restoreInto(store, backup, into, watch);
  expect(readdirSync(join(into, 'data', 'models'))).toEqual(['points-1']);
});

test('the latest is not what a restore saved before it began, unless there is nothing else', async () => {
  const folder = await smallWorkspace();
  const store = await openBackups(loadConfig(folder).backup.location, folder);
  const save = (now: string, why: 'asked' | 'before restore') =>
    inWorkspace(folder, (ctx) => createBackup(ctx, store, why), now);
  const saved = (await save('2024-02-01T06:30:00Z', 'before restore')).backup;
  expect((await chooseBackup(store, 'latest')).id).toBe(saved.id);
  const asked = (await save('2024-02-02T06:30:00Z', 'asked')).backup;
  await save('2024-02-03T06:30:00Z', 'before restore');
  expect((await chooseBackup(store, 'latest')).id).toBe(asked.id);
});

test('what a killed restore had moved aside is put back, unless somebody has written since', async () => {
  const folder = await smallWorkspace();
  const data = join(folder, 'data');
  const aside = join(folder, '.restoring');
  const put = (path: string, text: string) => {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
  };
  // Killed when the models of the backup were in place, and inputs were to follow.
  const before = readFileSync(join(data, 'models/points-1/model.json'), 'utf8');
  mkdirSync(join(aside, '.replaced/data'), { recursive: true });
  renameSync(join(data, 'models'), join(aside, '.replaced/data/models'));
  put(join(data, 'models/points-0/model.json'), 'of the backup');
  renameSync(join(data, 'inputs'), join(aside, '.replaced/data/inputs'));
  put(join(aside, 'data/inputs/run-0/x.parquet'), 'of the backup');
  await undoHalfRestore(folder);
  expect(readdirSync(join(data, 'models'))).toEqual(['points-1']);
  expect(readFileSync(join(data, 'models/points-1/model.json'), 'utf8')).toBe(before);
  expect(readdirSync(join(data, 'inputs'))).toEqual(['run-1']);

  renameSync(join(data, 'inputs'), join(aside, '.replaced/data/inputs'));
  put(join(data, 'inputs/run-2/x.parquet'), 'written since');
  await undoHalfRestore(folder);
  expect(readdirSync(join(data, 'inputs'))).toEqual(['run-2']);
});

test('a second restore of a place says which process is at it, and touches nothing', async () => {
  const folder = await smallWorkspace();
  const { backup, store } = await backedUp(folder);
  const owner = join(folder, '.restoring', '.process');
  mkdirSync(join(owner, '..'));
  // A process that is there as long as this one.
  writeFileSync(owner, String(process.ppid));
  const refused = {
    code: 'RESTORE_REFUSED',
    exitCode: 4,
    message: `"${folder}" is being restored by process ${process.ppid}.`,
  };
  await expect(prepareRestore(store, backup, folder, watch)).rejects.toMatchObject(refused);
  await expect(undoHalfRestore(folder)).rejects.toMatchObject(refused);
  expect(readdirSync(join(folder, '.restoring'))).toEqual(['.process']);
  // What a killed one left is no such thing.
  writeFileSync(owner, '4194304');
  const prepared = await prepareRestore(store, backup, folder, watch);
  expect(readFileSync(owner, 'utf8')).toBe(String(process.pid));
  await prepared.release();
  expect(existsSync(join(folder, '.restoring'))).toBe(false);
});

test('the newest backup is the latest, though the clock went back before it was made', async () => {
  const folder = await smallWorkspace();
  await backedUp(folder, '2031-01-01T00:00:00Z');
  const { backup, store } = await backedUp(folder, '2024-02-01T06:30:00Z');
  expect([backup.id, backup.created_at]).toEqual(['20310101T000001Z', '2024-02-01T06:30:00.000Z']);
  expect((await chooseBackup(store, 'latest')).id).toBe(backup.id);
});
