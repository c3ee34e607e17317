// Native training through hoopduck against xgboost's Python package with the same library, matrix, parameters and
// threads, in interleaved pairs; the wasm engine once; peak memory of each; and rows a second of the ONNX form.
// Needs `node scripts/xgboost-libraries.mjs install`.
// Usage: node bench/native-engine.mjs [--rows 250000] [--columns 60] [--rounds 300] [--pairs 5] [--threads 2]
//        [--version 1.7.6|3.2.0] [--objective reg:squarederror] [--no-wasm] [--dist DIR]
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual, parseArgs, promisify } from 'node:util';
import { presentLibraries } from '../scripts/xgboost-libraries.mjs';
import * as measure from './measure.mjs';

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '250000' },
    columns: { type: 'string', default: '60' },
    rounds: { type: 'string', default: '300' },
    pairs: { type: 'string', default: '5' },
    threads: { type: 'string', default: String(availableParallelism()) },
    version: { type: 'string', default: '3.2.0' },
    objective: { type: 'string', default: 'reg:squarederror' },
    'no-wasm': { type: 'boolean', default: false },
    dist: { type: 'string' },
    // What a process of its own trains: so that peaks do not add up.
    part: { type: 'string' },
    folder: { type: 'string' },
  },
});
const [rows, columns, rounds, pairs, threads] = [
  options.rows,
  options.columns,
  options.rounds,
  options.pairs,
  options.threads,
].map(Number);
const dist = measure.dist(options);
const load = (path) => import(pathToFileURL(join(dist, 'train', path)));
const library = presentLibraries().find(
  ({ version, python }) => version === options.version && python !== undefined,
);
if (library === undefined) {
  console.error(`XGBoost ${options.version} is not in .emulators/xgboost-libraries.`);
  process.exit(2);
}
const parameters = {
  objective: options.objective,
  eta: 0.04,
  maxDepth: 6,
  minChildWeight: 60,
  colsampleBytree: 0.3,
  subsample: 0.8,
  lambda: 5,
  maxBin: 64,
  seed: 20,
  baseScore: 5,
};
const PYTHON = `
import json, resource, sys, time
import numpy, xgboost
folder, columns, rounds, threads, objective = sys.argv[1], *map(int, sys.argv[2:5]), sys.argv[5]
rows = numpy.fromfile(folder + '/values.f32', dtype='<f4').reshape(-1, columns)
labels = numpy.fromfile(folder + '/labels.f32', dtype='<f4')
started = time.perf_counter()
data = xgboost.DMatrix(rows, labels, nthread=threads)
model = xgboost.train({
    'objective': objective, 'tree_method': 'hist', 'nthread': threads, 'eta': .04, 'max_depth': 6, 'min_child_weight': 60,
    'colsample_bytree': .3, 'subsample': .8, 'lambda': 5, 'max_bin': 64, 'seed': 20, 'base_score': 5}, data, rounds)
saved = model.save_raw('json')
seconds = time.perf_counter() - started
open(folder + '/python.json', 'wb').write(saved)
print(json.dumps({'seconds': seconds, 'megabytes': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
`;

if (options.part === undefined) await main();
else await trainPart(options.part, options.folder);

