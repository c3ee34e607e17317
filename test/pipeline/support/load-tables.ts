import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openWorkspace } from '../../../src/index.ts';
import { syncStage } from '../../../src/sync/sync.ts';
import { transformStage } from '../../../src/transforms/transform.ts';
import { openWarehouse } from '../../../src/warehouse/open.ts';
import { withSession } from '../../../src/workspace.ts';

/** Makes a workspace on a warehouse; it has no push target, and one thread, as other tests run beside. */
export function workspaceOn(folder: string, warehouse: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'hoopduck.yaml'),
    `warehouse:\n  path: ${JSON.stringify(warehouse)}\nreplica:\n  threads: 1\n`,
  );
  return folder;
}

/**
 * Syncs and transforms a workspace up to a date.
 * @returns the path of its replica
 */
export async function loadTables(workspace: string, to: string): Promise<string> {
  const { config } = openWorkspace(workspace);
  const span = { from: '2000-01-01', to };
  await withSession(config, { command: 'transform', arguments: span }, async (ctx) => {
    await syncStage(ctx, await openWarehouse(config.warehouse, ctx.replica), span);
    await transformStage(ctx, span);
    return { exitCode: 0 };
  });
  return config.replica.path;
}
