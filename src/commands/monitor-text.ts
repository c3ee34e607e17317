import type { Style } from '../console/style.ts';
import { table } from '../console/table.ts';
import { count, plural } from '../format.ts';
import type { Monitor } from '../train/monitor/monitor.ts';

/** What status says of the predictions: the newest days, a table by week, alarms with the next step. */
export function monitorLines(monitor: Monitor | null, style: Style): string[] {
  if (monitor === null) return [];
  const label = style.bold('Monitor  ');
  const { recent } = monitor;
  if (recent === null) return [`${label} no prediction of this model is graded yet`];
  const expected =
    monitor.expected_mae === null ? '' : ` (expected ${monitor.expected_mae.toFixed(3)})`;
  return [
    `${label} ${plural(recent.rows, 'result')} on ${plural(recent.dates, 'date')} to ${recent.to}: MAE ${recent.mae.toFixed(3)}${expected}, ${share(recent.coverage_80)} in the 80% interval, ${driftText(monitor)}`,
    ...weekTable(monitor, style),
    ...monitor.alarms.flatMap(({ message, next }) => [
      `${style.red('alarm')} ${message}`,
      `      Next: ${next}`,
    ]),
  ];
}

function driftText({ drift }: Monitor): string {
  if (drift.not_measured !== null) return `drift not measured (${drift.not_measured})`;
  return `${count(drift.drifting.length)} of ${plural(drift.measured, 'feature')} drifting`;
}

/** A line each, because what is wider than the terminal is wrapped line by line. */
function weekTable({ weeks }: Monitor, style: Style): string[] {
  const right = 'right' as const;
  const columns = [
    { title: 'week' },
    { title: 'from' },
    { title: 'results', align: right },
    { title: 'MAE', align: right },
    { title: 'mean error', align: right },
    { title: 'in 80%', align: right },
  ];
  const rows = weeks.map((week) => [
    week.week,
    week.from,
    count(week.rows),
    week.mae.toFixed(3),
    signed(week.bias),
    share(week.coverage_80),
  ]);
  return table(columns, rows, style)
    .split('\n')
    .map((line) => `          ${line}`);
}

function signed(points: number): string {
  const text = points.toFixed(3);
  return points > 0 ? `+${text}` : text;
}

function share(value: number | null): string {
  return value === null ? '-' : `${(100 * value).toFixed(1)}%`;
}
