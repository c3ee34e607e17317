import { onTestFinished, type TestContext } from 'vitest';
import type { BigQueryLocation } from '../../../src/config/location.ts';
import { digestTarget } from '../../../src/push/digests.ts';
import { pushTable } from '../../../src/push/tables.ts';
import { digestSql } from '../../../src/replica/digest.ts';
import { quoteTable } from '../../../src/replica/identifiers.ts';
import { openBigQuery } from '../../../src/warehouse/bigquery/open.ts';
import { type GrpcProxy, startGrpcProxy } from '../../faults/proxy/grpc.ts';
import { type RestProxy, startRestProxy } from '../../faults/proxy/rest.ts';
import { bigqueryLocation, type OtherWriter, otherWriter } from '../../support/bigquery-world.ts';
import { bigqueryEmulator } from '../../support/emulators.ts';
import { PLAYERS, playersWorld, type World } from './world.ts';

/** A world whose push target is a BigQuery behind proxies that misbehave as they are told. */
export interface BigQueryWorld extends World {
  readonly location: BigQueryLocation;
  readonly rest: RestProxy;
  readonly grpc: GrpcProxy;
  /** Another writer of production, past the proxies. */
  readonly writer: OtherWriter;
  /** Digests that the target should have: the replica's own. */
  wanted(table: string): Promise<Record<string, string>>;
  /** Our own tables that wait in the target for their swap. */
  staged(): Promise<string[]>;
  /** Names of the jobs that were sent, reads left out. */
  jobs(): string[];
}

/** Calls that change nothing. */
const READS = new Set(['jobs.insert:select', 'jobs.insert:partitions']);

/**
 * A players' world on BigQuery.
 * @param kinder leaves the emulator as it is: no times of changes by rows, no refusal of used job names
 */
export async function bigqueryWorld(
  context: TestContext,
  options: {
    readonly kinder?: boolean;
    readonly more?: Partial<BigQueryLocation>;
    readonly place?: string;
    readonly backupDays?: number;
  } = {},
): Promise<BigQueryWorld> {
  const emulator = bigqueryEmulator(context);
  const rest = await startRestProxy({ target: emulator.rest, kind: 'bigquery' });
  const { host, port } = emulator.grpc;
  const grpc = await startGrpcProxy({ target: `${host}:${port}` });
  if (options.kinder !== true) rest.strict({ conflict: true, modified: true });
  const location = bigqueryLocation(
    { project: emulator.project, rest: rest.url, storageRead: grpc.address },
    options.more,
  );
  const world = await playersWorld(options.place);
  const past = {
    ...location,
    endpoints: {
      ...location.endpoints,
      rest: emulator.rest,
      storageRead: `http://${host}:${port}`,
    },
  };
  const writer = await otherWriter(past, world.replica);
  onTestFinished(async () => {
    await rest.close();
    await grpc.close();
  });
  Object.assign(world.ctx.config, {
    push: { ...location, backupDays: options.backupDays ?? 14 },
  });
  return Object.assign(world, {
    location,
    rest,
    grpc,
    writer,
    async held(table: string) {
      const target = await openBigQuery(past, world.replica, { use: 'push' });
      try {
        const described = pushTable(table);
        const listing = await target.partitions(table, described.partitionColumn);
        const dates = (listing?.partitions ?? []).map(({ date }) => date);
        return Object.fromEntries(
          [...(await digestTarget(world.replica, target, described, dates))].sort(),
        );
      } finally {
        await target.close();
      }
    },
    async wanted(table: string) {
      const rows = await world.replica.rows<{ date: string; digest: string }>(
        `SELECT CAST(${pushTable(table).partitionColumn} AS VARCHAR) AS date,
           ${digestSql(await world.replica.columnsOf(table))} AS digest
         FROM ${quoteTable(table)} GROUP BY 1 ORDER BY 1`,
      );
      return Object.fromEntries(rows.map(({ date, digest }) => [date, digest]));
    },
    async staged() {
      const names = await writer.tables('nba_analytics');
      return names.filter((name) => name.startsWith('_hoopduck_stage_'));
    },
    jobs: () =>
      rest.calls
        .map(({ name }) => name)
        .filter((name) => name.startsWith('jobs.insert:') && !READS.has(name)),
  });
}

/** A target that holds an older state, and a replica with a changed, a gone and a new partition. */
export async function changedWorld(
  context: TestContext,
  options?: Parameters<typeof bigqueryWorld>[1],
): Promise<BigQueryWorld> {
  const world = await bigqueryWorld(context, options);
  await world.push();
  world.next('second');
  await change(world, 0);
  world.rest.clear();
  world.grpc.clear();
  return world;
}

/** Another state of the replica: the n-th of them changes a date, adds or takes away another. */
export async function change(world: BigQueryWorld, n: number): Promise<void> {
  await world.put(PLAYERS, '2024-11-02', [`'jokic', ${n}, 30, NULL`, `'doncic', 28, 35.5, NULL`]);
  await world.put(PLAYERS, '2024-11-05', n % 2 === 0 ? [`'jokic', 12, 20.5, NULL`] : []);
  await world.record();
}
