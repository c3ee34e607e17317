import type { BoosterParameters } from '../../src/train/engines/engine.ts';
import type { Ensemble, Tree } from '../../src/train/ensemble.ts';
import { blankTree } from '../../src/train/ensemble.ts';
import type { FeatureSet } from '../../src/train/feature-sets.ts';
import type { Matrix } from '../../src/train/matrix.ts';
import { IDENTITY_CORRECTION } from '../../src/train/median-correction.ts';
import type { Member } from '../../src/train/model.ts';
import { LEVELS } from '../../src/train/residual-table.ts';

export const parameters: BoosterParameters = {
  objective: 'reg:squarederror',
  eta: 0.1,
  maxDepth: 4,
  minChildWeight: 5,
  colsampleBytree: 0.5,
  subsample: 0.8,
  lambda: 5,
  maxBin: 64,
  seed: 7,
  baseScore: 2.5,
};

/** A plain generator of numbers in [0, 1), the same each time. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Rows of random values, some missing, some whole numbers from -3 to 3 (so -1 too), with labels. */
export function randomTraining(
  rows: number,
  columns: number,
  seed = 1,
): { matrix: Matrix; labels: Float32Array } {
  const random = generator(seed);
  const values = new Float32Array(rows * columns);
  const labels = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    let label = 2;
    for (let column = 0; column < columns; column++) {
      const value = column % 2 === 0 ? random() * 10 : Math.floor(random() * 7) - 3;
      const missing = random() < 0.1;
      values[row * columns + column] = missing ? NaN : value;
      label += missing ? 0.3 : (value * (column + 1)) / 40;
    }
    labels[row] = label + random();
  }
  return { matrix: { rows, columns, values }, labels };
}

/** One split: below the threshold to the first value, else to the second. */
export function stump(
  feature: number,
  threshold: number,
  defaultLeft: boolean,
  below: number,
  above: number,
): Tree {
  const tree = blankTree(3);
  tree.left[0] = 1;
  tree.right[0] = 2;
  tree.parent.set([-1, 0, 0]);
  tree.feature[0] = feature;
  tree.threshold[0] = threshold;
  tree.defaultLeft[0] = defaultLeft ? 1 : 0;
  tree.value.set([0, below, above]);
  tree.weight.set([0.5, below * 10, above * 10]);
  tree.gain[0] = 12.5;
  tree.cover.set([10, 4, 6]);
  return tree;
}

/** Two stumps on two features, base score 1. */
export const twoStumps: Ensemble = {
  featureCount: 2,
  baseScore: 1,
  trees: [stump(0, 0.5, true, 0.25, -0.25), stump(1, -1, false, 2, 3)],
};

export function matrixOf(...rows: number[][]): Matrix {
  return { rows: rows.length, columns: rows[0]!.length, values: Float32Array.from(rows.flat()) };
}

/** A member that takes every row and squares its prediction, unless told otherwise. */
export function memberOf(ensembles: readonly Ensemble[], more: Partial<Member> = {}): Member {
  return {
    name: 'plain',
    needs: [],
    columns: [],
    presence: [],
    correction: IDENTITY_CORRECTION,
    residuals: { knots: [0], offsets: [LEVELS.map(() => 0)] },
    ...more,
    ensembles,
  };
}

const feature = (name: string, needs: 'lines' | 'report' | null) =>
  ({ name, needs, type: 'number', meaning: '', unit: '', window: '' }) as const;

/** Four features, one of lines and one of reports. */
export const SMALL_SET: FeatureSet = {
  name: 'small',
  table: 'nba_precompute.small',
  features: [
    feature('form', null),
    feature('total', 'lines'),
    feature('chance', 'report'),
    feature('minutes', null),
  ],
  presence: { lines: 'total', report: 'chance' },
};
