import { expect, test } from 'vitest';
import { chooseEngine } from '../../src/train/engines/choose.ts';
import { encodeMissing } from '../../src/train/engines/wasm-encoding.ts';
import { trainInWorker, wasmEngine } from '../../src/train/engines/wasm-engine.ts';
import { prefix } from '../../src/train/ensemble.ts';
import { walk } from '../../src/train/walk.ts';
import { matrixOf, parameters, randomTraining } from './engines-data.ts';

const data = randomTraining(3000, 6);
const request = { ...data, parameters, rounds: 20 };

test('the saved model walks to what the library itself predicts, missing values included', async () => {
  const fresh = randomTraining(400, 6, 99).matrix;
  const { ensemble, predictions } = await trainInWorker({ ...request, predict: fresh });
  expect(ensemble).toMatchObject({ featureCount: 6, baseScore: 2.5 });
  expect(ensemble.trees).toHaveLength(20);
  // The library is of before 1.0: it adds the leaves up from 0 and the base score last.
  const leaves = walk({ ...ensemble, baseScore: 0 }, fresh);
  expect(leaves.map((sum) => 2.5 + sum)).toEqual(predictions);
});

test('the same request gives the same ensemble, and another seed another', async () => {
  const [once, again, other] = await Promise.all([
    wasmEngine.train(request),
    wasmEngine.train(request),
    wasmEngine.train({ ...request, parameters: { ...parameters, seed: 8 } }),
  ]);
  expect(again).toEqual(once);
  expect(other).not.toEqual(once);
});

test('a prefix is what training for fewer rounds gives', async () => {
  const [long, short] = await Promise.all([
    wasmEngine.train(request),
    wasmEngine.train({ ...request, rounds: 5 }),
  ]);
  expect(prefix(long.ensemble, 5)).toEqual(short.ensemble);
});

test('a true -1 is a value, not a missing one', async () => {
  // The label is 10 at -1, 0 at -2 and where missing: only telling -1 from missing can fit this.
  const cells = Array.from({ length: 300 }, (_, i) => [-1, -2, NaN][i % 3]!);
  const labels = Float32Array.from(cells, (value) => (value === -1 ? 10 : 0));
  const { ensemble } = await wasmEngine.train({
    matrix: matrixOf(...cells.map((value) => [value])),
    labels,
    parameters: {
      ...parameters,
      eta: 1,
      lambda: 0,
      subsample: 1,
      colsampleBytree: 1,
      minChildWeight: 1,
      baseScore: 0,
    },
    rounds: 1,
  });
  expect([...walk(ensemble, matrixOf([-1], [-2], [NaN]))]).toEqual([10, 0, 0]);
});

test('missing becomes -1 and a true -1 the float32 below it; other values stay', () => {
  const encoded = encodeMissing(Float32Array.of(NaN, -1, 0, -0.99999994));
  expect([...encoded]).toEqual([-1, -1.0000001192092896, 0, Math.fround(-0.99999994)]);
  expect(() => encodeMissing(Float32Array.of(1, Infinity))).toThrow('Value 1 of the matrix is Inf');
});

test('each round is told, and aborting ends training with INTERRUPTED', async () => {
  const told: string[] = [];
  await wasmEngine.train({
    ...request,
    rounds: 3,
    onRound: (round, total) => told.push(`${round}/${total}`),
  });
  expect(told).toEqual(['1/3', '2/3', '3/3']);

  const control = new AbortController();
  let last = 0;
  const endless = wasmEngine.train({
    ...request,
    rounds: 1_000_000,
    signal: control.signal,
    onRound: (round) => {
      last = round;
      control.abort();
    },
  });
  await expect(endless).rejects.toMatchObject({ code: 'INTERRUPTED', exitCode: 130 });
  expect(last).toBeLessThan(1_000_000);
  await expect(wasmEngine.train({ ...request, signal: control.signal })).rejects.toMatchObject({
    code: 'INTERRUPTED',
  });
});

test('a request that does not fit together is refused before training', async () => {
  const short = { ...request, labels: data.labels.subarray(1) };
  await expect(wasmEngine.train(short)).rejects.toThrow('2999 labels');
  const labels = data.labels.slice().fill(NaN, 4, 5);
  await expect(wasmEngine.train({ ...request, labels })).rejects.toThrow('Label 4 is NaN');
  await expect(wasmEngine.train({ ...request, rounds: 0 })).rejects.toThrow('0 rounds');
});

test('absolute error is refused before training, with what to do', async () => {
  const absolute = { ...parameters, objective: 'reg:absoluteerror' } as const;
  expect(wasmEngine.objectives).toEqual(['reg:squarederror']);
  await expect(wasmEngine.train({ ...request, parameters: absolute })).rejects.toMatchObject({
    code: 'OBJECTIVE_UNSUPPORTED',
    exitCode: 2,
    message: 'The engine "wasm" cannot minimise "reg:absoluteerror"; it has "reg:squarederror".',
  });
});

test('a parameter that the library refuses ends in ENGINE_FAILED, not in a model cut short', async () => {
  const refused = { ...request, parameters: { ...parameters, maxDepth: -3 } };
  await expect(wasmEngine.train(refused)).rejects.toMatchObject({
    code: 'ENGINE_FAILED',
    exitCode: 1,
  });
});

test('auto is the wasm engine where no library is found, and native says what to do instead', async () => {
  const nowhere = async () => ({ library: undefined, skipped: [] });
  expect((await chooseEngine('auto', nowhere)).name).toBe('wasm');
  expect((await chooseEngine('wasm')).version).toMatch(/^ml-xgboost \d/);
  await expect(chooseEngine('native', nowhere)).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    exitCode: 2,
    message:
      'The engine "native" is not available: no libxgboost was found where one is looked for.',
    next: 'Install libxgboost 1.7 or newer or name one in HOOPDUCK_XGBOOST_LIB (docs/engines.md), or use --engine wasm.',
  });
});
