import type { Matrix } from '../matrix.ts';
import { LEVELS } from '../residual-table.ts';
import { onnxRuntime } from './runtime.ts';

/** Rows a call: the runtime's buffers stay small, and the overhead of a call does not show. */
const BATCH_ROWS = 65_536;

/** Points, one a row, and quantiles, row-major, of an ONNX file of ours. */
export interface OnnxScores {
  readonly points: Float32Array;
  readonly quantiles: Float32Array;
}

/**
 * Scores rows by an ONNX file of ours, run by ONNX Runtime on one thread: with several it adds the
 * trees in an order that depends on their number.
 */
export async function scoreOnnx(
  model: Uint8Array,
  matrix: Matrix,
  threads = 1,
): Promise<OnnxScores> {
  const { InferenceSession, Tensor } = await onnxRuntime();
  const session = await InferenceSession.create(model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  try {
    const points = new Float32Array(matrix.rows);
    const quantiles = new Float32Array(matrix.rows * LEVELS.length);
    for (let row = 0; row < matrix.rows; row += BATCH_ROWS) {
      const end = Math.min(row + BATCH_ROWS, matrix.rows);
      const values = matrix.values.subarray(row * matrix.columns, end * matrix.columns);
      const features = new Tensor('float32', values, [end - row, matrix.columns]);
      const answer = await session.run({ features });
      points.set(answer['points']!.data as Float32Array, row);
      quantiles.set(answer['quantiles']!.data as Float32Array, row * LEVELS.length);
    }
    return { points, quantiles };
  } finally {
    await session.release();
  }
}
