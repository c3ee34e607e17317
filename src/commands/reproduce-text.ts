import type { Style } from '../console/style.ts';
import { table } from '../console/table.ts';
import { count, duration, plural } from '../format.ts';
import type { Part, Reproduction } from '../reproduce/result.ts';
import type { Outcome } from './command.ts';

/** What a person reads of a run that was made again: a line a part, what differs first and why, and a sentence. */
export function reproduceText(result: Reproduction): (style: Style) => string {
  return (style) =>
    [
      `${style.bold('Run')} ${result.run}, from ${result.from} to ${result.to}`,
      '',
      partLines(result.parts, style),
      ...explained(result, style),
      '',
      ...aroundLines(result, style),
      ...result.notes.map((note) => style.dim(`Note: ${note}.`)),
      ...(result.scratch === null ? [] : [`It lies in ${result.scratch}`]),
      '',
      `${style.bold(verdict(result))} ${style.dim(timesText(result.seconds))}`,
    ].join('\n');
}

/** Why a run did not come out the same, in one sentence with the next step. */
export function reproduceFailure(result: Reproduction): NonNullable<Outcome['failure']> {
  const { run, first_difference: first } = result;
  return {
    code: 'NOT_REPRODUCED',
    message: `Run "${run}" does not come out the same: ${whereText(first!)}${first!.why}.`,
    next: NEXT[first!.reason],
  };
}

type First = NonNullable<Reproduction['first_difference']>;

const NEXT: Readonly<Record<First['reason'], string>> = {
  input:
    'Raise "inputs.cap" in hoopduck.yaml so that later runs keep theirs; this one cannot be made again.',
  code: 'Put the text back as it was at the run, or look at what it changes: --keep leaves the tables, and "hoopduck diff" compares them.',
  'hoopduck version': 'Make it again with the version that the run had.',
  'engine version': 'Make it again with the engine and version that the run had (docs/engines.md).',
  parameter: 'Leave --present-settings away for the settings of the run.',
  threads: 'Make it again with as many threads as the run had.',
  unexplained: 'Compare the tables with --keep and "hoopduck diff", and report it.',
};

/** Inputs and SQL models are named by their own sentences. */
function whereText(first: First): string {
  return first.part === 'inputs' || first.part === 'sql' ? '' : `first ${placeText(first)}: `;
}

function placeText({ part, name }: First): string {
  const what = {
    inputs: 'the input',
    sql: 'the SQL model',
    tables: 'the table',
    gates: 'the',
    model: 'the model',
    predictions: 'the table',
  }[part];
  return part === 'gates' ? 'the gates' : `${what} "${name}"`;
}

function partLines(parts: readonly Part[], style: Style): string {
  const right = 'right' as const;
  const columns = [
    { title: 'part' },
    { title: 'of the run', align: right },
    { title: 'same', align: right },
    { title: '' },
  ];
  return table(
    columns,
    gathered(parts).map((part) => [
      labelOf(part),
      `${count(part.of)} ${part.of === 1 ? part.unit.slice(0, -1) : part.unit}`,
      part.same === part.of ? count(part.same) : style.red(count(part.same)),
      verdictOf(part, style),
    ]),
    style,
  );
}

/** Staging tables that are the same as one line: they are many, and nobody's table to read. */
function gathered(parts: readonly Part[]): Part[] {
  const isQuiet = ({ part, name, verdict }: Part) =>
    part === 'tables' && name.startsWith('hoopduck.') && verdict === 'same';
  const quiet = parts.filter(isQuiet);
  if (quiet.length < 2) return [...parts];
  const sum = (key: 'of' | 'same') => quiet.reduce((total, part) => total + part[key], 0);
  const line = {
    ...quiet[0]!,
    name: plural(quiet.length, 'staging table'),
    of: sum('of'),
    same: sum('same'),
  };
  const first = parts.findIndex(isQuiet);
  return [...parts.slice(0, first), line, ...parts.slice(first).filter((part) => !isQuiet(part))];
}

function labelOf({ part, name }: Part): string {
  return part === 'model' ? `model ${name}` : name;
}

function verdictOf({ verdict, follows_from: from, first }: Part, style: Style): string {
  if (verdict === 'same') return style.green('same');
  if (verdict === 'not_compared') return style.dim('not compared');
  const where = first === null ? '' : `, first ${first}`;
  return from.length > 0 ? style.yellow(`follows${where}`) : style.red(`differs${where}`);
}

function explained({ parts, missing_inputs: missing }: Reproduction, style: Style): string[] {
  const differing = parts.filter(({ verdict }) => verdict === 'differs');
  if (differing.length === 0) return [];
  const causes = differing.filter(({ follows_from: from }) => from.length === 0);
  const rest = differing.length - causes.length;
  return [
    '',
    ...causes.map((part) => `${style.red(part.reason ?? 'differs')}: ${part.why}`),
    ...missing.slice(1, SHOWN).map(({ table: name, date, why }) => `  ${name} ${date}: ${why}`),
    ...(rest > 0
      ? [
          style.dim(
            `${plural(rest, 'part')} ${rest === 1 ? 'follows' : 'follow'} from what is named above`,
          ),
        ]
      : []),
  ];
}

const SHOWN = 6;

function aroundLines({ circumstances, guarantee }: Reproduction, style: Style): string[] {
  const facts = circumstances.map(({ name, run, now }) =>
    now === null || now === run
      ? `${name} ${run}`
      : style.yellow(`${name} ${run} then, ${now} now`),
  );
  return [`With ${facts.join(', ')}.`, guarantee];
}

function verdict({ equal, parts, first_difference: first }: Reproduction): string {
  if (!equal) return `Not the same: first ${placeText(first!)} (${first!.reason}).`;
  const tables = parts.filter(({ part }) => part === 'tables').length;
  const others = [
    parts.some(({ part }) => part === 'model') ? 'the model' : '',
    parts.some(({ part }) => part === 'predictions') ? 'the predictions' : '',
  ].filter((text) => text !== '');
  const all = [`all ${plural(tables, 'table')}`, ...others];
  const list = all.length === 1 ? all[0]! : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
  return `The same, byte for byte: ${list}.`;
}

function timesText(seconds: Reproduction['seconds']): string {
  const { total, ...steps } = seconds;
  const each = Object.entries(steps).map(([name, time]) => `${name} ${duration(time)}`);
  return `(${duration(total ?? 0)}: ${each.join(', ')})`;
}
