import { expect, test } from 'vitest';
import { adversarialRows } from '../../src/train/adversarial-rows.ts';
import { wasmEngine } from '../../src/train/engines/wasm-engine.ts';
import { toOnnx } from '../../src/train/onnx/build.ts';
import { parityReport, worstDifference } from '../../src/train/parity.ts';
import { LEVELS } from '../../src/train/residual-table.ts';
import {
  matrixOf,
  memberOf,
  parameters,
  randomTraining,
  stump,
  twoStumps,
} from './engines-data.ts';

const correction = { a: -0.2, b: 0.95, c: 0.003 };

test('a trained model has parity on rows made to break it', async () => {
  const { ensemble } = await wasmEngine.train({
    ...randomTraining(3000, 6),
    parameters,
    rounds: 100,
  });
  const model = {
    members: [
      memberOf([ensemble], { name: 'lines', presence: [2], correction }),
      memberOf([ensemble], { name: 'plain', correction }),
    ],
  };
  const onnx = toOnnx(model, ['a', 'b', 'c', 'd', 'e', 'f']);
  const engine = { plain: { rows: 500, identicalRows: 500, maxAbsDifference: 0 } };
  const report = await parityReport(model, onnx, randomTraining(500, 6, 2).matrix, engine);
  expect(report).toEqual({
    rows: 500 + report.adversarialRows,
    adversarialRows: report.adversarialRows,
    rowsByMember: report.rowsByMember,
    identicalRows: report.rows,
    maxAbsDifference: 0,
    maxQuantileDifference: 0,
    engine,
  });
  expect(report.adversarialRows).toBeGreaterThan(300);
  expect(report.rowsByMember['lines']).toBeGreaterThan(600);
  expect(report.rowsByMember['plain']).toBeGreaterThan(50);
});

test('a model with one split moved by one place or one default turned is found out', async () => {
  const next = {
    ...twoStumps,
    trees: [stump(0, 0.50000006, true, 0.25, -0.25), twoStumps.trees[1]!],
  };
  const turned = { ...twoStumps, trees: [twoStumps.trees[0]!, stump(1, -1, true, 2, 3)] };
  const model = { members: [memberOf([twoStumps], { correction })] };
  for (const other of [next, turned]) {
    const onnx = toOnnx({ members: [memberOf([other], { correction })] }, ['a', 'b']);
    const report = await parityReport(model, onnx, matrixOf([0, 0]), {});
    expect(report.maxAbsDifference).toBeGreaterThan(0.5);
    expect(report.maxQuantileDifference).toBeGreaterThan(0.5);
    expect(report.identicalRows).toBeLessThan(report.rows);
  }
});

test('another table of residuals, or an engine that says something else, is found out', async () => {
  const model = { members: [memberOf([twoStumps])] };
  const residuals = { knots: [0], offsets: [LEVELS.map(() => 0.001)] };
  const onnx = toOnnx({ members: [memberOf([twoStumps], { residuals })] }, ['a', 'b']);
  const report = await parityReport(model, onnx, matrixOf([0, 0]), {});
  expect(report.maxAbsDifference).toBe(0);
  expect(worstDifference(report)).toBeGreaterThan(0.001);
  const same = toOnnx(model, ['a', 'b']);
  const engine = { plain: { rows: 1, identicalRows: 0, maxAbsDifference: 0.5 } };
  expect(worstDifference(await parityReport(model, same, matrixOf([0, 0]), engine))).toBe(0.5);
});

test('adversarial rows stand on, just below and just above each split, and have no value at all', () => {
  const model = { members: [memberOf([twoStumps])] };
  const { rows, values } = adversarialRows(model, matrixOf([7, 8], [9, 10]));
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

test('the difference of two scorers is told as it is, whichever is higher', async () => {
  const constant = (points: number) => ({
    members: [memberOf([{ featureCount: 2, baseScore: Math.sqrt(points), trees: [] }])],
  });
  const onnx = toOnnx(constant(9), ['a', 'b']);
  for (const [points, difference] of [
    [16, 7],
    [4, 5],
  ] as const) {
    const report = await parityReport(constant(points), onnx, matrixOf([0, 0]), {});
    expect(report).toMatchObject({
      identicalRows: 0,
      maxAbsDifference: difference,
      maxQuantileDifference: difference,
    });
  }
});
