import { sparkOf } from '../console/spark.ts';
import type { Style } from '../console/style.ts';
import { table } from '../console/table.ts';
import { EXIT } from '../errors.ts';
import { count } from '../format.ts';
import type { CheckCoverage, PeriodCoverage, PeriodKind } from '../validate/coverage-by.ts';
import type { CommandEnvironment, Outcome } from './command.ts';
import { usageError } from './options.ts';
import { replicaBounds } from './replica-bounds.ts';

/** What `--by` is asked for. */
export interface ByOptions {
  readonly by: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Periods that fit into a row of percents; more are drawn. */
const SHOWN_PERCENTS = 10;
/** Characters of a drawing; of more periods the newest are drawn. */
const SHOWN_SPARKS = 60;
const SHOWN_FALLS = 10;
const right = 'right' as const;

/** Coverage by period, from the verdicts that the ledger has; writes nothing. */
export async function coverageByPeriod(
  options: ByOptions,
  thresholds: string,
  env: CommandEnvironment,
): Promise<Outcome> {
  const { coverageBy, PERIODS } = await import('../validate/coverage-by.ts');
  const { readThresholds } = await import('../validate/read-thresholds.ts');
  const by = PERIODS.find((name) => name === options.by);
  if (by === undefined) {
    throw usageError(
      `The option "--by" is "${options.by}"; one of ${PERIODS.map((name) => `"${name}"`).join(', ')} was wanted.`,
      'validate',
    );
  }
  return env.reading(async (replica) => {
    const { from: askedFrom, to: askedTo } = options;
    const { from, to } = await replicaBounds(replica, {
      ...(askedFrom !== undefined && { from: askedFrom }),
      ...(askedTo !== undefined && { to: askedTo }),
    });
    const checks = await coverageBy(replica, readThresholds(thresholds), by, { from, to });
    const falls = fallTexts(checks, by);
    return {
      exitCode: EXIT.done,
      json: { by, from, to, checks, warnings: falls },
      text: (style) => byText(checks, { by, from, to, falls }, style),
    };
  });
}

/** A sentence for each period that is well below what was usual before. */
function fallTexts(checks: readonly CheckCoverage[], by: PeriodKind): string[] {
  return checks.flatMap(({ check, table: name, periods }) =>
    periods
      .filter(({ falls }) => falls)
      .map(({ period, percent, median, of }) => {
        const before = by === 'team' ? `over ${of} other teams` : `over ${of} earlier ${by}s`;
        return `${check} of ${name}, ${period}: ${percent.toFixed(1)}%, well below the median of ${median!.toFixed(1)}% ${before}`;
      }),
  );
}

function byText(
  checks: readonly CheckCoverage[],
  run: { by: PeriodKind; from: string; to: string; falls: readonly string[] },
  style: Style,
): string {
  const { by, from, to, falls } = run;
  if (checks.length === 0)
    return `No verdicts by ${by} from ${from} to ${to}: run "hoopduck validate" first.`;
  const periods = [
    ...new Set(checks.flatMap((check) => check.periods.map(({ period }) => period))),
  ].sort();
  const body =
    periods.length <= SHOWN_PERCENTS
      ? percentTable(checks, periods, style)
      : sparkTable(checks, periods, style);
  const warned = falls.slice(-SHOWN_FALLS).map((text) => `${style.yellow('warn')} ${text}`);
  const more = falls.length - warned.length;
  return [
    `${style.bold(`Coverage by ${by}`)} ${from} to ${to}, ${count(periods.length)} of them`,
    body,
    ...(falls.length === 0 ? [] : [warned.join('\n')]),
    ...(more > 0 ? [style.dim(`and ${count(more)} more before; --json has all`)] : []),
  ].join('\n\n');
}

function percentTable(
  checks: readonly CheckCoverage[],
  periods: readonly string[],
  style: Style,
): string {
  const rows = checks.map((check) => [
    check.check,
    shortName(check.table),
    ...periods.map((name) => {
      const period = check.periods.find((one) => one.period === name);
      return period === undefined ? '-' : painted(percentText(period), period, style);
    }),
  ]);
  const columns = [
    { title: 'check' },
    { title: 'table' },
    ...periods.map((title) => ({ title, align: right })),
  ];
  return table(columns, rows, style);
}

/** A character a period, and the lowest and the newest in percent. */
function sparkTable(
  checks: readonly CheckCoverage[],
  periods: readonly string[],
  style: Style,
): string {
  const drawn = periods.slice(-SHOWN_SPARKS);
  const rows = checks.map((check) => {
    const byName = new Map(check.periods.map((period) => [period.period, period]));
    const marks = drawn.map((name) => {
      const period = byName.get(name);
      const mark = sparkOf(period === undefined ? null : period.percent / 100, style);
      return period === undefined ? style.dim(mark) : painted(mark, period, style);
    });
    const lowest = check.periods.reduce((low, period) =>
      period.percent < low.percent ? period : low,
    );
    const newest = check.periods.at(-1)!;
    return [
      check.check,
      shortName(check.table),
      marks.join(''),
      `${percentText(lowest)} ${lowest.period}`,
      percentText(newest),
    ];
  });
  const columns = [
    { title: 'check' },
    { title: 'table' },
    { title: `${drawn[0]} to ${drawn.at(-1)}` },
    { title: 'lowest' },
    { title: 'newest', align: right },
  ];
  return table(columns, rows, style);
}

function painted(text: string, { falls, percent }: PeriodCoverage, style: Style): string {
  if (falls) return style.yellow(text);
  return percent === 100 ? style.green(text) : text;
}

/** Cut, never rounded up, so that 99.96% does not read as 100%. */
function percentText({ percent }: PeriodCoverage): string {
  return percent === 100 ? '100%' : `${(Math.floor(percent * 10) / 10).toFixed(1)}%`;
}

function shortName(name: string): string {
  return name.slice(name.indexOf('.') + 1);
}
