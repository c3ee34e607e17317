import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BackupContext } from '../../src/backup/create.ts';
import { loadConfig } from '../../src/config/load.ts';
import { silentReporter } from '../../src/context.ts';
import { computedDigestSql, digestSql } from '../../src/replica/digest.ts';
import { Replica } from '../../src/replica/replica.ts';
import { workspaceWith } from '../support/workspace.ts';

export const BOX = 'nba_raw.nbac_gamebook_player_stats';
export const PLAYERS = 'nba_analytics.player_game_summary';
export const CONTEXT = 'nba_precompute.player_daily_cache';

/**
 * A workspace with three small tables whose ledger is true: a raw one and a computed one of three dates, and one that is
 * dated by another column; beside them a model, a kept input, a backup of a push and a model of the user's own.
 */
export async function smallWorkspace(): Promise<string> {
  const folder = await workspaceWith();
  const replica = await Replica.open(join(folder, 'data', 'replica.duckdb'));
  const values = `SELECT DATE '2024-01-14' + CAST(i % 3 AS INTEGER) AS game_date, 'player-' || i AS player_lookup, i * 1.5 AS points
    FROM range(12) AS t(i)`;
  await replica.run(`CREATE TABLE ${BOX} AS ${values}`);
  await replica.run(`CREATE TABLE ${PLAYERS} AS ${values}`);
  await replica.run(
    `CREATE TABLE ${CONTEXT} AS SELECT game_date AS cache_date, player_lookup, points, now()::TIMESTAMP AS processed_at FROM (${values})`,
  );
  for (const [table, column] of [
    [PLAYERS, 'game_date'],
    [CONTEXT, 'cache_date'],
  ]) {
    await replica.run(
      `INSERT INTO hoopduck.model_definition VALUES ('${table}', 'hoopduck', 'x.sql', '${column}', '["${column}"]', '[]')`,
    );
  }
  for (const [table, column, layer, digest] of [
    [BOX, 'game_date', 'raw', digestSql],
    [PLAYERS, 'game_date', 'model', computedDigestSql],
    [CONTEXT, 'cache_date', 'model', computedDigestSql],
  ] as const) {
    await replica.run(
      `INSERT INTO hoopduck.partition
       SELECT '${table}', ${column}, '${layer}', NULL, ${digest(await replica.columnsOf(table))}, count(*), NULL,
         'complete', NULL, TIMESTAMP '2024-01-20 06:00:00', 'run-1'
       FROM ${table} GROUP BY ${column}`,
    );
  }
  replica.close();
  for (const [path, text] of [
    ['data/models/points-1/model.json', '{"trees": 1}'],
    ['data/inputs/run-1/x.parquet', 'kept input'],
    ['data/backups/push-1/a.parquet', 'replaced in production'],
    ['data/mirror/gcs/object', 'can be fetched again'],
    ['models/nba_analytics/own.sql', 'SELECT 1'],
  ]) {
    mkdirSync(join(folder, path!, '..'), { recursive: true });
    writeFileSync(join(folder, path!), text!);
  }
  return folder;
}

/** Opens a workspace's replica for `work`; the clock stands at `now`. */
export async function inWorkspace<T>(
  folder: string,
  work: (ctx: BackupContext) => Promise<T>,
  now = '2024-02-01T06:30:00Z',
): Promise<T> {
  const config = loadConfig(folder);
  const replica = await Replica.open(config.replica.path);
  try {
    return await work({
      config,
      replica,
      report: silentReporter,
      signal: new AbortController().signal,
      now: () => new Date(now),
    });
  } finally {
    replica.close();
  }
}
