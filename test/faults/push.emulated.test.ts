import { afterAll, expect, test, vi } from 'vitest';
import { HoopduckError } from '../../src/errors.ts';
import {
  type BigQueryWorld,
  bigqueryWorld,
  change,
  changedWorld,
} from '../push/support/bigquery.ts';
import { PLAYERS } from '../push/support/world.ts';
import { tell } from './campaign/tally.ts';
import { FAULTS, GRPC_FAULTS, isLong, PATIENT, QUICK } from './faults.ts';
import type { GrpcCallName } from './proxy/grpc.ts';

/** Every call that a push into a table that is there makes. */
const CALLS = [
  'tables.get',
  'tables.list',
  'datasets.insert',
  'tables.insert',
  'tables.delete',
  'jobs.insert:partitions',
  'jobs.insert:select',
  'jobs.insert:snapshot',
  'jobs.insert:load',
  'jobs.insert:merge',
  'jobs.get',
  'jobs.getQueryResults',
];
/** Reads of a push are a sync's, too; there every fault is planted at each of them, here some are. */
const READS = [
  'tables.get',
  'jobs.insert:partitions',
  'jobs.insert:select',
  'jobs.get',
  'jobs.getQueryResults',
];
const SOME = [
  'reset in the answer',
  'answer that never comes',
  'lost answer',
  '503',
  '403 accessDenied',
];
const SOME_OF_GRPC = ['UNAVAILABLE', 'PERMISSION_DENIED', 'reset', 'stream cut short'];

if (isLong) vi.setConfig({ testTimeout: 900_000 });

let planted = 0;
afterAll(() => console.log(`${planted} faults were planted in pushes.`));

/** Pushes, and again after a failure: first as --resume, then as it is done every morning. */
async function pushUntilDone(world: BigQueryWorld, what: string, n: number): Promise<string> {
  planted += 1;
  let outcome = 'done';
  Object.assign(world.ctx.config.push!, QUICK);
  try {
    const { exitCode } = await world.push();
    if (exitCode !== 0) outcome = `exit ${exitCode}`;
  } catch (error) {
    expect(error, what).toBeInstanceOf(HoopduckError);
    const failed = error as HoopduckError;
    expect(failed.next, what).not.toBe('');
    expect([1, 3, 4], what).toContain(failed.exitCode);
    outcome = failed.code;
  }
  world.rest.clear();
  world.grpc.clear();
  Object.assign(world.ctx.config.push!, PATIENT);
  if (outcome !== 'done') {
    world.next(`resumed-${n}`);
    const resumed = await world.push({ resume: true });
    expect([resumed.exitCode, resumed.refused], what).toEqual([0, []]);
  }
  // A failure before the journal was opened leaves nothing to resume; a table that could not be dropped
  // is dropped by the next push.
  if (outcome !== 'done' || (await world.staged()).length > 0) {
    world.next(`again-${n}`, 1);
    const again = await world.push();
    expect([again.exitCode, again.refused], what).toEqual([0, []]);
  }
  expect(await world.held(PLAYERS), what).toEqual(await world.wanted(PLAYERS));
  expect(await world.staged(), what).toEqual([]);
  tell({ kind: 'network', where: 'push', survived: true, detail: what });
  return outcome;
}

test('the list of calls is that of a push', async (context) => {
  const world = await changedWorld(context);
  await world.push();
  const names = new Set(world.rest.calls.map(({ name }) => name));
  expect([...names].filter((name) => !CALLS.includes(name))).toEqual([]);
  expect(world.grpc.calls.map(({ name }) => name)).toContain('ReadRows');
});

test.for(CALLS)('every fault at %s ends done, or clean and then done', async (call, context) => {
  const world = await changedWorld(context, { backupDays: 0 });
  const outcomes: Record<string, string> = {};
  let n = 0;
  const faults = FAULTS.filter(([name]) => isLong || !READS.includes(call) || SOME.includes(name));
  for (const [name, fault] of faults) {
    for (let nth = 1; ; nth++) {
      n += 1;
      world.next(`run-${n}`, 1);
      await change(world, n);
      world.rest.plan({ call, nth, fault });
      const isHit = world.rest.hits();
      const outcome = await pushUntilDone(world, `${name} at ${call} ${nth}`, n);
      outcomes[`${name} ${nth}`] = outcome;
      if (!isLong || !isHit()) break;
    }
  }
  expect(Object.keys(outcomes).length).toBeGreaterThanOrEqual(faults.length);
});

// Into a table that is there the first two are calls for the staging table.
test.for(
  isLong ? ['datasets.insert', 'tables.insert', 'jobs.insert:merge'] : ['jobs.insert:merge'],
)('faults at %s of a first push end done, or clean and then done', async (call, context) => {
  const faults = FAULTS.filter(([name]) => isLong || SOME.includes(name));
  for (const [i, [name, fault]] of faults.entries()) {
    const world = await bigqueryWorld(context);
    world.rest.plan({ call, nth: call === 'tables.insert' ? 2 : 1, fault });
    await pushUntilDone(world, `${name} at ${call}`, i);
  }
});

test.for(['CreateReadSession', 'ReadRows'] as const)(
  'every fault at %s ends done, or clean and then done',
  async (call: GrpcCallName, context) => {
    const world = await changedWorld(context, { backupDays: 0 });
    const faults = GRPC_FAULTS.filter(([name]) => isLong || SOME_OF_GRPC.includes(name));
    for (const [i, [name, fault]] of faults.entries()) {
      world.next(`run-${i}`, 1);
      await change(world, i + 1);
      world.grpc.plan({ call, nth: 1, fault });
      await pushUntilDone(world, `${name} at ${call}`, i);
    }
  },
);

test('a token that ends in the middle of a push leaves it to be resumed', async (context) => {
  const world = await changedWorld(context);
  await world.push();
  const calls = world.rest.calls.length;
  world.rest.clear();
  for (let n = 2; n < calls; n += isLong ? 1 : 11) {
    world.next(`run-${n}`);
    await change(world, n);
    world.rest.authAfter(n);
    await pushUntilDone(world, `401 after ${n} calls`, n);
  }
});
