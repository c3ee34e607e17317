import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HoopduckError } from '../../src/errors.ts';
import { FolderWarehouse } from '../../src/warehouse/folder/folder.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { BOX, men, openWorld, SCHEDULE } from './support/world.ts';

test('NaN for a missing whole number or text is NULL, and a text that came as a float is whole', async () => {
  const { sync, write, replica } = await openWorld();
  await write(
    BOX,
    '2023-24',
    `SELECT DATE '2024-01-15' AS game_date, l AS player_lookup, CAST(p AS DOUBLE) AS points, CAST(m AS DOUBLE) AS minutes
     FROM (VALUES ('a', 'NaN', 'NaN'), ('b', '12', '36'), ('c', NULL, '31.5')) AS t(l, p, m)`,
  );
  await sync();
  expect(
    await replica.rows(
      `SELECT player_lookup AS l, points AS p, minutes AS m FROM ${BOX} ORDER BY l`,
    ),
  ).toEqual([
    { l: 'a', p: null, m: null },
    { l: 'b', p: 12, m: '36' },
    { l: 'c', p: null, m: '31.5' },
  ]);
  expect((await replica.columnsOf(BOX)).find(({ name }) => name === 'points')?.type).toBe(
    'INTEGER',
  );
});

test('a value that fits no integer stops the table, and nothing of it is landed', async () => {
  const { sync, write, replica } = await openWorld();
  await write(BOX, '2023-24', `SELECT DATE '2024-01-15' AS game_date, 'thirty' AS points`);
  await expect(sync()).rejects.toMatchObject({ code: 'SOURCE_TYPE', exitCode: 4 });
  expect(await replica.row(`SELECT count(*) AS n FROM ${BOX}`)).toEqual({ n: 0 });
});

test('a column that we do not know is taken, one that is gone is NULL when that is accepted, and case does not matter', async () => {
  const { sync, write, replica } = await openWorld();
  await sync();
  await write(
    BOX,
    '2023-24',
    `SELECT DATE '2024-01-15' AS GAME_DATE, 'tatum' AS Player_Lookup, 'ASG' AS honour`,
  );
  await sync({ acceptMissingColumns: true });
  expect(await replica.rows(`SELECT player_lookup, honour, points FROM ${BOX}`)).toEqual([
    { player_lookup: 'tatum', honour: 'ASG', points: null },
  ]);
});

test('a column that is gone, or is of another kind, refuses the table before a byte of it is landed', async () => {
  const { sync, write, replica } = await openWorld();
  await sync();
  await write(BOX, '2023-24', `SELECT DATE '2024-01-15' AS game_date, 'tatum' AS player_lookup`);
  await expect(sync()).rejects.toMatchObject({
    code: 'SOURCE_DRIFT',
    exitCode: 4,
    message: `The column "points" (INTEGER) of "${BOX}" is not in the warehouse any more.`,
  });
  await write(
    BOX,
    '2023-24',
    `SELECT DATE '2024-01-15' AS game_date, 'tatum' AS player_lookup, true AS points`,
  );
  await expect(sync()).rejects.toMatchObject({
    code: 'SOURCE_DRIFT',
    exitCode: 4,
    message: `The column "points" of "${BOX}" is BOOLEAN in the warehouse; INTEGER was wanted.`,
  });
  expect(await replica.column(`SELECT sum(points) FROM ${BOX}`)).toEqual([75]);
});

test('dates may be spread over files whose columns differ', async () => {
  const { sync, write, replica } = await openWorld();
  await write(
    BOX,
    'more',
    `${men("('2024-01-17', 'white', 9)")}`.replace('AS points', 'AS assists'),
  );
  const { plan } = await sync();
  expect(
    plan.tables.find(({ table }) => table === BOX)?.fetch.map(({ date, rows }) => [date, rows]),
  ).toEqual([
    ['2024-01-15', 1],
    ['2024-01-17', 3],
  ]);
  expect(
    await replica.rows(
      `SELECT player_lookup AS l, points AS p, assists AS a FROM ${BOX} WHERE game_date = '2024-01-17' ORDER BY l`,
    ),
  ).toEqual([
    { l: 'brown', p: 25, a: null },
    { l: 'tatum', p: 20, a: null },
    { l: 'white', p: null, a: 9 },
  ]);
});

