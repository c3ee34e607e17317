import type { CommandModule } from '../../../src/commands/command.ts';
import { createEnvironment } from '../../../src/commands/environment.ts';
import { plainStyle } from '../../../src/console/style.ts';
import { HoopduckError } from '../../../src/errors.ts';

const COMMANDS: Readonly<Record<string, () => Promise<unknown>>> = {
  graph: () => import('../../../src/commands/graph.ts'),
  plan: () => import('../../../src/commands/plan.ts'),
  predict: () => import('../../../src/commands/predict.ts'),
  push: () => import('../../../src/commands/push.ts'),
  status: () => import('../../../src/commands/status.ts'),
  sync: () => import('../../../src/commands/sync.ts'),
  transform: () => import('../../../src/commands/transform.ts'),
  validate: () => import('../../../src/commands/validate.ts'),
};

/** What a command said and how it ended. */
export interface Said {
  readonly exitCode: number;
  /** Every line that a person reads, in order: remarks, warnings, the result, the failure. */
  readonly lines: readonly string[];
  /** What `--json` has beside the frame of every command. */
  readonly json?: Readonly<Record<string, unknown>>;
}

/**
 * Runs a command of the command line in this process, as a person would in the folder of the workspace.
 * Times are left out of the lines, and the workspace's place is called `league`.
 */
export async function hoopduck(
  workspace: string,
  command: string,
  options: Readonly<Record<string, unknown>> = {},
): Promise<Said> {
  const lines: string[] = [];
  const say = (text: string) => {
    const plain = text.replaceAll(workspace, 'league').replace(/ \((\d+m )?[\d.]+ ?m?s\)/g, '');
    lines.push(...plain.split('\n').map((line) => line.trimEnd()));
  };
  const environment = createEnvironment({
    command,
    cwd: workspace,
    workspaceFlag: undefined,
    json: false,
    report: { progress() {}, info: say, warn: (text) => say(`warning: ${text}`) },
    signal: new AbortController().signal,
    onStop: () => () => {},
  });
  const { execute } = (await COMMANDS[command]!()) as CommandModule;
  const fail = ({ code, message, next }: { code: string; message: string; next: string }) =>
    say(`error[${code}]: ${message}\nnext: ${next}`);
  try {
    const outcome = await execute(options as never, environment);
    if (outcome.text !== undefined) say(outcome.text(plainStyle));
    if (outcome.failure !== undefined) fail(outcome.failure);
    return { exitCode: outcome.exitCode, lines, json: outcome.json };
  } catch (error) {
    if (!(error instanceof HoopduckError)) throw error;
    fail(error);
    return { exitCode: error.exitCode, lines };
  }
}

/** What a morning said: sync, transform and validate, one after the other; it stops at a failure. */
export async function morning(workspace: string): Promise<Said> {
  const lines: string[] = [];
  for (const command of ['sync', 'transform', 'validate']) {
    const said = await hoopduck(workspace, command);
    lines.push(...said.lines);
    if (said.exitCode !== 0) return { exitCode: said.exitCode, lines };
  }
  return { exitCode: 0, lines };
}
