import { sparkOf } from '../console/spark.ts';
import type { Style } from '../console/style.ts';
import { type TableColumn, table } from '../console/table.ts';
import { wrap } from '../console/wrap.ts';
import { count } from '../format.ts';
import type { Coverage, Period, ReplicaCoverage, SeasonStatus } from './status-coverage.ts';

/** Datasets as status lists them, in the order in which a run fills them. */
const DATASETS = ['nba_raw', 'nba_analytics', 'nba_precompute', 'nba_predictions', 'nba_quality'];

const right = 'right' as const;

/** Each table with a spark a season, a spark a month of the newest season, its dates and the newest of them. */
export function coverageText({ tables }: ReplicaCoverage, style: Style): string {
  const [first] = tables;
  if (first === undefined) return '';
  const initials = first.months.map(({ period }) => monthInitial(period)).join('');
  const columns: TableColumn[] = [
    { title: 'coverage' },
    { title: first.seasons.length >= 7 ? 'seasons' : '' },
    { title: initials },
    { title: 'dates', align: right },
    { title: 'newest' },
    { title: '' },
  ];
  const datasets = [...new Set([...DATASETS, ...tables.map(datasetOf)])];
  const rows = datasets.flatMap((dataset) => {
    const own = tables.filter((one) => datasetOf(one) === dataset);
    if (own.length === 0) return [];
    return [
      [style.bold(dataset)],
      ...own.map((one) => [
        ` ${one.table.slice(dataset.length + 1)}`,
        one.seasons.map((period) => spark(period, one.expected !== null, style)).join(''),
        one.months.map((period) => spark(period, one.expected !== null, style)).join(''),
        datesText(one, style),
        one.newest ?? '',
        faultText(one, style),
      ]),
    ];
  });
  return `${table(columns, rows, style)}\n${style.dim(legend(first.seasons, style))}`;
}

function datasetOf({ table: name }: { readonly table: string }): string {
  return name.slice(0, name.indexOf('.'));
}

function monthInitial(period: string): string {
  return 'JFMAMJJASOND'[Number(period.slice(5)) - 1]!;
}

/** A table of which nothing is expected at any time is measured by the dates with games. */
function spark(period: Period, isExpected: boolean, style: Style): string {
  const wanted = isExpected ? (period.expected ?? 0) : period.game_dates;
  const mark = sparkOf(wanted === 0 ? null : period.found / wanted, style);
  if (period.red > 0) return style.red(mark);
  if (period.short > 0 || (period.expected ?? 0) > period.found) return style.yellow(mark);
  return isExpected ? style.green(mark) : style.cyan(mark);
}

function datesText({ expected, found }: Coverage, style: Style): string {
  if (expected === null || expected === found) return count(found);
  return style.yellow(`${count(found)}/${count(expected)}`);
}

function faultText({ short, red }: Coverage, style: Style): string {
  return [
    ...(short > 0 ? [style.yellow(`${count(short)} short`)] : []),
    ...(red > 0 ? [style.red(`${count(red)} red`)] : []),
  ].join(', ');
}

function legend(seasons: readonly Period[], style: Style): string {
  const first = seasons[0]!.period;
  const last = seasons.at(-1)!.period;
  const span = first === last ? `season ${first}` : `seasons ${first} to ${last}`;
  const marks = style.unicode
    ? '▇ every date, ▁ to ▅ part, × none, · none wanted'
    : '# every date, 0 to 9 tenths, x none, . none wanted';
  return wrap(`(${span}, months of ${last}: ${marks})`, 1, style);
}

/** Seasons in which something is short or red; nothing when all is well. */
export function seasonsText(seasons: readonly SeasonStatus[], style: Style): string {
  const rows = seasons.flatMap(({ season, game_dates, datasets }) => {
    const all = Object.values(datasets);
    const short = all.reduce((sum, one) => sum + one.short, 0);
    const red = all.reduce((sum, one) => sum + one.red, 0);
    if (short + red === 0) return [];
    return [
      [
        season,
        count(game_dates),
        ...DATASETS.slice(0, 4).map((name) => partitionsText(datasets[name], style)),
        short === 0 ? '0' : style.yellow(count(short)),
        red === 0 ? '0' : style.red(count(red)),
      ],
    ];
  });
  if (rows.length === 0) return '';
  const columns = [
    { title: 'season' },
    { title: 'game dates', align: right },
    ...DATASETS.slice(0, 4).map((name) => ({ title: name.replace('nba_', ''), align: right })),
    { title: 'short', align: right },
    { title: 'red', align: right },
  ];
  const note = style.dim('(partitions found/expected: one table, one date)');
  return `${table(columns, rows, style)}\n${note}`;
}

function partitionsText(coverage: Coverage | undefined, style: Style): string {
  if (coverage === undefined) return style.dim('-');
  if (coverage.expected === null) return count(coverage.found);
  const text = `${count(coverage.found)}/${count(coverage.expected)}`;
  return coverage.found < coverage.expected ? style.yellow(text) : text;
}
