import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Config } from '../../../src/config/config.ts';
import { type StageContext, silentReporter } from '../../../src/context.ts';
import { digestRelations, mergeDigests } from '../../../src/push/digests.ts';
import { type PushOptions, pushStage } from '../../../src/push/push.ts';
import type { PushResult } from '../../../src/push/result.ts';
import { rollbackStage } from '../../../src/push/rollback.ts';
import { pushTable } from '../../../src/push/tables.ts';
import { computedDigestSql, digestSql, hasCommonDigest } from '../../../src/replica/digest.ts';
import { quoteTable } from '../../../src/replica/identifiers.ts';
import { parquetRelation } from '../../../src/replica/relation.ts';
import { Replica } from '../../../src/replica/replica.ts';
import { memoryReplica } from '../../support/memory-replica.ts';

export const PLAYERS = 'nba_analytics.player_game_summary';
export const OFFENSE = 'nba_analytics.team_offense_game_summary';
export const CACHE = 'nba_precompute.player_daily_cache';

/** A replica in memory and an empty push folder, for one test. */
export interface World {
  readonly replica: Replica;
  readonly ctx: StageContext;
  readonly target: string;
  /** Makes a table; `columns` as in CREATE TABLE. */
  create(table: string, columns: string): Promise<void>;
  /** Replaces the rows of a date; each row as SQL values. */
  put(table: string, date: string, rows: readonly string[]): Promise<void>;
  /** Writes the ledger's partitions from the tables' rows, as the transform stage does. */
  record(): Promise<void>;
  /** A failed check. */
  fail(table: string, scope: 'date' | 'season' | 'all', value: string): Promise<void>;
  mend(): Promise<void>;
  push(options?: PushOptions): Promise<PushResult>;
  /** Puts back what the push of a run replaced. */
  rollback(run: string, reason?: string, dryRun?: boolean): Promise<PushResult>;
  /** Goes on under another run's name, later by so many days. */
  next(runId: string, days?: number): void;
  /** Digests of what the target holds of a table, by date. */
  held(table: string): Promise<Record<string, string>>;
  /** Path of a file in the push folder. */
  file(table: string, name: string): string;
  /** Result of a query with `{file}` as a table. */
  read(table: string, name: string, sql: string): Promise<unknown[]>;
  /** Changes a file of the push folder behind push's back: `sql` gives its new rows from `{file}`. */
  tamper(table: string, name: string, sql: string): Promise<void>;
}

export async function makeWorld(place = ':memory:'): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'hoopduck-push-'));
  const replica = await (place === ':memory:' ? memoryReplica() : Replica.open(place));
  onTestFinished(() => {
    if (place === ':memory:') replica.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const target = join(folder, 'production');
  const config = {
    workspace: folder,
    file: join(folder, 'hoopduck.yaml'),
    push: { kind: 'folder', path: target, backupDays: 14 },
    backup: {
      location: { kind: 'folder', path: join(folder, 'data', 'workspace-backups') },
      automatic: false,
      keep: 7,
      keepAutomatic: 3,
      keepDays: 0,
    },
  } as unknown as Config;
  const ctx: StageContext = {
    config,
    replica,
    runId: 'run',
    report: silentReporter,
    signal: new AbortController().signal,
    now: () => new Date('2025-01-01T12:00:00Z'),
  };
  const tables = new Set<string>();
  await replica.run(
    `INSERT INTO hoopduck.check_result VALUES
       ('key', '${PLAYERS}', 'all', 'all', 'pass', 1, 1, 1, 1, NULL, now()::TIMESTAMP, 'run')`,
  );
  const file = (table: string, name: string) => join(target, ...table.split('.'), name);
  return {
    replica,
    ctx,
    target,
    file,
    async create(table, columns) {
      tables.add(table);
      await ctx.replica.run(`CREATE TABLE ${quoteTable(table)} (${columns})`);
    },
    async put(table, date, rows) {
      await ctx.replica.run(
        `DELETE FROM ${quoteTable(table)} WHERE ${pushTable(table).partitionColumn} = DATE '${date}'`,
      );
      for (const row of rows) {
        await ctx.replica.run(`INSERT INTO ${quoteTable(table)} VALUES (DATE '${date}', ${row})`);
      }
    },
    async record() {
      await ctx.replica.run('DELETE FROM hoopduck.partition');
      for (const table of tables) {
        const layer = table.startsWith('nba_predictions.') ? 'prediction' : 'model';
        await ctx.replica.run(
          `INSERT INTO hoopduck.partition
           SELECT '${table}', ${pushTable(table).partitionColumn}, '${layer}', NULL,
             ${(hasCommonDigest(table) ? digestSql : computedDigestSql)(await ctx.replica.columnsOf(table))}, count(*), NULL, 'complete', NULL,
             now()::TIMESTAMP, 'run'
           FROM ${quoteTable(table)} GROUP BY ${pushTable(table).partitionColumn}`,
        );
      }
    },
    async fail(table, scope, value) {
      await ctx.replica.run(
        `INSERT INTO hoopduck.check_result VALUES
           ('completeness', $table, $scope, $value, 'fail', 0, 1, 0, 1, NULL, now()::TIMESTAMP, 'run')`,
        { table, scope, value },
      );
    },
    async mend() {
      await ctx.replica.run("DELETE FROM hoopduck.check_result WHERE verdict = 'fail'");
    },
    push: (options) => pushStage(ctx, options),
    rollback: (run, reason, dryRun) =>
      rollbackStage(ctx, { run, force: reason === undefined ? undefined : { reason }, dryRun }),
    next(runId, days = 0) {
      const at = new Date(ctx.now().getTime() + days * 24 * 3_600_000);
      Object.assign(ctx, { runId, now: () => at });
    },
    async held(table) {
      const folder = join(target, ...table.split('.'));
      const names = existsSync(folder) ? readdirSync(folder) : [];
      const relations = names
        .filter((name) => name.endsWith('.parquet'))
        .map((name) => parquetRelation(join(folder, name)));
      const found = await digestRelations(ctx.replica, pushTable(table).partitionColumn, relations);
      return Object.fromEntries([...mergeDigests(found.values())].sort());
    },
    read: (table, name, sql) =>
      ctx.replica.rows(sql.replaceAll('{file}', `read_parquet('${file(table, name)}')`)),
    async tamper(table, name, sql) {
      const path = file(table, name);
      const query = sql.replaceAll('{file}', `read_parquet('${path}')`);
      await ctx.replica.run(`CREATE OR REPLACE TEMP TABLE tampered AS ${query}`);
      await ctx.replica.run(`COPY tampered TO '${path}' (FORMAT parquet)`);
      await ctx.replica.run('DROP TABLE temp.tampered');
    },
  };
}

/** A world with two seasons of a players' table: three dates, two players each. */
export async function playersWorld(place?: string): Promise<World> {
  const world = await makeWorld(place);
  await world.create(
    PLAYERS,
    'game_date DATE, player_lookup VARCHAR, points BIGINT, usage_rate DOUBLE, processed_at TIMESTAMP',
  );
  for (const date of ['2024-04-10', '2024-11-01', '2024-11-02']) {
    await world.put(PLAYERS, date, [
      `'jokic', 30, 29.125, TIMESTAMP '2025-01-01'`,
      `'doncic', 28, 35.5, TIMESTAMP '2025-01-01'`,
    ]);
  }
  await world.record();
  return world;
}
