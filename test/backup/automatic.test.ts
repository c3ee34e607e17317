import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { FolderBackups } from '../../src/backup/folder-store.ts';
import { restoreInto } from '../../src/backup/restore.ts';
import { loadConfig } from '../../src/config/load.ts';
import { checkPartitions } from '../../src/ledger/check-partitions.ts';
import { digestSql } from '../../src/replica/digest.ts';
import { SCHEMAS as SCHEMA_NAMES } from '../../src/replica/migrate.ts';
import { withSession } from '../../src/workspace.ts';
import { makeWorld, PLAYERS } from '../push/support/world.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { workspaceWith } from '../support/workspace.ts';
import { BOX } from './workspace.ts';

test('before a push writes, the workspace is backed up; one that has nothing to write makes none', async () => {
  const world = await makeWorld(join(temporaryFolder(), 'replica.duckdb'));
  const { config } = world.ctx;
  Object.assign(config.backup, { automatic: true });
  writeFileSync(join(config.workspace, 'hoopduck.yaml'), '');
  await world.create(PLAYERS, 'game_date DATE, player_lookup VARCHAR, points BIGINT');
  await world.put(PLAYERS, '2024-11-01', ["'jokic', 28"]);
  await world.record();
  const store = new FolderBackups(join(config.workspace, 'data', 'workspace-backups'));

  expect(await world.push()).toMatchObject({ written: 1 });
  expect((await store.list()).map(({ id, why }) => [id, why])).toEqual([
    ['20250101T120000Z', 'before push'],
  ]);
  expect(await world.push()).toMatchObject({ written: 0, unchanged: 1 });
  expect(await store.list()).toHaveLength(1);
  world.replica.close();
});

const ledger = fileURLToPath(new URL('../../src/ledger/', import.meta.url));
const SCHEMAS = readdirSync(ledger)
  .filter((name) => name.endsWith('.sql'))
  .map((name) => [Number(/\d+/.exec(name)?.[0] ?? 1), join(ledger, name)] as const)
  .sort(([a], [b]) => a - b);
const NEWEST = SCHEMAS.length;

/** A replica's file as the program of an earlier version left it, with one raw partition on record. */
async function replicaOfVersion(path: string, version: number): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  for (const schema of SCHEMA_NAMES) await connection.run(`CREATE SCHEMA ${schema}`);
  await connection.run(
    'CREATE TABLE hoopduck.migration (version INTEGER NOT NULL, applied_at TIMESTAMP NOT NULL)',
  );
  for (const [number, file] of SCHEMAS.slice(0, version)) {
    await connection.run(readFileSync(file, 'utf8'));
    await connection.run(`INSERT INTO hoopduck.migration VALUES (${number}, '2024-01-01')`);
  }
  await connection.run(
    `CREATE TABLE ${BOX} AS SELECT DATE '2024-01-14' AS game_date, 'jokic' AS player_lookup, 28 AS points`,
  );
  const columns = [
    { name: 'game_date', type: 'DATE' },
    { name: 'player_lookup', type: 'VARCHAR' },
    { name: 'points', type: 'INTEGER' },
  ];
  await connection.run(
    `INSERT INTO hoopduck.partition
     SELECT '${BOX}', game_date, 'raw', NULL, ${digestSql(columns)}, count(*), NULL, 'complete', NULL, '2024-01-20', 'run-1'
     FROM ${BOX} GROUP BY game_date`,
  );
  connection.closeSync();
  instance.closeSync();
}

test.each(Array.from({ length: NEWEST - 1 }, (_, i) => i + 1))(
  'a replica of version %i is backed up and brought up to date with what it holds',
  async (version) => {
    const folder = await workspaceWith();
    const path = join(folder, 'data', 'replica.duckdb');
    rmSync(path);
    await replicaOfVersion(path, version);
    const session = { command: 'sync', arguments: {}, now: () => new Date('2024-02-01T06:30:00Z') };
    const rows = await withSession(loadConfig(folder), session, async ({ replica }) => ({
      exitCode: 0,
      versions: await replica.column('SELECT version FROM hoopduck.migration ORDER BY version'),
      check: await checkPartitions(replica),
    }));
    expect(rows.versions).toEqual(SCHEMAS.map(([number]) => number));
    expect(rows.check).toEqual({ partitions: 1, rows: 1, faults: [] });

    const store = new FolderBackups(join(folder, 'data', 'workspace-backups'));
    const [backup] = await store.list();
    expect(backup).toMatchObject({
      id: '20240201T063000Z',
      why: 'before migration',
      replica_version: version,
    });
    const into = join(temporaryFolder(), 'restored');
    const watch = { progress: () => undefined, signal: new AbortController().signal };
    expect((await restoreInto(store, backup!, into, watch)).proof.partitions).toBe(1);
  },
);

test('a replica of this version is not backed up when it is opened', async () => {
  const folder = await workspaceWith();
  const session = { command: 'sync', arguments: {} };
  await withSession(loadConfig(folder), session, async () => ({ exitCode: 0 }));
  expect(existsSync(join(folder, 'data', 'workspace-backups'))).toBe(false);
});
