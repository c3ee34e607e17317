import type { StageContext } from '../context.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import { plural, spanText } from '../format.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { checkDrift } from './drift.ts';
import { clearUnrecordedInputs, holdInputsToCap } from './keep-inputs.ts';
import { createRawTables, type LandResult, landTable } from './land.ts';
import { planSync, type SyncPlan } from './plan.ts';

/** What the sync stage did. */
export interface SyncResult {
  readonly status: 'done' | 'nothing';
  readonly plan: SyncPlan;
  readonly landed: readonly LandResult[];
  /** Tables that the warehouse does not have and that the run goes on without. */
  readonly missing: readonly string[];
}

/**
 * Brings the replica's raw tables up to date with the warehouse: partitions that are missing, changed
 * or asked for are read; unchanged ones are not. A restated partition is named.
 */
export async function syncStage(
  context: StageContext,
  warehouse: Warehouse,
  span: { from: string; to: string; refresh?: boolean; acceptMissingColumns?: boolean },
): Promise<SyncResult> {
  const { replica, report } = context;
  await createRawTables(replica);
  await clearUnrecordedInputs(context);
  const plan = await planSync(warehouse, replica, span);
  const missing = plan.tables.filter((table) => !table.inWarehouse).map((table) => table.table);
  for (const table of missing) report.info(`${table} is not in the warehouse; going on without it`);
  const landed: LandResult[] = [];
  for (const [index, table] of plan.tables.entries()) {
    if (context.signal.aborted) {
      throw new HoopduckError('INTERRUPTED', 'Stopped between two tables, as asked.', {
        next: 'Run the same command again; landed partitions are not read again.',
        exitCode: EXIT.interrupted,
      });
    }
    report.progress(`sync ${table.table}`, index, plan.tables.length);
    if (table.undatedRows > 0) {
      report.warn(
        `${table.table}: ${table.undatedRows} rows without a date were left in the warehouse`,
      );
    }
    if (table.fetch.length === 0 && table.remove.length === 0) continue;
    if (table.fetch.length > 0) {
      await checkDrift(context, warehouse, table.table, span.acceptMissingColumns === true);
    }
    const result = await landTable(context, warehouse, table);
    landed.push(result);
    tell(context, result);
  }
  report.progress('sync tables', plan.tables.length, plan.tables.length);
  await holdInputsToCap(context);
  const touched = landed.some(
    (result) => result.added.length + result.restated.length + result.removed.length > 0,
  );
  return { status: touched ? 'done' : 'nothing', plan, landed, missing };
}

function tell(context: StageContext, result: LandResult): void {
  const { report } = context;
  if (result.added.length > 0) {
    report.info(
      `${result.table}: ${plural(result.rows, 'row')} of ${plural(result.added.length, 'new date')}, ${spanText(result.added[0]!, result.added.at(-1)!)}`,
    );
  }
  if (result.restated.length > 0) {
    report.info(`${result.table}: restated ${list(result.restated)}`);
  }
  if (result.removed.length > 0) {
    report.warn(`${result.table}: removed, no longer in the warehouse: ${list(result.removed)}`);
  }
}

function list(dates: readonly string[]): string {
  const shown = dates.slice(0, 5).join(', ');
  return dates.length > 5 ? `${shown} and ${dates.length - 5} more dates` : shown;
}
