// Trains in ml-xgboost's WebAssembly on a thread of its own: one round blocks its thread, so progress
// and Ctrl-C need another, and ending the thread is the only way to give the heap back.
// Plain JavaScript, because Node 20 starts no thread from TypeScript; wasm-engine.ts is its caller.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

// The library fetches its .wasm by a file path where there is a global fetch (Node >= 18), fails and
// complains on the console. Here fetch reads that file; nothing else in this thread fetches.
globalThis.fetch = async (path) =>
  new Response(readFileSync(path), { headers: { 'content-type': 'application/wasm' } });

const library = createRequire(import.meta.url)('ml-xgboost/dist/wasm/xgboost.js');
library.print = () => {};
library.printErr = () => {};

/** Copies numbers into the heap; the caller frees them. */
function allocate(numbers) {
  const pointer = library._malloc(numbers.byteLength);
  if (pointer === 0) throw new Error(`out of memory at ${numbers.byteLength} bytes`);
  // HEAPF32 is another array after the heap has grown: look it up now.
  library.HEAPF32.set(numbers, pointer / 4);
  return pointer;
}

function savedModel(model) {
  const size = library._save_model(model);
  if (size <= 0) throw new Error('the trained model could not be saved');
  const pointer = library._malloc(size);
  library._get_file_content(pointer, size);
  const bytes = library.HEAPU8.slice(pointer, pointer + size);
  library._free(pointer);
  return bytes;
}

function predictions(model, { rows, columns, values }) {
  const pointer = library._malloc(4 * columns);
  const result = library._malloc(4);
  return Float32Array.from({ length: rows }, (_, row) => {
    library.HEAPF32.set(values.subarray(row * columns, (row + 1) * columns), pointer / 4);
    library._predict_one(model, pointer, columns, result);
    return library.HEAPF32[result / 4];
  });
}

function train({ rows, columns, values, labels, settings, rounds, predict }) {
  const data = allocate(values);
  const target = allocate(labels);
  const model = library._create_model(data, target, rows, columns);
  library._free(data);
  library._free(target);
  const set = library.cwrap('set_param', null, ['number', 'string', 'string']);
  for (const [key, value] of settings) set(model, key, value);
  for (let round = 1; round <= rounds; round++) {
    library._train_full_model(model, 1);
    parentPort.postMessage({ round });
  }
  const bytes = savedModel(model);
  const done = { bytes, heapBytes: library.HEAPU8.length };
  if (predict) done.predictions = predictions(model, predict);
  parentPort.postMessage({ done });
}

library.isReady.then(() => {
  try {
    train(workerData);
  } catch (error) {
    parentPort.postMessage({ failed: error instanceof Error ? error.message : String(error) });
  }
});
