/** Feature values of many rows, as every engine and scorer takes them. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Row-major, `rows * columns` long; NaN is a missing value. */
  readonly values: Float32Array;
}
