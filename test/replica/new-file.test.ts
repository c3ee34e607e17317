import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeDatabaseFile } from '../../src/replica/new-file.ts';
import { Replica } from '../../src/replica/replica.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('a database that is being made has another name until it is whole', async () => {
  const folder = temporaryFolder();
  let whileMade: string[] = [];
  await makeDatabaseFile(join(folder, 'replica.duckdb'), async (aside) => {
    writeFileSync(aside, 'half');
    whileMade = readdirSync(folder);
  });
  expect(whileMade).toEqual([`replica.duckdb.new-${process.pid}`]);
  expect(readdirSync(folder)).toEqual(['replica.duckdb']);
});

test('a file that another process made meanwhile is not replaced', async () => {
  const path = join(temporaryFolder(), 'replica.duckdb');
  await makeDatabaseFile(path, async (aside) => {
    writeFileSync(aside, 'ours');
    writeFileSync(path, 'theirs');
  });
  expect(readFileSync(path, 'utf8')).toBe('theirs');
});

test('what a killed process had made aside goes when the replica is opened, what a living one makes stays', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'replica.duckdb');
  const { pid: dead } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(`${path}.new-${dead}`, 'half');
  writeFileSync(`${path}.new-${dead}.wal`, 'half');
  writeFileSync(`${path}.new-${process.ppid}`, 'being made');
  (await Replica.open(path)).close();
  expect(readdirSync(folder).sort()).toEqual([
    'replica.duckdb',
    `replica.duckdb.new-${process.ppid}`,
  ]);
});

test('a replica is made where there is none, and opened where there is one', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'data', 'replica.duckdb');
  const replica = await Replica.open(path);
  await replica.run('CREATE TABLE hoopduck.mine AS SELECT 42 AS answer');
  replica.close();
  const again = await Replica.open(path);
  expect(await again.column('SELECT answer FROM hoopduck.mine')).toEqual([42]);
  again.close();
  expect(readdirSync(join(folder, 'data'))).toEqual(['replica.duckdb']);
});
