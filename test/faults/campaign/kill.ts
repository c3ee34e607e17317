import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Random } from './random.ts';

/** How the moment of a kill is chosen. */
export type Way = 'time' | 'operation' | 'system call';

/** What an undisturbed run of a command took and did. */
export interface Measure {
  readonly milliseconds: number;
  /** Statements in the replica and touches of files that the program makes itself. */
  readonly operations: number;
  /** By system call: the most that one thread made; empty where they cannot be watched. */
  readonly calls: Readonly<Record<string, number>>;
}

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly said: string;
}

/** A moment that was chosen, in words and as it is carried out. */
export interface Moment {
  readonly text: string;
  readonly way: Way;
  run(cli: string, args: readonly string[], folder: string): Promise<Ended>;
}

const HOOK = fileURLToPath(new URL('./kill-at.mjs', import.meta.url));
/** System calls that change a file or a folder, or bring it to disk. */
const CALLS = [
  ...['pwrite64', 'write', 'fsync', 'fdatasync', 'ftruncate', 'fallocate', 'copy_file_range'],
  ...['rename', 'unlink', 'rmdir', 'mkdir'],
];

/** Whether system calls can be watched here: a program for it is there and may. */
export const canTrace =
  spawnSync('strace', ['-o', '/dev/null', '--seccomp-bpf', '-f', 'true']).status === 0;

/** Runs a command to its end or to its kill; `wrap` goes before node. */
export async function start(
  cli: string,
  args: readonly string[],
  folder: string,
  more: {
    readonly wrap?: readonly string[];
    readonly kill?: object;
    readonly afterMs?: number;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Promise<Ended> {
  const node = more.kill === undefined ? [] : ['--import', HOOK];
  const [program, ...rest] = [...(more.wrap ?? []), process.execPath, ...node, cli, ...args];
  const child = spawn(program!, rest, {
    cwd: folder,
    env: {
      ...process.env,
      ...more.env,
      ...(more.kill !== undefined && { HOOPDUCK_KILL: JSON.stringify(more.kill) }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      said += data;
    });
  }
  const timer =
    more.afterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), more.afterMs);
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  clearTimeout(timer);
  return { code, signal, said };
}

/** Takes the measure of a command: one run for its time, counting operations on the way, and one for its system calls. */
export async function measure(
  cli: string,
  args: readonly string[],
  folder: string,
): Promise<{ milliseconds: number; operations: number; ended: Ended }> {
  const file = join(folder, '..', 'operations.txt');
  const started = performance.now();
  const ended = await start(cli, args, folder, { kill: { count: file } });
  const milliseconds = performance.now() - started;
  const operations = Number(readFileSync(file, 'utf8'));
  rmSync(file);
  return { milliseconds, operations, ended };
}

/** System calls of one run of a command, by name: the most of one thread. */
export async function countCalls(
  cli: string,
  args: readonly string[],
  folder: string,
): Promise<Record<string, number>> {
  const file = join(folder, '..', 'calls.txt');
  await start(cli, args, folder, {
    wrap: ['strace', '-f', '-qq', '--seccomp-bpf', '-o', file, '-e', `trace=${CALLS.join(',')}`],
  });
  const most: Record<string, number> = {};
  const byThread = new Map<string, number>();
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [, thread, call] = /^(\d+) +(\w+)\(/.exec(line) ?? [];
    if (call === undefined) continue;
    const n = (byThread.get(`${thread} ${call}`) ?? 0) + 1;
    byThread.set(`${thread} ${call}`, n);
    most[call] = Math.max(most[call] ?? 0, n);
  }
  rmSync(file);
  return most;
}

/** Chooses a moment within an undisturbed run. */
export function chooseMoment(random: Random, way: Way, measured: Measure): Moment {
  if (way === 'time') {
    const afterMs = Math.round((0.02 + 0.98 * random.next()) * measured.milliseconds);
    const text = `${afterMs} ms of ${Math.round(measured.milliseconds)}`;
    return { way, text, run: (cli, args, folder) => start(cli, args, folder, { afterMs }) };
  }
  if (way === 'operation') {
    const at = random.whole(1, measured.operations);
    const how = random.pick(['before', 'during', 'torn', 'after']);
    const kill = { at, how, delay: random.whole(0, 8) };
    const text = `${how} operation ${at} of ${measured.operations}`;
    return { way, text, run: (cli, args, folder) => start(cli, args, folder, { kill }) };
  }
  const call = random.pick(Object.keys(measured.calls).sort());
  const at = random.whole(1, measured.calls[call]!);
  const inject = `inject=${call}:signal=KILL:when=${at}`;
  const wrap = ['strace', '-f', '-qq', '--seccomp-bpf', '-o', '/dev/null'];
  return {
    way,
    text: `at ${call} ${at} of ${measured.calls[call]}`,
    run: (cli, args, folder) =>
      start(cli, args, folder, { wrap: [...wrap, '-e', `trace=${call}`, '-e', inject] }),
  };
}
