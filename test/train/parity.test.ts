import { expect, test } from 'vitest';
import { adversarialRows } from '../../src/train/adversarial-rows.ts';
import { wasmEngine } from '../../src/train/engines/wasm-engine.ts';
import { toOnnx } from '../../src/train/onnx/build.ts';
import { parityReport } from '../../src/train/parity.ts';
import { matrixOf, parameters, randomTraining, stump, twoStumps } from './engines-data.ts';

const correction = { a: -0.2, b: 0.95, c: 0.003 };

test('a trained model has parity on rows made to break it', async () => {
  const trained = await wasmEngine.train({ ...randomTraining(3000, 6), parameters, rounds: 100 });
  const onnx = toOnnx(trained, { correction }, ['a', 'b', 'c', 'd', 'e', 'f']);
  const report = await parityReport(trained, correction, onnx, randomTraining(500, 6, 2).matrix);
  expect(report).toEqual({
    rows: 500 + report.adversarialRows,
    adversarialRows: report.adversarialRows,
    identicalRows: report.rows,
    maxAbsDifference: 0,
  });
  expect(report.adversarialRows).toBeGreaterThan(300);
});

test('a model with one split moved by one place or one default turned is found out', async () => {
  const next = {
    ...twoStumps,
    trees: [stump(0, 0.50000006, true, 0.25, -0.25), twoStumps.trees[1]!],
  };
  const turned = { ...twoStumps, trees: [twoStumps.trees[0]!, stump(1, -1, true, 2, 3)] };
  for (const other of [next, turned]) {
    const onnx = toOnnx(other, { correction }, ['a', 'b']);
    const report = await parityReport(twoStumps, correction, onnx, matrixOf([0, 0]));
    expect(report.maxAbsDifference).toBeGreaterThan(0.5);
    expect(report.identicalRows).toBeLessThan(report.rows);
  }
});

test('adversarial rows stand on, just below and just above each split, and have no value at all', () => {
  const { rows, values } = adversarialRows(twoStumps, matrixOf([7, 8], [9, 10]));
  const all = Array.from({ length: rows }, (_, row) => [...values.slice(row * 2, row * 2 + 2)]);
  for (const row of [
    [NaN, NaN],
    [0.5, -1],
    [0.49999997, -1.0000001].map(Math.fround),
    [0.50000006, -0.99999994].map(Math.fround),
    [-Infinity, -Infinity],
    [2 ** -149, 2 ** -149],
    [NaN, 8],
    [9, NaN],
  ]) {
    expect(all).toContainEqual(row);
  }
});
