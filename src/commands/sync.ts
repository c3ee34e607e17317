import { spanOf } from '../config/span.ts';
import { table } from '../console/table.ts';
import { EXIT } from '../errors.ts';
import { count, duration, plural } from '../format.ts';
import type { CommandEnvironment, Outcome } from './command.ts';
import { hint } from './hint.ts';
import { checkRange, withKeepInputs } from './options.ts';

interface SyncOptions {
  readonly from?: string;
  readonly to?: string;
  readonly refresh?: boolean;
  readonly acceptMissingColumns?: boolean;
  readonly keepInputs?: boolean;
}

/** Brings raw partitions that are missing, changed or asked for into the replica. */
export async function execute(options: SyncOptions, env: CommandEnvironment): Promise<Outcome> {
  checkRange(options, 'sync');
  const started = performance.now();
  return env.stage(
    options,
    async (ctx) => {
      const { openSource } = await import('../warehouse/open.ts');
      const { scheduleBounds } = await import('../sync/plan.ts');
      const { syncStage } = await import('../sync/sync.ts');
      const warehouse = await openSource(ctx);
      const { from, to } = spanOf(options, await scheduleBounds(warehouse));
      const result = await syncStage(withKeepInputs(ctx, options.keepInputs), warehouse, {
        from,
        to,
        refresh: options.refresh === true,
        acceptMissingColumns: options.acceptMissingColumns === true,
      });
      const seconds = (performance.now() - started) / 1000;
      const tables = result.plan.tables.map((planned) => {
        const landed = result.landed.find(({ table }) => table === planned.table);
        return {
          table: planned.table,
          in_warehouse: planned.inWarehouse,
          rows: landed?.rows ?? 0,
          added: landed?.added.length ?? 0,
          restated: landed?.restated ?? [],
          removed: landed?.removed ?? [],
          unchanged: planned.unchanged + (landed?.same ?? 0),
        };
      });
      return {
        exitCode: EXIT.done,
        json: { status: result.status, from, to, seconds, tables, missing: result.missing },
        line: () =>
          `${plural(
            tables.reduce((sum, t) => sum + t.rows, 0),
            'row',
          )} synced up to ${to} in ${duration(seconds)}`,
        text: (style) => {
          if (result.status === 'nothing') {
            return `Nothing to do: every partition up to ${to} is as the warehouse has it. (${duration(seconds)})`;
          }
          const rows = tables.map((t) => [
            t.table,
            t.in_warehouse ? count(t.rows) : style.dim('not there'),
            count(t.added),
            count(t.restated.length),
            count(t.removed.length),
            count(t.unchanged),
          ]);
          const right = 'right' as const;
          const columns = [
            { title: 'table' },
            { title: 'rows read', align: right },
            { title: 'new dates', align: right },
            { title: 'restated', align: right },
            { title: 'removed', align: right },
            { title: 'unchanged', align: right },
          ];
          return [
            table(columns, rows, style),
            '',
            `Synced up to ${to} in ${duration(seconds)}: ${plural(
              tables.reduce((sum, t) => sum + t.rows, 0),
              'row',
            )}. Next: ${style.bold(hint(env, 'transform'))}`,
          ].join('\n');
        },
      };
    },
    { warehouse: true },
  );
}
