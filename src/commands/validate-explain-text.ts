import type { Style } from '../console/style.ts';
import { table } from '../console/table.ts';
import { count, plural } from '../format.ts';
import type { Explanation, PastResult } from '../validate/explain/explain.ts';
import { figureText } from '../validate/figure-text.ts';

const WORDS = { pass: 'passes', warn: 'warns', fail: 'is red', not_evaluated: 'is not evaluated' };

/**
 * A verdict for a person: what it says and asks, what is behind it, since when, what it likely comes from and what
 * to do; the SQL that counts it at the end.
 * @param hint a command to type, with the workspace named
 */
export function explainText(
  facts: Explanation,
  hint: (command: string) => string,
  style: Style,
): string {
  const parts = [
    headLines(facts, style),
    rowLines(facts, style),
    pastLines(facts, style),
    causeLines(facts, style),
    stepLines(facts, hint, style),
    facts.sql === null ? '' : `${style.bold('SQL')}\n${style.dim(facts.sql)}`,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function headLines(facts: Explanation, style: Style): string {
  const { check, verdict, found, wanted, numerator, denominator, why, detail } = facts;
  const paint = {
    pass: style.green,
    warn: style.yellow,
    fail: style.red,
    not_evaluated: style.dim,
  };
  const scope = facts.scope === 'all' ? 'everything' : facts.value;
  const figures =
    found === null
      ? ''
      : `: ${figureText(check, found)} found, ${figureText(check, wanted)} wanted`;
  const counted =
    numerator.n === null || denominator.n === null
      ? []
      : [
          `  ${count(numerator.n)} ${numerator.words}`,
          `  of ${count(denominator.n)} ${denominator.words}${facts.applies === null ? '' : style.dim(` (${facts.applies})`)}`,
        ];
  return [
    `${style.bold(check)} of ${facts.table}, ${scope}, ${paint[verdict](WORDS[verdict])}${figures}`,
    ...counted,
    ...(why === null ? [] : [`  ${style.bold('why')} ${why}`]),
    ...(detail === null ? [] : [`  ${style.bold('found')} ${detail}`]),
    ...(facts.blocks === null ? [] : [`  ${style.bold('stops')} ${facts.blocks}`]),
  ].join('\n');
}

function rowLines({ rows }: Explanation, style: Style): string {
  if (rows.first.length === 0) return '';
  const shown = rows.first.length < rows.total ? `, the first ${rows.first.length}` : '';
  const cells = rows.first.map((row) => rows.columns.map((name) => cellText(row[name])));
  return [
    `${style.bold('Rows behind it')} ${count(rows.total)}${shown}`,
    table(
      rows.columns.map((title) => ({ title })),
      cells,
      style,
    ),
  ].join('\n');
}

function cellText(value: unknown): string {
  return value === null || value === undefined ? '-' : String(value);
}

function pastLines({ verdict, since, history, check }: Explanation, style: Style): string {
  if (history.length === 0) {
    return `${style.bold('History')} none: no validation has recorded it yet`;
  }
  const recorded = history.find(({ to }) => to === null);
  const note =
    recorded !== undefined && recorded.verdict !== verdict
      ? ` (counted anew it ${WORDS[verdict]}; the next validation records that)`
      : '';
  const head = since === null ? '' : ` ${WORDS[recorded!.verdict]} since ${since} UTC${note}`;
  const lines = history.map((result) => pastLine(result, check));
  return [`${style.bold('History')}${head}`, ...lines].join('\n');
}

function pastLine({ verdict, found, from, to, run_id }: PastResult, check: string): string {
  const figure = found === null ? '' : ` ${figureText(check, found)}`;
  return `  ${from} to ${to ?? 'now             '}  ${verdict}${figure}  (run ${run_id})`;
}

function causeLines({ causes, verdict }: Explanation, style: Style): string {
  if (causes.length === 0) return '';
  const title =
    verdict === 'pass' || verdict === 'not_evaluated'
      ? 'Reason'
      : plural(causes.length, 'likely cause');
  const lines = causes.map(({ incident, happened }) => {
    const like = incident === null ? '' : style.dim(` (docs/incidents.md, "${incident}")`);
    return `  ${happened}${like}`;
  });
  return [style.bold(title), ...lines].join('\n');
}

function stepLines(
  { suggestions }: Explanation,
  hint: (command: string) => string,
  style: Style,
): string {
  if (suggestions.length === 0) return '';
  const lines = suggestions.flatMap(({ text, command }) =>
    command === null ? [`  ${text}`] : [`  ${hint(command)}`, `      ${style.dim(text)}`],
  );
  return [style.bold('Next'), ...lines].join('\n');
}
