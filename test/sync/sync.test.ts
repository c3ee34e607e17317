import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { StageContext } from '../../src/context.ts';
import { HoopduckError } from '../../src/errors.ts';
import { Replica } from '../../src/replica/replica.ts';
import { scheduleBounds } from '../../src/sync/plan.ts';
import { syncStage } from '../../src/sync/sync.ts';
import { FolderWarehouse } from '../../src/warehouse/folder/folder.ts';
import type { Warehouse } from '../../src/warehouse/warehouse.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SPAN = { from: '2024-01-01', to: '2024-01-31' };
const BOX = 'nba_raw.nbac_gamebook_player_stats';
const SCHEDULE = 'nba_raw.nbac_schedule';

/** A warehouse folder with a schedule of two nights and the box scores of both. */
async function open() {
  const folder = temporaryFolder();
  const replica = await Replica.open(':memory:');
  onTestFinished(() => replica.close());
  const told: string[] = [];
  const context: StageContext = {
    config: {} as StageContext['config'],
    replica,
    runId: 'test',
    report: { progress() {}, info: (text) => void told.push(text), warn: (text) => void told.push(text) },
    signal: new AbortController().signal,
    now: () => new Date('2025-01-01T00:00:00Z'),
  };
  /** Writes the rows of a query as a file of a table. */
  const write = async (table: string, file: string, sql: string) => {
    const path = join(folder, ...table.split('.'));
    mkdirSync(path, { recursive: true });
    await replica.run(`COPY (${sql}) TO '${join(path, `${file}.parquet`)}' (FORMAT parquet)`);
  };
  const remove = (table: string, file = '') =>
    rmSync(join(folder, ...table.split('.'), file), { recursive: true });
  await write(SCHEDULE, '2023-24', games('2024-01-15', '2024-01-17'));
  await write(BOX, '2023-24', men("('2024-01-15', 'tatum', 30), ('2024-01-17', 'tatum', 20), ('2024-01-17', 'brown', 25)"));
  const sync = (over: Partial<typeof SPAN & { refresh: boolean }> = {}, warehouse?: Warehouse) =>
    syncStage(context, warehouse ?? new FolderWarehouse(folder, replica), { ...SPAN, ...over });
  return { folder, replica, told, write, remove, sync };
}

const games = (...dates: string[]) =>
  `SELECT CAST(d AS DATE) AS game_date, '00223' || replace(right(d, 5), '-', '') AS game_id, 3 AS game_status
   FROM (VALUES ${dates.map((date) => `('${date}')`).join(', ')}) AS t(d)`;

const men = (values: string) =>
  `SELECT CAST(d AS DATE) AS game_date, l AS player_lookup, CAST(p AS INTEGER) AS points,
     TIMESTAMP '2024-01-20' AS processed_at FROM (VALUES ${values}) AS t(d, l, p)`;

const planOf = (result: Awaited<ReturnType<typeof syncStage>>, table: string) =>
  result.plan.tables.find((plan) => plan.table === table)!;

test('everything is missing at first, and unchanged afterwards', async () => {
  const { sync, replica } = await open();
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
  const { sync, write, replica, told } = await open();
  await sync();
  await write(BOX, '2023-24', men("('2024-01-15', 'tatum', 30), ('2024-01-17', 'tatum', 21), ('2024-01-17', 'brown', 25)"));
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
  const { sync, write } = await open();
  await sync();
  await write(BOX, '2023-24', men("('2024-01-17', 'brown', 25), ('2024-01-15', 'tatum', 30), ('2024-01-17', 'tatum', 20)"));
  const { status, landed } = await sync();
  expect(status).toBe('nothing');
  expect(landed).toEqual([{ table: BOX, rows: 0, added: [], restated: [], same: 2, removed: [] }]);
  expect((await sync()).landed).toEqual([]);
});

