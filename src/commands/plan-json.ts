import type { RunPlan } from '../pipeline/plan.ts';
import type { TimeEstimate } from './plan-time.ts';

/** A plan as `plan --json` prints it: names in snake_case, like every other document. */
export function planJson(plan: RunPlan, time: TimeEstimate): Record<string, unknown> {
  return {
    from: plan.from,
    to: plan.to,
    sync: {
      tables: plan.sync.tables.map((planned) => ({
        table: planned.table,
        in_warehouse: planned.inWarehouse,
        fetch: planned.fetch,
        remove: planned.remove,
        unchanged: planned.unchanged,
        undated_rows: planned.undatedRows,
      })),
    },
    transform: plan.transform.map(({ changedDates, ...model }) => ({
      ...model,
      changed_dates: changedDates,
    })),
    reading: plan.reading.map(({ table, estimate }) => ({
      table,
      way: estimate.way,
      bytes_billed: estimate.bytesBilled,
    })),
    time,
  };
}
