import { onTestFinished, type TestContext } from 'vitest';
import { Replica } from '../../src/replica/replica.ts';
import { openBigQuery } from '../../src/warehouse/bigquery/open.ts';
import { startRestProxy } from '../faults/proxy/rest.ts';
import { bigqueryLocation, otherWriter } from '../support/bigquery-world.ts';
import { bigqueryEmulator } from '../support/emulators.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type WarehouseUnderTest, warehouseContract } from './contract.ts';

const STAGED = '_hoopduck_stage_';

async function makeBigQuery(context: TestContext): Promise<WarehouseUnderTest> {
  const { project, rest, grpc } = bigqueryEmulator(context);
  // Where the emulator is kinder than production, the proxy is not: job ids and times of changes.
  const proxy = await startRestProxy({ target: rest, kind: 'bigquery' });
  proxy.strict({ conflict: true, modified: true });
  const storageRead = `${grpc.host}:${grpc.port}`;
  const servers = { project, rest: proxy.url, storageRead };
  const location = bigqueryLocation(servers);
  const replica = await Replica.open(':memory:');
  const options = { use: 'push', workspace: temporaryFolder(), backupDays: 1 } as const;
  const warehouse = await openBigQuery(location, replica, options);
  const writer = await otherWriter(location, replica);
  onTestFinished(async () => {
    await warehouse.close();
    replica.close();
    await proxy.close();
  });
  return {
    replica,
    warehouse,
    seed: writer.seed,
    reopen: () => openBigQuery(location, replica, options),
    leftovers: async () =>
      (await writer.tables('nba_analytics')).filter((name) => name.startsWith(STAGED)),
  };
}

warehouseContract('bigquery', makeBigQuery);
