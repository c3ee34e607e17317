// The WebAssembly engine on a synthetic matrix: 300,000 x 60, 340 rounds, the parameters of the recipe.
// Usage: node bench/train-wasm.mjs [rows] [columns] [rounds]
import { cpus } from 'node:os';
import { chooseEngine } from '../dist/train/engines/choose.js';
import { walk } from '../dist/train/walk.js';

const [rows, columns, rounds] = [300_000, 60, 340].map((fallback, i) =>
  Number(process.argv[i + 2] ?? fallback),
);
let state = 20;
const random = () => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
};
const values = new Float32Array(rows * columns);
const labels = new Float32Array(rows);
for (let row = 0; row < rows; row++) {
  let sum = 0;
  for (let column = 0; column < columns; column++) {
    const value = random() < 0.05 ? Number.NaN : random() * 10;
    values[row * columns + column] = value;
    if (column < 5 && !Number.isNaN(value)) sum += value;
  }
  labels[row] = Math.sqrt(sum) + random();
}
const engine = await chooseEngine('wasm');
const started = performance.now();
const { ensemble } = await engine.train({
  matrix: { rows, columns, values },
  labels,
  rounds,
  parameters: {
    objective: 'reg:squarederror',
    eta: 0.04,
    maxDepth: 6,
    minChildWeight: 60,
    colsampleBytree: 0.3,
    subsample: 0.8,
    lambda: 5,
    maxBin: 64,
    seed: 20,
    baseScore: 5,
  },
});
const trained = performance.now();
walk(ensemble, { rows, columns, values });
const scored = performance.now();
console.log(
  `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model}`,
);
console.log(`${engine.name} (${engine.version}): ${rows} x ${columns}, ${rounds} rounds`);
console.log(
  `train ${((trained - started) / 1000).toFixed(1)} s, walk ${((scored - trained) / 1000).toFixed(1)} s, peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
);
