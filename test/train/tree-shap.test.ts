import { expect, test } from 'vitest';
import { blankTree, type Ensemble, type Tree } from '../../src/train/ensemble.ts';
import { meanTreeShap, treeShap } from '../../src/train/tree-shap.ts';
import { walk } from '../../src/train/walk.ts';
import { generator, matrixOf, randomTraining } from './engines-data.ts';

type Leaf = { readonly value: number; readonly cover: number };
type Split = {
  readonly feature: number;
  readonly threshold: number;
  readonly defaultLeft?: boolean;
  readonly left: Split | Leaf;
  readonly right: Split | Leaf;
};

/** A tree written as nested splits; a node's cover is that of its leaves. */
function treeOf(root: Split | Leaf): Tree {
  const nodes: (Split | Leaf)[] = [];
  const links: [number, number][] = [];
  const place = (node: Split | Leaf): number => {
    const at = nodes.push(node) - 1;
    links[at] = 'value' in node ? [-1, -1] : [place(node.left), place(node.right)];
    return at;
  };
  place(root);
  const coverOf = (node: Split | Leaf): number =>
    'value' in node ? node.cover : coverOf(node.left) + coverOf(node.right);
  const tree = blankTree(nodes.length);
  nodes.forEach((node, at) => {
    [tree.left[at], tree.right[at]] = links[at]!;
    tree.cover[at] = coverOf(node);
    if ('value' in node) {
      tree.value[at] = node.value;
    } else {
      tree.feature[at] = node.feature;
      tree.threshold[at] = node.threshold;
      tree.defaultLeft[at] = node.defaultLeft === true ? 1 : 0;
    }
  });
  return tree;
}

/** Splits on feature 0 twice on one way down, and on feature 1 on both sides; feature 3 is never read. */
const TREE = treeOf({
  feature: 0,
  threshold: 5,
  defaultLeft: true,
  left: {
    feature: 1,
    threshold: 0,
    left: { value: -1, cover: 10 },
    right: {
      feature: 0,
      threshold: 2,
      left: { value: 2, cover: 5 },
      right: { value: 4, cover: 25 },
    },
  },
  right: {
    feature: 2,
    threshold: 1,
    left: {
      feature: 1,
      threshold: 3,
      defaultLeft: true,
      left: { value: 7, cover: 20 },
      right: { value: -3, cover: 10 },
    },
    right: { value: 10, cover: 30 },
  },
});
const ENSEMBLE: Ensemble = { featureCount: 4, baseScore: 0.5, trees: [TREE] };

const ROWS = [
  [1, 1, 0, 9],
  [3, -1, 2, 9],
  [9, 4, 0, 9],
  [9, NaN, NaN, 9],
  [NaN, NaN, 0, NaN],
];

/** What is expected of the row when only these features are known. */
function expectedOf(row: readonly number[], known: ReadonlySet<number>, node = 0): number {
  const [left, right] = [TREE.left[node]!, TREE.right[node]!];
  if (left < 0) return TREE.value[node]!;
  const feature = TREE.feature[node]!;
  if (known.has(feature)) {
    const x = row[feature]!;
    const goesLeft = Number.isNaN(x) ? TREE.defaultLeft[node] === 1 : x < TREE.threshold[node]!;
    return expectedOf(row, known, goesLeft ? left : right);
  }
  const share = TREE.cover[left]! / TREE.cover[node]!;
  return share * expectedOf(row, known, left) + (1 - share) * expectedOf(row, known, right);
}

/** Shapley's own definition: the mean, over all orders, of what learning the feature changes. */
function shapley(row: readonly number[]): number[] {
  const orders = (left: readonly number[]): number[][] =>
    left.length === 0
      ? [[]]
      : left.flatMap((first) =>
          orders(left.filter((other) => other !== first)).map((rest) => [first, ...rest]),
        );
  const all = orders([...row.keys()]);
  const sums = row.map(() => 0);
  for (const order of all) {
    order.forEach((feature, at) => {
      const before = new Set(order.slice(0, at));
      sums[feature]! += expectedOf(row, new Set([...before, feature])) - expectedOf(row, before);
    });
  }
  return sums.map((sum) => sum / all.length);
}

