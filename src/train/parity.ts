import { adversarialRows } from './adversarial-rows.ts';
import type { Ensemble } from './ensemble.ts';
import type { Matrix } from './matrix.ts';
import { type MedianCorrection, toPoints } from './median-correction.ts';
import { scoreOnnx } from './onnx/score.ts';
import { walk } from './walk.ts';

/** How near two scorers of one model are, in points, both rounded to float32. */
export interface ParityReport {
  /** All rows compared: given and adversarial. */
  readonly rows: number;
  readonly adversarialRows: number;
  /** Rows on which both give the same float32. */
  readonly identicalRows: number;
  readonly maxAbsDifference: number;
}

/**
 * Compares the ONNX file with our own walk on the rows given and on rows made to part them: all
 * missing, values on and beside every split, denormal, huge and infinite values.
 */
export async function parityReport(
  ensemble: Ensemble,
  correction: MedianCorrection,
  onnx: Uint8Array,
  matrix: Matrix,
): Promise<ParityReport> {
  const adversarial = adversarialRows(ensemble, matrix);
  let identicalRows = 0;
  let maxAbsDifference = 0;
  for (const part of [matrix, adversarial]) {
    const theirs = await scoreOnnx(onnx, part);
    const ours = Float32Array.from(walk(ensemble, part), (q) => toPoints(q, correction));
    for (let row = 0; row < part.rows; row++) {
      if (ours[row] === theirs[row]) identicalRows++;
      else {
        const difference = Math.abs(ours[row]! - theirs[row]!);
        // A NaN on either side must not pass for no difference.
        maxAbsDifference = Math.max(
          maxAbsDifference,
          Number.isNaN(difference) ? Infinity : difference,
        );
      }
    }
  }
  return {
    rows: matrix.rows + adversarial.rows,
    adversarialRows: adversarial.rows,
    identicalRows,
    maxAbsDifference,
  };
}
