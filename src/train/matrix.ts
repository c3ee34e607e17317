/** Feature values of many rows, as every engine and scorer takes them. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Row-major, `rows * columns` long; NaN is a missing value. */
  readonly values: Float32Array;
}

/** A copy of these columns, in this order; the matrix itself when it is all of them in theirs. */
export function takeColumns(matrix: Matrix, columns: readonly number[]): Matrix {
  if (columns.length === matrix.columns && columns.every((column, at) => column === at)) {
    return matrix;
  }
  const values = new Float32Array(matrix.rows * columns.length);
  for (let row = 0, out = 0; row < matrix.rows; row++) {
    const start = row * matrix.columns;
    for (const column of columns) values[out++] = matrix.values[start + column]!;
  }
  return { rows: matrix.rows, columns: columns.length, values };
}

/** The first rows, as many as there are of `count`: a view, not a copy. */
export function firstRows(matrix: Matrix, count: number): Matrix {
  const rows = Math.min(matrix.rows, count);
  return { ...matrix, rows, values: matrix.values.subarray(0, rows * matrix.columns) };
}

/** A copy of these rows, in this order; the matrix itself when it is all of them in theirs. */
export function takeRows(matrix: Matrix, rows: readonly number[]): Matrix {
  if (rows.length === matrix.rows && rows.every((row, at) => row === at)) return matrix;
  const { columns } = matrix;
  const values = new Float32Array(rows.length * columns);
  rows.forEach((row, at) => {
    values.set(matrix.values.subarray(row * columns, (row + 1) * columns), at * columns);
  });
  return { rows: rows.length, columns, values };
}
