import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { RAW_TABLES } from '../../src/config/raw-tables.ts';
import { Replica } from '../../src/replica/replica.ts';
import { FolderWarehouse } from '../../src/warehouse/folder/folder.ts';
import { openWarehouse } from '../../src/warehouse/open.ts';
import type { StagedUnit } from '../../src/warehouse/warehouse.ts';
import { realSeasons } from '../support/real-seasons.ts';
import { stage, type WarehouseUnderTest, warehouseContract } from './contract.ts';

const TABLE = 'nba_analytics.team_offense_game_summary';

interface FolderUnderTest extends WarehouseUnderTest {
  readonly path: string;
  file(table: string, name: string): string;
  /** Writes one Parquet file. */
  write(table: string, name: string, sql: string): Promise<string>;
}

async function makeFolder(): Promise<FolderUnderTest> {
  const path = mkdtempSync(join(tmpdir(), 'hoopduck-folder-'));
  const replica = await Replica.open(':memory:');
  onTestFinished(() => {
    replica.close();
    rmSync(path, { recursive: true, force: true });
    rmSync(`${path}-backups`, { recursive: true, force: true });
  });
  const file = (table: string, name: string) => join(path, ...table.split('.'), name);
  const write = async (table: string, name: string, sql: string) => {
    const to = file(table, name);
    mkdirSync(dirname(to), { recursive: true });
    await replica.run(`COPY (${sql}) TO '${to}.tmp' (FORMAT parquet)`);
    renameSync(`${to}.tmp`, to);
    return to;
  };
  return {
    path,
    replica,
    warehouse: new FolderWarehouse(path, replica, { backups: `${path}-backups` }),
    reopen: async () => new FolderWarehouse(path, replica),
    leftovers: async () => {
      const folder = file(TABLE, '');
      const names = existsSync(folder) ? readdirSync(folder) : [];
      return names.filter((name) => name.endsWith('.staged'));
    },
    file,
    write,
    seed: async (table, sql) => {
      await write(table, '2024-25.parquet', sql);
    },
  };
}

warehouseContract('folder', makeFolder);

test('a date may be spread over files and a file may hold many dates', async () => {
  const { warehouse, write } = await makeFolder();
  await write(
    TABLE,
    'a.parquet',
    "SELECT DATE '2024-11-01' + CAST(i AS INTEGER) AS game_date FROM range(3) AS t(i)",
  );
  await write(TABLE, 'b.parquet', "SELECT DATE '2024-11-02' AS game_date FROM range(5)");
  const listing = await warehouse.partitions(TABLE, 'game_date');
  expect(listing?.partitions.map(({ date, rows }) => [date, rows])).toEqual([
    ['2024-11-01', 1],
    ['2024-11-02', 6],
    ['2024-11-03', 1],
  ]);
  const names = async (date: string) =>
    (await warehouse.fetch(TABLE, [date])).relations.map((relation) => relation.slice(-11, -2));
  expect(await names('2024-11-01')).toEqual(['a.parquet']);
  expect(await names('2024-11-02')).toEqual(['a.parquet', 'b.parquet']);
});

test('a touched file changes the tokens of its own dates only', async () => {
  const { warehouse, write } = await makeFolder();
  const b = "SELECT DATE '2024-11-02' AS game_date";
  await write(TABLE, 'a.parquet', "SELECT DATE '2024-11-01' AS game_date");
  await write(TABLE, 'b.parquet', b);
  const before = (await warehouse.partitions(TABLE, 'game_date'))!.partitions;
  await write(TABLE, 'b.parquet', b);
  const after = (await warehouse.partitions(TABLE, 'game_date'))!.partitions;
  expect(after[0]).toEqual(before[0]);
  expect(after[1]!.token).not.toBe(before[1]!.token);
});

test('two warehouses give one folder the same tokens', async () => {
  const { path, replica, warehouse, seed } = await makeFolder();
  await seed(TABLE, "SELECT DATE '2024-11-01' AS game_date");
  const other = await openWarehouse({ kind: 'folder', path }, replica);
  expect(await other.partitions(TABLE, 'game_date')).toEqual(
    await warehouse.partitions(TABLE, 'game_date'),
  );
});

test('the date column may be a DATE, a TIMESTAMP or text, and columns may differ', async () => {
  const { warehouse, write } = await makeFolder();
  await write(TABLE, 'a.parquet', "SELECT DATE '2024-11-01' AS game_date, 1 AS points");
  await write(
    TABLE,
    'b.parquet',
    "SELECT TIMESTAMP '2024-11-01 00:00:00' AS game_date, 'x' AS note",
  );
  await write(TABLE, 'c.parquet', "SELECT '2024-11-01' AS game_date UNION ALL SELECT 'soon'");
  const listing = await warehouse.partitions(TABLE, 'game_date');
  expect(listing).toMatchObject({ partitions: [{ date: '2024-11-01', rows: 3 }], undatedRows: 1 });
});

test('files with zero rows are fine, temporary names are not files of the table', async () => {
  const { warehouse, write, file } = await makeFolder();
  await write(TABLE, 'a.parquet', "SELECT DATE '2024-11-01' AS game_date WHERE false");
  expect(await warehouse.partitions(TABLE, 'game_date')).toMatchObject({ partitions: [] });
  for (const name of ['b.parquet.tmp', '.c.parquet', '.d.parquet.run-1.staged', 'notes.txt']) {
    writeFileSync(file(TABLE, name), 'not parquet');
  }
  expect(await warehouse.partitions(TABLE, 'game_date')).toMatchObject({ partitions: [] });
});

