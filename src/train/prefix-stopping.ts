import type { Ensemble } from './ensemble.ts';
import type { Matrix } from './matrix.ts';
import { addTree, checkColumns } from './walk.ts';

/** Where early stopping ends an ensemble, and the whole curve it was read from. */
export interface BestPrefix {
  /** Rounds to keep: the fewest at the lowest mean absolute error that patience let it see. */
  readonly rounds: number;
  /** Mean absolute error in points with those rounds. */
  readonly mae: number;
  /** `curve[k - 1]` is the mean absolute error in points with k rounds; one entry a tree. */
  readonly curve: Float64Array;
  /** The patience that was asked for; 0 means the whole curve was considered. */
  readonly earlyStoppingRounds: number;
  /** The round at which patience ran out; null when it never did. */
  readonly stoppedAt: number | null;
}

/**
 * Early stopping for engines that have no evaluation set: scores every prefix of the finished
 * ensemble on the validation part in one pass and picks what stopping there would have kept, that is
 * the best round before `earlyStoppingRounds` rounds in a row bring no improvement (0: no patience
 * limit). `points` are the true points, `toPoints` takes a raw prediction to points. Throws a
 * RangeError for an ensemble without trees or a validation part without rows.
 */
export function bestPrefix(
  ensemble: Ensemble,
  validation: Matrix,
  points: Float64Array | Float32Array,
  toPoints: (q: number) => number,
  earlyStoppingRounds: number,
): BestPrefix {
  checkColumns(ensemble, validation);
  if (ensemble.trees.length === 0 || validation.rows === 0 || points.length !== validation.rows) {
    throw new RangeError(
      `Prefix stopping has ${ensemble.trees.length} trees, ${validation.rows} rows and ` +
        `${points.length} true values; it needs at least one tree and one row, and a value a row.`,
    );
  }
  const sums = new Float32Array(validation.rows).fill(ensemble.baseScore);
  const curve = new Float64Array(ensemble.trees.length);
  ensemble.trees.forEach((tree, round) => {
    addTree(tree, validation, sums);
    let total = 0;
    for (let row = 0; row < sums.length; row++) {
      total += Math.abs(toPoints(sums[row]!) - points[row]!);
    }
    curve[round] = total / sums.length;
  });
  return { ...lowestWithin(curve, earlyStoppingRounds), curve, earlyStoppingRounds };
}

function lowestWithin(
  curve: Float64Array,
  patience: number,
): { rounds: number; mae: number; stoppedAt: number | null } {
  let rounds = 1;
  for (let round = 2; round <= curve.length; round++) {
    if (curve[round - 1]! < curve[rounds - 1]!) rounds = round;
    else if (patience > 0 && round - rounds >= patience) {
      return { rounds, mae: curve[rounds - 1]!, stoppedAt: round };
    }
  }
  return { rounds, mae: curve[rounds - 1]!, stoppedAt: null };
}
