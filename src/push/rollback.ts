import type { StageContext } from '../context.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import { recordForced } from '../ledger/ledger.ts';
import { quoteTable } from '../replica/identifiers.ts';
import { unionRelation } from '../replica/relation.ts';
import { backupMissing } from '../warehouse/local-backups.ts';
import { openTarget } from '../warehouse/open.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { journaledBackups } from './backups.ts';
import { carryOut, journalUnits, type TableOutcome } from './carry-out.ts';
import { digestRelations, digestTarget, mergeDigests } from './digests.ts';
import {
  type JournalDate,
  journaledUnits,
  journalStatus,
  openJournal,
  settlePush,
  unfinishedPushes,
} from './journal.ts';
import { readBaselines } from './ledger.ts';
import type { PlannedUnit, Refusal, TablePlan } from './plan.ts';
import { type PushResult, plannedOutcomes, resultOf } from './result.ts';
import { inPushOrder, type PushTable } from './tables.ts';

export interface RollbackOptions {
  /** A run, or one of its pushes; `last`: the newest push that is no rollback itself. */
  readonly run: string;
  /** Put back also what changed since that push; the ledger keeps the reason. */
  readonly force?: { readonly reason: string } | undefined;
  /** Plan and compare; put nothing back. */
  readonly dryRun?: boolean | undefined;
  /** Where the push went instead of the configured target. */
  readonly warehouse?: Warehouse | undefined;
}

const RELATION = 'temp.push_rollback';

/** What a push wrote of one table, and what was there before. */
interface WrittenTable {
  readonly table: PushTable;
  readonly dates: readonly JournalDate[];
  /** Where the rows of which dates are kept. */
  readonly backups: readonly { readonly reference: string; readonly dates: readonly string[] }[];
}

/**
 * Puts back what a push replaced, from its backups, and proves by digest that production is as it was:
 * dates that were not there before are taken away again. Dates that are not as that push left them are refused. It is a
 * push itself: staged, compared, swapped, read back, journaled, with backups of its own.
 * @throws HoopduckError PUSH_UNKNOWN (exit 2), BACKUP_MISSING (exit 3), BACKUP_DIFFERS (exit 4)
 */
export async function rollbackStage(
  ctx: StageContext,
  options: RollbackOptions,
): Promise<PushResult> {
  const warehouse = options.warehouse ?? (await openTarget(ctx));
  try {
    return await rollBack(ctx, warehouse, options);
  } finally {
    if (options.warehouse === undefined) await warehouse.close();
  }
}

async function rollBack(
  ctx: StageContext,
  warehouse: Warehouse,
  { run, force, dryRun }: RollbackOptions,
): Promise<PushResult> {
  const target = warehouse.location;
  for (const push of await unfinishedPushes(ctx, target)) {
    await settlePush(ctx, warehouse, push, 'failed');
  }
  const pushId = await pushOf(ctx, target, run);
  const written = await writtenTables(ctx, pushId);
  const baselines = await readBaselines(ctx.replica, target);
  const plans: TablePlan[] = [];
  const outcomes: TableOutcome[] = [];
  let journal: string | undefined;
  for (const table of written) {
    const plan = await planRollback(ctx, warehouse, table, force !== undefined);
    plans.push(plan);
    if (dryRun === true) continue;
    for (const refusal of plan.forced) {
      const what = `roll back ${refusal.table} ${refusal.date}, although ${refusal.reason}`;
      await recordForced(ctx.replica, ctx.runId, what, force!.reason, ctx.now());
    }
    if (plan.units.length === 0) {
      outcomes.push({ written: 0, removed: 0, rows: 0, units: 0, refused: [] });
      continue;
    }
    journal = await openJournal(ctx, target, journalUnits(plan), {
      resumed: journal,
      rollbackOf: pushId,
    });
    await journalStatus(ctx, journal, 'writing', {});
    const known = baselines.get(table.table.name) ?? new Map();
    await readBackups(ctx, warehouse, table, plan);
    try {
      const source = { relation: RELATION, origin: 'observed' } as const;
      outcomes.push(await carryOut(ctx, warehouse, plan, known, journal, source));
    } finally {
      await ctx.replica.run(`DROP TABLE IF EXISTS ${quoteTable(RELATION)}`);
    }
  }
  if (dryRun === true) return resultOf(target, plans, plannedOutcomes(plans), true);
  const result = resultOf(target, plans, outcomes, false);
  if (journal !== undefined) {
    await journalStatus(ctx, journal, 'done', {
      rollback_of: pushId,
      rows: result.rows,
      refused: result.refused.length,
    });
  }
  return result;
}

async function pushOf(ctx: StageContext, target: string, run: string): Promise<string> {
  const pushes = await ctx.replica.rows<{ pushId: string; runId: string; isRollback: boolean }>(
    `SELECT push_id AS "pushId", run_id AS "runId", rollback_of IS NOT NULL AS "isRollback"
     FROM hoopduck.push
     WHERE target = $target ORDER BY started_at DESC, push_id DESC`,
    { target },
  );
  const found = pushes.find((push) =>
    run === 'last' ? !push.isRollback : push.pushId === run || push.runId === run,
  );
  if (found !== undefined) return found.pushId;
  const known = pushes.slice(0, 5).map((push) => `"${push.runId}"`);
  throw new HoopduckError('PUSH_UNKNOWN', `No push to "${target}" belongs to the run "${run}".`, {
    next:
      known.length === 0
        ? 'Nothing was pushed to it from this replica yet.'
        : `The newest runs that pushed are ${known.join(', ')}.`,
    exitCode: EXIT.usage,
  });
}

