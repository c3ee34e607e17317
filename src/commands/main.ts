import module from 'node:module';
import { resolve } from 'node:path';
import { inspect } from 'node:util';
import { CommanderError } from 'commander';
import { openTerminal, type Terminal } from '../console/terminal.ts';
import { wrap } from '../console/wrap.ts';
import { type ErrorCode, EXIT, type ExitCode, HoopduckError, messageOf } from '../errors.ts';
import { failureOf } from '../unexpected.ts';
import { tellGithub } from './ci/github.ts';
import type { CommandGroup, CommandSpec, Outcome } from './command.ts';
import { createEnvironment } from './environment.ts';
import { watchInterrupts } from './interrupts.ts';
import { usageError } from './options.ts';
import { createProgram, type GlobalFlags, type Invocation } from './program.ts';

/** The failure of a command, as `--json` and people are told of it. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly next: string;
}

/** Parses the command line, runs the command, prints what came of it and ends the process. */
export async function main(
  commands: readonly (CommandSpec | CommandGroup)[],
  argv: readonly string[],
): Promise<void> {
  keepCompiled();
  const options = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  const flags = {
    json: options.includes('--json'),
    quiet: options.includes('--quiet') || options.includes('-q'),
    debug: options.includes('--debug'),
    color: !options.includes('--no-color'),
  };
  const terminal = openTerminal(flags);
  let helpText = '';
  let invocation: Invocation | undefined;
  let exitCode: ExitCode;
  const program = createProgram(
    commands,
    {
      help: (text) => {
        helpText += text;
      },
      usage: () => undefined,
      style: terminal.resultStyle,
    },
    async (parsed) => {
      invocation = parsed;
    },
  );
  try {
    await program.parseAsync(argv, { from: 'user' });
    const outcome = await runCommand(invocation!, program.opts<GlobalFlags>(), terminal);
    terminal.close();
    exitCode = outcome.exitCode;
    await printOutcome(outcome, invocation!.spec.name, flags, terminal);
    const { json, failure = null } = outcome;
    tellGithub(process.env, { command: invocation!.spec.name, exitCode, json, failure }, (line) =>
      terminal.message(line),
    );
  } catch (error) {
    terminal.close();
    if (error instanceof CommanderError && error.exitCode === 0) {
      await terminal.result(helpText);
      exitCode = EXIT.done;
    } else {
      const failure =
        (await strangerIn(commands, options, error)) ??
        toldFailure(error, invocation?.spec.name ?? commandIn(commands, options));
      exitCode = failure.exitCode;
      printFailure(failure, terminal);
      if (flags.debug) terminal.message(inspect(error));
      const named = invocation?.spec.name ?? commandIn(commands, options) ?? null;
      await reportToJunit(options, named, failure, terminal);
      tellGithub(process.env, { command: named, exitCode, failure }, (line) =>
        terminal.message(line),
      );
      if (flags.json) {
        await terminal.result(`${document(exitCode, named, failure, {})}\n`);
      }
    }
  }
  process.exit(exitCode);
}

/** Has Node keep what it compiles from here on, where it can (22.8 and later): the next start takes less. */
function keepCompiled(): void {
  const { enableCompileCache } = module as { enableCompileCache?: () => unknown };
  enableCompileCache?.();
}

async function runCommand(
  { spec, options }: Invocation,
  globals: GlobalFlags,
  terminal: Terminal,
): Promise<Outcome> {
  const { signal, onStop } = watchInterrupts((text) => terminal.message(text));
  const environment = createEnvironment({
    command: spec.name,
    cwd: process.cwd(),
    workspaceFlag: globals.workspace,
    json: globals.json === true,
    report: terminal.report,
    signal,
    onStop,
  });
  const module = await spec.load();
  try {
    return await module.execute(options as never, environment);
  } catch (error) {
    throw signal.aborted && !(error instanceof HoopduckError) ? interrupted(error) : error;
  }
}

async function printOutcome(
  outcome: Outcome,
  command: string,
  { json, quiet }: { readonly json: boolean; readonly quiet: boolean },
  terminal: Terminal,
): Promise<void> {
  const told = quiet ? (outcome.line ?? outcome.text) : outcome.text;
  if (outcome.raw !== undefined) {
    for await (const piece of outcome.raw) await terminal.result(piece);
  } else if (json) {
    const text = document(outcome.exitCode, command, outcome.failure ?? null, outcome.json);
    await terminal.result(`${text}\n`);
  } else if (told !== undefined) {
    const text = told(terminal.resultStyle);
    if (text !== '') await terminal.shown(`${text}\n`);
  }
  if (outcome.failure === undefined) return;
  if (!json && told !== undefined && terminal.messageStyle.width !== undefined)
    terminal.message('');
  printFailure(outcome.failure, terminal);
}

