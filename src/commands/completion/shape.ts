import type { CommandGroup, CommandSpec, OptionSpec } from '../command.ts';

/** What completes a value: words that are known, or something that a shell looks up. */
export type Values =
  | { readonly kind: 'date' | 'table' | 'model' | 'run' | 'folder' | 'file' | 'none' }
  | { readonly kind: 'words'; readonly words: readonly string[] };

/** An option as a shell completes it. */
export interface FlagShape {
  readonly long: string;
  readonly short?: string;
  readonly description: string;
  /** undefined: it takes no value. */
  readonly values?: Values;
}

/** What can stand after the words of `path`. */
export interface CommandShape {
  /** `''` for the program itself, `runs`, `runs show`. */
  readonly path: string;
  /** Commands of the program or of a group. */
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
  readonly flags: readonly FlagShape[];
  /** What completes its arguments; undefined: it takes none. */
  readonly argument?: Values;
}

/** Options that every command takes, as program.ts declares them. */
export const GLOBAL_FLAGS: readonly FlagShape[] = [
  {
    long: '--workspace',
    short: '-C',
    description: 'the workspace',
    values: { kind: 'folder' },
  },
  { long: '--json', description: 'one JSON document on stdout' },
  { long: '--quiet', short: '-q', description: 'no progress, no remarks, no warnings' },
  { long: '--debug', description: 'stack traces of unexpected errors' },
  { long: '--no-color', description: 'no colours' },
  { long: '--help', short: '-h', description: 'print help' },
  { long: '--version', short: '-V', description: 'print the version' },
];

/** Words for values, by command and option or argument; `''` is any command. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  'train --engine': ['auto', 'native', 'wasm'],
  'transform --engine': ['duckdb', 'bigquery'],
  ' --features': ['default', 'seed-21'],
  ' --split': ['70/15/15', '80/10/10'],
  ' --thresholds': ['default', 'legacy'],
  'completion <shell>': ['bash', 'zsh', 'fish'],
  'diff <a>': ['replica', 'warehouse', 'push'],
};

/** The placeholder of a value names what it is. */
const KINDS: Readonly<Record<string, 'date' | 'table' | 'model' | 'run' | 'folder' | 'file'>> = {
  date: 'date',
  table: 'table',
  id: 'model',
  model: 'model',
  run: 'run',
  path: 'folder',
  dir: 'folder',
  file: 'file',
};

/** The command table as shells need it: one shape for the program, each group and each command. */
export function shapesOf(
  commands: readonly (CommandSpec | CommandGroup)[],
  seasons: readonly string[],
): CommandShape[] {
  const names = (list: readonly { name: string; summary: string }[]) =>
    list.map(({ name, summary }) => ({ name: name.split(' ').at(-1)!, summary }));
  const top = { name: 'help', summary: 'print help of a command' };
  const root: CommandShape = {
    path: '',
    commands: [...names(commands), top],
    flags: GLOBAL_FLAGS,
  };
  const below = commands.flatMap((spec): CommandShape[] => {
    if (!('commands' in spec)) return [leafOf(spec, seasons)];
    const alone = spec.commands.find(({ isDefault }) => isDefault === true);
    const group: CommandShape = {
      path: spec.name,
      commands: names(spec.commands),
      flags: alone === undefined ? GLOBAL_FLAGS : leafOf(alone, seasons).flags,
    };
    return [group, ...spec.commands.map((inner) => leafOf(inner, seasons))];
  });
  const help: CommandShape = {
    path: 'help',
    commands: names(commands),
    flags: GLOBAL_FLAGS,
  };
  return [root, ...below, help];
}

function leafOf(spec: CommandSpec, seasons: readonly string[]): CommandShape {
  const [first] = spec.arguments ?? [];
  const argument = first === undefined ? undefined : argumentValues(spec.name, first.name);
  return {
    path: spec.name,
    commands: [],
    flags: [
      ...(spec.options ?? []).map((option) => flagOf(spec.name, option, seasons)),
      ...GLOBAL_FLAGS,
    ],
    ...(argument !== undefined && { argument }),
  };
}

function flagOf(command: string, { flags, description }: OptionSpec, seasons: readonly string[]) {
  const [, short, long, placeholder] = /^(?:(-\w), )?(--[\w-]+)(?: <(.+)>)?$/.exec(flags) ?? [];
  const shape = { long: long ?? flags, description, ...(short !== undefined && { short }) };
  if (placeholder === undefined) return shape;
  return { ...shape, values: optionValues(command, shape.long, placeholder, seasons) };
}

function optionValues(
  command: string,
  long: string,
  placeholder: string,
  seasons: readonly string[],
): Values {
  const words = WORDS[`${command} ${long}`] ?? WORDS[` ${long}`];
  if (words !== undefined) return { kind: 'words', words };
  if (placeholder === 'season') return { kind: 'words', words: seasons };
  if (long === '--table') return { kind: 'table' };
  return { kind: KINDS[placeholder] ?? 'none' };
}

function argumentValues(command: string, name: string): Values {
  const words = WORDS[`${command} ${name}`];
  if (words !== undefined) return { kind: 'words', words };
  if (command === 'models diff') return { kind: 'model' };
  return { kind: KINDS[name.replaceAll(/[<>[\].]/g, '')] ?? 'none' };
}
