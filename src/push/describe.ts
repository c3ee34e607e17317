import type { ErrorCode } from '../errors.ts';
import { spanText } from '../format.ts';
import type { Refusal } from './plan.ts';
import type { PushedTable, PushResult } from './result.ts';
import { upstreamDate } from './upstream.ts';

/** Dates named one by one before the rest is counted. */
const NAMED_DATES = 5;

/** What a push or its rollback did, or with a dry run would do, in lines for a person. */
export function describePush(result: PushResult, act: 'push' | 'rollback' = 'push'): string[] {
  const { written, removed, unchanged, refused, dry_run: dryRun } = result;
  const lines: string[] = [];
  for (const table of result.tables) {
    if (table.written + table.removed === 0) continue;
    const parts = [`${partitions(table.written)} with ${number(table.rows)} rows`];
    if (table.removed > 0) parts.push(`${number(table.removed)} removed`);
    lines.push(`${table.table}: ${dryRun ? 'would write ' : ''}${parts.join(', ')}`);
    if (table.preview !== null) lines.push(`  ${previewText(table)}`);
  }
  for (const group of groupRefusals(refused)) lines.push(`not pushed: ${group}`);
  for (const group of groupRefusals(result.forced)) lines.push(`forced: ${group}`);
  if (written + removed === 0) {
    const held = refused.length > 0 ? `, ${number(refused.length)} not pushed` : '';
    lines.push(
      `Nothing to write: ${partitions(unchanged)} unchanged in "${result.target}"${held}.`,
    );
    return lines;
  }
  const done = [
    `${partitions(written)} with ${number(result.rows)} rows in ${number(result.files)} ${unitNoun(result)}`,
    ...(removed > 0 ? [`${number(removed)} removed`] : []),
    `${number(unchanged)} unchanged`,
    ...(refused.length > 0 ? [`${number(refused.length)} not pushed`] : []),
  ];
  const [did, would] = act === 'push' ? ['Pushed to', 'push to'] : ['Put back in', 'put back in'];
  lines.push(`${dryRun ? `Would ${would}` : did} "${result.target}": ${done.join(', ')}.`);
  return lines;
}

/** Why a push did not end with exit code 0, in one sentence with the next step; undefined: it did. */
export function pushFailure(
  result: PushResult,
): { code: ErrorCode; message: string; next: string } | undefined {
  const moved = result.refused.filter((refusal) => refusal.kind === 'moved');
  const first = moved[0] ?? result.refused[0];
  if (first === undefined) return undefined;
  const others = (moved.length > 0 ? moved : result.refused).length - 1;
  const more = others === 0 ? '' : ` (and ${partitions(others)} more)`;
  const message = `"${first.table}" of ${first.date} was not pushed: ${first.reason}${more}.`;
  return moved.length > 0
    ? {
        code: 'PUSH_REFUSED',
        message,
        next: 'Look at what changed there; to replace it, push again with --force --reason "...".',
      }
    : {
        code: 'PUSH_RED',
        message,
        next: 'See "hoopduck status" for the red checks, mend the data, then run and push again.',
      };
}

/** What is swapped in one step. */
function unitNoun({ target, files }: PushResult): string {
  const noun = target.startsWith('bigquery://') ? 'MERGE statement' : 'file';
  return files === 1 ? noun : `${noun}s`;
}

/** Dates, rows by what would happen to them, and the price. */
function previewText({ preview, dates }: PushedTable): string {
  const { rows, estimate } = preview!;
  const billed = estimate.bytesBilled === null ? '' : `, ${bytesText(estimate.bytesBilled)} billed`;
  const span = spanText(dates[0]!, dates.at(-1)!);
  return `${span}: ${number(rows.added)} rows added, ${number(rows.changed)} changed, ${number(rows.removed)} removed; ${estimate.way}${billed}`;
}

function bytesText(n: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(Math.floor(Math.log10(Math.max(n, 1)) / 3), units.length - 1);
  return `${Number((n / 1000 ** power).toPrecision(3))} ${units[power]}`;
}

/** Refusals in lines: those with a reason of their own by table, those that follow from a red date in one line for the date. */
function groupRefusals(refusals: readonly Refusal[]): string[] {
  const own = new Map<string, Refusal[]>();
  const following = new Map<string, Refusal[]>();
  for (const refusal of refusals) {
    const cause = upstreamDate(refusal.reason);
    const [groups, key] =
      cause === undefined ? [own, `${refusal.table} ${refusal.reason}`] : [following, cause];
    groups.set(key, [...(groups.get(key) ?? []), refusal]);
  }
  return [...[...own.values()].map(ownText), ...[...following].map(followingText)];
}

function ownText(group: readonly Refusal[]): string {
  const { table, reason } = group[0]!;
  const named = group
    .slice(0, NAMED_DATES)
    .map(({ date }) => date)
    .join(', ');
  const rest = group.length - NAMED_DATES;
  return `${table} ${named}${rest > 0 ? ` and ${number(rest)} more` : ''}: ${reason}`;
}

function followingText([cause, group]: readonly [string, readonly Refusal[]]): string {
  const tables = new Map<string, number>();
  for (const { table } of group) tables.set(table, (tables.get(table) ?? 0) + 1);
  const named = [...tables].map(([table, n]) => (n === 1 ? table : `${table} (${number(n)})`));
  return `${partitions(group.length)} that ${group.length === 1 ? 'reads' : 'read'} ${cause}, which is red: ${named.join(', ')}`;
}

function partitions(n: number): string {
  return `${number(n)} ${n === 1 ? 'partition' : 'partitions'}`;
}

function number(n: number): string {
  return n.toLocaleString('en-US');
}