/** The one document of `--json`. */
function document(
  exitCode: ExitCode,
  command: string | null,
  failure: Failure | null,
  fields: Readonly<Record<string, unknown>>,
): string {
  const error =
    failure === null ? null : { code: failure.code, message: failure.message, next: failure.next };
  const head = { ok: exitCode === EXIT.done, exit_code: exitCode, command, error };
  return JSON.stringify({ ...head, ...fields }, (_, value: unknown) =>
    typeof value === 'bigint' ? jsonInteger(value) : value,
  );
}

function jsonInteger(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

/** Puts an error, one of the command line too, in the place of a report, so that one of an earlier night does not pass for this one's. */
async function reportToJunit(
  argv: readonly string[],
  command: string | null,
  failure: Failure,
  terminal: Terminal,
): Promise<void> {
  const at = argv.findIndex((word) => word === '--junit' || word.startsWith('--junit='));
  if (at === -1 || failure.code === 'JUNIT_UNWRITABLE') return;
  const file = argv[at] === '--junit' ? argv[at + 1] : argv[at]!.slice('--junit='.length);
  if (file === undefined || file === '' || file.startsWith('-')) return;
  try {
    const { writeJunitError } = await import('./ci/junit.ts');
    writeJunitError(resolve(file), command ?? 'hoopduck', failure, new Date());
  } catch (unwritable) {
    terminal.report.warn(messageOf(unwritable));
  }
}

function printFailure(failure: Failure, terminal: Terminal): void {
  const style = terminal.messageStyle;
  const say = (text: string) => terminal.message(wrap(text, 2, style));
  // Of several lines the second and further ones quote something, with a caret below it.
  const [first, ...quoted] = failure.message.split('\n');
  say(`${style.red(`error[${failure.code}]:`)} ${first}`);
  if (quoted.length > 0) terminal.message(quoted.join('\n'));
  if (failure.next !== '') say(`${style.bold('next:')} ${failure.next}`);
}

function toldFailure(error: unknown, command: string | undefined): HoopduckError {
  if (error instanceof HoopduckError) {
    const general = error.code === 'USAGE' && error.next === usageError('').next;
    return general ? usageError(error.message, command) : error;
  }
  if (error instanceof CommanderError) {
    const bare = error.message.replace(/^error: /, '');
    if (error.code === 'commander.help') {
      return usageError(
        `No command was given${command === undefined ? '' : ` after "${command}"`}.`,
        command,
      );
    }
    return usageError(sentence(bare), command);
  }
  return failureOf(error);
}

/** "unknown option '--fro'\n(Did you mean --from?)" as one sentence with double quotes. */
function sentence(text: string): string {
  const line = text
    .split('\n')
    .map((part) => part.replace(/^\((Did you mean .*\?)\)$/, '$1'))
    .join('. ')
    .replaceAll("'", '"');
  const full = line.charAt(0).toUpperCase() + line.slice(1);
  return /[.?!]$/.test(full) ? full : `${full}.`;
}

function interrupted(cause: unknown): HoopduckError {
  return new HoopduckError('INTERRUPTED', 'Stopped by Ctrl-C.', {
    next: 'What was finished is kept; the same command goes on from there.',
    exitCode: EXIT.interrupted,
    cause,
  });
}

/** Of `runs shw`, where the default command of the group took a mistyped name for an argument: what was meant. */
async function strangerIn(
  commands: readonly (CommandSpec | CommandGroup)[],
  argv: readonly string[],
  error: unknown,
): Promise<HoopduckError | undefined> {
  if (!(error instanceof CommanderError) || error.code !== 'commander.excessArguments') return;
  const group = commands.find((one) => 'commands' in one && argv.includes(one.name));
  if (group === undefined || !('commands' in group)) return;
  const names = group.commands.map(({ name }) => name.split(' ').at(-1)!);
  const after = argv.slice(argv.indexOf(group.name) + 1);
  const stranger = after.find((word) => !word.startsWith('-'));
  if (stranger === undefined || names.includes(stranger)) return;
  const { didYouMean } = await import('../config/suggest.ts');
  return usageError(
    `Unknown command "${stranger}" of "${group.name}".${didYouMean(stranger, names)}`,
    group.name,
  );
}

/** The command that a command line names, of a group with the one after it: for the help to point to. */
function commandIn(
  commands: readonly (CommandSpec | CommandGroup)[],
  argv: readonly string[],
): string | undefined {
  const names = new Set(commands.map(({ name }) => name));
  const at = argv.findIndex((word) => names.has(word));
  const named = commands.find(({ name }) => name === argv[at]);
  if (named === undefined || !('commands' in named)) return named?.name;
  const after = argv.slice(at + 1);
  const inner = named.commands.find((spec) => after.includes(spec.name.split(' ').at(-1)!));
  return inner?.name ?? named.name;
}
