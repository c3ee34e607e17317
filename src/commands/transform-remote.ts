import { spanOf } from '../config/span.ts';
import type { Style } from '../console/style.ts';
import { table } from '../console/table.ts';
import type { StageContext } from '../context.ts';
import { EXIT } from '../errors.ts';
import { bytes, count, duration, plural } from '../format.ts';
import type { RemoteResult, RemoteTable } from '../transforms/remote/transform-remote.ts';
import type { CommandEnvironment, Outcome } from './command.ts';

interface RemoteOptions {
  readonly from?: string;
  readonly to?: string;
  readonly dryRun?: boolean;
}

/** Computes the tables inside BigQuery, or shows what that would be billed. */
export async function executeRemote(
  options: RemoteOptions,
  env: CommandEnvironment,
): Promise<Outcome> {
  const started = performance.now();
  return env.stage(
    options,
    async (ctx) => {
      const { loadGraph } = await import('../transforms/graph.ts');
      const { engineModels } = await import('../transforms/remote/engine-models.ts');
      const { transformRemote } = await import('../transforms/remote/transform-remote.ts');
      const { openEngine } = await import('../warehouse/open.ts');
      const { workspace } = ctx.config;
      const models = engineModels(loadGraph(ctx.config).models, 'bigquery', workspace);
      const datasets = [...new Set(models.map(({ name }) => name.slice(0, name.indexOf('.'))))];
      const engine = await openEngine(ctx, datasets);
      try {
        const { from, to } = await scheduleSpan(ctx, options);
        const dryRun = options.dryRun === true;
        const span = { from: options.from ?? null, to, dryRun };
        const result = await transformRemote(ctx, engine, models, span);
        const seconds = (performance.now() - started) / 1000;
        return {
          exitCode: EXIT.done,
          json: {
            engine: 'bigquery',
            status: dryRun ? 'dry run' : 'done',
            source: result.source,
            target: result.target,
            dry_run: dryRun,
            from,
            to,
            seconds,
            bytes_billed: total(result.tables),
            tables: result.tables.map(({ bytesBilled, ...rest }) => ({
              ...rest,
              bytes_billed: bytesBilled,
            })),
          },
          text: (style) => resultText(result, seconds, style),
        };
      } finally {
        await engine.close();
      }
    },
    { warehouse: true },
  );
}

/** The asked dates, with the ends of the schedule there where none was named. */
async function scheduleSpan(
  ctx: StageContext,
  options: RemoteOptions,
): Promise<{ from: string; to: string }> {
  const { openSource } = await import('../warehouse/open.ts');
  const { scheduleBounds } = await import('../sync/plan.ts');
  const warehouse = await openSource(ctx, 'transform');
  try {
    return spanOf(options, await scheduleBounds(warehouse));
  } finally {
    await warehouse.close();
  }
}

/** What all tables are billed together; null when it is not known of any. */
function total(tables: readonly RemoteTable[]): number | null {
  const known = tables.flatMap(({ bytesBilled }) => (bytesBilled === null ? [] : [bytesBilled]));
  return known.length === 0 ? null : known.reduce((sum, each) => sum + each, 0);
}

function resultText(result: RemoteResult, seconds: number, style: Style): string {
  const right = 'right' as const;
  const { dryRun, tables, target } = result;
  const columns = [
    { title: 'table' },
    ...(dryRun ? [] : [{ title: 'rows', align: right }]),
    { title: dryRun ? 'would be billed' : 'billed', align: right },
    ...(dryRun ? [] : [{ title: 'time', align: right }]),
    { title: 'why', maxWidth: 50 },
  ];
  const unknown = style.dim(dryRun ? 'not known yet' : 'not told');
  const rows = tables.map(({ table: name, why, rows: n, seconds: took, bytesBilled }) => [
    name,
    ...(dryRun ? [] : [count(n ?? 0)]),
    bytesBilled === null ? unknown : bytes(bytesBilled),
    ...(dryRun ? [] : [duration(took)]),
    why,
  ]);
  const billed = total(tables);
  const price = billed === null ? '' : `, ${bytes(billed)} billed`;
  const missing = tables.filter(({ bytesBilled }) => bytesBilled === null).length;
  const last = dryRun
    ? `Would compute ${plural(tables.length, 'table')} in "${target}"${price}${
        missing === 0 ? '' : `, and that of ${missing} more once what they read is there`
      }.`
    : `Computed ${plural(tables.length, 'table')} in "${target}" in ${duration(seconds)}${price}.`;
  return [table(columns, rows, style), '', last].join('\n');
}
