import { expect, test } from 'vitest';
import { digestSql } from '../../src/replica/digest.ts';
import { scheduleBounds } from '../../src/sync/plan.ts';
import type { SyncResult } from '../../src/sync/sync.ts';
import { FolderWarehouse } from '../../src/warehouse/folder/folder.ts';
import { BOX, games, men, openWorld, SCHEDULE } from './support/world.ts';

const planOf = (result: SyncResult, table: string) =>
  result.plan.tables.find((plan) => plan.table === table)!;

test('everything is missing at first, and unchanged afterwards', async () => {
  const { sync, replica } = await openWorld();
  const first = await sync();
  expect(first.status).toBe('done');
  expect(planOf(first, BOX).fetch).toEqual([
    { date: '2024-01-15', rows: 1, token: expect.any(String), reason: 'missing' },
    { date: '2024-01-17', rows: 2, token: expect.any(String), reason: 'missing' },
  ]);
  expect(first.landed.find(({ table }) => table === BOX)).toEqual({
    table: BOX,
    rows: 3,
    added: ['2024-01-15', '2024-01-17'],
    restated: [],
    same: 0,
    removed: [],
  });
  expect(
    await replica.rows(
      `SELECT game_date AS d, layer, rows, verdict, source_token IS NOT NULL AS token, left(digest, 2) AS digest
       FROM hoopduck.partition WHERE table_name = $table ORDER BY d`,
      { table: BOX },
    ),
  ).toEqual([
    { d: '2024-01-15', layer: 'raw', rows: 1, verdict: 'unchecked', token: true, digest: '1-' },
    { d: '2024-01-17', layer: 'raw', rows: 2, verdict: 'unchecked', token: true, digest: '2-' },
  ]);
  const again = await sync();
  expect(again).toMatchObject({ status: 'nothing', landed: [] });
  expect(planOf(again, BOX)).toMatchObject({ fetch: [], remove: [], unchanged: 2 });
});

test('an unchanged partition is not read again, a restated one is named', async () => {
  const { sync, write, replica, told } = await openWorld();
  await sync();
  await write(
    BOX,
    '2023-24',
    men("('2024-01-15', 'tatum', 30), ('2024-01-17', 'tatum', 21), ('2024-01-17', 'brown', 25)"),
  );
  const { landed, plan } = await sync();
  expect(plan.tables.find(({ table }) => table === SCHEDULE)?.fetch).toEqual([]);
  expect(landed).toEqual([
    { table: BOX, rows: 2, added: [], restated: ['2024-01-17'], same: 1, removed: [] },
  ]);
  expect(told).toContain(`${BOX}: restated 2024-01-17`);
  expect(
    await replica.rows(`SELECT player_lookup AS l, points AS p FROM ${BOX} ORDER BY p`),
  ).toEqual([
    { l: 'tatum', p: 21 },
    { l: 'brown', p: 25 },
    { l: 'tatum', p: 30 },
  ]);
});

test('a file that was only written again is read once and found equal', async () => {
  const { sync, write } = await openWorld();
  await sync();
  await write(
    BOX,
    '2023-24',
    men("('2024-01-17', 'brown', 25), ('2024-01-15', 'tatum', 30), ('2024-01-17', 'tatum', 20)"),
  );
  const { status, landed } = await sync();
  expect(status).toBe('nothing');
  expect(landed).toEqual([{ table: BOX, rows: 0, added: [], restated: [], same: 2, removed: [] }]);
  expect((await sync()).landed).toEqual([]);
});

test('a partition that the warehouse has no more is removed with a warning', async () => {
  const { sync, write, replica, told } = await openWorld();
  await sync();
  await write(BOX, '2023-24', men("('2024-01-15', 'tatum', 30)"));
  const { landed } = await sync();
  expect(landed).toMatchObject([{ table: BOX, removed: ['2024-01-17'], same: 1 }]);
  expect(told).toContain(`${BOX}: removed, no longer in the warehouse: 2024-01-17`);
  expect(await replica.column(`SELECT DISTINCT game_date FROM ${BOX}`)).toEqual(['2024-01-15']);
  expect(
    await replica.column('SELECT game_date FROM hoopduck.partition WHERE table_name = $table', {
      table: BOX,
    }),
  ).toEqual(['2024-01-15']);
});

test('the run goes on without a table that is not needed, and tells', async () => {
  const { sync, told, replica } = await openWorld();
  const { missing } = await sync();
  expect(missing).toContain('nba_raw.bigdataball_play_by_play');
  expect(missing).not.toContain(BOX);
  expect(told).toContain('nba_raw.nbac_injury_report is not in the warehouse; going on without it');
  expect(await replica.row('SELECT count(*) AS n FROM nba_raw.nbac_injury_report')).toEqual({
    n: 0,
  });
});

test.each([BOX, SCHEDULE])('without the needed table %s it stops', async (table) => {
  const { sync, remove } = await openWorld();
  remove(table);
  await expect(sync()).rejects.toMatchObject({
    code: 'TABLE_MISSING',
    exitCode: 2,
    message: expect.stringContaining(`"${table}"`),
  });
});

