import type { Config } from '../config/config.ts';
import type { Style } from '../console/style.ts';
import type { Reporter, StageContext } from '../context.ts';
import type { ErrorCode, ExitCode } from '../errors.ts';
import type { Replica } from '../replica/replica.ts';

/** One command of the table in cli.ts: everything `--help` needs, and how to load the rest. */
export interface CommandSpec {
  /** As it is typed; of a command of a group with the group's name before it: `models list`. */
  readonly name: string;
  /** Heading under which `hoopduck --help` lists it. */
  readonly group: string;
  readonly summary: string;
  /** Positional arguments, commander's syntax: `<sql>`, `[dir]`; their values join the options by name. */
  readonly arguments?: readonly { readonly name: string; readonly description: string }[];
  readonly options?: readonly OptionSpec[];
  /** A line that can be pasted into a shell, shown by `--help`. */
  readonly example: string;
  /** Of a command of a group: what the group's name alone does. */
  readonly isDefault?: boolean;
  /** Imports the command's module; nothing heavy is imported before this. */
  readonly load: () => Promise<CommandModule>;
}

/** Commands under one name: `hoopduck models list`. */
export interface CommandGroup {
  readonly name: string;
  readonly group: string;
  readonly summary: string;
  readonly example: string;
  readonly commands: readonly CommandSpec[];
}

export interface OptionSpec {
  /** Commander's syntax: `--from <date>`; the value arrives under its camelCase name. */
  readonly flags: string;
  readonly description: string;
  /** Turns the text into its value at the door; throws HoopduckError (exit 2) when it is wrong. */
  readonly parse?: (text: string, option: string) => unknown;
  /** May be given several times; the values arrive as a list. */
  readonly many?: boolean;
}

/**
 * The module behind a command. `options` holds the parsed options and arguments by camelCase name;
 * what was not given is absent. An expected failure is either thrown as a HoopduckError or returned
 * with its exit code and `failure`; both give the same document with `--json`.
 */
export interface CommandModule {
  execute(options: never, env: CommandEnvironment): Promise<Outcome>;
}

/** What a command hands back to be printed. */
export interface Outcome {
  readonly exitCode: ExitCode;
  /** Fields of the `--json` document beside ok, exit_code, command and error. */
  readonly json: Readonly<Record<string, unknown>>;
  /** Why the exit code is not 0, in one sentence with the next step. */
  readonly failure?: { readonly code: ErrorCode; readonly message: string; readonly next: string };
  /** The result for a person, on stdout (not shown with `--json`). */
  readonly text?: (style: Style) => string;
  /** The result in one line, in the place of `text` with `--quiet`; without it the text is shown then, too. */
  readonly line?: (style: Style) => string;
  /** Replaces the whole of stdout, whatever the flags say; written piece by piece. */
  readonly raw?: AsyncIterable<string> | Iterable<string>;
}

/** What a command may use of the world outside its options. */
export interface CommandEnvironment {
  /** The command's name. */
  readonly command: string;
  /** The caller's folder: relative paths on the command line are relative to it. */
  readonly cwd: string;
  /** `-C, --workspace DIR` as given. */
  readonly workspaceFlag: string | undefined;
  readonly json: boolean;
  readonly report: Reporter;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** All of standard input, for commands that take `-`. */
  readonly stdin: () => Promise<string>;
  /**
   * Finds and reads hoopduck.yaml. `warehouse: true` for commands that read the warehouse: then its
   * folder must be there, otherwise it may be away once a replica exists.
   */
  config(needs?: { warehouse?: boolean }): Promise<Config>;
  /**
   * Opens the replica for writing, opens the run's row in the ledger, calls `work`, closes the row
   * with the outcome's exit code (130, 1, ... when it throws), and lets go of the file.
   * `args` is kept in the ledger as JSON.
   */
  stage(
    args: unknown,
    work: (ctx: StageContext) => Promise<Outcome>,
    needs?: { warehouse?: boolean },
  ): Promise<Outcome>;
  /** Opens the replica read-only (REPLICA_MISSING, exit 2, when there is none) for `work`. */
  reading<T>(work: (replica: Replica, config: Config) => Promise<T>): Promise<T>;
}
