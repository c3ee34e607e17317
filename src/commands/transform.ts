import { table } from '../console/table.ts';
import { EXIT } from '../errors.ts';
import { count, duration, plural } from '../format.ts';
import type { CommandEnvironment, Outcome } from './command.ts';
import { hint } from './hint.ts';
import { checkRange, usageError } from './options.ts';
import { replicaBounds } from './replica-bounds.ts';

interface TransformOptions {
  readonly from?: string;
  readonly to?: string;
  readonly refresh?: boolean;
  readonly engine?: 'duckdb' | 'bigquery';
  readonly dryRun?: boolean;
}

/**
 * Computes the tables that are stale, here or inside BigQuery. An incomplete date is told and recorded; the
 * gates judge it.
 */
export async function execute(
  options: TransformOptions,
  env: CommandEnvironment,
): Promise<Outcome> {
  checkRange(options, 'transform');
  if (options.engine === 'bigquery') {
    const { executeRemote } = await import('./transform-remote.ts');
    return executeRemote(options, env);
  }
  if (options.dryRun === true) {
    throw usageError(
      'The option "--dry-run" was given without "--engine bigquery", whose price it shows; "hoopduck plan" shows what would be computed here.',
      'transform',
    );
  }
  const started = performance.now();
  return env.stage(options, async (ctx) => {
    const { transformStage } = await import('../transforms/transform.ts');
    const { from, to } = await replicaBounds(ctx.replica, options);
    const result = await transformStage(ctx, { from, to, refresh: options.refresh === true });
    const seconds = (performance.now() - started) / 1000;
    const short = result.built.flatMap(({ table, short }) => short.map((s) => ({ table, ...s })));
    return {
      exitCode: EXIT.done,
      json: {
        status: result.status,
        from,
        to,
        seconds,
        tables: result.built.map((built) => ({
          table: built.table,
          why: built.why,
          from: built.from,
          to: built.to,
          rows: built.rows,
          changed_dates: built.changedDates,
          seconds: built.seconds,
        })),
        incomplete: short,
        left_out: result.leftOut,
        reconstructed: result.reconstructed,
      },
      line: () =>
        `${plural(result.built.length, 'table')} computed up to ${to} in ${duration(seconds)}`,
      text: (style) => {
        if (result.built.length === 0) {
          return `Nothing to do: every table up to ${to} is as its inputs make it. (${duration(seconds)})`;
        }
        const right = 'right' as const;
        const columns = [
          { title: 'table' },
          { title: 'rows', align: right },
          { title: 'dates changed', align: right },
          { title: 'time', align: right },
          { title: 'why', maxWidth: 50 },
        ];
        const rows = result.built.map((built) => [
          built.table,
          count(built.rows),
          count(built.changedDates),
          duration(built.seconds),
          built.why,
        ]);
        return [
          table(columns, rows, style),
          '',
          `Computed ${plural(result.built.length, 'table')} in ${duration(seconds)}${
            short.length === 0
              ? ''
              : style.yellow(`; ${plural(short.length, 'date')} of a table incomplete`)
          }. Next: ${style.bold(hint(env, 'validate'))}`,
        ].join('\n');
      },
    };
  });
}
