import { adversarialRows } from './adversarial-rows.ts';
import type { EngineCheck } from './engine-check.ts';
import type { Matrix } from './matrix.ts';
import { exactForecast, type Forecast, type Model } from './model.ts';
import { scoreOnnx } from './onnx/score.ts';

/** How near the scorers of one model are: the engine that trained it, our walk, ONNX Runtime. */
export interface ParityReport {
  /** All rows that the walk and ONNX scored: given and adversarial. */
  readonly rows: number;
  readonly adversarialRows: number;
  /** Rows, by member, that were given to it. */
  readonly rowsByMember: Readonly<Record<string, number>>;
  /** Rows on which both give the same points, as float32. */
  readonly identicalRows: number;
  /** Between points, of any row. */
  readonly maxAbsDifference: number;
  /** Between the points at any level of any row. */
  readonly maxQuantileDifference: number;
  /** The engine's own predictions of sqrt(points) against the walk, by member. */
  readonly engine: Readonly<Record<string, EngineCheck>>;
}

/**
 * Compares the ONNX file with our own walk, points and quantiles, on the rows given and on rows made
 * to part them: all missing, values on and beside every split of every member, denormal, huge and
 * infinite values. `engine` is what the engine itself said; `walked` is our walk of the given rows, where
 * it was made before.
 */
export async function parityReport(
  model: Model,
  onnx: Uint8Array,
  matrix: Matrix,
  engine: Readonly<Record<string, EngineCheck>>,
  walked: Forecast = exactForecast(model, matrix),
): Promise<ParityReport> {
  const adversarial = adversarialRows(model, matrix);
  const rowsByMember = model.members.map(() => 0);
  let identicalRows = 0;
  let maxAbsDifference = 0;
  let maxQuantileDifference = 0;
  const parts = [
    { part: matrix, ours: walked },
    { part: adversarial, ours: exactForecast(model, adversarial) },
  ];
  for (const { part, ours } of parts) {
    const theirs = await scoreOnnx(onnx, part);
    const points = Float32Array.from(ours.points);
    for (const member of ours.members) rowsByMember[member]!++;
    points.forEach((value, row) => {
      if (value === theirs.points[row]) identicalRows++;
    });
    maxAbsDifference = Math.max(maxAbsDifference, largestDifference(points, theirs.points));
    maxQuantileDifference = Math.max(
      maxQuantileDifference,
      largestDifference(Float32Array.from(ours.quantiles), theirs.quantiles),
    );
  }
  return {
    rows: matrix.rows + adversarial.rows,
    adversarialRows: adversarial.rows,
    rowsByMember: Object.fromEntries(
      model.members.map(({ name }, place) => [name, rowsByMember[place]!]),
    ),
    identicalRows,
    maxAbsDifference,
    maxQuantileDifference,
    engine,
  };
}

/** The largest of all differences that a report has. */
export function worstDifference(report: ParityReport): number {
  const { maxAbsDifference, maxQuantileDifference, engine } = report;
  const engines = Object.values(engine).map((check) => check.maxAbsDifference);
  return Math.max(maxAbsDifference, maxQuantileDifference, ...engines);
}

function largestDifference(ours: Float32Array, theirs: Float32Array): number {
  let largest = 0;
  for (let at = 0; at < ours.length; at++) {
    const difference = ours[at] === theirs[at] ? 0 : Math.abs(ours[at]! - theirs[at]!);
    // A NaN on either side must not pass for no difference.
    largest = Math.max(largest, Number.isNaN(difference) ? Infinity : difference);
  }
  return largest;
}