test.each([
  ['an empty file', '', 'it has 0 bytes'],
  ['a file that is not Parquet', 'this is not a Parquet file at all', 'cannot be read as Parquet'],
])('%s is named with the next step', async (_, text, found) => {
  const { warehouse, write, file } = await makeFolder();
  await write(TABLE, 'a.parquet', "SELECT DATE '2024-11-01' AS game_date");
  writeFileSync(file(TABLE, 'b.parquet'), text);
  const failure = await warehouse.partitions(TABLE, 'game_date').catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'SOURCE_BROKEN', exitCode: 3 });
  expect(String(failure)).toContain(`"${file(TABLE, 'b.parquet')}"`);
  expect(String(failure)).toContain(found);
});

test('a table without its date column is named', async () => {
  const { warehouse, seed, file } = await makeFolder();
  await seed(TABLE, 'SELECT 1 AS points');
  await expect(warehouse.partitions(TABLE, 'game_date')).rejects.toMatchObject({
    code: 'SOURCE_COLUMN',
    exitCode: 3,
    message: `The file "${file(TABLE, '2024-25.parquet')}" has no column "game_date", by which its table is partitioned.`,
  });
});

test('a warehouse folder that is not there is named, a push folder may be absent', async () => {
  const { path, replica } = await makeFolder();
  const location = { kind: 'folder', path: join(path, 'gone') } as const;
  for (const look of ['tables', 'partitions'] as const) {
    await expect(
      (await openWarehouse(location, replica))[look](TABLE, 'game_date'),
    ).rejects.toMatchObject({
      code: 'WAREHOUSE_MISSING',
      exitCode: 3,
    });
  }
  const target = await openWarehouse(location, replica, { use: 'push' });
  expect(await target.tables('nba_analytics')).toEqual([]);
  expect(await target.partitions(TABLE, 'game_date')).toBeUndefined();
});

test('a push folder that cannot be made is named', async () => {
  const { path, replica } = await makeFolder();
  writeFileSync(join(path, 'taken'), 'a file');
  const target = await openWarehouse({ kind: 'folder', path: join(path, 'taken') }, replica, {
    use: 'push',
  });
  await replica.run(
    `CREATE TABLE ${TABLE} AS SELECT DATE '2024-11-01' AS game_date, 'DEN' AS team_abbr`,
  );
  const failure = await stage(replica, target, ['2024-11-01'], []).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'FOLDER_FAILED', exitCode: 3 });
  expect(String(failure)).toContain(`"${join(path, 'taken')}`);
});

test('new dates go into one file a season, known dates stay in their file', async () => {
  const { warehouse, write } = await makeFolder();
  await write(TABLE, 'old.parquet', "SELECT DATE '2024-11-01' AS game_date");
  await warehouse.partitions(TABLE, 'game_date');
  const { units, refused } = await warehouse.units(TABLE, 'game_date', [
    '2020-10-11',
    '2024-11-01',
    '2024-11-02',
    '2025-06-22',
  ]);
  expect(units.map(({ name, dates, token }) => [name, dates, token === 'absent'])).toEqual([
    ['2019-20.parquet', ['2020-10-11'], true],
    ['2024-25.parquet', ['2024-11-02', '2025-06-22'], true],
    ['old.parquet', ['2024-11-01'], false],
  ]);
  expect(refused).toEqual([]);
});

test('a staged file has a temporary name beside its place and the same bytes every time', async () => {
  const { replica, warehouse, file } = await makeFolder();
  await replica.run(
    `CREATE TABLE ${TABLE} AS SELECT DATE '2024-11-01' AS game_date, 'T' || i AS team_abbr, i AS points
     FROM range(100) AS t(i)`,
  );
  const [first] = await stage(replica, warehouse, ['2024-11-01'], []);
  expect(readdirSync(file(TABLE, ''))).toEqual(['.2024-25.parquet.run-1.staged']);
  await replica.run(
    `CREATE OR REPLACE TABLE ${TABLE} AS SELECT * FROM ${TABLE} ORDER BY points DESC`,
  );
  const [second] = await stage(replica, warehouse, ['2024-11-01'], [], { pushId: 'run-2' });
  const { readFileSync } = await import('node:fs');
  const bytes = (staged: StagedUnit) => readFileSync(staged.staged.slice(14, -2));
  expect(bytes(second!).equals(bytes(first!))).toBe(true);
});

test.skipIf(!realSeasons)('ten real seasons are listed whole', async () => {
  const replica = await Replica.open(':memory:');
  onTestFinished(() => replica.close());
  const warehouse = new FolderWarehouse(realSeasons!, replica);
  const dates: Record<string, number> = {};
  for (const { name } of RAW_TABLES) {
    const listing = await warehouse.partitions(`nba_raw.${name}`, 'game_date');
    if (listing !== undefined) dates[name] = listing.partitions.length;
  }
  expect(Object.keys(dates)).toEqual([
    'nbac_schedule',
    'nbac_gamebook_player_stats',
    'nbac_team_boxscore',
    'bigdataball_play_by_play',
    'odds_api_game_lines',
    'nbac_injury_report',
  ]);
  expect(dates['nbac_gamebook_player_stats']).toBe(dates['nbac_team_boxscore']);
});
