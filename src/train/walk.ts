import type { Ensemble, Tree } from './ensemble.ts';
import type { Matrix } from './matrix.ts';

/** Rows that go through all trees together: few enough to stay in the processor's cache. */
const BLOCK_ROWS = 2048;

/**
 * Raw predictions of the ensemble, one float32 a row, on the scale of the labels it was trained on.
 * The reference for every other scorer: values compare `<` in float32, and leaves are added to the
 * base score in float32, tree by tree, as XGBoost >= 1.0 does. Throws a RangeError when the matrix
 * has another number of columns than the ensemble.
 */
export function walk(ensemble: Ensemble, matrix: Matrix): Float32Array {
  checkColumns(ensemble, matrix);
  const sums = new Float32Array(matrix.rows).fill(ensemble.baseScore);
  const { rows, columns, values } = matrix;
  for (let from = 0; from < rows; from += BLOCK_ROWS) {
    const to = Math.min(from + BLOCK_ROWS, rows);
    const block = {
      rows: to - from,
      columns,
      values: values.subarray(from * columns, to * columns),
    };
    const blockSums = sums.subarray(from, to);
    for (const tree of ensemble.trees) addTree(tree, block, blockSums);
  }
  return sums;
}

/** Adds to each of `sums` the leaf that its row of the matrix reaches in the tree. */
export function addTree(tree: Tree, matrix: Matrix, sums: Float32Array): void {
  const { left, right, feature, threshold, defaultLeft, value } = tree;
  const { rows, columns, values } = matrix;
  for (let row = 0, start = 0; row < rows; row++, start += columns) {
    let node = 0;
    while (left[node]! >= 0) {
      const x = values[start + feature[node]!]!;
      // NaN is below nothing, so only it needs the second question.
      const goesLeft = x < threshold[node]! || (Number.isNaN(x) && defaultLeft[node] === 1);
      node = goesLeft ? left[node]! : right[node]!;
    }
    // The store into a Float32Array rounds the sum to float32.
    sums[row] = sums[row]! + value[node]!;
  }
}

/** Throws a RangeError when the matrix does not have the ensemble's number of columns. */
export function checkColumns(ensemble: Ensemble, matrix: Matrix): void {
  if (matrix.columns !== ensemble.featureCount) {
    throw new RangeError(
      `The matrix has ${matrix.columns} columns; the ensemble was trained on ${ensemble.featureCount}.`,
    );
  }
}
