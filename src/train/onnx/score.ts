import type { Matrix } from '../matrix.ts';

/** Rows a call: the runtime's buffers stay small, and the overhead of a call does not show. */
const BATCH_ROWS = 65_536;

/**
 * Points by an ONNX file of ours, one a row, run by ONNX Runtime on one thread: with several it adds
 * the trees in an order that depends on their number.
 */
export async function scoreOnnx(model: Uint8Array, matrix: Matrix): Promise<Float32Array> {
  const { InferenceSession, Tensor } = await import('onnxruntime-node');
  const session = await InferenceSession.create(model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  try {
    const points = new Float32Array(matrix.rows);
    for (let row = 0; row < matrix.rows; row += BATCH_ROWS) {
      const end = Math.min(row + BATCH_ROWS, matrix.rows);
      const values = matrix.values.subarray(row * matrix.columns, end * matrix.columns);
      const features = new Tensor('float32', values, [end - row, matrix.columns]);
      const answer = await session.run({ features });
      points.set(answer['points']!.data as Float32Array, row);
    }
    return points;
  } finally {
    await session.release();
  }
}
