import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestSql } from '../../src/replica/digest.ts';
import { quoteLiteral } from '../../src/replica/identifiers.ts';
import { BOX, men, openWorld } from './support/world.ts';

type World = Awaited<ReturnType<typeof openWorld>>;

const KEPT = `SELECT table_name AS "table", CAST(game_date AS VARCHAR) AS date, digest, file, kept_by AS by,
  dropped_why AS why FROM hoopduck.kept_input ORDER BY kept_at, file, game_date, dropped_why`;

const restate = (world: World, points: number) =>
  world.write(
    BOX,
    '2023-24',
    men(
      `('2024-01-15', 'tatum', ${points}), ('2024-01-17', 'tatum', 20), ('2024-01-17', 'brown', 25)`,
    ),
  );

const digestOf = ({ replica }: World, date: string) =>
  replica.column<string>(
    `SELECT digest FROM hoopduck.partition WHERE table_name = '${BOX}' AND game_date = '${date}'`,
  );

test('a partition that is restated is kept by its digest, to the bit; one that is new or equal is not', async () => {
  const world = await openWorld();
  await world.sync();
  const [digest] = await digestOf(world, '2024-01-15');
  await restate(world, 31);
  await world.sync();
  const file = `test/${BOX}.parquet`;
  expect(await world.replica.rows(KEPT)).toEqual([
    { table: BOX, date: '2024-01-15', digest, file, by: 'test', why: null },
  ]);
  const path = join(world.folder, 'data/inputs', file);
  const kept = `read_parquet(${quoteLiteral(path)})`;
  expect(await world.replica.rows(`SELECT player_lookup AS l, points AS p FROM ${kept}`)).toEqual([
    { l: 'tatum', p: 30 },
  ]);
  const columns = await world.replica.columnsOf(BOX);
  expect(await world.replica.column(`SELECT ${digestSql(columns)} FROM ${kept}`)).toEqual([digest]);
  expect(readdirSync(join(world.folder, 'data/inputs/test'))).toEqual([`${BOX}.parquet`]);
});

test('a partition that the warehouse takes away is kept', async () => {
  const world = await openWorld();
  await world.sync();
  const [digest] = await digestOf(world, '2024-01-17');
  await world.write(BOX, '2023-24', men("('2024-01-15', 'tatum', 30)"));
  await world.sync();
  expect(await world.replica.rows(KEPT)).toMatchObject([{ date: '2024-01-17', digest, why: null }]);
});

test('what a killed or failed run had put aside and not put on record goes with the next sync; files of others stay', async () => {
  const world = await openWorld();
  const inputs = join(world.folder, 'data/inputs');
  await world.sync();
  await restate(world, 31);
  await world.sync(undefined, undefined, { runId: 'killed' });
  await world.replica.run(
    `INSERT INTO hoopduck.run SELECT run, 'sync', '{}', '0', now()::TIMESTAMP,
       CASE WHEN exit IS NOT NULL THEN now()::TIMESTAMP END, exit
     FROM (VALUES ('killed', NULL), ('killed-at-once', NULL), ('failed', 1), ('ended', 0)) AS t(run, exit)`,
  );
  for (const file of [
    'killed/half.new',
    'killed-at-once/x.parquet',
    'failed/x',
    'ended/x',
    'mine/x',
  ]) {
    mkdirSync(join(inputs, file, '..'), { recursive: true });
    writeFileSync(join(inputs, file), '');
  }
  await world.sync();
  expect(readdirSync(inputs).sort()).toEqual(['ended', 'killed', 'mine']);
  expect(readdirSync(join(inputs, 'killed'))).toEqual([`${BOX}.parquet`]);
});

test('with inputs.keep false nothing is written, and the ledger says that it was not kept', async () => {
  const world = await openWorld({ keep: false, cap: 1e9 });
  await world.sync();
  await restate(world, 31);
  await world.sync();
  expect(await world.replica.rows(KEPT)).toMatchObject([
    { date: '2024-01-15', file: null, why: 'inputs were not kept by that run' },
  ]);
  expect(existsSync(join(world.folder, 'data'))).toBe(false);
});

test('beyond the cap the oldest go first, on disk and in the ledger, and it is said', async () => {
  const world = await openWorld();
  const inputs = join(world.folder, 'data/inputs');
  await world.sync();
  for (const [n, points] of [31, 32, 33].entries()) {
    await restate(world, points);
    await world.sync({}, undefined, { runId: `run-${n}`, at: `2025-01-0${n + 1}T00:00:00Z` });
  }
  expect(readdirSync(inputs).sort()).toEqual(['run-0', 'run-1', 'run-2']);
  const [bytes] = await world.replica.column<number>('SELECT max(bytes) FROM hoopduck.kept_input');
  const cap = { keep: true, cap: 2 * bytes! };
  await world.sync({}, undefined, { inputs: cap, at: '2025-02-01T00:00:00Z' });
  const dropped = await world.replica.rows<{ by: string; why: string | null }>(KEPT);
  expect(dropped.map(({ by, why }) => [by, why])).toEqual([
    ['run-0', `over the cap of ${cap.cap / 1e9} GB`],
    ['run-1', null],
    ['run-2', null],
  ]);
  expect(readdirSync(inputs).sort()).toEqual(['run-1', 'run-2']);
  expect(world.told.at(-1)).toBe(
    `Kept inputs were over the cap of ${cap.cap / 1e9} GB: the oldest, 1 partition that run-0 replaced, went; runs that stood on them cannot be reproduced any more`,
  );
});
