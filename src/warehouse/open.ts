import { join } from 'node:path';
import { computedLocation } from '../config/computed-location.ts';
import type { BigQueryLocation, Location } from '../config/location.ts';
import type { StageContext } from '../context.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import type { Replica } from '../replica/replica.ts';
import { FolderWarehouse } from './folder/folder.ts';
import type { SqlEngine } from './sql-engine.ts';
import type { Warehouse } from './warehouse.ts';

/** What opening a location needs beside its name; all but `use` concern locations over the network. */
export interface OpenOptions {
  /** `read`: the location must be there; `push`: it is made at the first write. */
  readonly use: 'read' | 'push';
  /** Folder of the workspace: for backups and for what is fetched. */
  readonly workspace?: string;
  /** Names the jobs' labels. */
  readonly runId?: string;
  readonly stage?: string;
  readonly signal?: AbortSignal;
  /** Registers what cancels jobs at a second Ctrl-C; returns what takes that back. */
  readonly onStop?: StageContext['onStop'];
  readonly warn?: (text: string) => void;
  readonly now?: () => Date;
  /** For how many days what a push replaces is kept. */
  readonly backupDays?: number;
}

/**
 * Opens a location of hoopduck.yaml. What knows Google is loaded only when a location asks for it.
 * @param replica runs the SQL that reads and writes Parquet
 */
export async function openWarehouse(
  location: Location,
  replica: Replica,
  options: OpenOptions = { use: 'read' },
): Promise<Warehouse> {
  const { use, workspace } = options;
  const backups = workspace === undefined ? undefined : join(workspace, 'data', 'backups');
  switch (location.kind) {
    case 'folder':
      return new FolderWarehouse(location.path, replica, { mayBeAbsent: use === 'push', backups });
    case 'gcs': {
      const { openGcs } = await import('./gcs/open.ts');
      return openGcs(location, replica, options);
    }
    case 'bigquery': {
      const { openBigQuery } = await import('./bigquery/open.ts');
      return openBigQuery(location, replica, options);
    }
  }
}

/** Opens the warehouse that a stage reads raw tables from. */
export async function openSource(ctx: StageContext, stage = 'sync'): Promise<Warehouse> {
  return openWarehouse(ctx.config.warehouse, ctx.replica, {
    ...stageOptions(ctx, stage),
    use: 'read',
  });
}

/**
 * Opens the location that push writes to.
 * @throws HoopduckError PUSH_TARGET_MISSING (exit 2) when none is configured
 */
export async function openTarget(ctx: StageContext, stage = 'push'): Promise<Warehouse> {
  if (ctx.config.push === null) throw pushTargetMissing(ctx.config.file);
  return openWarehouse(ctx.config.push, ctx.replica, { ...stageOptions(ctx, stage), use: 'push' });
}

/**
 * Opens the engine that computes tables where the raw ones are.
 * @param datasets datasets of the results
 * @throws HoopduckError ENGINE_WAREHOUSE (exit 2) when the warehouse has none
 */
export async function openEngine(
  ctx: StageContext,
  datasets: readonly string[],
): Promise<SqlEngine> {
  const { config, replica, runId } = ctx;
  const to = computedLocation(config);
  const { openBigQueryEngine } = await import('./bigquery/open.ts');
  return openBigQueryEngine({ from: config.warehouse as BigQueryLocation, to, datasets }, replica, {
    ...stageOptions(ctx, 'transform'),
    use: 'push',
    runId,
  });
}

function stageOptions(ctx: StageContext, stage: string): Omit<OpenOptions, 'use'> {
  const { config, runId, signal, onStop, report } = ctx;
  return {
    workspace: config.workspace,
    runId,
    stage,
    signal,
    now: ctx.now,
    backupDays: config.push?.backupDays ?? 0,
    ...(onStop !== undefined && { onStop }),
    warn: (text) => report.warn(text),
  };
}

/** The configuration has no `push`. */
export function pushTargetMissing(file: string): HoopduckError {
  return new HoopduckError(
    'PUSH_TARGET_MISSING',
    `"${file}" names no push target; "push:" with a folder, a bucket or a project was wanted.`,
    {
      next: 'Add "push:" with "path: <folder>" to hoopduck.yaml (docs/bigquery.md has the other kinds), then run the command again.',
      exitCode: EXIT.usage,
    },
  );
}
