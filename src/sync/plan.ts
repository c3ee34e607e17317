import { RAW_TABLES, type RawTable } from '../config/raw-tables.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import type { Replica } from '../replica/replica.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/** The column by which every raw table is partitioned. */
export const RAW_PARTITION = 'game_date';

export type FetchReason = 'missing' | 'changed upstream' | 'asked';

/** What sync will do with one raw table; dates ascending. */
export interface TablePlan {
  /** `dataset.table` */
  readonly table: string;
  readonly inWarehouse: boolean;
  readonly fetch: readonly { date: string; token: string; rows: number; reason: FetchReason }[];
  /** Partitions that the warehouse has no more. */
  readonly remove: readonly string[];
  readonly unchanged: number;
  readonly undatedRows: number;
}

/** Frozen: what sync will do, table by table. */
export interface SyncPlan {
  readonly from: string;
  readonly to: string;
  readonly tables: readonly TablePlan[];
}

/**
 * Asks the warehouse for the partitions of every raw table and compares their tokens with the ledger's.
 * History before `from` is part of the plan, because windows read it; the schedule is taken whole,
 * because a game can have moved to a later date, and injury reports run two days ahead.
 * @throws HoopduckError TABLE_MISSING (exit 2) when a needed table is not in the warehouse
 */
export async function planSync(
  warehouse: Warehouse,
  replica: Replica,
  span: { from: string; to: string; refresh?: boolean },
): Promise<SyncPlan> {
  const tables: TablePlan[] = [];
  for (const raw of RAW_TABLES) {
    tables.push(await planTable(warehouse, replica, raw, span));
  }
  return Object.freeze({ from: span.from, to: span.to, tables });
}

async function planTable(
  warehouse: Warehouse,
  replica: Replica,
  raw: RawTable,
  span: { from: string; to: string; refresh?: boolean },
): Promise<TablePlan> {
  const table = `nba_raw.${raw.name}`;
  const listing = await warehouse.partitions(table, RAW_PARTITION);
  if (listing === undefined && raw.needed) {
    throw new HoopduckError(
      'TABLE_MISSING',
      `The needed table "${table}" is not in the warehouse "${warehouse.location}".`,
      { next: `Put its Parquet files under "${table.replace('.', '/')}/".`, exitCode: EXIT.usage },
    );
  }
  const last = lastWanted(raw, span.to);
  const known = new Map(
    (
      await replica.rows<{ date: string; token: string | null }>(
        `SELECT CAST(game_date AS VARCHAR) AS date, source_token AS token
         FROM hoopduck.partition WHERE table_name = $table`,
        { table },
      )
    ).map((row) => [row.date, row.token]),
  );
  const fetch: TablePlan['fetch'][number][] = [];
  let unchanged = 0;
  const present = new Set<string>();
  for (const partition of listing?.partitions ?? []) {
    present.add(partition.date);
    if (partition.date > last) continue;
    const asked = span.refresh === true && partition.date >= span.from;
    const reason: FetchReason | null = !known.has(partition.date)
      ? 'missing'
      : known.get(partition.date) !== partition.token
        ? 'changed upstream'
        : asked
          ? 'asked'
          : null;
    if (reason === null) unchanged += 1;
    else fetch.push({ ...partition, reason });
  }
  const byDate = (a: { date: string }, b: { date: string }) => (a.date < b.date ? -1 : 1);
  return Object.freeze({
    table,
    inWarehouse: listing !== undefined,
    fetch: fetch.sort(byDate),
    remove: [...known.keys()].filter((date) => !present.has(date)).sort(),
    unchanged,
    undatedRows: listing?.undatedRows ?? 0,
  });
}

/** A report that comes out on a date is filed under its games' dates, which can all be later ones. */
const REPORT_DAYS_AHEAD = 2;

function lastWanted(raw: RawTable, to: string): string {
  if (raw.name === 'nbac_schedule') return '9999-12-31';
  if (raw.name !== 'nbac_injury_report') return to;
  const day = new Date(`${to}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + REPORT_DAYS_AHEAD);
  return day.toISOString().slice(0, 10);
}

/**
 * First and last date of the warehouse's schedule, the bounds of a run that names none.
 * @throws HoopduckError TABLE_MISSING or SCHEDULE_EMPTY (exit 2)
 */
export async function scheduleBounds(warehouse: Warehouse): Promise<{ from: string; to: string }> {
  const listing = await warehouse.partitions('nba_raw.nbac_schedule', RAW_PARTITION);
  const dates = (listing?.partitions ?? []).map((partition) => partition.date).sort();
  if (listing === undefined || dates.length === 0) {
    throw new HoopduckError(
      'SCHEDULE_EMPTY',
      `The warehouse "${warehouse.location}" has no games in "nba_raw.nbac_schedule".`,
      {
        next: 'Check "warehouse.path" in hoopduck.yaml, or make a sample league with "hoopduck sample".',
        exitCode: EXIT.usage,
      },
    );
  }
  return { from: dates[0]!, to: dates.at(-1)! };
}
