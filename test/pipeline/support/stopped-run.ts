import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';

/** A moment of a run: the nth SQL statement or rename that matches. */
export interface Moment {
  /** Regular expression on the text of a statement, or on `rename <from> <to>`. */
  readonly pattern: string;
  readonly nth?: number;
  readonly when: 'before' | 'during' | 'after';
}

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

const STOP_AT = fileURLToPath(new URL('./stop-at.mjs', import.meta.url));

/**
 * Runs the compiled command line in a process of its own that sends itself the signal at the moment;
 * SIGKILL ends it there and then, whatever it holds in memory or has half written.
 */
export async function stoppedRun(
  args: readonly string[],
  signal: 'SIGKILL' | 'SIGINT',
  moment: Moment,
): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', STOP_AT, inject('cli'), ...args], {
    env: { ...process.env, HOOPDUCK_STOP: JSON.stringify({ ...moment, signal }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  const [code, ended] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal: ended, stdout, stderr };
}
