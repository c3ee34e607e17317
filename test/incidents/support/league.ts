import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Replica } from '../../../src/replica/replica.ts';
import { writeSample } from '../../../src/sample/sample.ts';
import { editWarehouse } from '../../pipeline/support/edit.ts';
import { onceInTestRun } from '../../pipeline/support/once.ts';
import { queryReplica } from '../../pipeline/support/state.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { morning } from './hoopduck.ts';

/** A night of eight games late in the league, so that few dates after it are built again, and the night after. */
export const NIGHT = '2024-12-13';
export const NEXT_NIGHT = '2024-12-14';

/** One thread: the league is small, and other tests run beside. */
const CONFIGURATION = 'warehouse:\n  path: warehouse\nreplica:\n  threads: 1\n';

/** Raw tables by what they hold. */
export const TEAMS = 'nbac_team_boxscore';
export const PLAYERS = 'nbac_gamebook_player_stats';
export const SCHEDULE = 'nbac_schedule';
export const PLAYS = 'bigdataball_play_by_play';
export const FALLBACK = 'bdl_player_boxscores';

/** The league that nobody disturbed, synced, transformed and validated once a test run; do not change it. */
export async function undisturbed(): Promise<string> {
  const folder = await onceInTestRun('incidents', async (aside) => {
    const workspace = join(aside, 'league');
    mkdirSync(workspace, { recursive: true });
    writeFileSync(join(workspace, 'hoopduck.yaml'), CONFIGURATION);
    await writeSample(join(workspace, 'warehouse'), { seasons: 1, days: 60, seed: 7 });
    const { exitCode, lines } = await morning(workspace);
    if (exitCode !== 0) throw new Error(`the league is not whole: ${lines.join('\n')}`);
  });
  return join(folder, 'league');
}

/** A copy of the undisturbed league's workspace that goes away with the test. */
export async function league(): Promise<string> {
  const place = join(temporaryFolder(), 'league');
  cpSync(await undisturbed(), place, { recursive: true });
  return place;
}

/** Plants a defect in raw tables of a workspace's warehouse. */
export function plant(
  workspace: string,
  tables: readonly string[],
  ...statements: readonly string[]
): Promise<void> {
  return editWarehouse(join(workspace, 'warehouse'), tables, statements);
}

/** Puts a raw table of the warehouse back to what it was. */
export async function restore(workspace: string, table: string): Promise<void> {
  const path = join('warehouse', 'nba_raw', table);
  cpSync(join(await undisturbed(), path), join(workspace, path), { recursive: true });
}

/** Writes into the replica of a workspace, past everything that keeps it right. */
export async function tamper(workspace: string, ...statements: readonly string[]): Promise<void> {
  const replica = await Replica.open(join(workspace, 'data', 'replica.duckdb'));
  try {
    for (const statement of statements) await replica.run(statement);
  } finally {
    replica.close();
  }
}

/** The published partitions, as `table date`, that are not what they are in the undisturbed league. */
export async function disturbed(workspace: string): Promise<string[]> {
  const [now, before] = [await published(workspace), await published(await undisturbed())];
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...names].filter((name) => now[name] !== before[name]).sort();
}

/** By `table date`: digest, rows and verdict of every published partition, as the ledger has them. */
async function published(workspace: string): Promise<Record<string, string>> {
  const rows = await queryReplica<{ name: string; value: string }>(
    workspace,
    `SELECT table_name || ' ' || game_date AS name, concat_ws(' ', digest, rows, verdict) AS value
     FROM hoopduck.partition WHERE layer = 'model'`,
  );
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}
