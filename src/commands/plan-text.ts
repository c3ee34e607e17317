import type { Style } from '../console/style.ts';
import { table } from '../console/table.ts';
import { labelled, wrap } from '../console/wrap.ts';
import { bytes, count, duration, plural } from '../format.ts';
import type { RunPlan } from '../pipeline/plan.ts';
import type { StageEstimate, TimeEstimate } from './plan-time.ts';

type SyncTable = RunPlan['sync']['tables'][number];

const right = 'right' as const;

/** Where a table is wholly new, its dates begin before any game. */
const BEFORE_ALL = '1900-01-01';

/** From here on there is room for the reasons beside the tables. */
const WIDE = 120;
const WHY_WIDTH = 60;

/** Tables whose reason is told in a sentence of its own. */
const EXPLAINED = 3;

const RAW = 'nba_raw.';

/** Reasons to read a partition, as a person says them. */
const REASONS: Readonly<Record<SyncTable['fetch'][number]['reason'], string>> = {
  missing: 'new',
  'changed upstream': 'changed',
  asked: 'asked for',
};

/** A plan as a person would say it: what in a sentence; then how much, why, how long and at what price. */
export function planText(plan: RunPlan, time: TimeEstimate, next: string, style: Style): string {
  const parts = [
    leadText(plan, next, style),
    syncText(plan, style),
    transformText(plan, style),
    [
      line(
        'Dates',
        `${plan.from} to ${plan.to}; earlier ones are read where windows need them`,
        style,
      ),
      line('Then', 'gates, training if its inputs changed, predictions', style),
      line('Time', timeText(time), style),
      line('Price', priceText(plan), style),
      ...absentLines(plan, style),
    ].join('\n'),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

const LABEL_WIDTH = 6;

function line(label: string, text: string, style: Style): string {
  return labelled(label, text, LABEL_WIDTH, style);
}

function leadText(plan: RunPlan, next: string, style: Style): string {
  const moved = plan.sync.tables.filter((one) => one.fetch.length + one.remove.length > 0);
  const rows = sum(moved.map(rowsOf));
  const dates = new Set(
    moved.flatMap((one) => [...one.fetch.map(({ date }) => date), ...one.remove]),
  );
  const run = style.bold(next);
  const say = (text: string) => wrap(text, 0, style);
  if (moved.length === 0 && plan.transform.length === 0) {
    return say(`${run} would find nothing to read or rebuild: all is as the warehouse has it.`);
  }
  const read =
    moved.length === 0
      ? 'read nothing'
      : `read ${plural(rows, 'row')} of ${plural(dates.size, 'date')} from ${plural(moved.length, 'table')}`;
  const rebuild =
    plan.transform.length === 0
      ? 'rebuild nothing'
      : `rebuild ${plural(plan.transform.length, 'table')}`;
  return say(`${run} would ${read} and ${rebuild}.`);
}

function syncText(plan: RunPlan, style: Style): string {
  const rows = plan.sync.tables.flatMap((planned) => syncRows(planned, style));
  if (rows.length === 0) return '';
  const columns = [
    { title: `read from ${RAW.slice(0, -1)}` },
    { title: 'dates', align: right },
    { title: 'rows', align: right },
    { title: 'which' },
    { title: 'why' },
  ];
  return table(columns, rows, style);
}

/** A row for each reason that a table is read for, and one for what the warehouse has no more. */
function syncRows(planned: SyncTable, style: Style): string[][] {
  const name = planned.table.replace(RAW, '');
  const reasons = [...new Set(planned.fetch.map(({ reason }) => reason))];
  const rows = reasons.map((reason) => {
    const those = planned.fetch.filter((partition) => partition.reason === reason);
    return [
      name,
      count(those.length),
      count(sum(those.map((partition) => partition.rows))),
      spanText(
        those.map(({ date }) => date),
        style,
      ),
      REASONS[reason],
    ];
  });
  const { remove } = planned;
  if (remove.length === 0) return rows;
  const gone = [name, count(remove.length), '', spanText(remove, style), 'gone'];
  return [...rows, gone];
}

function transformText(plan: RunPlan, style: Style): string {
  const published = plan.transform.filter((one) => !isStaging(one.table));
  const staging = plan.transform.length - published.length;
  if (published.length === 0) {
    return staging === 0 ? '' : `Only ${plural(staging, 'staging table')} would be rebuilt.`;
  }
  const known = published.some(({ dates }) => dates !== null);
  const wide = (style.width ?? WIDE) >= WIDE;
  const columns = [
    { title: 'rebuild' },
    ...(known
      ? [
          { title: 'dates', align: right },
          { title: 'differ', align: right },
        ]
      : []),
    { title: 'which' },
    ...(wide ? [{ title: 'why', maxWidth: WHY_WIDTH }] : []),
  ];
  const rows = published.map((one) => [
    one.table,
    ...(known ? [figure(one.dates), figure(one.changedDates)] : []),
    spanText([one.from, one.to], style),
    ...(wide ? [reasonText(one)] : []),
  ]);
  const rest =
    staging === 0
      ? ''
      : `\n${style.dim(`(and ${plural(staging, 'staging table')}; --json names them)`)}`;
  const examples = published.flatMap(exampleOf).slice(0, EXPLAINED);
  return [
    table(columns, rows, style) + rest,
    examples.map((text) => wrap(text, 2, style)).join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function isStaging(name: string): boolean {
  return name.startsWith('hoopduck.');
}

/** The first reason, and how many more there are. */
function reasonText({ why, reasons }: RunPlan['transform'][number]): string {
  const all = reasons.length > 0 ? reasons.map((reason) => reason.why) : why.split('; ');
  return all.length === 1 ? all[0]! : `${all[0]} (and ${all.length - 1} more)`;
}

function figure(n: number | null): string {
  return n === null ? '' : count(n);
}

/** `2024-11-07`, or first and last; a table that is new begins at the start. */
function spanText(dates: readonly string[], style: Style): string {
  const [from, to] = [dates[0]!, dates.at(-1)!];
  if (from === to) return from;
  const joint = (style.width ?? WIDE) >= WIDE ? ' to ' : '..';
  return from <= BEFORE_ALL ? `all to ${to}` : `${from}${joint}${to}`;
}

/** Of a table that looks back: the first date that a change reaches, and the date that it reads. */
function exampleOf({ table: name, reasons }: RunPlan['transform'][number]): string[] {
  const reaching = reasons.find(({ example }) => example.includes(' reads '));
  if (reaching === undefined) return [];
  const [date, cause] = reaching.example.split(' reads ');
  return [`${name} of ${date} reads ${cause}: ${reaching.why}.`];
}

/** `about 1 min 35 s by past runs: train 45 s, sync 20 s (31,000 rows/s); no past run to judge predict by`. */
function timeText({ seconds, stages }: TimeEstimate): string {
  if (seconds === null) return 'no past run to judge by';
  const known = stages.filter((stage) => stage.seconds !== null && stage.seconds > 0);
  const unknown = stages.filter((stage) => stage.seconds === null).map(({ name }) => name);
  const each = [...known]
    .sort((a, b) => b.seconds! - a.seconds!)
    .map((stage) => `${stage.name} ${duration(stage.seconds!)}${rateText(stage)}`);
  const rest = unknown.length === 0 ? '' : `; no past run to judge ${listed(unknown)} by`;
  if (known.length === 0) return `next to none, with nothing to do${rest}`;
  return `about ${duration(seconds)} by past runs: ${each.join(', ')}${rest}`;
}

function rateText({ name, rate }: StageEstimate): string {
  if (rate === null) return '';
  return ` (${rate >= 10 ? count(rate) : rate.toFixed(1)} ${name === 'sync' ? 'rows' : 'dates'}/s)`;
}

function listed(names: readonly string[]): string {
  return names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** What the warehouse would bill, and how it would be read. */
function priceText({ reading }: RunPlan): string {
  if (reading.length === 0) return 'nothing is read';
  const ways = [...new Set(reading.map(({ estimate }) => estimate.way))];
  const billed = reading.flatMap(({ estimate }) =>
    estimate.bytesBilled === null ? [] : [estimate.bytesBilled],
  );
  const price =
    billed.length === 0 ? 'nothing is billed by the byte' : `${bytes(sum(billed))} billed`;
  return `${price} (${ways.join('; ')})`;
}

function absentLines({ sync }: RunPlan, style: Style): string[] {
  const absent = sync.tables.filter(({ inWarehouse }) => !inWarehouse).map((one) => one.table);
  return absent.length === 0
    ? []
    : [line('Absent', `${absent.join(', ')}: not in the warehouse, not needed`, style)];
}

function rowsOf({ fetch }: SyncTable): number {
  return sum(fetch.map(({ rows }) => rows));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