test('rows without a date stay in the warehouse, with a warning', async () => {
  const { sync, write, told, replica } = await openWorld();
  await write(BOX, 'undated', "SELECT CAST(NULL AS DATE) AS game_date, 'nobody' AS player_lookup");
  await sync();
  expect(told).toContain(`${BOX}: 1 rows without a date were left in the warehouse`);
  expect(await replica.row(`SELECT count(*) AS n FROM ${BOX}`)).toEqual({ n: 3 });
});

test('a warehouse that changes while it is read lands nothing of the table', async () => {
  const { folder, sync, replica } = await openWorld();
  const real = new FolderWarehouse(folder, replica);
  let released = 0;
  const moving: Warehouse = Object.assign(Object.create(real) as Warehouse, {
    location: folder,
    partitions: real.partitions.bind(real),
    schema: real.schema.bind(real),
    fetch: async (table: string, dates: readonly string[]) => ({
      ...(await real.fetch(table, dates)),
      verify: async () => {
        if (table !== BOX) return;
        throw new HoopduckError('WAREHOUSE_CHANGED', 'It changed.', {
          next: 'Again.',
          exitCode: 3,
        });
      },
      release: async () => {
        released += 1;
      },
    }),
  });
  await expect(sync({}, moving)).rejects.toMatchObject({ code: 'WAREHOUSE_CHANGED', exitCode: 3 });
  expect(await replica.row(`SELECT count(*) AS n FROM ${BOX}`)).toEqual({ n: 0 });
  expect(await replica.column('SELECT DISTINCT table_name FROM hoopduck.partition')).toEqual([
    SCHEDULE,
  ]);
  expect(released).toBe(2);
  // The next run finishes the work.
  expect((await sync()).landed).toMatchObject([{ table: BOX, rows: 3 }]);
});

test('fewer rows than were listed land nothing', async () => {
  const { folder, sync, replica, write } = await openWorld();
  const real = new FolderWarehouse(folder, replica);
  const moving: Warehouse = Object.assign(Object.create(real) as Warehouse, {
    location: folder,
    partitions: real.partitions.bind(real),
    schema: real.schema.bind(real),
    fetch: async (table: string, dates: readonly string[]) => {
      if (table === BOX)
        await write(
          BOX,
          '2023-24',
          men("('2024-01-15', 'tatum', 30), ('2024-01-17', 'brown', 25)"),
        );
      return real.fetch(table, dates);
    },
  });
  await expect(sync({}, moving)).rejects.toMatchObject({
    code: 'FETCH_SHORT',
    exitCode: 3,
    message: `"${BOX}" of 2024-01-17 has 1 rows after the fetch; the warehouse listed 2.`,
  });
  expect(await replica.row(`SELECT count(*) AS n FROM ${BOX}`)).toEqual({ n: 0 });
});

test('rows that are damaged behind a whole footer are told as such, and nothing of their table is landed', async () => {
  const world = await openWorld();
  await world.sync();
  const file = join(world.folder, ...BOX.split('.'), '2023-24.parquet');
  await world.write(
    BOX,
    '2023-24',
    `SELECT DATE '2024-01-15' AS game_date, 'player-' || i AS player_lookup, 1 AS points,
       TIMESTAMP '2024-01-20' AS processed_at FROM range(20000) AS t(i)`,
  );
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.fill(0, 1000, 20_000));
  await expect(world.sync()).rejects.toMatchObject({ code: 'SOURCE_BROKEN', exitCode: 3 });
  expect(await world.replica.column(`SELECT count(*) FROM ${BOX}`)).toEqual([3]);
});
