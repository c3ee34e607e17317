import { expect, test } from 'vitest';
import { wasmEngine } from '../../src/train/engines/wasm-engine.ts';
import { toPoints } from '../../src/train/median-correction.ts';
import { toOnnx } from '../../src/train/onnx/build.ts';
import { floats, integer, integers, message, string } from '../../src/train/onnx/protobuf.ts';
import { scoreOnnx } from '../../src/train/onnx/score.ts';
import { walk } from '../../src/train/walk.ts';
import { matrixOf, parameters, randomTraining, twoStumps } from './engines-data.ts';

const correction = { a: 0.5, b: 2, c: -0.0625 };
const names = ['days_rest', 'is_home'];

test('fields are written as protobuf writes them', () => {
  const written = message(integer(1, 300), string(2, 'é'), integers(8, [1, 128]), floats(7, [1]));
  expect([...written]).toEqual([
    0x08, 0xac, 0x02, 0x12, 2, 0xc3, 0xa9, 0x42, 3, 1, 0x80, 0x01, 0x3a, 4, 0, 0, 0x80, 0x3f,
  ]);
});

test('the graph goes from features to points', async () => {
  const onnx = toOnnx(twoStumps, { correction }, names);
  const rows = matrixOf([0.25, -2], [0.5, -1], [NaN, NaN]);
  // Trees give 3.25, 3.75, 4.25; q is the square; points 0.5 + 2q - q*q/16.
  const points = [3.25, 3.75, 4.25].map((root) => 0.5 + 2 * root ** 2 - root ** 4 / 16);
  expect([...(await scoreOnnx(onnx, rows))]).toEqual(points.map(Math.fround));
});

test('a negative prediction counts as 0 and points are never below 0', async () => {
  const below = { ...twoStumps, baseScore: -10 };
  const row = matrixOf([0, 0]);
  const one = await scoreOnnx(toOnnx(below, { correction }, names), row);
  expect([...one]).toEqual([0.5]);
  const two = await scoreOnnx(toOnnx(below, { correction: { a: -1, b: 1, c: 0 } }, names), row);
  expect([...two]).toEqual([0]);
});

test('an ensemble without trees scores its base score', async () => {
  const onnx = toOnnx(
    { ...twoStumps, trees: [], baseScore: 3 },
    { correction: { a: 0, b: 1, c: 0 } },
    names,
  );
  expect([...(await scoreOnnx(onnx, matrixOf([0, 0])))]).toEqual([9]);
});

test('a trained model scores to the bit, whatever the number of rows', async () => {
  const trained = await wasmEngine.train({ ...randomTraining(3000, 6), parameters, rounds: 150 });
  const features = ['a', 'b', 'c', 'd', 'e', 'f'];
  const onnx = toOnnx(trained, { correction }, features);
  expect(toOnnx(trained, { correction }, features)).toEqual(onnx);
  for (const rows of [1, 2, 40, 70_000]) {
    const fresh = randomTraining(rows, 6, rows).matrix;
    const ours = Float32Array.from(walk(trained, fresh), (q) => toPoints(q, correction));
    expect(await scoreOnnx(onnx, fresh)).toEqual(ours);
  }
});
