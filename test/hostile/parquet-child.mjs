// Reads files as a sync does, one after the other, in a process that may die of one: argv[2] is the compiled program's
// folder; each line of stdin is a warehouse's folder, each line of stdout what came of it.
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const module = (path) => import(pathToFileURL(join(process.argv[2], path)).href);
const { Replica } = await module('replica/replica.js');
const { FolderWarehouse } = await module('warehouse/folder/folder.js');
const { syncStage } = await module('sync/sync.js');
const { HoopduckError } = await module('errors.js');

const TABLE = 'nba_raw.nbac_gamebook_player_stats';

const replica = await Replica.open(':memory:');
await replica.run('SET threads = 1');
await replica.run("SET memory_limit = '1GB'");

async function taken(folder) {
  const context = {
    config: { workspace: folder, inputs: { keep: false, cap: 0 } },
    replica,
    runId: 'hostile',
    report: { progress() {}, info() {}, warn() {} },
    signal: new AbortController().signal,
    now: () => new Date('2025-01-01T00:00:00Z'),
  };
  const span = { from: '2024-01-01', to: '2024-01-31' };
  try {
    await syncStage(context, new FolderWarehouse(folder, replica), span);
    return { end: 'landed' };
  } catch (error) {
    if (!(error instanceof HoopduckError)) return { end: 'thrown', text: String(error?.stack) };
    return { end: error.code, exit: error.exitCode, text: error.message };
  } finally {
    // What was landed, and columns that were added, are nothing that the next file is compared with.
    await replica.run(`DROP TABLE IF EXISTS ${TABLE}`);
    for (const ledger of ['partition', 'source_column']) {
      await replica.run(`DELETE FROM hoopduck.${ledger} WHERE table_name = '${TABLE}'`);
    }
  }
}

for await (const folder of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await taken(folder))}\n`);
}
