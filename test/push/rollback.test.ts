import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { killedPush } from './support/kill.ts';
import { PLAYERS, playersWorld } from './support/world.ts';

/** A target with three dates, and a second push that changes one, adds one and takes one away. */
async function pushedTwice() {
  const world = await playersWorld();
  await world.push();
  const before = await world.held(PLAYERS);
  world.next('second');
  await world.put(PLAYERS, '2024-11-02', [`'jokic', 41, 30, NULL`]);
  await world.put(PLAYERS, '2024-11-05', [`'jokic', 12, 20.5, NULL`]);
  await world.put(PLAYERS, '2024-04-10', []);
  await world.record();
  expect(await world.push()).toMatchObject({ written: 2, removed: 1, exitCode: 0 });
  const after = await world.held(PLAYERS);
  expect(Object.keys(after)).toEqual(['2024-11-01', '2024-11-02', '2024-11-05']);
  world.next('third');
  return { world, before, after };
}

test('a rollback puts back what was replaced and removed, and takes away what was added', async () => {
  const { world, before } = await pushedTwice();
  const result = await world.rollback('second');
  expect(result).toMatchObject({ written: 2, removed: 1, exitCode: 0, refused: [] });
  expect(await world.held(PLAYERS)).toEqual(before);
});

test('"last" is the newest push that is no rollback itself', async () => {
  const { world, before } = await pushedTwice();
  expect(await world.rollback('last')).toMatchObject({ written: 2, removed: 1, exitCode: 0 });
  expect(await world.held(PLAYERS)).toEqual(before);
  world.next('fourth');
  expect(await world.rollback('last')).toMatchObject({ written: 0, removed: 0, unchanged: 3 });
  expect(await world.held(PLAYERS)).toEqual(before);
});

test('a dry run of a rollback tells what it would put back, and changes nothing', async () => {
  const { world, after } = await pushedTwice();
  const pushes = await world.replica.column('SELECT push_id FROM hoopduck.push ORDER BY push_id');
  expect(await world.rollback('last', undefined, true)).toMatchObject({
    dry_run: true,
    written: 2,
    removed: 1,
    exitCode: 0,
    tables: [{ table: PLAYERS, dates: ['2024-04-10', '2024-11-02', '2024-11-05'] }],
  });
  expect(await world.held(PLAYERS)).toEqual(after);
  expect(await world.replica.column('SELECT push_id FROM hoopduck.push ORDER BY push_id')).toEqual(
    pushes,
  );
});

test('a rollback of the first push leaves no partition', async () => {
  const world = await playersWorld();
  await world.push();
  world.next('second');
  expect(await world.rollback('run')).toMatchObject({ written: 0, removed: 3, exitCode: 0 });
  expect(await world.held(PLAYERS)).toEqual({});
});

test('a second rollback of the same push changes nothing', async () => {
  const { world, before } = await pushedTwice();
  await world.rollback('second');
  world.next('fourth');
  expect(await world.rollback('second')).toMatchObject({ written: 0, removed: 0, unchanged: 3 });
  expect(await world.held(PLAYERS)).toEqual(before);
});

test('a rollback can be rolled back, and the next push brings the replica up again', async () => {
  const { world, after } = await pushedTwice();
  await world.rollback('second');
  world.next('fourth');
  expect(await world.rollback('third')).toMatchObject({ exitCode: 0 });
  expect(await world.held(PLAYERS)).toEqual(after);
  await world.rollback('second');
  world.next('sixth');
  expect(await world.push()).toMatchObject({ refused: [], exitCode: 0, written: 2 });
  expect(await world.held(PLAYERS)).toMatchObject({
    '2024-11-02': after['2024-11-02'],
    '2024-11-05': after['2024-11-05'],
  });
});

test('a date that changed after that push is refused and left alone, unless forced', async () => {
  const { world, before } = await pushedTwice();
  await world.tamper(
    PLAYERS,
    '2024-25.parquet',
    "SELECT * REPLACE (CASE WHEN game_date = '2024-11-02' THEN 99 ELSE points END AS points) FROM {file}",
  );
  const moved = (await world.held(PLAYERS))['2024-11-02'];
  const result = await world.rollback('second');
  expect(result).toMatchObject({ written: 1, removed: 1, exitCode: 4 });
  expect(result.refused).toEqual([
    {
      table: PLAYERS,
      date: '2024-11-02',
      reason: 'it changed in the target after that push',
      kind: 'moved',
    },
  ]);
  expect((await world.held(PLAYERS))['2024-11-02']).toBe(moved);
  world.next('fourth');
  expect(await world.rollback('second', 'we know better')).toMatchObject({ exitCode: 0 });
  expect(await world.held(PLAYERS)).toEqual(before);
  expect(await world.replica.column('SELECT reason FROM hoopduck.forced')).toEqual([
    'we know better',
  ]);
});

test('a run that pushed nothing is named, with the runs that did', async () => {
  const world = await playersWorld();
  await world.push();
  await expect(world.rollback('nothing')).rejects.toMatchObject({
    code: 'PUSH_UNKNOWN',
    exitCode: 2,
    next: 'The newest runs that pushed are "run".',
  });
});

test('backups older than the configured days are given up, and a rollback then says so', async () => {
  const { world } = await pushedTwice();
  expect(readdirSync(join(world.target, '..', 'data', 'backups'))).toEqual(['second-1']);
  world.next('later', 15);
  await world.push();
  expect(readdirSync(join(world.target, '..', 'data', 'backups'))).toEqual([]);
  await expect(world.rollback('second')).rejects.toMatchObject({
    code: 'BACKUP_MISSING',
    exitCode: 3,
  });
});

test('a resumed push keeps its name and ends like an undisturbed one', async () => {
  const undisturbed = await playersWorld();
  await undisturbed.push();
  const world = await playersWorld();
  const { writes } = await killedPush(await playersWorld(), Number.POSITIVE_INFINITY);
  expect((await killedPush(world, writes.length - 3)).died).toBe(true);
  expect(await world.replica.column('SELECT status FROM hoopduck.push')).toEqual(['writing']);
  world.next('second');
  expect(await world.push({ resume: true })).toMatchObject({ exitCode: 0, refused: [] });
  expect(await world.replica.rows('SELECT push_id, status FROM hoopduck.push')).toEqual([
    { push_id: 'run-1', status: 'done' },
  ]);
  expect(await world.held(PLAYERS)).toEqual(await undisturbed.held(PLAYERS));
  expect(await world.push({ resume: true })).toMatchObject({
    written: 0,
    unchanged: 0,
    exitCode: 0,
  });
});

test('a push that was resumed after its swap can be rolled back', async () => {
  const world = await playersWorld();
  const { writes } = await killedPush(await playersWorld(), Number.POSITIVE_INFINITY);
  await killedPush(world, writes.length - 3);
  world.next('second');
  await world.push({ resume: true });
  world.next('third');
  expect(await world.rollback('run')).toMatchObject({ removed: 3, exitCode: 0 });
  expect(await world.held(PLAYERS)).toEqual({});
});
