import type { StageContext } from '../../context.ts';
import { EXIT, HoopduckError } from '../../errors.ts';
import type { SqlEngine, TableBuild } from '../../warehouse/sql-engine.ts';
import type { Model } from '../model.ts';
import { isPublished, publishedType } from '../model-table.ts';
import { type RemoteRange, remoteRanges } from './ranges.ts';
import { loadRawValues } from './raw-values.ts';

/** What was done, or with a dry run would be done, with one table. */
export interface RemoteTable {
  readonly table: string;
  readonly why: string;
  readonly from: string;
  readonly to: string;
  /** Rows of these dates; null: nothing was run. */
  readonly rows: number | null;
  readonly seconds: number;
  /** A dry run: what would be billed, null when a table that it reads is not there yet. Else what was. */
  readonly bytesBilled: number | null;
}

/** What the stage did inside the warehouse. */
export interface RemoteResult {
  readonly source: string;
  readonly target: string;
  readonly dryRun: boolean;
  readonly tables: readonly RemoteTable[];
}

/**
 * Computes the tables inside the warehouse, in the order of the graph, one statement each. Nothing is
 * gated or recorded here: what comes out is for a comparison, and for those who read it there. A failed
 * table leaves those before it whole, and the same command again is safe.
 * @param models in build order
 * @param span `from` null: everything is built anew, else the dates from there on; `to` the last date
 */
export async function transformRemote(
  context: StageContext,
  engine: SqlEngine,
  models: readonly Model[],
  span: { readonly from: string | null; readonly to: string; readonly dryRun: boolean },
): Promise<RemoteResult> {
  const { report, signal } = context;
  const processedAt = context.now();
  if (!span.dryRun) await engine.prepare();
  const ranges = await remoteRanges(engine, models, span);
  if (!span.dryRun) {
    const starts = [...ranges.values()].map(({ from }) => from).sort();
    await loadRawValues(engine, { from: starts[0] ?? span.to, to: lastOf(ranges, span) });
  }
  const tables: RemoteTable[] = [];
  for (const [index, model] of models.entries()) {
    if (signal.aborted) throw interrupted();
    report.progress(`compute tables in ${engine.target}`, index, models.length);
    const range = ranges.get(model.name)!;
    const started = performance.now();
    const done = await buildRemote(context, engine, model, range, { ...span, processedAt });
    tables.push({
      table: model.name,
      why: range.why,
      from: range.from,
      to: range.to,
      ...done,
      seconds: (performance.now() - started) / 1000,
    });
  }
  report.progress(`compute tables in ${engine.target}`, models.length, models.length);
  return { source: engine.source, target: engine.target, dryRun: span.dryRun, tables };
}

async function buildRemote(
  { report }: StageContext,
  engine: SqlEngine,
  model: Model,
  range: RemoteRange,
  { dryRun, processedAt }: { dryRun: boolean; processedAt: Date },
): Promise<{ rows: number | null; bytesBilled: number | null }> {
  const select = { sql: model.sql, from: range.from, to: range.to };
  const build: TableBuild = {
    table: model.name,
    select,
    partition: model.partition,
    key: model.key,
    description: model.description,
    published: isPublished(model) ? { typeOf: publishedType, processedAt } : null,
  };
  if (dryRun || engine.maxBytesBilled !== null) {
    const bytesBilled = (await engine.estimate(build)) ?? null;
    if (dryRun) return { rows: null, bytesBilled };
    if (bytesBilled !== null) report.info(`${model.name}: ${megabytes(bytesBilled)} to be billed`);
  }
  const result = await (range.extent === 'table'
    ? engine.replaceTable(build)
    : engine.replaceDates(build));
  await engine.mark(model.name, { sql: model.sqlDigest, built_to: range.to });
  return result;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function lastOf(ranges: ReadonlyMap<string, RemoteRange>, { to }: { readonly to: string }): string {
  return [...ranges.values()][0]?.to ?? to;
}

function interrupted(): HoopduckError {
  return new HoopduckError('INTERRUPTED', 'Stopped between two tables, as asked.', {
    next: 'Finished tables are whole. Run the same command again; it builds the asked dates anew.',
    exitCode: EXIT.interrupted,
  });
}
