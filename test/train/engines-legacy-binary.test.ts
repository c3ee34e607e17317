import { expect, test } from 'vitest';
import { readLegacyBinary } from '../../src/train/engines/legacy-binary.ts';

/** A model file of one tree by hand: a root, two leaves, and in between a node that was pruned. */
function modelFile(objective = 'reg:linear'): Uint8Array {
  const bytes: number[] = [];
  const int = (...values: number[]) => {
    bytes.push(...new Uint8Array(Int32Array.from(values).buffer));
  };
  const real = (...values: number[]) => {
    bytes.push(...new Uint8Array(Float32Array.from(values).buffer));
  };
  const text = (value: string) => {
    int(value.length, 0);
    bytes.push(...new TextEncoder().encode(value));
  };
  const blanks = (count: number) => int(...new Array<number>(count).fill(0));
  real(2.5);
  int(3);
  blanks(32);
  text(objective);
  text('gbtree');
  int(1, 1, 3, 0, 0, 0, 1, 0); // trees, roots, features, padding, 8 bytes of buffer, outputs, leaf size
  blanks(32);
  int(1, 4, 1, 1, 3, 0); // roots, nodes, deleted, depth, features, leaf size
  blanks(31);
  const node = (parent: number, left: number, right: number, split: number, value: number) => {
    int(parent, left, right, split);
    real(value);
  };
  node(-1, 1, 3, 2 | (1 << 31), 0.75); // feature 2, missing to the left
  node(0 | (1 << 31), -1, -1, 0, -0.5);
  node(0, -1, -1, -1, 99); // deleted
  node(0, -1, -1, 0, 0.25);
  for (const statistics of [
    [8, 10, 1],
    [0, 4, -5],
    [0, 0, 0],
    [0, 6, 2.5],
  ]) {
    real(...statistics);
    int(0);
  }
  int(0);
  return Uint8Array.from(bytes);
}

test('a tree is read with its deleted node left out', () => {
  const { featureCount, baseScore, trees } = readLegacyBinary(modelFile());
  expect({ featureCount, baseScore, trees: trees.length }).toEqual({
    featureCount: 3,
    baseScore: 2.5,
    trees: 1,
  });
  const columns = Object.entries(trees[0]!).map(([name, column]) => [name, [...column]]);
  expect(Object.fromEntries(columns)).toEqual({
    left: [1, -1, -1],
    right: [2, -1, -1],
    parent: [-1, 0, 0],
    feature: [2, 0, 0],
    threshold: [0.75, 0, 0],
    defaultLeft: [1, 0, 0],
    value: [0, -0.5, 0.25],
    gain: [8, 0, 0],
    cover: [10, 4, 6],
    weight: [1, -5, 2.5],
  });
});

test('a file that ends early or holds another objective is refused', () => {
  const whole = modelFile();
  for (const length of [0, 100, 140, 400, whole.length - 1]) {
    expect(() => readLegacyBinary(whole.subarray(0, length))).toThrow(
      `ends early (${length} bytes)`,
    );
  }
  expect(() => readLegacyBinary(modelFile('binary:logistic'))).toThrow(
    'it holds "gbtree" for "binary:logistic"',
  );
});

test('a tree whose node is its own child is refused', () => {
  const circle = modelFile();
  // The left child of the root, which follows the parameters and the names of 18 and 14 bytes.
  new DataView(circle.buffer).setInt32(136 + 18 + 14 + 160 + 148 + 4, 0, true);
  expect(() => readLegacyBinary(circle)).toThrow('a tree runs in a circle');
});
