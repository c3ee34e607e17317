import { afterAll, expect, onTestFinished, type TestContext, test, vi } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import type { BigQueryLocation } from '../../src/config/location.ts';
import { type StageContext, silentReporter } from '../../src/context.ts';
import { HoopduckError } from '../../src/errors.ts';
import { digestSql } from '../../src/replica/digest.ts';
import { quoteTable } from '../../src/replica/identifiers.ts';
import { Replica } from '../../src/replica/replica.ts';
import { syncStage } from '../../src/sync/sync.ts';
import { openBigQuery } from '../../src/warehouse/bigquery/open.ts';
import { bigqueryLocation, otherWriter } from '../support/bigquery-world.ts';
import { bigqueryEmulator } from '../support/emulators.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { games, men } from '../sync/support/world.ts';
import { tell } from './campaign/tally.ts';
import { FAULTS, GRPC_FAULTS, isLong, PATIENT, QUICK } from './faults.ts';
import { startGrpcProxy } from './proxy/grpc.ts';
import { startRestProxy } from './proxy/rest.ts';

const SCHEDULE = 'nba_raw.nbac_schedule';
const BOX = 'nba_raw.nbac_gamebook_player_stats';
const SPAN = { from: '2024-01-01', to: '2024-01-31' };
/** Every call that a sync makes. */
const CALLS = [
  'tables.get',
  'jobs.insert:partitions',
  'jobs.insert:select',
  'jobs.get',
  'jobs.getQueryResults',
];

if (isLong) vi.setConfig({ testTimeout: 900_000 });

let planted = 0;
afterAll(() => console.log(`${planted} faults were planted in syncs.`));

/** A replica and a BigQuery with two raw tables, behind proxies. */
async function makeWorld(context: TestContext, more: Partial<BigQueryLocation> = {}) {
  const emulator = bigqueryEmulator(context);
  const address = `${emulator.grpc.host}:${emulator.grpc.port}`;
  const rest = await startRestProxy({ target: emulator.rest, kind: 'bigquery' });
  const grpc = await startGrpcProxy({ target: address });
  rest.strict({ conflict: true, modified: true });
  const servers = { project: emulator.project, rest: rest.url, storageRead: grpc.address };
  const location = bigqueryLocation(servers, more);
  const past = { ...location, endpoints: { ...location.endpoints, rest: emulator.rest } };
  const replica = await Replica.open(':memory:');
  const writer = await otherWriter(past, replica);
  onTestFinished(async () => {
    replica.close();
    await rest.close();
    await grpc.close();
  });
  const ctx: StageContext = {
    config: { workspace: temporaryFolder(), inputs: { keep: false, cap: 0 } } as Config,
    replica,
    runId: 'run',
    report: silentReporter,
    signal: new AbortController().signal,
    now: () => new Date('2025-01-01T00:00:00Z'),
  };
  await writer.seed(SCHEDULE, games('2024-01-15', '2024-01-17'));
  const sync = async (deadline = PATIENT) => {
    const warehouse = await openBigQuery({ ...location, ...deadline }, replica, { use: 'read' });
    try {
      return await syncStage(ctx, warehouse, SPAN);
    } finally {
      await warehouse.close();
    }
  };
  /** Another state of the box scores: the n-th of them. */
  const restate = async (n: number) => {
    const rows = men(
      `('2024-01-15', 'tatum', ${n}), ('2024-01-17', 'tatum', 20), ('2024-01-17', 'brown', 25)`,
    );
    await writer.seed(BOX, rows);
    return rows;
  };
  return { rest, grpc, replica, writer, sync, restate };
}
type World = Awaited<ReturnType<typeof makeWorld>>;

async function syncUntilDone(world: World, what: string, wanted: string): Promise<void> {
  planted += 1;
  let isDone = true;
  const before = await digest(world.replica, quoteTable(BOX));
  try {
    await world.sync(QUICK);
  } catch (error) {
    isDone = false;
    expect(error, what).toBeInstanceOf(HoopduckError);
    expect((error as HoopduckError).next, what).not.toBe('');
    expect((error as HoopduckError).exitCode, what).toBe(3);
    // Old or new: nothing in between.
    const now = await digest(world.replica, quoteTable(BOX));
    expect([before, await digest(world.replica, `(${wanted})`)], what).toContain(now);
  }
  world.rest.clear();
  world.grpc.clear();
  if (!isDone) await world.sync();
  expect(await digest(world.replica, quoteTable(BOX)), what).toBe(
    await digest(world.replica, `(${wanted})`),
  );
  expect((await world.sync()).status, what).toBe('nothing');
  const left = "SELECT count(*) FROM duckdb_tables() WHERE temporary AND table_name LIKE 'fetch%'";
  expect(await world.replica.column(left), what).toEqual([0]);
  tell({ kind: 'network', where: 'sync', survived: true, detail: what });
}

const COLUMNS = [
  { name: 'game_date', type: 'DATE' },
  { name: 'player_lookup', type: 'VARCHAR' },
  { name: 'points', type: 'INTEGER' },
];

async function digest(replica: Replica, relation: string): Promise<unknown> {
  const there = await replica.columnsOf(BOX);
  if (there.length === 0 && !relation.startsWith('(')) return 'none';
  return (await replica.column(`SELECT ${digestSql(COLUMNS)} FROM ${relation}`))[0];
}

test('the list of calls is that of a sync', async (context) => {
  const world = await makeWorld(context);
  await world.restate(30);
  await world.sync();
  const names = new Set(world.rest.calls.map(({ name }) => name));
  expect([...names].filter((name) => !CALLS.includes(name))).toEqual([]);
});

test.for(CALLS)(
  'every fault at %s of a sync ends done, or clean and then done',
  async (call, context) => {
    const world = await makeWorld(context);
    let n = 0;
    for (const [name, fault] of FAULTS) {
      for (let nth = 1; ; nth++) {
        n += 1;
        const wanted = await world.restate(n);
        world.rest.plan({ call, nth, fault });
        const isHit = world.rest.hits();
        await syncUntilDone(world, `${name} at ${call} ${nth}`, wanted);
        if (!isLong || !isHit()) break;
      }
    }
  },
);

test.for(['CreateReadSession', 'ReadRows'] as const)(
  'every fault at %s of a sync ends done, or clean and then done',
  async (call, context) => {
    const world = await makeWorld(context, { read: 'storage' });
    for (const [n, [name, fault]] of GRPC_FAULTS.entries()) {
      const wanted = await world.restate(n + 1);
      world.grpc.plan({ call, nth: 1, fault });
      await syncUntilDone(world, `${name} at ${call}`, wanted);
    }
  },
);