test('one split gives its feature all of the difference from the mean', () => {
  const tree = treeOf({
    feature: 1,
    threshold: 0,
    left: { value: 1, cover: 30 },
    right: { value: 5, cover: 10 },
  });
  const { expected, byColumn } = treeShap(
    { featureCount: 2, baseScore: 10, trees: [tree] },
    Float32Array.of(0, 3),
  );
  // 10 + .75 x 1 + .25 x 5 = 12, and the row gets 15.
  expect(expected).toBe(12);
  expect([...byColumn]).toEqual([0, 3]);
});

test.each(ROWS.map((row) => ({ row })))(
  'contributions of $row are the mean over all orders of learning its features',
  ({ row }) => {
    const { expected, byColumn } = treeShap(ENSEMBLE, Float32Array.from(row));
    expect(expected).toBeCloseTo(0.5 + expectedOf(row, new Set()), 12);
    const wanted = shapley(row);
    wanted.forEach((value, column) => {
      expect(byColumn[column]).toBeCloseTo(value, 12);
    });
    expect(byColumn[3]).toBe(0);
  },
);

/** A full tree of random splits on eight features, some of them again and again. */
function randomTree(random: () => number, depth: number): Split | Leaf {
  if (depth === 0) return { value: random() - 0.5, cover: 1 + Math.floor(random() * 50) };
  return {
    feature: Math.floor(random() * 8),
    threshold: random() * 6 - 1,
    defaultLeft: random() < 0.5,
    left: randomTree(random, depth - 1),
    right: randomTree(random, depth - 1),
  };
}

test('of deep trees the mean and the contributions sum to the prediction, missing values and all', () => {
  const random = generator(8);
  const trees = Array.from({ length: 30 }, () => treeOf(randomTree(random, 6)));
  const ensemble: Ensemble = { featureCount: 8, baseScore: 3, trees };
  const { matrix } = randomTraining(25, 8, 5);
  walk(ensemble, matrix).forEach((prediction, row) => {
    const { expected, byColumn } = treeShap(
      ensemble,
      matrix.values.subarray(row * 8, (row + 1) * 8),
    );
    const sum = byColumn.reduce((total, value) => total + value, expected);
    expect(Math.abs(sum - prediction)).toBeLessThan(1e-5);
  });
});

test('several ensembles give the mean of their contributions', () => {
  const other: Ensemble = { ...ENSEMBLE, baseScore: 2.5, trees: [TREE, TREE] };
  const row = Float32Array.from(ROWS[0]!);
  const once = treeShap(ENSEMBLE, row);
  const mean = meanTreeShap([ENSEMBLE, other], row);
  // Base scores .5 and 2.5; one tree and two of the same.
  expect(mean.expected).toBeCloseTo(1.5 + 1.5 * (once.expected - 0.5), 12);
  expect(mean.byColumn[0]).toBeCloseTo(1.5 * once.byColumn[0]!, 12);
  expect(mean.byColumn[1]).toBeCloseTo(1.5 * once.byColumn[1]!, 12);
});

test('a way that no training row went decides nothing unless the row goes it', () => {
  const tree = treeOf({
    feature: 0,
    threshold: 0,
    left: { value: 8, cover: 0 },
    right: { value: 2, cover: 4 },
  });
  const ensemble = { featureCount: 1, baseScore: 0, trees: [tree] };
  expect(treeShap(ensemble, Float32Array.of(1))).toEqual({
    expected: 2,
    byColumn: Float64Array.of(0),
  });
  expect(treeShap(ensemble, Float32Array.of(-1))).toEqual({
    expected: 2,
    byColumn: Float64Array.of(6),
  });
});

test('a row with another number of columns is refused', () => {
  expect(() => treeShap(ENSEMBLE, matrixOf([1, 2]).values)).toThrow(
    'The row has 2 columns; the ensemble was trained on 4.',
  );
});
