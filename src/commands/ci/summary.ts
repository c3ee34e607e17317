import { count, duration } from '../../format.ts';
import type { RunOutcome } from '../../pipeline/run.ts';
import { figureText } from '../../validate/figure-text.ts';
import type { Finding, GateSummary } from '../../validate/results.ts';
import type { Failure } from '../main.ts';

/** Red checks that the summary lists; a page of GitHub's holds a megabyte. */
const MOST_RED = 100;

/** The fields of a command's document that a summary shows, where they are there. */
export type Summarised = Partial<
  Pick<RunOutcome, 'from' | 'to' | 'stages' | 'tables' | 'training' | 'push'>
> & { readonly gates?: Omit<GateSummary, 'warnings'> | null };

/** The Markdown of a command's end for the page of a GitHub Actions run. */
export function summaryMarkdown(
  command: string,
  exitCode: number,
  facts: Summarised,
  failure: Failure | null,
): string {
  const range = facts.from === undefined ? '' : `, ${facts.from} to ${facts.to}`;
  const parts = [
    `## ${exitCode === 0 ? '✅' : '❌'} hoopduck ${command}${range}`,
    ...(failure === null ? [] : [failureText(failure, exitCode)]),
    ...stagesText(facts),
    ...gatesText(facts),
    ...modelText(facts),
    ...pushText(facts),
    ...tablesText(facts),
  ];
  return `${parts.join('\n\n')}\n\n`;
}

function failureText({ code, message, next }: Failure, exitCode: number): string {
  const lines = [`**${code}** (exit ${exitCode}): ${escapeMarkdown(message.split('\n')[0]!)}`];
  if (next !== '') lines.push(`**Next:** ${escapeMarkdown(next)}`);
  return lines.join('\n\n');
}

function stagesText({ stages }: Summarised): string[] {
  if (stages === undefined || stages.length === 0) return [];
  const rows = stages.map(({ name, status, seconds }) => [name, status, duration(seconds)]);
  return [table(['stage', 'status', 'time'], rows)];
}

function gatesText({ gates }: Summarised): string[] {
  if (gates === undefined || gates === null) return [];
  const { pass, warn, fail, not_evaluated, red } = gates;
  const head = `**Gates:** ${count(pass)} pass, ${count(warn)} warn, ${count(fail)} fail, ${count(not_evaluated)} not evaluated`;
  if (red.length === 0) return [head];
  const rows = red
    .slice(0, MOST_RED)
    .map((check) => [
      check.check,
      check.table,
      check.scope,
      figureText(check.check, check.found),
      figureText(check.check, check.wanted),
      check.detail ?? '',
    ]);
  const more = red.length > MOST_RED ? [`and ${count(red.length - MOST_RED)} more`] : [];
  return [head, table(['red check', 'table', 'scope', 'found', 'wanted', 'why'], rows), ...more];
}

function modelText({ training }: Summarised): string[] {
  if (training === undefined || training === null) return [];
  const { n, model_mae, last_10_mae, season_mae, mix_mae } = training.test.compared;
  const text = (mae: number | null) => (mae === null ? '-' : mae.toFixed(3));
  return [
    `**Model** \`${training.model_id}\` (${training.engine}); points missed on ${count(n)} test rows:`,
    table(
      ['this model', 'mean of his last 10', 'mean of his season', 'mix'],
      [[text(model_mae), text(last_10_mae), text(season_mae), text(mix_mae)]],
    ),
  ];
}

function pushText({ push }: Summarised): string[] {
  if (push === undefined || push === null) return [];
  const head = `**Push** to ${escapeMarkdown(push.target)}: ${count(push.written)} written, ${count(push.unchanged)} unchanged, ${count(push.refused.length)} refused`;
  const rows = push.refused
    .slice(0, MOST_RED)
    .map(({ table, date, reason }) => [table, date, reason]);
  return rows.length === 0 ? [head] : [head, table(['refused', 'date', 'why'], rows)];
}

function tablesText({ tables }: Summarised): string[] {
  if (tables === undefined || tables.length === 0) return [];
  const rows = tables.map(({ table, rows, dates_found, dates_expected }) => [
    table,
    count(rows),
    dates_expected === null
      ? count(dates_found)
      : `${count(dates_found)} of ${count(dates_expected)}`,
  ]);
  const body = table(['table', 'rows', 'dates'], rows);
  return [`<details><summary>${tables.length} tables</summary>\n\n${body}\n\n</details>`];
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A text that Markdown shows as it is, within one cell of a table. */
function escapeMarkdown(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_|[\]~#]/g, '\\$&')
    .replace(/\s+/g, ' ');
}

/** What an annotation says of a red check. */
export function redText({ check, table, scope, found, wanted, detail }: Finding): string {
  const figures = `${figureText(check, found)} found, ${figureText(check, wanted)} wanted`;
  return `${check} of ${table}, ${scope}: ${figures}${detail === null ? '' : ` (${detail})`}`;
}
