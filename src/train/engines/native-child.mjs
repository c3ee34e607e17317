// Loads a native XGBoost library and trains in it, in a process of its own: a crash, a runaway memory or an
// abort inside the library ends this process and nothing else. native-process.ts is its caller.
// Plain JavaScript, because Node 20 starts no process from TypeScript.
//
// Descriptor 3 is a socket to the caller. From there: one line of JSON, then the raw bytes that it announces.
// To there: lines of JSON, and after `done` the raw bytes of the model and of the predictions. The calls run on
// the one thread of libuv's pool (UV_THREADPOOL_SIZE=1), because the library keeps its last error and its
// answers by thread, so that this thread sees at once when the caller is gone.
import { realpathSync } from 'node:fs';
import { Socket } from 'node:net';
import koffi from 'koffi';

const socket = new Socket({ fd: 3, readable: true, writable: true });
// The caller decides on Ctrl-C; the terminal sends it to both.
process.on('SIGINT', () => {});
// A caller that is gone wants no model; a running call would hold an ordinary exit up.
const vanish = () => process.kill(process.pid, 'SIGKILL');
socket.on('end', vanish);
socket.on('error', vanish);

function send(message) {
  socket.write(`${JSON.stringify(message)}\n`);
}

/** The job's line, and its float32 arrays by the lengths that the line gives. */
function receive() {
  return new Promise((resolve) => {
    let head = Buffer.alloc(0);
    let job;
    let arrays;
    let bytes;
    let filled = 0;
    socket.on('data', (chunk) => {
      if (job === undefined) {
        head = Buffer.concat([head, chunk]);
        const end = head.indexOf(10);
        if (end < 0) return;
        job = JSON.parse(head.subarray(0, end).toString());
        bytes = Buffer.allocUnsafeSlow(4 * job.lengths.reduce((sum, n) => sum + n, 0));
        chunk = head.subarray(end + 1);
      }
      if (arrays !== undefined) return;
      filled += chunk.copy(bytes, filled);
      if (filled < bytes.length) return;
      let offset = 0;
      arrays = job.lengths.map((length) => {
        const array = new Float32Array(bytes.buffer, offset, length);
        offset += 4 * length;
        return array;
      });
      resolve({ job, arrays });
      bytes = undefined;
    });
  });
}

/** The functions used, by their names in xgboost/c_api.h; each gives a promise and rejects with the library's error. */
function load(path) {
  // Through a link the loader would not find what lies beside the file, such as a wheel's own OpenMP.
  const library = koffi.load(realpathSync(path));
  const version = library.func(
    'void XGBoostVersion(_Out_ int *major, _Out_ int *minor, _Out_ int *patch)',
  );
  const lastError = asynchronous(library.func('const char *XGBGetLastError()'));
  const bind = (name, parameters) => {
    const call = asynchronous(library.func(`int ${name}(${parameters})`));
    return async (...values) => {
      if ((await call(...values)) !== 0) throw new Error(firstLine(await lastError()));
    };
  };
  return {
    version: () => {
      const parts = [[0], [0], [0]];
      version(...parts);
      return parts.map(([part]) => part);
    },
    createMatrix: bind(
      'XGDMatrixCreateFromMat_omp',
      'const float *data, uint64_t rows, uint64_t columns, float missing, _Out_ void **out, int threads',
    ),
    setFloats: bind(
      'XGDMatrixSetFloatInfo',
      'void *matrix, const char *field, const float *values, uint64_t length',
    ),
    createBooster: bind('XGBoosterCreate', 'void **matrices, uint64_t length, _Out_ void **out'),
    setParameter: bind('XGBoosterSetParam', 'void *booster, const char *name, const char *value'),
    update: bind('XGBoosterUpdateOneIter', 'void *booster, int round, void *matrix'),
    save: bind(
      'XGBoosterSaveModelToBuffer',
      'void *booster, const char *config, _Out_ uint64_t *length, _Out_ void **out',
    ),
    predict: bind(
      'XGBoosterPredictFromDMatrix',
      'void *booster, void *matrix, const char *config, _Out_ void **shape, _Out_ uint64_t *dimension, _Out_ void **out',
    ),
  };
}

function asynchronous(call) {
  return (...values) =>
    new Promise((resolve, reject) => {
      call.async(...values, (error, result) => (error ? reject(error) : resolve(result)));
    });
}

/** An error of the library without its time, its source line and its stack. */
function firstLine(text) {
  return text
    .split('\n')[0]
    .replace(/^(\[[\d:]+\] )?\S+:\d+: /, '')
    .replace(/^Check failed: .*?: (?=\S)/, '');
}

function bytesAt(pointer, length) {
  return Buffer.from(koffi.decode(pointer, koffi.array('uint8_t', length, 'Typed')));
}

async function matrixOf(library, values, rows, columns, threads) {
  const out = [null];
  await library.createMatrix(values, rows, columns, NaN, out, threads);
  return out[0];
}

async function train(library, { job, arrays }) {
  const { rows, columns, settings, rounds, threads } = job;
  const matrix = await matrixOf(library, arrays[0], rows, columns, threads);
  await library.setFloats(matrix, 'label', arrays[1], rows);
  const fresh = arrays[2];
  arrays.length = 0;
  // The library has its own copy; this one is a quarter of what training needs.
  if (fresh === undefined) globalThis.gc?.();

  const booster = [null];
  await library.createBooster([matrix], 1, booster);
  for (const [name, value] of settings) await library.setParameter(booster[0], name, value);
  for (let round = 0; round < rounds; round++) {
    await library.update(booster[0], round, matrix);
    send({ round: round + 1 });
  }
  const length = [0];
  const out = [null];
  await library.save(booster[0], '{"format":"json"}', length, out);
  const model = bytesAt(out[0], Number(length[0]));
  const predictions = fresh
    ? await predictionsOf(library, booster[0], fresh, columns, threads)
    : Buffer.alloc(0);
  send({ done: [model.length, predictions.length] });
  socket.write(model);
  socket.write(predictions);
}

async function predictionsOf(library, booster, values, columns, threads) {
  const rows = values.length / columns;
  const matrix = await matrixOf(library, values, rows, columns, threads);
  const config =
    '{"type":0,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":false}';
  const out = [null];
  await library.predict(booster, matrix, config, [null], [0], out);
  return bytesAt(out[0], 4 * rows);
}

try {
  const request = await receive();
  const library = load(request.job.library);
  send({ version: library.version() });
  if (request.job.rounds > 0) await train(library, request);
} catch (error) {
  send({ failed: error instanceof Error ? error.message : String(error) });
}
// Not before the caller has read everything: it ends this process, or its end of the socket.
