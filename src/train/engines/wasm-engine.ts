import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { EXIT, HoopduckError } from '../../errors.ts';
import type { Matrix } from '../matrix.ts';
import type { BoosterParameters, Engine, Training, TrainRequest } from './engine.ts';
import { readLegacyBinary } from './legacy-binary.ts';
import { checkRequest, interrupted } from './request.ts';
import { encodeMissing } from './wasm-encoding.ts';

const libraryVersion = (
  createRequire(import.meta.url)('ml-xgboost/package.json') as { version: string }
).version;

/**
 * XGBoost (of before 1.0) in WebAssembly, by the package ml-xgboost: no installation, one thread,
 * always there. 260,000 x 21, 340 rounds of depth 6: 44 s, 134 MB of heap.
 */
export const wasmEngine: Engine = {
  name: 'wasm',
  version: `ml-xgboost ${libraryVersion}`,
  objectives: ['reg:squarederror'],
  // Each has one thread and up to 2 GB.
  trainings: Math.min(4, availableParallelism()),
  train: trainInWorker,
};

export interface WasmTraining extends Training {
  /** Size of the WebAssembly heap at the end; it only ever grows, and goes with its thread. */
  readonly heapBytes: number;
}

/**
 * Trains on a worker thread and reads the saved model. Rejects with INTERRUPTED when the signal
 * aborts (the thread and its memory end at once) and with ENGINE_FAILED when the library does not
 * give the asked number of trees, as when 2 GB of heap are not enough. Its own predictions are made
 * row by row.
 */
export async function trainInWorker(request: TrainRequest): Promise<WasmTraining> {
  const { matrix, labels, rounds, predict } = request;
  checkRequest(wasmEngine, request);
  const values = encodeMissing(matrix.values);
  const answer = await answerOfWorker(request, {
    rows: matrix.rows,
    columns: matrix.columns,
    values,
    labels,
    settings: settingsOf(request.parameters),
    rounds,
    predict: predict && { ...predict, values: encodeMissing(predict.values) },
  });
  const ensemble = readLegacyBinary(answer.bytes);
  // The library's interface swallows XGBoost's error codes; what they leave is a model cut short.
  if (ensemble.trees.length !== rounds || ensemble.featureCount !== matrix.columns) {
    throw engineFailed(`it gave ${ensemble.trees.length} trees where ${rounds} were wanted`);
  }
  return { ...answer, ensemble };
}

/** The library's own names; it is from before `reg:linear` was renamed to `reg:squarederror`. */
function settingsOf(parameters: BoosterParameters): [string, string][] {
  const settings = {
    booster: 'gbtree',
    objective: 'reg:linear',
    tree_method: 'hist',
    silent: 1,
    eta: parameters.eta,
    max_depth: parameters.maxDepth,
    min_child_weight: parameters.minChildWeight,
    colsample_bytree: parameters.colsampleBytree,
    subsample: parameters.subsample,
    lambda: parameters.lambda,
    max_bin: parameters.maxBin,
    seed: parameters.seed,
    base_score: parameters.baseScore,
  };
  return Object.entries(settings).map(([key, value]) => [key, String(value)]);
}

/** What wasm-worker.mjs takes; the values are moved to it, not copied. */
interface WorkerJob {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
  readonly labels: Float32Array;
  readonly settings: readonly [string, string][];
  readonly rounds: number;
  readonly predict: Matrix | undefined;
}

interface WorkerAnswer {
  readonly bytes: Uint8Array;
  readonly heapBytes: number;
  readonly predictions?: Float32Array;
}

type WorkerMessage = { round: number } | { done: WorkerAnswer } | { failed: string };

function answerOfWorker(request: TrainRequest, workerData: WorkerJob) {
  const { signal, onRound, rounds } = request;
  return new Promise<WorkerAnswer>((resolve, reject) => {
    if (signal?.aborted) return reject(interrupted());
    const worker = new Worker(new URL('./wasm-worker.mjs', import.meta.url), {
      workerData,
      transferList: [workerData.values.buffer as ArrayBuffer],
    });
    const stop = () => finish(() => reject(interrupted()));
    // Settles once the thread is gone, so that its memory is free when the caller goes on.
    const finish = (settle: () => void) => {
      signal?.removeEventListener('abort', stop);
      worker.removeAllListeners();
      worker.terminate().then(settle, settle);
    };
    signal?.addEventListener('abort', stop, { once: true });
    worker.on('message', (message: WorkerMessage) => {
      if ('round' in message) onRound?.(message.round, rounds);
      else if ('done' in message) finish(() => resolve(message.done));
      else finish(() => reject(engineFailed(message.failed)));
    });
    worker.on('error', (error) => finish(() => reject(engineFailed(error.message, error))));
    worker.on('exit', (code) =>
      finish(() => reject(engineFailed(`its thread ended with ${code}`))),
    );
  });
}

function engineFailed(reason: string, cause?: unknown): HoopduckError {
  return new HoopduckError('ENGINE_FAILED', `The engine "wasm" did not train: ${reason}.`, {
    next: 'Check the parameters of training; its memory ends at 2 GB, so try fewer rows (--from).',
    exitCode: EXIT.failed,
    cause,
  });
}
