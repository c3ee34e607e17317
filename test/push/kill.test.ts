import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { digestRelations } from '../../src/push/digests.ts';
import { parquetRelation } from '../../src/replica/relation.ts';
import { killedPush } from './support/kill.ts';
import { OFFENSE, PLAYERS, playersWorld, type World } from './support/world.ts';

const LEDGER = ['push', 'push_step', 'pushed', 'push_target', 'forced'];

/** A target that holds an older state, and a replica with a changed, a gone and two new partitions. */
async function changedWorld(): Promise<World> {
  const world = await playersWorld();
  await world.push();
  await world.put(PLAYERS, '2024-04-10', [`'jokic', 12, 20.5, NULL`]);
  await world.put(PLAYERS, '2024-11-01', []);
  await world.put(PLAYERS, '2025-10-25', [`'jokic', 33, 28.25, NULL`]);
  await world.create(OFFENSE, 'game_date DATE, team_abbr VARCHAR, pace DOUBLE');
  await world.put(OFFENSE, '2024-11-02', [`'DEN', 98.5`, `'DAL', 101.25`]);
  await world.record();
  return world;
}

async function digests(world: World, table: string): Promise<Record<string, string>> {
  const folder = world.file(table, '');
  if (!existsSync(folder)) return {};
  const names = readdirSync(folder).filter((name) => name.endsWith('.parquet'));
  const found = await digestRelations(
    world.replica,
    'game_date',
    names.map((name) => parquetRelation(join(folder, name))),
  );
  return Object.fromEntries([...found.values()].flatMap((file) => [...file]));
}

function bytes(world: World): Record<string, string> {
  const names = readdirSync(world.target, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(names.map((name) => [name, readFileSync(name).toString('base64')]));
}

test('killed at any step, readers see old or new partitions, and the next push ends alike', {
  timeout: 300_000,
}, async () => {
  const world = await changedWorld();
  const { replica, target } = world;
  const before = join(dirname(target), 'before');
  cpSync(target, before, { recursive: true });
  for (const name of LEDGER) {
    await replica.run(`CREATE TABLE hoopduck.kept_${name} AS SELECT * FROM hoopduck.${name}`);
  }
  const restore = async () => {
    rmSync(target, { recursive: true });
    cpSync(before, target, { recursive: true });
    for (const name of LEDGER) {
      await replica.run(`DELETE FROM hoopduck.${name}`);
      await replica.run(`INSERT INTO hoopduck.${name} SELECT * FROM hoopduck.kept_${name}`);
    }
  };
  const old = await digests(world, PLAYERS);
  await restore();
  const whole = await killedPush(world, Number.POSITIVE_INFINITY);
  const wanted = await digests(world, PLAYERS);
  const wantedBytes = bytes(world);
  expect(Object.keys(wanted).sort()).toEqual(['2024-04-10', '2024-11-02', '2025-10-25']);
  expect(whole.died).toBe(false);

  // What changes nothing need not be killed at: it leaves the state in which the step before died.
  const moments = whole.writes.flatMap((isWrite, at) => (isWrite ? [at, at + 1] : []));
  expect(moments.length).toBeGreaterThan(60);
  for (const killAt of new Set(moments)) {
    await restore();
    const { died } = await killedPush(world, killAt);
    const seen = await digests(world, PLAYERS);
    for (const date of new Set([...Object.keys(old), ...Object.keys(wanted)])) {
      expect([old[date], wanted[date]], `step ${killAt}, ${date}`).toContain(seen[date]);
    }
    const result = await world.push();
    expect([died, result.exitCode, result.refused], `step ${killAt}`).toEqual([
      killAt < whole.writes.length,
      0,
      [],
    ]);
    expect(bytes(world), `step ${killAt}`).toEqual(wantedBytes);
    expect(
      await replica.column(
        "SELECT count(*) FROM hoopduck.push WHERE status NOT IN ('done', 'failed')",
      ),
    ).toEqual([0]);
  }
});
