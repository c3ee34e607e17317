import type { Ensemble } from './ensemble.ts';
import type { Matrix } from './matrix.ts';
import { walk } from './walk.ts';

/**
 * The engine's own raw predictions, by all its rounds, against our walk of the trees as they were read
 * from it, on rows that were not trained on.
 */
export interface EngineCheck {
  readonly rows: number;
  readonly identicalRows: number;
  readonly maxAbsDifference: number;
}

/** Holds an engine's predictions of a matrix against the walk. */
export function compareWithWalk(
  theirs: Float32Array,
  ensemble: Ensemble,
  matrix: Matrix,
): EngineCheck {
  const ours = walk(ensemble, matrix);
  let identicalRows = 0;
  let maxAbsDifference = 0;
  theirs.forEach((value, row) => {
    if (value === ours[row]) identicalRows++;
    const difference = Math.abs(value - ours[row]!);
    // A NaN on either side must not pass for no difference.
    maxAbsDifference = Math.max(maxAbsDifference, Number.isNaN(difference) ? Infinity : difference);
  });
  return { rows: theirs.length, identicalRows, maxAbsDifference };
}

/** Several checks as one. */
export function mergeChecks(checks: readonly EngineCheck[]): EngineCheck {
  const sum = (of: (check: EngineCheck) => number) => checks.reduce((n, check) => n + of(check), 0);
  return {
    rows: sum(({ rows }) => rows),
    identicalRows: sum(({ identicalRows }) => identicalRows),
    maxAbsDifference: Math.max(0, ...checks.map(({ maxAbsDifference }) => maxAbsDifference)),
  };
}
