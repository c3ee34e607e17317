import type { StageContext } from '../context.ts';
import { rowHashSql } from '../replica/digest.ts';
import { quoteIdentifier, quoteTable } from '../replica/identifiers.ts';
import { columnsOfRelation, unionRelation } from '../replica/relation.ts';
import { declaredColumns } from '../warehouse/declared.ts';
import type { TransferEstimate, Warehouse } from '../warehouse/warehouse.ts';
import type { TablePlan } from './plan.ts';

/** What a push would do to one table's rows, and how. */
export interface TablePreview {
  /** Rows by key: only in the replica, in both but different, only in the target. */
  readonly rows: { readonly added: number; readonly changed: number; readonly removed: number };
  readonly estimate: TransferEstimate;
}

/** What the plans would do, row by row; in the order of the plans. Reads the target, writes nothing. */
export async function previewPlans(
  ctx: StageContext,
  warehouse: Warehouse,
  plans: readonly TablePlan[],
): Promise<TablePreview[]> {
  const previews: TablePreview[] = [];
  for (const plan of plans) {
    const { name, partitionColumn } = plan.table;
    const dates = plan.units.flatMap((unit) => [
      ...unit.writes.map((write) => write.date),
      ...unit.removes,
    ]);
    const estimate = await warehouse.estimate(name, partitionColumn, dates, 'write');
    previews.push({ rows: await rowChanges(ctx, warehouse, plan), estimate });
  }
  return previews;
}

async function rowChanges(
  ctx: StageContext,
  warehouse: Warehouse,
  plan: TablePlan,
): Promise<TablePreview['rows']> {
  const { replica } = ctx;
  const { name, partitionColumn } = plan.table;
  const total = { added: 0, changed: 0, removed: 0 };
  for (const { unit, writes, removes, before } of plan.units) {
    if (before.size === 0) {
      total.added += writes.reduce((sum, write) => sum + write.rows, 0);
      continue;
    }
    const fetched = await warehouse.fetch(name, [...before.keys()]);
    try {
      const relation = unionRelation(fetched.relations);
      const there = await columnsOfRelation(replica, relation);
      const columns = declaredColumns(
        name,
        partitionColumn,
        await replica.columnsOf(name),
        unit.columns,
      );
      const date = `TRY_CAST(${quoteIdentifier(partitionColumn)} AS DATE)`;
      const present = new Set(there.map((column) => column.name));
      const key = plan.table.key.filter((column) => present.has(column));
      const keySql = (hash: string) =>
        key.length === 0
          ? hash
          : `concat_ws(chr(31), ${key.map((column) => `CAST(${quoteIdentifier(column)} AS VARCHAR)`).join(', ')})`;
      const selected = columns.map(
        ({ name: column, sql }) => `${sql} AS ${quoteIdentifier(column)}`,
      );
      const side = (source: string, hash: string, dates: string) =>
        `SELECT ${date} AS d, ${keySql(hash)} AS k, ${hash} AS h FROM ${source}
         WHERE ${date} IN (SELECT unnest(from_json(${dates}, '["DATE"]')))`;
      const counts = await replica.row<typeof total>(
        `WITH l AS (${side(`(SELECT ${selected.join(', ')} FROM ${quoteTable(name)})`, rowHashSql(columns), '$written')}),
         t AS (${side(relation, rowHashSql(there), '$touched')})
         SELECT count_if(t.h IS NULL) AS added, count_if(l.h IS NULL) AS removed,
           count_if(l.h <> t.h) AS changed
         FROM l FULL JOIN t ON l.d = t.d AND l.k = t.k`,
        {
          written: JSON.stringify(writes.map((write) => write.date)),
          touched: JSON.stringify([...before.keys(), ...removes]),
        },
      );
      total.added += counts?.added ?? 0;
      total.changed += counts?.changed ?? 0;
      total.removed += counts?.removed ?? 0;
    } finally {
      await fetched.release();
    }
  }
  return total;
}