test('history before the span is synced, later dates are not, but the schedule is taken whole', async () => {
  const { sync, write, replica } = await openWorld();
  await write(SCHEDULE, '2023-24', games('2024-01-15', '2024-01-17', '2024-03-01'));
  await write(
    BOX,
    '2023-24',
    men("('2023-11-01', 'tatum', 1), ('2024-01-15', 'tatum', 30), ('2024-03-01', 'tatum', 20)"),
  );
  await sync({ from: '2024-01-10', to: '2024-01-31' });
  const dates = (table: string) =>
    replica.column(`SELECT DISTINCT game_date FROM ${table} ORDER BY ALL`);
  expect(await dates(BOX)).toEqual(['2023-11-01', '2024-01-15']);
  // A game may have been moved there from a date of the span.
  expect(await dates(SCHEDULE)).toEqual(['2024-01-15', '2024-01-17', '2024-03-01']);
  await sync({ to: '2024-03-31' });
  expect(await dates(BOX)).toEqual(['2023-11-01', '2024-01-15', '2024-03-01']);
  // A shorter span afterwards takes nothing away.
  expect((await sync({ to: '2024-01-31' })).landed).toEqual([]);
});

test('injury reports are synced two days ahead: one of the last date may list later games only', async () => {
  const { sync, write, replica } = await openWorld();
  const reports = 'nba_raw.nbac_injury_report';
  await write(
    reports,
    '2023-24',
    `SELECT CAST(d AS DATE) AS game_date, DATE '2024-01-31' AS report_date, 17 AS report_hour
     FROM (VALUES ('2024-01-31'), ('2024-02-01'), ('2024-02-02'), ('2024-02-03')) AS t(d)`,
  );
  await sync({ to: '2024-01-31' });
  expect(await replica.column(`SELECT game_date FROM ${reports} ORDER BY ALL`)).toEqual([
    '2024-01-31',
    '2024-02-01',
    '2024-02-02',
  ]);
});

test('refresh reads the asked dates again whatever the ledger says', async () => {
  const { sync, replica } = await openWorld();
  await sync();
  await replica.run(`UPDATE ${BOX} SET points = 99 WHERE game_date = '2024-01-17'`);
  await replica.run(
    "UPDATE hoopduck.partition SET digest = 'other' WHERE table_name = $table AND game_date = '2024-01-17'",
    { table: BOX },
  );
  const result = await sync({ from: '2024-01-16', refresh: true });
  expect(planOf(result, BOX).fetch).toMatchObject([{ date: '2024-01-17', reason: 'asked' }]);
  expect(await replica.column(`SELECT points FROM ${BOX} ORDER BY ALL`)).toEqual([20, 25, 30]);
});

test('a digest is that of the rows after a file was written again, and refresh makes it so where it is not', async () => {
  const { sync, write, replica } = await openWorld();
  await sync();
  const digests = () =>
    replica.column<string>(
      'SELECT digest FROM hoopduck.partition WHERE table_name = $table ORDER BY game_date',
      { table: BOX },
    );
  const [first, second] = await digests();
  const restated = "('2024-01-17', 'tatum', 21), ('2024-01-17', 'brown', 25)";
  await write(BOX, '2023-24', men(`('2024-01-15', 'tatum', 30), ${restated}`));
  await sync();
  const [same, other] = await digests();
  expect(same).toBe(first);
  expect(other).not.toBe(second);
  const columns = await replica.columnsOf(BOX);
  const ofRows = `SELECT ${digestSql(columns)} FROM ${BOX} GROUP BY game_date ORDER BY game_date`;
  expect(await replica.column(ofRows)).toEqual([same, other]);

  await replica.run("UPDATE hoopduck.partition SET digest = '1-0' WHERE table_name = $table", {
    table: BOX,
  });
  await sync({ refresh: true });
  expect(await digests()).toEqual([same, other]);
});

test('rows that got lost behind the ledger come back with refresh', async () => {
  const { sync, replica } = await openWorld();
  await sync();
  await replica.run(`DELETE FROM ${BOX} WHERE game_date = '2024-01-17'`);
  const result = await sync({ from: '2024-01-16', refresh: true });
  expect(result.landed.find(({ table }) => table === BOX)).toMatchObject({
    added: [],
    restated: ['2024-01-17'],
  });
  expect(await replica.column(`SELECT points FROM ${BOX} ORDER BY ALL`)).toEqual([20, 25, 30]);
});

test('the bounds of a run that names none are those of the schedule', async () => {
  const { folder, replica, remove } = await openWorld();
  expect(await scheduleBounds(new FolderWarehouse(folder, replica))).toEqual({
    from: '2024-01-15',
    to: '2024-01-17',
  });
  remove(SCHEDULE);
  await expect(scheduleBounds(new FolderWarehouse(folder, replica))).rejects.toMatchObject({
    code: 'SCHEDULE_EMPTY',
    exitCode: 2,
  });
});
