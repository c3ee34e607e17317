/**
 * One regression tree as columns, one entry a node; node 0 is the root. A node sends a row left when
 * its value is below `threshold` in float32, or missing and `defaultLeft` is 1.
 */
export interface Tree {
  /** The node for rows below the threshold; -1 marks a leaf. */
  readonly left: Int32Array;
  /** The node for the other rows; -1 at a leaf. */
  readonly right: Int32Array;
  /** -1 at the root. */
  readonly parent: Int32Array;
  /** Column of the matrix; 0 at a leaf. */
  readonly feature: Int32Array;
  /** Split value; 0 at a leaf. */
  readonly threshold: Float32Array;
  readonly defaultLeft: Uint8Array;
  /** What a leaf adds to the prediction, shrunk by eta already; 0 elsewhere. */
  readonly value: Float32Array;
  /** Loss reduction of the split; 0 at a leaf. */
  readonly gain: Float32Array;
  /** Sum of the hessians of the training rows that came here (their count for squared error). */
  readonly cover: Float32Array;
  /** XGBoost's base weight: the node's best value before eta. */
  readonly weight: Float32Array;
}

/** What training makes, whatever engine trained: the prediction is `baseScore` plus one leaf a tree. */
export interface Ensemble {
  readonly featureCount: number;
  readonly baseScore: number;
  readonly trees: readonly Tree[];
}

/**
 * The ensemble that the first `rounds` rounds of boosting made: what training for fewer rounds with
 * the same seed gives. Throws a RangeError outside 0 to the number of trees.
 */
export function prefix(ensemble: Ensemble, rounds: number): Ensemble {
  if (!Number.isInteger(rounds) || rounds < 0 || rounds > ensemble.trees.length) {
    throw new RangeError(
      `A prefix of ${rounds} rounds was asked of an ensemble of ${ensemble.trees.length}.`,
    );
  }
  return { ...ensemble, trees: ensemble.trees.slice(0, rounds) };
}

/**
 * The same trees over a matrix of `featureCount` columns, of which they read those in `columns`: what
 * was trained on column j reads `columns[j]`.
 */
export function widen(
  ensemble: Ensemble,
  columns: readonly number[],
  featureCount: number,
): Ensemble {
  return {
    ...ensemble,
    featureCount,
    trees: ensemble.trees.map((tree) => ({
      ...tree,
      feature: tree.feature.map((column, node) => (tree.left[node]! < 0 ? 0 : columns[column]!)),
    })),
  };
}

/** A tree of `nodes` unlinked leaves of value 0, for a reader to fill. */
export function blankTree(nodes: number): Tree {
  return {
    left: new Int32Array(nodes).fill(-1),
    right: new Int32Array(nodes).fill(-1),
    parent: new Int32Array(nodes).fill(-1),
    feature: new Int32Array(nodes),
    threshold: new Float32Array(nodes),
    defaultLeft: new Uint8Array(nodes),
    value: new Float32Array(nodes),
    gain: new Float32Array(nodes),
    cover: new Float32Array(nodes),
    weight: new Float32Array(nodes),
  };
}
