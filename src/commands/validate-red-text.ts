import type { Style } from '../console/style.ts';
import { count, plural } from '../format.ts';
import type { RedGroup, RedHelp } from '../validate/red-help.ts';

const SHOWN_GROUPS = 3;
const SHOWN_DATES = 3;

/**
 * What to do about red gates, in at most twelve lines: what failed and since when, what it stops, and the three ways on with
 * what follows from each.
 * @param hint a command to type, with the workspace named
 * @param given options of the command that came to this, with a space before each: a run that goes on keeps them
 */
export function redText(
  help: RedHelp,
  hint: (command: string) => string,
  style: Style,
  given = '',
): string {
  const { groups, repair, lower } = help;
  const shown = groups.slice(0, SHOWN_GROUPS).map((group) => `  ${groupText(group)}`);
  const more = groups.length - shown.length;
  if (more > 0) shown.push(`  and ${plural(more, 'more check')}`);
  const first = groups[0]!;
  const bare = (command: string) => hint(command.replace(/^hoopduck /, ''));
  return [
    `${style.red('Red')}    stops ${lowerFirst(help.blocks)}`,
    ...shown,
    style.bold('Choose'),
    ...(repair === null
      ? []
      : [
          `  repair   ${repair.command === null ? repair.text : `${bare(repair.command)}  ${style.dim(repair.text)}`}`,
        ]),
    `  go on    ${goOn(help, hint, style, given)}`,
    ...(lower === null
      ? []
      : [
          `  lower    ${hint(`validate --lower ${lower.argument} --reason "..."`)}  ${style.dim(`lets in ${lower.lets_in}; kept on record`)}`,
        ]),
    `${style.bold('More')}   ${hint(`validate --explain ${first.check}:${first.table} --scope ${first.scopes.at(-1)}`)}`,
  ].join('\n');
}

function groupText({ check, table, scopes, since, follows }: RedGroup): string {
  const named = scopes.filter((scope) => scope !== 'all');
  const span =
    named.length > 1
      ? `${count(named.length)} of them, ${named[0]} to ${named.at(-1)}`
      : named.join('');
  const parts = [span, scopes.includes('all') ? 'everything' : ''].filter((part) => part !== '');
  const from = follows === null ? '' : `; counts ${follows} too, and may be red for that alone`;
  return `${check} of ${table}: ${parts.join(' and ')}${since === null ? '' : `, since ${since} UTC`}${from}`;
}

function goOn(
  { dates, wider }: RedHelp,
  hint: (command: string) => string,
  style: Style,
  given: string,
): string {
  if (dates.length === 0 || wider) {
    return `${hint(`run${given} --force --reason "..."`)}  ${style.dim('trains and pushes all the same; the reason is kept on record')}`;
  }
  const named = dates.slice(0, SHOWN_DATES).map((date) => `--exclude ${date}`);
  const more = dates.length > SHOWN_DATES ? ' ...' : '';
  return `${hint(`run${given} ${named.join(' ')}${more}`)}  ${style.dim('trains without these dates, on record; they are not pushed')}`;
}

function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}