test('a partition that the warehouse has no more is removed with a warning', async () => {
  const { sync, write, replica, told } = await open();
  await sync();
  await write(BOX, '2023-24', men("('2024-01-15', 'tatum', 30)"));
  const { landed } = await sync();
  expect(landed).toMatchObject([{ table: BOX, removed: ['2024-01-17'], same: 1 }]);
  expect(told).toContain(`${BOX}: removed, no longer in the warehouse: 2024-01-17`);
  expect(await replica.column(`SELECT DISTINCT game_date FROM ${BOX}`)).toEqual(['2024-01-15']);
  expect(
    await replica.column('SELECT game_date FROM hoopduck.partition WHERE table_name = $table', { table: BOX }),
  ).toEqual(['2024-01-15']);
});

test('the run goes on without a table that is not needed, and tells', async () => {
  const { sync, told, replica } = await open();
  const { missing } = await sync();
  expect(missing).toContain('nba_raw.bigdataball_play_by_play');
  expect(missing).not.toContain(BOX);
  expect(told).toContain('nba_raw.nbac_injury_report is not in the warehouse; going on without it');
  expect(await replica.row('SELECT count(*) AS n FROM nba_raw.nbac_injury_report')).toEqual({ n: 0 });
});

test.each([BOX, SCHEDULE])('without the needed table %s it stops', async (table) => {
  const { sync, remove } = await open();
  remove(table);
  await expect(sync()).rejects.toMatchObject({
    code: 'TABLE_MISSING',
    exitCode: 2,
    message: expect.stringContaining(`"${table}"`),
  });
});

test('NaN for a missing whole number or text is NULL, and a text that came as a float is whole', async () => {
  const { sync, write, replica } = await open();
  await write(
    BOX,
    '2023-24',
    `SELECT DATE '2024-01-15' AS game_date, l AS player_lookup, CAST(p AS DOUBLE) AS points, CAST(m AS DOUBLE) AS minutes
     FROM (VALUES ('a', 'NaN', 'NaN'), ('b', '12', '36'), ('c', NULL, '31.5')) AS t(l, p, m)`,
  );
  await sync();
  expect(await replica.rows(`SELECT player_lookup AS l, points AS p, minutes AS m FROM ${BOX} ORDER BY l`)).toEqual([
    { l: 'a', p: null, m: null },
    { l: 'b', p: 12, m: '36' },
    { l: 'c', p: null, m: '31.5' },
  ]);
  expect((await replica.columnsOf(BOX)).find(({ name }) => name === 'points')?.type).toBe('INTEGER');
});

test('a value that fits no integer stops the table, and nothing of it is landed', async () => {
  const { sync, write, replica } = await open();
  await write(BOX, '2023-24', `SELECT DATE '2024-01-15' AS game_date, 'thirty' AS points`);
  await expect(sync()).rejects.toMatchObject({ code: 'SOURCE_TYPE', exitCode: 4 });
  expect(await replica.row(`SELECT count(*) AS n FROM ${BOX}`)).toEqual({ n: 0 });
});

test('a column that we do not know is taken, one that is missing is NULL, and case does not matter', async () => {
  const { sync, write, replica } = await open();
  await sync();
  await write(
    BOX,
    '2023-24',
    `SELECT DATE '2024-01-15' AS GAME_DATE, 'tatum' AS Player_Lookup, 'ASG' AS honour`,
  );
  await sync();
  expect(await replica.rows(`SELECT player_lookup, honour, points FROM ${BOX}`)).toEqual([
    { player_lookup: 'tatum', honour: 'ASG', points: null },
  ]);
});

test('dates may be spread over files whose columns differ', async () => {
  const { sync, write, replica } = await open();
  await write(BOX, 'more', `${men("('2024-01-17', 'white', 9)")}`.replace('AS points', 'AS assists'));
  const { plan } = await sync();
  expect(plan.tables.find(({ table }) => table === BOX)?.fetch.map(({ date, rows }) => [date, rows])).toEqual([
    ['2024-01-15', 1],
    ['2024-01-17', 3],
  ]);
  expect(
    await replica.rows(`SELECT player_lookup AS l, points AS p, assists AS a FROM ${BOX} WHERE game_date = '2024-01-17' ORDER BY l`),
  ).toEqual([
    { l: 'brown', p: 25, a: null },
    { l: 'tatum', p: 20, a: null },
    { l: 'white', p: null, a: 9 },
  ]);
});

