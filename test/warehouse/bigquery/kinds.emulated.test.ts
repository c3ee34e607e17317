import { expect, onTestFinished, type TestContext, test } from 'vitest';
import type { Config } from '../../../src/config/config.ts';
import type { StageContext } from '../../../src/context.ts';
import { Replica } from '../../../src/replica/replica.ts';
import { syncStage } from '../../../src/sync/sync.ts';
import { openBigQuery } from '../../../src/warehouse/bigquery/open.ts';
import { bigqueryLocation, otherWriter } from '../../support/bigquery-world.ts';
import { bigqueryEmulator } from '../../support/emulators.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { games, men } from '../../sync/support/world.ts';

const SCHEDULE = 'nba_raw.nbac_schedule';
const BOX = 'nba_raw.nbac_gamebook_player_stats';
const ROWS = men("('2024-01-15', 'tatum', 30), ('2024-01-17', 'brown', 25)");

async function makeWorld(context: TestContext) {
  const { project, rest, grpc } = bigqueryEmulator(context);
  const location = bigqueryLocation({ project, rest, storageRead: `${grpc.host}:${grpc.port}` });
  const replica = await Replica.open(':memory:');
  const told: string[] = [];
  const warn = (text: string) => void told.push(text);
  const warehouse = await openBigQuery(location, replica, { use: 'read', warn });
  const writer = await otherWriter(location, replica);
  onTestFinished(async () => {
    await warehouse.close();
    replica.close();
  });
  const ctx: StageContext = {
    config: { workspace: temporaryFolder(), inputs: { keep: false, cap: 0 } } as Config,
    replica,
    runId: 'run',
    report: { progress() {}, info() {}, warn },
    signal: new AbortController().signal,
    now: () => new Date('2025-01-01T00:00:00Z'),
  };
  await writer.seed(SCHEDULE, games('2024-01-15', '2024-01-17'));
  await writer.seed(BOX, ROWS);
  const span = { from: '2024-01-01', to: '2024-01-31' };
  return { replica, warehouse, writer, told, sync: () => syncStage(ctx, warehouse, span) };
}

test('a view is refused by name, with what to do', async (context) => {
  const { writer, warehouse } = await makeWorld(context);
  await writer.view('nba_raw.latest', BOX);
  await expect(warehouse.partitions('nba_raw.latest', 'game_date')).rejects.toMatchObject({
    code: 'TABLE_KIND',
    exitCode: 4,
    message: expect.stringMatching(/nba_raw\.latest" is a view; a table was wanted/),
  });
});

test('a column of a type that the replica does not hold is named and left out', async (context) => {
  const { replica, writer, told, sync } = await makeWorld(context);
  await writer.addColumn(BOX, { name: 'context', type: 'JSON' });
  await writer.addColumn(BOX, { name: 'tags', type: 'STRING', mode: 'REPEATED' });
  expect((await sync()).landed.map(({ table, rows }) => [table, rows])).toEqual([
    [SCHEDULE, 2],
    [BOX, 2],
  ]);
  const left = told.filter((text) => text.includes('left out'));
  expect(left).toEqual([
    `${BOX}: the column "context" is JSON, which the replica does not hold; it was left out`,
    `${BOX}: the column "tags" is ARRAY<STRING>, which the replica does not hold; it was left out`,
  ]);
  const names = (await replica.columnsOf(BOX)).map(({ name }) => name);
  expect([names.includes('context'), names.includes('tags')]).toEqual([false, false]);
});

test('a column that is new is taken and told, one that changed its kind refuses the table', async (context) => {
  const { replica, writer, told, sync } = await makeWorld(context);
  await sync();
  await writer.seed(BOX, `SELECT *, 'ASG' AS honour FROM (${ROWS})`);
  await sync();
  expect(told).toEqual([`${BOX} has a new column "honour" (VARCHAR); it is taken`]);
  expect(await replica.column(`SELECT DISTINCT honour FROM ${BOX}`)).toEqual(['ASG']);
  await writer.seed(BOX, `SELECT * REPLACE (true AS points) FROM (${ROWS})`);
  await expect(sync()).rejects.toMatchObject({
    code: 'SOURCE_DRIFT',
    exitCode: 4,
    message: `The column "points" of "${BOX}" is BOOLEAN in the warehouse; BIGINT was wanted.`,
  });
  expect(await replica.column(`SELECT sum(points) FROM ${BOX}`)).toEqual([55]);
});

test('a table whose dates are no DATE column is refused by name', async (context) => {
  const { writer, warehouse } = await makeWorld(context);
  await writer.seed('nba_raw.texts', "SELECT '2024-01-15' AS game_date, 1 AS x");
  await expect(warehouse.partitions('nba_raw.texts', 'game_date')).rejects.toMatchObject({
    code: 'SOURCE_COLUMN',
    exitCode: 4,
    message: expect.stringContaining('is STRING; DATE was wanted.'),
  });
});

test('rows in no partition of a date are counted, and never landed', async (context) => {
  const { writer, warehouse } = await makeWorld(context);
  await writer.seed(BOX, `${ROWS} UNION ALL SELECT NULL, 'nobody', 1, NULL`);
  expect(await warehouse.partitions(BOX, 'game_date')).toMatchObject({ undatedRows: 1 });
});
