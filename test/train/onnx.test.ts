import { expect, test } from 'vitest';
import { wasmEngine } from '../../src/train/engines/wasm-engine.ts';
import { exactForecast, type Model } from '../../src/train/model.ts';
import { toOnnx } from '../../src/train/onnx/build.ts';
import { floats, integer, integers, message, string } from '../../src/train/onnx/protobuf.ts';
import { scoreOnnx } from '../../src/train/onnx/score.ts';
import { LEVELS } from '../../src/train/residual-table.ts';
import {
  matrixOf,
  memberOf,
  parameters,
  randomTraining,
  stump,
  twoStumps,
} from './engines-data.ts';

const correction = { a: 0.5, b: 2, c: -0.0625 };
const names = ['days_rest', 'is_home'];

/** Deep equality of half a million numbers takes longer than to make them. */
function sameBytes(one: Float32Array, other: Float32Array): boolean {
  return Buffer.from(one.buffer).equals(Buffer.from(other.buffer));
}

function sole(...given: Parameters<typeof memberOf>): Model {
  return { members: [memberOf(...given)] };
}

test('fields are written as protobuf writes them', () => {
  const written = message(integer(1, 300), string(2, 'é'), integers(8, [1, 128]), floats(7, [1]));
  expect([...written]).toEqual([
    0x08, 0xac, 0x02, 0x12, 2, 0xc3, 0xa9, 0x42, 3, 1, 0x80, 0x01, 0x3a, 4, 0, 0, 0x80, 0x3f,
  ]);
});

test('the graph goes from features to points', async () => {
  const onnx = toOnnx(sole([twoStumps], { correction }), names);
  const rows = matrixOf([0.25, -2], [0.5, -1], [NaN, NaN]);
  // Trees give 3.25, 3.75, 4.25; q is the square; points 0.5 + 2q - q*q/16.
  const points = [3.25, 3.75, 4.25].map((root) => 0.5 + 2 * root ** 2 - root ** 4 / 16);
  expect([...(await scoreOnnx(onnx, rows)).points]).toEqual(points.map(Math.fround));
});

test('a negative prediction counts as 0 and points are never below 0', async () => {
  const below = { ...twoStumps, baseScore: -10 };
  const row = matrixOf([0, 0]);
  const one = await scoreOnnx(toOnnx(sole([below], { correction }), names), row);
  expect([...one.points]).toEqual([0.5]);
  expect([...one.quantiles]).toEqual(LEVELS.map(() => 0));
  const lower = sole([below], { correction: { a: -1, b: 1, c: 0 } });
  expect([...(await scoreOnnx(toOnnx(lower, names), row)).points]).toEqual([0]);
});

test('an ensemble without trees scores its base score, the mean of several theirs', async () => {
  const bare = (baseScore: number) => ({ ...twoStumps, trees: [], baseScore });
  const one = await scoreOnnx(toOnnx(sole([bare(3)]), names), matrixOf([0, 0]));
  expect([...one.points]).toEqual([9]);
  const mean = await scoreOnnx(toOnnx(sole([bare(3), bare(5)]), names), matrixOf([0, 0]));
  expect([...mean.points]).toEqual([16]);
});

test('quantiles are the root plus an offset between two knots, squared', async () => {
  const residuals = {
    knots: [3, 4],
    offsets: [LEVELS.map((_, at) => at - 5), LEVELS.map((_, at) => 2 * (at - 5))],
  };
  const onnx = toOnnx(sole([twoStumps], { residuals }), names);
  const { quantiles } = await scoreOnnx(onnx, matrixOf([0.25, -2], [NaN, NaN]));
  // Root 3.25 is a quarter of the way: offsets -6.25, -5, ... 6.25, so roots -3, -1.75, -0.5, 0.75, 2 ... 9.5.
  const first = LEVELS.map((_, at) => Math.max(0, 3.25 + 1.25 * (at - 5)) ** 2);
  // Root 4.25 lies above the last knot, whose offsets hold.
  const second = LEVELS.map((_, at) => Math.max(0, 4.25 + 2 * (at - 5)) ** 2);
  expect([...quantiles]).toEqual([...first, ...second].map(Math.fround));
});

test('a row is scored by the first member that has what it needs, also when a member has no rows', async () => {
  const base = (baseScore: number) => ({ ...twoStumps, trees: [], baseScore });
  const model = {
    members: [
      memberOf([base(1)], { name: 'lines-report', presence: [0, 1] }),
      memberOf([base(2)], { name: 'report', presence: [1] }),
      memberOf([base(3)], { name: 'lines', presence: [0] }),
      memberOf([base(4)], { name: 'plain' }),
    ],
  };
  const onnx = toOnnx(model, names);
  const rows = matrixOf([NaN, NaN], [0, 0], [7, NaN], [NaN, Infinity], [0, 1], [NaN, NaN]);
  expect([...(await scoreOnnx(onnx, rows)).points]).toEqual([16, 1, 9, 4, 1, 16]);
  expect([...exactForecast(model, rows).points]).toEqual([16, 1, 9, 4, 1, 16]);
  expect([...(await scoreOnnx(onnx, matrixOf([NaN, 5]))).points]).toEqual([4]);
});

test('a trained model scores to the bit, whatever the number of rows', async () => {
  const train = async (seed: number) =>
    (await wasmEngine.train({ ...randomTraining(3000, 6, seed), parameters, rounds: 60 })).ensemble;
  const [first, second, third] = [await train(1), await train(2), await train(3)];
  const model = {
    members: [
      memberOf([first, second], { name: 'lines', presence: [4], correction }),
      memberOf([third], { name: 'plain', correction }),
    ],
  };
  const features = ['a', 'b', 'c', 'd', 'e', 'f'];
  const onnx = toOnnx(model, features);
  expect(toOnnx(model, features)).toEqual(onnx);
  for (const rows of [1, 40, 70_000]) {
    const fresh = randomTraining(rows, 6, rows).matrix;
    const ours = exactForecast(model, fresh);
    const theirs = await scoreOnnx(onnx, fresh);
    expect(sameBytes(theirs.points, Float32Array.from(ours.points))).toBe(true);
    expect(sameBytes(theirs.quantiles, Float32Array.from(ours.quantiles))).toBe(true);
  }
});

test('a model of other features than are named is refused', () => {
  const tree = stump(1, 0, true, 1, 2);
  expect(() => toOnnx(sole([{ ...twoStumps, trees: [tree] }]), ['one'])).toThrow(
    '1 feature names were given for 2 features.',
  );
});
