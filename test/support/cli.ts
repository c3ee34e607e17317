import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { inject } from 'vitest';

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the compiled command line to its end. */
export function hoopduck(args: readonly string[], options: CliOptions = {}): CliResult {
  const { status, stdout, stderr } = spawnSync(process.execPath, [inject('cli'), ...args], {
    cwd: options.cwd,
    input: options.input ?? '',
    env: environment(options),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return { code: status, stdout, stderr };
}

/** Runs the compiled command line beside this process: for tests that serve it meanwhile. */
export async function hoopduckBeside(
  args: readonly string[],
  options: CliOptions = {},
): Promise<CliResult> {
  const child = startHoopduck(args, options);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  child.stdin.end(options.input ?? '');
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** Starts the compiled command line, for tests that send signals or close pipes. */
export function startHoopduck(args: readonly string[], options: CliOptions = {}) {
  return spawn(process.execPath, [inject('cli'), ...args], {
    cwd: options.cwd,
    env: environment(options),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

function environment(options: CliOptions): NodeJS.ProcessEnv {
  const { NO_COLOR: _, FORCE_COLOR: __, GITHUB_ACTIONS: ___, ...env } = process.env;
  return { ...env, ...options.env };
}
