import type { Difference, ExampleRow, ExampleValue, TableDifference } from '../compare/result.ts';
import type { Style } from '../console/style.ts';
import { table } from '../console/table.ts';
import { count, duration, plural } from '../format.ts';
import { fitWidth } from '../text-width.ts';

/** Columns of a table, and tables left out for one reason, that are shown; --json has all. */
const SHOWN = 20;
const SHOWN_LEFT = 5;
const MAX_ROW = 160;
const MAX_VALUE = 80;

/** What a person reads of a difference: a line a table, what differs in each, and a sentence. */
export function diffText(
  difference: Difference,
  run: { readonly a: string; readonly b: string; readonly seconds: number },
): (style: Style) => string {
  return (style) =>
    [
      sideLine('A', run.a, difference.a, style),
      sideLine('B', run.b, difference.b, style),
      '',
      tableLines(difference.tables, style),
      ...difference.tables
        .filter(({ equal, notes }) => !equal || notes.length > 0)
        .flatMap((each) => ['', ...explained(each, style)]),
      ...leftOut(difference, style),
      '',
      `${style.bold(verdict(difference))} ${style.dim(`(${duration(run.seconds)})`)}`,
    ].join('\n');
}

function sideLine(name: string, text: string, location: string, style: Style): string {
  const more = text === location ? '' : ` ${style.dim(location)}`;
  return `${style.bold(name)}  ${text}${more}`;
}

function tableLines(tables: readonly TableDifference[], style: Style): string {
  const right = 'right' as const;
  const columns = [
    { title: 'table' },
    { title: 'rows compared', align: right },
    { title: 'only in A', align: right },
    { title: 'only in B', align: right },
    { title: 'changed', align: right },
    { title: 'dates', align: right },
    { title: '' },
  ];
  const figure = (n: number) => (n === 0 ? '0' : style.red(count(n)));
  const rows = tables.map((each) => [
    each.table,
    count(each.rows_compared),
    figure(each.rows_only_in_a),
    figure(each.rows_only_in_b),
    figure(each.rows_changed),
    figure(each.dates_affected),
    each.equal ? style.green('equal') : style.red('differs'),
  ]);
  return table(columns, rows, style);
}

function explained(each: TableDifference, style: Style): string[] {
  const shown = each.columns.slice(0, SHOWN);
  const more = each.columns.length - shown.length;
  return [
    `${style.bold(each.table)}${style.dim(heading(each))}`,
    ...each.notes.map((note) => `  note: ${note}`),
    ...(each.only_in === null ? [] : [`  the table is only in ${each.only_in.toUpperCase()}`]),
    ...columnsOnlyIn('A', each.columns_only_in_a),
    ...columnsOnlyIn('B', each.columns_only_in_b),
    ...shown.flatMap((column) => [
      `  ${column.column}: ${plural(column.rows, 'row')}${column.largest_difference === null ? '' : `, largest difference ${rounded(column.largest_difference)}`}`,
      ...column.examples.map(
        ({ key, a, b }) => `    ${keyText(key)}  A ${shortText(a)}  B ${shortText(b)}`,
      ),
    ]),
    ...(more > 0 ? [`  and ${plural(more, 'more column')}; --json has all`] : []),
    ...rowsOnlyIn('A', each.rows_only_in_a, each.examples_only_in_a),
    ...rowsOnlyIn('B', each.rows_only_in_b, each.examples_only_in_b),
  ];
}

function heading({ compared_by, key, first_date, last_date }: TableDifference): string {
  const by =
    compared_by === 'key' ? `by ${key.join(', ')}` : compared_by === 'rows' ? 'by whole rows' : '';
  const dates =
    first_date === null
      ? ''
      : first_date === last_date
        ? `on ${first_date}`
        : `from ${first_date} to ${last_date}`;
  const parts = [by, dates].filter((part) => part !== '');
  return parts.length === 0 ? '' : `  ${parts.join(', ')}`;
}

function columnsOnlyIn(side: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`  columns only in ${side}: ${names.join(', ')}`];
}

function rowsOnlyIn(side: string, rows: number, examples: readonly ExampleRow[]): string[] {
  if (examples.length === 0) return [];
  return [
    `  only in ${side}: ${plural(rows, 'row')}`,
    ...examples.map((example) => `    ${fitWidth(keyText(example), MAX_ROW)}`),
  ];
}

/** The values of a key alone; of a whole row with the names, and without what is NULL. */
function keyText(row: ExampleRow): string {
  const entries = Object.entries(row);
  if (entries.length <= 6) return entries.map(([, value]) => valueText(value)).join(' ');
  return entries
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${valueText(value)}`)
    .join(' ');
}

/** Without the noise of subtracting. */
function rounded(difference: number): string {
  return String(Number(difference.toPrecision(6)));
}

function shortText(value: ExampleValue): string {
  return fitWidth(valueText(value), MAX_VALUE);
}

function valueText(value: ExampleValue): string {
  return value === null ? 'NULL' : String(value).replaceAll(/\p{Control}+/gu, ' ');
}

/** Tables by the reason for which they were left out. */
function leftOut({ not_compared: left }: Difference, style: Style): string[] {
  const reasons = [...new Set(left.map(({ why }) => why))];
  return reasons.map((why, i) => {
    const names = left.filter((each) => each.why === why).map((each) => each.table);
    const more = names.length - SHOWN_LEFT;
    const shown = names.slice(0, SHOWN_LEFT).join(', ');
    const text = more > 0 ? `${shown} and ${count(more)} more` : shown;
    return `${i === 0 ? '\n' : ''}${style.bold('Not compared')}, ${why}: ${text}`;
  });
}

function verdict({ tables, equal }: Difference): string {
  if (equal) {
    return tables.length === 1
      ? 'The table is equal on both sides.'
      : `All ${plural(tables.length, 'table')} are equal on both sides.`;
  }
  const differing = tables.filter((each) => !each.equal).length;
  return `${count(differing)} of ${plural(tables.length, 'table')} ${differing === 1 ? 'differs' : 'differ'}.`;
}
