import { availableParallelism } from 'node:os';
import { EXIT, HoopduckError } from '../../errors.ts';
import { float32Text } from '../float-text.ts';
import { fromXgboostJson } from '../xgboost-json-reader.ts';
import type { BoosterParameters, Engine, Training, TrainRequest } from './engine.ts';
import type { NativeLibrary } from './find-library.ts';
import { type NativeAnswer, runNative } from './native-process.ts';
import { checkRequest, interrupted } from './request.ts';

/** The engine that trains with this libxgboost, in a child process, on every core. */
export function nativeEngine(library: NativeLibrary): Engine {
  return {
    name: 'native',
    version: `libxgboost ${library.version}`,
    library: library.path,
    objectives: OBJECTIVES,
    trainings: 1,
    train: (request) => trainInProcess(library, request),
  };
}

const OBJECTIVES = ['reg:squarederror', 'reg:absoluteerror'] as const;

export interface NativeRequest extends TrainRequest {
  /** Every core, if not said. */
  readonly threads?: number;
  /** Bytes that the process may take, if not nine tenths of what is free. */
  readonly memory?: number;
  /** Told the process that trains. */
  readonly onStart?: (pid: number) => void;
}

/**
 * Trains in a process of its own and reads the model that it hands back. Rejects with INTERRUPTED
 * when the signal aborts (the process is gone by then) and with ENGINE_FAILED when the library refuses
 * the request, or its process ends before it is done.
 */
export async function trainInProcess(
  library: NativeLibrary,
  request: NativeRequest,
): Promise<Training> {
  const { matrix, labels, parameters, rounds, predict, signal, onRound } = request;
  checkRequest({ name: 'native', objectives: OBJECTIVES }, request);
  if (signal?.aborted) throw interrupted();
  const threads = request.threads ?? availableParallelism();
  const answer = await runNative(
    {
      library: library.path,
      rows: matrix.rows,
      columns: matrix.columns,
      settings: settingsOf(parameters, threads),
      rounds,
      threads,
      arrays: [matrix.values, labels, ...(predict ? [predict.values] : [])],
    },
    {
      signal,
      onRound: onRound && ((round) => onRound(round, rounds)),
      memory: request.memory,
      onStart: request.onStart,
    },
  );
  // Ctrl-C on a terminal reaches the child as well, before it has learnt to leave it to its caller.
  if (signal?.aborted || answer.ended?.signal === 'SIGINT') throw interrupted();
  if (answer.model === undefined) throw engineFailed(library, reasonOf(answer));
  const { ensemble } = fromXgboostJson(answer.model.toString('utf8'));
  if (ensemble.trees.length !== rounds || ensemble.featureCount !== matrix.columns) {
    throw engineFailed(library, `it gave ${ensemble.trees.length} of ${rounds} trees`);
  }
  return {
    ensemble,
    ...(answer.predictions && {
      predictions: new Float32Array(new Uint8Array(answer.predictions).buffer),
    }),
  };
}

/** The library's own names. Without a base score it would estimate one from the labels. */
function settingsOf(parameters: BoosterParameters, threads: number): [string, string][] {
  const settings = {
    booster: 'gbtree',
    objective: parameters.objective,
    tree_method: 'hist',
    verbosity: 1,
    nthread: threads,
    eta: parameters.eta,
    max_depth: parameters.maxDepth,
    min_child_weight: parameters.minChildWeight,
    colsample_bytree: parameters.colsampleBytree,
    subsample: parameters.subsample,
    lambda: parameters.lambda,
    max_bin: parameters.maxBin,
    seed: parameters.seed,
    base_score: float32Text(Math.fround(parameters.baseScore)),
  };
  return Object.entries(settings).map(([name, value]) => [name, String(value)]);
}

function reasonOf({ failed, ended, words }: NativeAnswer): string {
  if (failed !== undefined) {
    return /bad_alloc|out of memory|allocate/i.test(failed)
      ? `it ran out of memory (${failed})`
      : failed;
  }
  const why = {
    SIGKILL: ' (often: memory ran out)',
    SIGSEGV: ' (it crashed)',
    SIGABRT: ' (it gave up)',
  };
  const how =
    ended?.signal == null
      ? `its process ended with exit code ${ended?.code}`
      : `its process was ended by ${ended.signal}${why[ended.signal as keyof typeof why] ?? ''}`;
  // What an abort prints: its reason, and perhaps a stack that says nothing to a reader.
  const reason = words.split('\n').find((line) => /FATAL|what\(\)|[Ee]rror/.test(line));
  return reason === undefined ? how : `${how}: ${reason.trim()}`;
}

function engineFailed({ path, version }: NativeLibrary, reason: string): HoopduckError {
  return new HoopduckError(
    'ENGINE_FAILED',
    `The engine "native" did not train with "${path}" (libxgboost ${version}): ${reason.replace(/\.$/, '')}.`,
    {
      next: 'Nothing was written. Train with --engine wasm, or on fewer rows (--from).',
      exitCode: EXIT.failed,
    },
  );
}
