import { type ChildProcess, spawn } from 'node:child_process';
import { freemem } from 'node:os';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** What native-child.mjs takes: a line of JSON, then the arrays as raw bytes. No rounds: it only loads the library. */
export interface NativeJob {
  readonly library: string;
  readonly rows: number;
  readonly columns: number;
  readonly settings: readonly (readonly [string, string])[];
  readonly rounds: number;
  readonly threads: number;
  /** Values, labels, and values of rows to predict; or nothing. */
  readonly arrays: readonly Float32Array[];
}

/** How the process ended: `failed` and `signal` are both absent when it did what was asked. */
export interface NativeAnswer {
  /** Of the library, once it was loaded. */
  readonly version?: readonly [number, number, number];
  readonly model?: Buffer;
  readonly predictions?: Buffer;
  /** What the library, or the loading of it, said. */
  readonly failed?: string;
  /** Exit code or signal when the process ended by itself before it was done. */
  readonly ended?: { readonly code: number | null; readonly signal: NodeJS.Signals | null };
  /** End of what the process wrote to its stderr. */
  readonly words: string;
}

export interface NativeOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onRound?: ((round: number) => void) | undefined;
  /** Bytes of memory that the process may take; where the platform cannot bound it, unheeded. */
  readonly memory?: number | undefined;
  readonly onStart?: ((pid: number) => void) | undefined;
}

type Message =
  | { readonly version: [number, number, number] }
  | { readonly round: number }
  | { readonly failed: string }
  | { readonly done: [number, number] };

const CHILD = fileURLToPath(new URL('./native-child.mjs', import.meta.url));

/** Of stderr; an abort of the C++ runtime says why in its last lines. */
const WORDS_KEPT = 2000;

/**
 * Runs a job in a process of its own and resolves once that process is gone, however it ended. When
 * the signal aborts the process is killed at once.
 */
export function runNative(job: NativeJob, options: NativeOptions = {}): Promise<NativeAnswer> {
  return new Promise((resolve, reject) => {
    const child = start(options.memory ?? memoryBound());
    const answer: { -readonly [K in keyof NativeAnswer]: NativeAnswer[K] } = { words: '' };
    let settled = false;
    const end = () => {
      settled = true;
      child.kill('SIGKILL');
    };
    options.signal?.addEventListener('abort', end, { once: true });
    if (options.signal?.aborted) end();
    if (child.pid !== undefined) options.onStart?.(child.pid);

    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      answer.words = (answer.words + text).slice(-WORDS_KEPT);
    });
    const pipe = child.stdio[3] as Duplex;
    // A process that dies while it is written to; how it ended is what counts, and `close` tells it.
    pipe.on('error', () => {});
    pipe.on('data', reader(job.rounds === 0, answer, options.onRound, end));
    child.on('error', (error) => {
      options.signal?.removeEventListener('abort', end);
      reject(error);
    });
    child.on('close', (code, signal) => {
      options.signal?.removeEventListener('abort', end);
      if (!settled) answer.ended = { code, signal };
      resolve(answer);
    });

    const { arrays, ...head } = job;
    pipe.write(`${JSON.stringify({ ...head, lengths: arrays.map((array) => array.length) })}\n`);
    for (const { buffer, byteOffset, byteLength } of arrays) {
      pipe.write(Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength));
    }
  });
}

/** Takes the process's bytes apart into `answer` and calls `end` when all is said. */
function reader(
  onlyVersion: boolean,
  answer: { -readonly [K in keyof NativeAnswer]: NativeAnswer[K] },
  onRound: NativeOptions['onRound'],
  end: () => void,
): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  let lengths: [number, number] | undefined;
  const takeLine = (text: string) => {
    const message = JSON.parse(text) as Message;
    if ('round' in message) onRound?.(message.round);
    else if ('done' in message) lengths = message.done;
    else if ('failed' in message) {
      answer.failed = message.failed;
      end();
    } else {
      answer.version = message.version;
      if (onlyVersion) end();
    }
  };
  return (chunk) => {
    chunks.push(chunk);
    if (lengths === undefined) {
      let rest = Buffer.concat(chunks);
      for (let at = rest.indexOf(10); at >= 0 && lengths === undefined; at = rest.indexOf(10)) {
        takeLine(rest.subarray(0, at).toString());
        rest = rest.subarray(at + 1);
      }
      chunks = [rest];
    }
    if (lengths === undefined) return;
    const [model, predictions] = lengths;
    if (chunks.reduce((sum, { length }) => sum + length, 0) < model + predictions) return;
    const all = Buffer.concat(chunks);
    answer.model = all.subarray(0, model);
    if (predictions > 0) answer.predictions = all.subarray(model, model + predictions);
    end();
  };
}

/**
 * The process with descriptor 3 as a socket to it; it has no stdin and no terminal. On Linux a shell
 * first bounds its private memory and makes it the one that the kernel ends first when memory is short.
 */
function start(memory: number): ChildProcess {
  const command = [process.execPath, '--expose-gc', CHILD];
  const { NODE_OPTIONS: _, ...env } = process.env;
  const bound =
    'echo 1000 2>/dev/null >/proc/self/oom_score_adj; ulimit -d "$0" 2>/dev/null; exec "$@"';
  const [program, ...args] =
    process.platform === 'linux'
      ? ['/bin/sh', '-c', bound, String(Math.floor(memory / 1024)), ...command]
      : command;
  return spawn(program!, args, {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    // Threads that spin while they wait made a training thirty times slower where other programs ran; that sleep
    // at once, a tenth slower where none did. So GNU's spin for a moment, and others sleep.
    env: { OMP_WAIT_POLICY: 'passive', GOMP_SPINCOUNT: '100000', ...env, UV_THREADPOOL_SIZE: '1' },
  });
}

/** Nine tenths of what is free, at least 1 GB: the rest is for the caller, who holds the replica. */
function memoryBound(): number {
  const limit = process.constrainedMemory();
  const free = limit > 0 ? Math.min(freemem(), limit) : freemem();
  return Math.max(1e9, 0.9 * free);
}