async function main() {
  const folder = mkdtempSync(join(tmpdir(), 'hoopduck-bench-'));
  try {
    writeMatrix(folder);
    console.log(
      `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model}`,
    );
    console.log(
      `${rows} x ${columns}, ${rounds} rounds, ${options.objective}, ${threads} threads, XGBoost ${options.version}`,
    );
    const ours = [];
    const theirs = [];
    for (let pair = 0; pair < pairs; pair++) {
      // Who goes first alternates.
      for (const who of pair % 2 === 0 ? ['native', 'python'] : ['python', 'native']) {
        (who === 'native' ? ours : theirs).push(await run(who, folder));
      }
      const [a, b] = [ours.at(-1).seconds, theirs.at(-1).seconds];
      console.log(
        `pair ${pair + 1}: hoopduck ${a.toFixed(2)} s, Python ${b.toFixed(2)} s, ratio ${(a / b).toFixed(3)}`,
      );
    }
    const ratio = median(ours.map(({ seconds }, i) => seconds / theirs[i].seconds));
    const native = median(ours.map(({ seconds }) => seconds));
    console.log(`median ratio ${ratio.toFixed(3)} (bar 1.05)`);
    console.log(
      `peak memory: hoopduck ${peak(ours, 'megabytes')} MB and its trainer ${peak(ours, 'trainer')} MB, Python ${peak(theirs, 'megabytes')} MB`,
    );
    const { fromXgboostJson } = await load('xgboost-json.js');
    const [mine, other] = ['native.json', 'python.json'].map(
      (file) => fromXgboostJson(readFileSync(join(folder, file), 'utf8')).ensemble,
    );
    console.log(`the same model: ${isDeepStrictEqual(mine, other) ? 'yes' : 'NO'}`);
    if (!options['no-wasm'] && options.objective === 'reg:squarederror') {
      const wasm = await run('wasm', folder);
      console.log(
        `wasm ${wasm.seconds.toFixed(1)} s, ${(wasm.seconds / native).toFixed(1)} times native (bar 8), ${Math.round(wasm.megabytes)} MB`,
      );
    }
    for (const [part, said] of [
      ['onnx', 'one thread'],
      ['onnx-threads', `${threads} threads`],
    ]) {
      const onnx = await run(part, folder);
      console.log(
        `ONNX, ${said}: ${Math.round(rows / onnx.seconds).toLocaleString('en-US')} rows/s (bar 100,000), ${Math.round(onnx.megabytes)} MB`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Seconds and peak megabytes of one training in a fresh process. */
async function run(part, folder) {
  const [program, args] =
    part === 'python'
      ? [
          library.python,
          ['-c', PYTHON, folder, ...[columns, rounds, threads].map(String), options.objective],
        ]
      : [process.execPath, [...process.argv.slice(1), '--part', part, '--folder', folder]];
  const { stdout } = await promisify(execFile)(program, args, { maxBuffer: 1e8 });
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

async function trainPart(part, folder) {
  const matrix = { rows, columns, values: floats(join(folder, 'values.f32')) };
  const labels = floats(join(folder, 'labels.f32'));
  const request = { matrix, labels, parameters, rounds };
  const { fromXgboostJson, toXgboostJson } = await load('xgboost-json.js');
  const names = Array.from({ length: columns }, (_, i) => `feature_${i}`);
  let seconds;
  let trainer;
  if (part.startsWith('onnx')) {
    const { toOnnx } = await load('onnx/build.js');
    const { scoreOnnx } = await load('onnx/score.js');
    const { ensemble } = fromXgboostJson(readFileSync(join(folder, 'native.json'), 'utf8'));
    const { fitResidualTable } = await load('residual-table.js');
    const roots = Float64Array.from(labels.subarray(0, 5000));
    const member = {
      ...{ name: 'plain', needs: [], columns: [], presence: [], ensembles: [ensemble] },
      correction: { a: 0, b: 1, c: 0 },
      residuals: fitResidualTable(
        roots,
        roots.map((root) => root * root + 1),
      ),
    };
    const onnx = toOnnx({ members: [member] }, names);
    seconds = await timed(() => scoreOnnx(onnx, matrix, part === 'onnx' ? 1 : threads));
  } else if (part === 'wasm') {
    const { wasmEngine } = await load('engines/wasm-engine.js');
    seconds = await timed(() => wasmEngine.train(request));
  } else {
    const { trainInProcess } = await load('engines/native-engine.js');
    let pid;
    let ensemble;
    seconds = await timed(async () => {
      ({ ensemble } = await trainInProcess(library, {
        ...request,
        threads,
        onStart: (started) => {
          pid = started;
        },
        onRound: (round) => {
          if (round === rounds) trainer = peakOf(pid);
        },
      }));
    });
    writeFileSync(join(folder, 'native.json'), toXgboostJson(ensemble, names, parameters));
  }
  const megabytes = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ seconds, megabytes, trainer }));
}

async function timed(work) {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

/** Megabytes that a running process took at most; only Linux says. */
function peakOf(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
  } catch {
    return undefined;
  }
}

function peak(runs, member) {
  return Math.round(Math.max(...runs.map((one) => one[member] ?? Number.NaN)));
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

function floats(file) {
  const bytes = readFileSync(file);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

/** Uniform features, 5% missing; five of them make the label, with noise. */
function writeMatrix(folder) {
  let state = 20;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const cells = new Float32Array(rows * columns);
  const labels = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < columns; column++) {
      const value = random() < 0.05 ? Number.NaN : random() * 10;
      cells[row * columns + column] = value;
      if (column < 5 && !Number.isNaN(value)) sum += value;
    }
    labels[row] = Math.sqrt(sum) + random();
  }
  writeFileSync(join(folder, 'values.f32'), cells);
  writeFileSync(join(folder, 'labels.f32'), labels);
}