test('rows without a date stay in the warehouse, with a warning', async () => {
  const { sync, write, told, replica } = await open();
  await write(BOX, 'undated', "SELECT CAST(NULL AS DATE) AS game_date, 'nobody' AS player_lookup");
  await sync();
  expect(told).toContain(`${BOX}: 1 rows without a date were left in the warehouse`);
  expect(await replica.row(`SELECT count(*) AS n FROM ${BOX}`)).toEqual({ n: 3 });
});

test('history before the span is synced, later dates are not, but the schedule is taken whole', async () => {
  const { sync, write, replica } = await open();
  await write(SCHEDULE, '2023-24', games('2024-01-15', '2024-01-17', '2024-03-01'));
  await write(BOX, '2023-24', men("('2023-11-01', 'tatum', 1), ('2024-01-15', 'tatum', 30), ('2024-03-01', 'tatum', 20)"));
  await sync({ from: '2024-01-10', to: '2024-01-31' });
  const dates = (table: string) => replica.column(`SELECT DISTINCT game_date FROM ${table} ORDER BY ALL`);
  expect(await dates(BOX)).toEqual(['2023-11-01', '2024-01-15']);
  // A game may have been moved there from a date of the span.
  expect(await dates(SCHEDULE)).toEqual(['2024-01-15', '2024-01-17', '2024-03-01']);
  await sync({ to: '2024-03-31' });
  expect(await dates(BOX)).toEqual(['2023-11-01', '2024-01-15', '2024-03-01']);
  // A shorter span afterwards takes nothing away.
  expect((await sync({ to: '2024-01-31' })).landed).toEqual([]);
});

test('refresh reads the asked dates again whatever the ledger says', async () => {
  const { sync, replica } = await open();
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

test('a warehouse that changes while it is read lands nothing of the table', async () => {
  const { folder, sync, replica } = await open();
  const real = new FolderWarehouse(folder, replica);
  let released = 0;
  const moving: Warehouse = Object.assign(Object.create(real) as Warehouse, {
    location: folder,
    partitions: real.partitions.bind(real),
    fetch: async (table: string, dates: readonly string[]) => ({
      ...(await real.fetch(table, dates)),
      verify: async () => {
        if (table !== BOX) return;
        throw new HoopduckError('WAREHOUSE_CHANGED', 'It changed.', { next: 'Again.', exitCode: 3 });
      },
      release: async () => void (released += 1),
    }),
  });
  await expect(sync({}, moving)).rejects.toMatchObject({ code: 'WAREHOUSE_CHANGED', exitCode: 3 });
  expect(await replica.row(`SELECT count(*) AS n FROM ${BOX}`)).toEqual({ n: 0 });
  expect(await replica.column('SELECT DISTINCT table_name FROM hoopduck.partition')).toEqual([SCHEDULE]);
  expect(released).toBe(2);
  // The next run finishes the work.
  expect((await sync()).landed).toMatchObject([{ table: BOX, rows: 3 }]);
});

test('fewer rows than were listed land nothing', async () => {
  const { folder, sync, replica, write } = await open();
  const real = new FolderWarehouse(folder, replica);
  const moving: Warehouse = Object.assign(Object.create(real) as Warehouse, {
    location: folder,
    partitions: real.partitions.bind(real),
    fetch: async (table: string, dates: readonly string[]) => {
      if (table === BOX) await write(BOX, '2023-24', men("('2024-01-15', 'tatum', 30), ('2024-01-17', 'brown', 25)"));
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

test('the bounds of a run that names none are those of the schedule', async () => {
  const { folder, replica, remove } = await open();
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
