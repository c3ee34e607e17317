import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Config } from '../../../src/config/config.ts';
import type { StageContext } from '../../../src/context.ts';
import { syncStage } from '../../../src/sync/sync.ts';
import { FolderWarehouse } from '../../../src/warehouse/folder/folder.ts';
import type { Warehouse } from '../../../src/warehouse/warehouse.ts';
import { memoryReplica } from '../../support/memory-replica.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const SPAN = { from: '2024-01-01', to: '2024-01-31' };
export const BOX = 'nba_raw.nbac_gamebook_player_stats';
export const SCHEDULE = 'nba_raw.nbac_schedule';

/** A warehouse folder with a schedule of two nights and the box scores of both. */
export async function openWorld(inputs = { keep: true, cap: 1e9 }) {
  const folder = temporaryFolder();
  const replica = await memoryReplica();
  onTestFinished(() => replica.close());
  const told: string[] = [];
  const context: StageContext = {
    config: { workspace: folder, inputs } as StageContext['config'],
    replica,
    runId: 'test',
    report: {
      progress() {},
      info: (text) => void told.push(text),
      warn: (text) => void told.push(text),
    },
    signal: new AbortController().signal,
    now: () => new Date('2025-01-01T00:00:00Z'),
  };
  /** Writes the rows of a query as a file of a table. */
  const write = async (table: string, file: string, sql: string) => {
    const path = join(folder, ...table.split('.'));
    mkdirSync(path, { recursive: true });
    await replica.run(`COPY (${sql}) TO '${join(path, `${file}.parquet`)}' (FORMAT parquet)`);
  };
  const remove = (table: string, file = '') =>
    rmSync(join(folder, ...table.split('.'), file), { recursive: true });
  await write(SCHEDULE, '2023-24', games('2024-01-15', '2024-01-17'));
  await write(
    BOX,
    '2023-24',
    men("('2024-01-15', 'tatum', 30), ('2024-01-17', 'tatum', 20), ('2024-01-17', 'brown', 25)"),
  );
  const sync = (
    over: Partial<typeof SPAN & { refresh: boolean; acceptMissingColumns: boolean }> = {},
    warehouse?: Warehouse,
    as: { runId?: string; at?: string; inputs?: Config['inputs'] } = {},
  ) => {
    const { runId = context.runId, at = '2025-01-01T00:00:00Z' } = as;
    const config = { ...context.config, inputs: as.inputs ?? inputs };
    const ctx = { ...context, config, runId, now: () => new Date(at) };
    const source = warehouse ?? new FolderWarehouse(folder, replica);
    return syncStage(ctx, source, { ...SPAN, ...over });
  };
  return { folder, replica, told, write, remove, sync };
}

/** Schedule rows of final games on these dates. */
export const games = (...dates: string[]) =>
  `SELECT CAST(d AS DATE) AS game_date, '00223' || replace(right(d, 5), '-', '') AS game_id, 3 AS game_status
   FROM (VALUES ${dates.map((date) => `('${date}')`).join(', ')}) AS t(d)`;

/** Box-score rows from VALUES of date, lookup and points. */
export const men = (values: string) =>
  `SELECT CAST(d AS DATE) AS game_date, l AS player_lookup, CAST(p AS INTEGER) AS points,
     TIMESTAMP '2024-01-20' AS processed_at FROM (VALUES ${values}) AS t(d, l, p)`;
