import { stripVTControlCharacters } from 'node:util';
import { Command, type Help, Option } from 'commander';
import type { Style } from '../console/style.ts';
import { VERSION } from '../version.ts';
import type { CommandGroup, CommandSpec, OptionSpec } from './command.ts';

/** What was asked for on the command line. */
export interface Invocation {
  readonly spec: CommandSpec;
  /** Options and arguments by camelCase name. */
  readonly options: Record<string, unknown>;
}

/** Flags that every command takes, before or after its name. */
export interface GlobalFlags {
  readonly workspace?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
  readonly color?: boolean;
}

/** Where commander's own text goes. */
export interface ProgramOutput {
  help(text: string): void;
  usage(text: string): void;
  /** How help looks. */
  readonly style: Style;
}

/** Help is as wide as the terminal, up to where lines are no longer read at a glance. */
const MOST_WIDTH = 100;

/** Builds commander's program from the command table; `invoke` gets what was parsed. */
export function createProgram(
  commands: readonly (CommandSpec | CommandGroup)[],
  output: ProgramOutput,
  invoke: (invocation: Invocation) => Promise<void>,
): Command {
  const program = new Command('hoopduck')
    .description('A local analytical replica and ML pipeline for basketball warehouses.')
    .usage('<command> [options]')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .option('-C, --workspace <dir>', 'the workspace (default: the nearest hoopduck.yaml upwards)')
    .option('--json', 'one JSON document on stdout; text for people on stderr')
    .option('-q, --quiet', 'no progress, no remarks, no warnings: errors, and the result in a line')
    .option('--debug', 'stack traces of unexpected errors')
    .option('--no-color', 'no colours (as NO_COLOR does)')
    .exitOverride()
    .configureHelp({
      showGlobalOptions: true,
      formatHelp: commandsFirst,
      styleTitle: (title) => output.style.bold(title),
      subcommandTerm: (command) =>
        [
          command.name(),
          ...(command.commands.length > 0 ? ['<command>'] : []),
          ...command.registeredArguments.map(argumentTerm),
        ].join(' '),
    })
    .configureOutput({
      writeOut: (text) => output.help(text),
      writeErr: (text) => output.usage(text),
      getOutHelpWidth: () => Math.min(output.style.width ?? 80, MOST_WIDTH),
      getOutHasColors: () => true,
    })
    .addHelpText(
      'after',
      `${exampleText('hoopduck run --push', output.style)}\n\n"hoopduck <command> --help" says more.`,
    )
    .addHelpCommand(
      new Command('help')
        .description('print help of a command')
        .argument('[command]')
        .helpGroup('Look:'),
    );
  for (const spec of commands) {
    program.addCommand(
      'commands' in spec
        ? groupOf(spec, output.style, invoke)
        : commandOf(spec, output.style, invoke),
    );
  }
  inheritSettings(program);
  return program;
}

function inheritSettings(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent).exitOverride();
    inheritSettings(command);
  }
}

/** Commander's help with commands above the options: they are what a reader looks for. */
function commandsFirst(command: Command, help: Help): string {
  const text = Object.getPrototypeOf(help).formatHelp.call(help, command, help) as string;
  if (command.commands.length === 0) return text;
  const sections = text.trimEnd().split('\n\n');
  const isOptions = (section: string) =>
    /^(Global )?Options:/.test(stripVTControlCharacters(section));
  return `${[...sections.filter((part) => !isOptions(part)), ...sections.filter(isOptions)].join('\n\n')}\n`;
}

function exampleText(example: string, style: Style): string {
  return `\n${style.bold('Example:')}\n  $ ${example}`;
}

/** A summary as a sentence. */
function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}

function groupOf(
  spec: CommandGroup,
  style: Style,
  invoke: (invocation: Invocation) => Promise<void>,
): Command {
  const command = new Command(spec.name)
    .summary(spec.summary)
    .description(sentence(spec.summary))
    .usage('<command> [options]')
    .helpGroup(spec.group)
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .addHelpText(
      'after',
      `${exampleText(spec.example, style)}\n\n"hoopduck ${spec.name} <command> --help" says more.`,
    );
  for (const inner of spec.commands) {
    command.addCommand(commandOf(inner, style, invoke), { isDefault: inner.isDefault === true });
  }
  return command;
}

function commandOf(
  spec: CommandSpec,
  style: Style,
  invoke: (invocation: Invocation) => Promise<void>,
): Command {
  const command = new Command(spec.name.split(' ').at(-1)!)
    .summary(spec.summary)
    .description(sentence(spec.summary))
    .helpGroup(spec.group)
    .helpOption('-h, --help', 'print help')
    .allowExcessArguments(false)
    .addHelpText('after', exampleText(spec.example, style));
  for (const { name, description } of spec.arguments ?? []) command.argument(name, description);
  for (const option of spec.options ?? []) command.addOption(optionOf(option));
  command.action(async () => {
    const options: Record<string, unknown> = { ...command.opts() };
    command.registeredArguments.forEach((argument, i) => {
      const value = command.processedArgs[i] as unknown;
      if (value !== undefined) options[argument.name()] = value;
    });
    await invoke({ spec, options });
  });
  return command;
}

function argumentTerm(argument: { name(): string; required: boolean }): string {
  return argument.required ? `<${argument.name()}>` : `[${argument.name()}]`;
}

function optionOf(spec: OptionSpec): Option {
  const option = new Option(spec.flags, spec.description);
  const name = option.long ?? spec.flags;
  const parse = spec.parse ?? ((text: string) => text);
  if (spec.many === true) {
    option.argParser((text: string, earlier: readonly unknown[] | undefined) => [
      ...(earlier ?? []),
      parse(text, name),
    ]);
  } else if (spec.parse !== undefined) {
    option.argParser((text: string) => parse(text, name));
  }
  return option;
}