/** What a push wrote, table by table; a date that it planned more than once has its first state as "before". */
async function writtenTables(ctx: StageContext, pushId: string): Promise<WrittenTable[]> {
  const swapped = new Set(
    await ctx.replica.column<string>(
      `SELECT DISTINCT table_name || '/' || unit FROM hoopduck.push_step
       WHERE push_id = $pushId AND step IN ('written', 'verified')`,
      { pushId },
    ),
  );
  const kept = new Map(
    (await journaledBackups(ctx, pushId)).map(({ table, unit, reference }) => [
      `${table}/${unit}`,
      reference,
    ]),
  );
  const tables = new Map<
    string,
    { dates: Map<string, JournalDate>; backups: Map<string, string[]> }
  >();
  for (const { table, unit, dates } of await journaledUnits(ctx, pushId)) {
    if (!swapped.has(`${table}/${unit}`)) continue;
    const known = tables.get(table) ?? { dates: new Map(), backups: new Map() };
    tables.set(table, known);
    const reference = kept.get(`${table}/${unit}`);
    for (const date of dates) {
      const first = known.dates.get(date.date);
      known.dates.set(date.date, first === undefined ? date : { ...date, before: first.before });
      if (first !== undefined || reference === undefined) continue;
      known.backups.set(reference, [...(known.backups.get(reference) ?? []), date.date]);
    }
  }
  return inPushOrder(tables.keys())
    .reverse()
    .map((table) => {
      const { dates, backups } = tables.get(table.name)!;
      return {
        table,
        dates: [...dates.values()],
        backups: [...backups].map(([reference, of]) => ({ reference, dates: of })),
      };
    });
}

async function planRollback(
  ctx: StageContext,
  warehouse: Warehouse,
  { table, dates }: WrittenTable,
  force: boolean,
): Promise<TablePlan> {
  const { name, partitionColumn } = table;
  await warehouse.partitions(name, partitionColumn);
  const names = dates.map(({ date }) => date);
  const now = await digestTarget(ctx.replica, warehouse, table, names);
  const refused: Refusal[] = [];
  const forced: Refusal[] = [];
  const open: JournalDate[] = [];
  let unchanged = 0;
  for (const date of dates) {
    const found = now.get(date.date) ?? null;
    if (found === date.before) {
      unchanged += 1;
      continue;
    }
    if (found !== date.digest) {
      const reason = 'it changed in the target after that push';
      const refusal: Refusal = { table: name, date: date.date, reason, kind: 'moved' };
      (force ? forced : refused).push(refusal);
      if (!force) continue;
    }
    open.push(date);
  }
  const planned = new Map(open.map((date) => [date.date, date]));
  const unitPlan = await warehouse.units(name, partitionColumn, [...planned.keys()]);
  for (const { date, reason } of unitPlan.refused) {
    refused.push({ table: name, date, reason, kind: 'moved' });
  }
  const units = unitPlan.units.map((unit): PlannedUnit => {
    const before = (date: string) => planned.get(date)!.before;
    return {
      unit,
      writes: unit.dates
        .filter((date) => before(date) !== null)
        .map((date) => ({
          date,
          rows: Number(before(date)!.split('-')[0]),
          why: 'rollback',
          digest: before(date)!,
          localDigest: '',
        })),
      removes: unit.dates.filter((date) => before(date) === null),
      before: new Map([...now].filter(([date]) => unit.dates.includes(date))),
    };
  });
  return Object.freeze({ table, units, unchanged, refused, forced, remember: [] });
}

/** Brings what the backups hold of the dates into a temporary table, and checks that it is what was there. */
async function readBackups(
  ctx: StageContext,
  warehouse: Warehouse,
  { table, backups }: WrittenTable,
  plan: TablePlan,
): Promise<void> {
  const { replica } = ctx;
  const writes = plan.units.flatMap((unit) => unit.writes);
  const wanted = new Set(writes.map((write) => write.date));
  const kept = new Set(backups.flatMap((backup) => backup.dates));
  const gone = [...wanted].find((date) => !kept.has(date));
  if (gone !== undefined) throw backupMissing(`${table.name} of ${gone}`);
  const relations: string[] = [];
  const releases: (() => Promise<void>)[] = [];
  for (const { reference, dates } of backups) {
    const open = dates.filter((date) => wanted.has(date));
    if (open.length === 0) continue;
    const rows = await warehouse.readBackup(reference, table.partitionColumn, open);
    relations.push(...rows.relations);
    releases.push(rows.release);
  }
  try {
    if (relations.length === 0) {
      await replica.run(
        `CREATE OR REPLACE TEMP TABLE push_rollback AS SELECT * FROM ${quoteTable(table.name)} LIMIT 0`,
      );
    } else {
      await replica.run(
        `CREATE OR REPLACE TEMP TABLE push_rollback AS SELECT * FROM ${unionRelation(relations)}`,
      );
    }
  } finally {
    for (const release of releases) await release();
  }
  const relation = quoteTable(RELATION);
  const parts = await digestRelations(replica, table.partitionColumn, [relation]);
  const found = mergeDigests(parts.values());
  for (const { date, digest } of writes) {
    if (found.get(date) === digest) continue;
    throw new HoopduckError(
      'BACKUP_DIFFERS',
      `The backup of "${table.name}" of ${date} is ${found.get(date) ?? 'empty'}; ${digest} was there before the push.`,
      {
        next: 'Nothing of this table was put back. Restore it from another copy of production.',
        exitCode: EXIT.refused,
      },
    );
  }
}
