import type { StageContext } from '../context.ts';
import { EXIT, HoopduckError, messageOf } from '../errors.ts';
import { tableComments } from '../replica/table-comments.ts';
import { NO_TOKEN, type StagedUnit, type Warehouse } from '../warehouse/warehouse.ts';
import { contentId } from './content-id.ts';
import { type DateDigests, digestRelations } from './digests.ts';
import { type JournalDate, type JournalUnit, journalStep } from './journal.ts';
import { type Baseline, type BaselineChange, recordBaselines } from './ledger.ts';
import type { PlannedUnit, Refusal, TablePlan } from './plan.ts';
import { checkReplicaRows } from './replica-rows.ts';

/** What carrying out one table's plan did. */
export interface TableOutcome {
  readonly written: number;
  readonly removed: number;
  readonly rows: number;
  readonly units: number;
  /** Partitions of units that moved between the plan and their swap. */
  readonly refused: readonly Refusal[];
}

/** Where the rows of a push come from, and what the ledger is told of them. */
export interface PushSource {
  /** The table of the replica itself, or one that holds what a rollback puts back. */
  readonly relation: string;
  readonly origin: 'pushed' | 'observed';
}

interface Staged {
  readonly planned: PlannedUnit;
  readonly file: StagedUnit;
}

interface Swapped {
  readonly planned: PlannedUnit;
  readonly digests: DateDigests;
  readonly token: string;
}

/** The units of a plan as the journal has them. */
export function journalUnits(plan: TablePlan): JournalUnit[] {
  return plan.units.map((unit) => ({
    table: plan.table.name,
    unit: unit.unit.name,
    dates: journalDates(unit),
  }));
}

/** The dates of a unit as the journal has them. */
function journalDates({ writes, removes, before }: PlannedUnit): JournalDate[] {
  return [
    ...writes.map(({ date, digest, localDigest }) => ({
      date,
      digest,
      local_digest: localDigest,
      before: before.get(date) ?? null,
    })),
    ...removes.map((date) => ({
      date,
      digest: null,
      local_digest: null,
      before: before.get(date) ?? null,
    })),
  ];
}

/**
 * Writes the units of one table: what they replace is backed up, all are staged and compared by digest,
 * date by date, before the first is swapped. A unit whose place moved meanwhile is refused and left alone.
 * @throws HoopduckError STAGED_DIFFERS (exit 3) when what was written aside is not what was planned
 */
export async function carryOut(
  ctx: StageContext,
  warehouse: Warehouse,
  plan: TablePlan,
  baselines: ReadonlyMap<string, Baseline>,
  pushId: string,
  source: PushSource = { relation: plan.table.name, origin: 'pushed' },
): Promise<TableOutcome> {
  const table = plan.table.name;
  const columns = await ctx.replica.columnsOf(source.relation);
  const note = (planned: PlannedUnit, step: Parameters<typeof journalStep>[3], detail?: string) =>
    journalStep(ctx, pushId, { table, unit: planned.unit.name }, step, detail ?? null);
  const isNew = plan.units.some(({ unit }) => unit.columns === undefined);
  const comments = isNew ? await tableComments(ctx.replica, table) : undefined;
  const staged: Staged[] = [];
  try {
    for (const planned of plan.units) {
      const { partitionColumn } = plan.table;
      const dates = [...planned.before.keys()];
      const backup =
        dates.length === 0
          ? undefined
          : await warehouse.backup(table, partitionColumn, { ...planned.unit, dates }, pushId);
      if (backup !== undefined) await note(planned, 'backed up', backup);
      const file = await warehouse.stage({
        table,
        partitionColumn,
        relation: source.relation,
        columns,
        unit: planned.unit,
        dates: planned.writes.map((write) => write.date),
        removed: planned.removes,
        key: plan.table.key,
        pushId,
        contentId: contentId(table, journalDates(planned)),
        comments,
      });
      staged.push({ planned, file });
      await note(planned, 'staged');
    }
    const digests = await compareStaged(ctx, plan, staged);
    for (const { planned } of staged) await note(planned, 'compared');
    const swapped: Swapped[] = [];
    const refused: Refusal[] = [];
    for (const { planned, file } of staged) {
      try {
        const token = await file.swap();
        swapped.push({ planned, token, digests: digests.get(file.staged)! });
        await note(planned, 'written');
      } catch (error) {
        if (!(error instanceof HoopduckError && error.code === 'TARGET_MOVED')) throw error;
        refused.push(...refusalsOf(table, planned));
      }
    }
    await recordSwapped(ctx, warehouse, plan, baselines, pushId, swapped, source.origin);
    const writes = swapped.flatMap(({ planned }) => planned.writes);
    return {
      written: writes.length,
      removed: swapped.reduce((sum, { planned }) => sum + planned.removes.length, 0),
      rows: writes.reduce((sum, write) => sum + write.rows, 0),
      units: swapped.length,
      refused,
    };
  } finally {
    for (const { planned, file } of staged) {
      // What cannot be taken away now is taken away by the next push.
      await file.discard().catch((error: unknown) => {
        const what = `${table} ${planned.unit.name}`;
        ctx.report.warn(`what was staged of ${what} is still there: ${messageOf(error)}`);
      });
    }
  }
}

