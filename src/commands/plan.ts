import { bytes, count, plural } from '../console/format.ts';
import type { Style } from '../console/style.ts';
import { table } from '../console/table.ts';
import { EXIT } from '../errors.ts';
import type { RunPlan } from '../pipeline/plan.ts';
import type { CommandEnvironment, Outcome } from './command.ts';
import { hint } from './hint.ts';
import { checkRange } from './options.ts';

interface PlanOptions {
  readonly from?: string;
  readonly to?: string;
}

/** Shows what run would read and rebuild, and why; nothing is changed. */
export async function execute(options: PlanOptions, env: CommandEnvironment): Promise<Outcome> {
  checkRange(options, 'plan');
  return env.stage(
    options,
    async (ctx) => {
      const { planRun } = await import('../pipeline/plan.ts');
      const plan = await planRun(ctx, options);
      return {
        exitCode: EXIT.done,
        json: { plan },
        text: (style) => planText(plan, hint(env, 'run'), style),
      };
    },
    { warehouse: true },
  );
}

const right = 'right' as const;

function planText(plan: RunPlan, next: string, style: Style): string {
  const sync = syncRows(plan);
  const parts = [`${style.bold('Range')}  ${plan.from} to ${plan.to}`];
  if (sync.length === 0) {
    parts.push('Sync: nothing; every partition is as the warehouse has it.');
  } else {
    const columns = [
      { title: 'sync' },
      { title: 'dates', align: right },
      { title: 'rows', align: right },
      { title: 'from' },
      { title: 'to' },
      { title: 'why' },
    ];
    parts.push(table(columns, sync, style));
  }
  if (plan.reading.length > 0) parts.push(readingText(plan));
  const absent = plan.sync.tables.filter((planned) => !planned.inWarehouse);
  if (absent.length > 0) {
    parts.push(`Not in the warehouse: ${absent.map((planned) => planned.table).join(', ')}.`);
  }
  if (plan.transform.length === 0) {
    parts.push('Transform: nothing; every table is as its inputs make it.');
  } else {
    parts.push(table(TRANSFORM_COLUMNS, transformRows(plan), style));
    const examples = plan.transform.flatMap(exampleOf);
    if (examples.length > 0) parts.push(examples.join('\n'));
  }
  const read = plan.sync.tables.reduce((sum, planned) => sum + rowsOf(planned), 0);
  parts.push(
    sync.length === 0 && plan.transform.length === 0
      ? `Nothing would be read or rebuilt. Then gates, training if its inputs changed, and predictions.`
      : `${style.bold(next)} would read ${plural(read, 'row')} and rebuild ${plural(plan.transform.length, 'table')}; then gates, training if its inputs changed, and predictions.`,
  );
  return parts.join('\n\n');
}

const TRANSFORM_COLUMNS = [
  { title: 'transform' },
  { title: 'dates', align: right },
  { title: 'differ', align: right },
  { title: 'from' },
  { title: 'to' },
  { title: 'why', maxWidth: 80 },
];

/** A row for each table that would be rebuilt: how many dates, and how many come out different. */
function transformRows(plan: RunPlan): string[][] {
  return plan.transform.map(({ table, dates, changedDates, from, to, why }) => [
    table,
    dates === null ? '' : count(dates),
    changedDates === null ? '' : count(changedDates),
    from <= '1900-01-01' ? 'the start' : from,
    to,
    why,
  ]);
}

/** For a table that looks back: the first date that a change reaches, and the date that it reads. */
function exampleOf({ table, reasons }: RunPlan['transform'][number]): string[] {
  const reaching = reasons.find(({ example }) => example.includes(' reads '));
  if (reaching === undefined) return [];
  const [date, cause] = reaching.example.split(' reads ');
  return [
    `${table} of ${date} reads ${cause}, because ${reaching.why} (${plural(reaching.dates, 'date')}).`,
  ];
}

/** How what is to be read would be read, and the bytes that the warehouse would bill. */
function readingText({ reading }: RunPlan): string {
  const ways = new Map<string, { tables: number; billed: number | null }>();
  for (const { estimate } of reading) {
    const known = ways.get(estimate.way) ?? { tables: 0, billed: null };
    const billed =
      estimate.bytesBilled === null ? known.billed : (known.billed ?? 0) + estimate.bytesBilled;
    ways.set(estimate.way, { tables: known.tables + 1, billed });
  }
  return [...ways]
    .map(([way, { tables, billed }]) => {
      const price = billed === null ? '' : `, ${bytes(billed)} billed`;
      return `Read by ${way}: ${plural(tables, 'table')}${price}.`;
    })
    .join('\n');
}

/** A row for each table and reason that sync has something to do for. */
function syncRows(plan: RunPlan): string[][] {
  return plan.sync.tables.flatMap((planned) => {
    const reasons = [...new Set(planned.fetch.map((partition) => partition.reason))];
    const rows = reasons.map((reason) => {
      const those = planned.fetch.filter((partition) => partition.reason === reason);
      const dates = those.map((partition) => partition.date);
      const total = those.reduce((sum, partition) => sum + partition.rows, 0);
      return [planned.table, count(dates.length), count(total), dates[0]!, dates.at(-1)!, reason];
    });
    const { table, remove } = planned;
    const gone = [
      table,
      count(remove.length),
      '',
      remove[0] ?? '',
      remove.at(-1) ?? '',
      'no longer in the warehouse: removed',
    ];
    return remove.length > 0 ? [...rows, gone] : rows;
  });
}

function rowsOf(planned: RunPlan['sync']['tables'][number]): number {
  return planned.fetch.reduce((sum, partition) => sum + partition.rows, 0);
}