/** Reads back what is staged: written dates as planned, removed ones gone, all others as they are now. */
async function compareStaged(
  ctx: StageContext,
  plan: TablePlan,
  staged: readonly Staged[],
): Promise<Map<string, DateDigests>> {
  const { name, partitionColumn } = plan.table;
  const relations = staged.flatMap(({ file }) =>
    file.current === undefined ? [file.staged] : [file.staged, file.current],
  );
  const digests = await digestRelations(ctx.replica, partitionColumn, relations);
  for (const { planned, file } of staged) {
    const expected = new Map(file.current === undefined ? [] : digests.get(file.current)!);
    for (const date of planned.removes) expected.delete(date);
    for (const { date, digest } of planned.writes) expected.set(date, digest);
    const found = digests.get(file.staged)!;
    for (const date of new Set([...expected.keys(), ...found.keys()])) {
      if (expected.get(date) === found.get(date)) continue;
      const write = planned.writes.find((candidate) => candidate.date === date);
      if (write !== undefined && write.localDigest !== '') {
        await checkReplicaRows(ctx.replica, plan.table, new Map([[date, write.localDigest]]));
      }
      throw new HoopduckError(
        'STAGED_DIFFERS',
        `"${name}" of ${date} reads back as ${found.get(date) ?? 'nothing'} from "${file.staged}"; ${expected.get(date) ?? 'nothing'} was wanted.`,
        {
          next: 'Nothing of this table was swapped. Check the disk, then run "hoopduck push" again.',
          exitCode: EXIT.warehouse,
        },
      );
    }
  }
  return digests;
}

/** The target's new state into the ledger, with its tokens, so that the next push need not read it. */
async function recordSwapped(
  ctx: StageContext,
  warehouse: Warehouse,
  plan: TablePlan,
  baselines: ReadonlyMap<string, Baseline>,
  pushId: string,
  swapped: readonly Swapped[],
  origin: PushSource['origin'],
): Promise<void> {
  if (swapped.length === 0) return;
  const { name: table, partitionColumn } = plan.table;
  const isTold = swapped.some(({ token }) => token !== NO_TOKEN);
  const listing = isTold ? await warehouse.partitions(table, partitionColumn) : undefined;
  const tokens = new Map((listing?.partitions ?? []).map(({ date, token }) => [date, token]));
  const written: BaselineChange[] = [];
  const kept: BaselineChange[] = [];
  for (const { planned, digests, token } of swapped) {
    const now = isTold
      ? await warehouse.units(table, partitionColumn, planned.unit.dates)
      : { units: [] };
    const untouched = now.units.some(
      (unit) => unit.name === planned.unit.name && unit.token === token,
    );
    const tokenOf = (date: string) =>
      token === NO_TOKEN ? NO_TOKEN : untouched ? (tokens.get(date) ?? null) : null;
    const writes = new Map(planned.writes.map((write) => [write.date, write]));
    for (const [date, digest] of digests) {
      const write = writes.get(date);
      const known = baselines.get(date);
      if (write !== undefined) {
        const { localDigest } = write;
        written.push({ date, digest, origin, localDigest, token: tokenOf(date) });
      } else if (known?.digest === digest) {
        kept.push({ ...known, date, token: tokenOf(date) });
      }
    }
    for (const date of planned.removes) {
      written.push({ date, digest: null, origin: 'pushed', localDigest: null, token: null });
    }
  }
  const where = { target: warehouse.location, table, at: ctx.now() };
  await ctx.replica.transaction(async () => {
    await recordBaselines(ctx.replica, { ...where, pushId }, written);
    await refreshTokens(ctx, warehouse.location, table, kept);
    for (const { planned } of swapped) {
      await journalStep(ctx, pushId, { table, unit: planned.unit.name }, 'verified');
    }
  });
}

/** Kept partitions are as they were; only their file is another. */
async function refreshTokens(
  ctx: StageContext,
  target: string,
  table: string,
  kept: readonly BaselineChange[],
): Promise<void> {
  if (kept.length === 0) return;
  await ctx.replica.run(
    `UPDATE hoopduck.pushed AS p SET token = k.token
     FROM (SELECT unnest(from_json($kept, '[{"date": "DATE", "token": "VARCHAR"}]'),
             recursive := true)) AS k
     WHERE p.target = $target AND p.table_name = $table AND p.game_date = k.date`,
    {
      kept: JSON.stringify(kept.map(({ date, token }) => ({ date, token }))),
      target,
      table,
    },
  );
}

function refusalsOf(table: string, planned: PlannedUnit): Refusal[] {
  const dates = [...planned.writes.map((write) => write.date), ...planned.removes].sort();
  return dates.map((date) => ({
    table,
    date,
    reason: `"${planned.unit.name}" changed in the target while it was pushed`,
    kind: 'moved',
  }));
}
