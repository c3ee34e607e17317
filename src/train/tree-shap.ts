import type { Ensemble, Tree } from './ensemble.ts';

/** How a prediction came about: `expected` plus all contributions is the prediction. */
export interface Contributions {
  /** The mean prediction of the training rows, by the trees' covers. */
  readonly expected: number;
  /** One a column, on the scale of the labels; 0 where no tree that saw the row splits on it. */
  readonly byColumn: Float64Array;
}

/** A feature met on the way down a tree, or the tree's root (feature -1). */
interface Step {
  readonly feature: number;
  /** The share of training rows that go this way at this feature's splits. */
  readonly zero: number;
  /** 1 where the row itself goes this way, else 0. */
  readonly one: number;
  /** Summed weight of the orders in which as many features are known as the step's place says. */
  weight: number;
}

/**
 * Exact Shapley values of one row's prediction (TreeSHAP, path-dependent: Lundberg, Erion and Lee
 * 2018, algorithm 2): a feature that is not known yet sends the row both ways, each by its share of the training
 * rows. `row` has one value a column, NaN for missing; sums are in double precision, so that they
 * part from the walk, which adds in float32, by about 1e-6. Throws a RangeError for another number of columns.
 */
export function treeShap(ensemble: Ensemble, row: Float32Array): Contributions {
  if (row.length !== ensemble.featureCount) {
    throw new RangeError(
      `The row has ${row.length} columns; the ensemble was trained on ${ensemble.featureCount}.`,
    );
  }
  const byColumn = new Float64Array(ensemble.featureCount);
  let expected = ensemble.baseScore;
  for (const tree of ensemble.trees) {
    expected += meanBelow(tree, 0);
    descend(tree, row, 0, extend([], { feature: -1, zero: 1, one: 1 }), byColumn);
  }
  return { expected, byColumn };
}

/** The contributions to the mean of several ensembles' predictions: Shapley values are linear. */
export function meanTreeShap(ensembles: readonly Ensemble[], row: Float32Array): Contributions {
  const each = ensembles.map((ensemble) => treeShap(ensemble, row));
  const mean = (of: (one: Contributions) => number): number =>
    each.reduce((sum, one) => sum + of(one), 0) / each.length;
  return {
    expected: mean(({ expected }) => expected),
    byColumn: new Float64Array(row.length).map((_, column) =>
      mean(({ byColumn }) => byColumn[column]!),
    ),
  };
}

/** Mean of the leaves below a node, by the covers on the way. */
function meanBelow(tree: Tree, node: number): number {
  const [left, right] = [tree.left[node]!, tree.right[node]!];
  if (left < 0) return tree.value[node]!;
  return (
    shareOf(tree, node, left) * meanBelow(tree, left) +
    shareOf(tree, node, right) * meanBelow(tree, right)
  );
}

function shareOf({ cover }: Tree, node: number, child: number): number {
  return cover[child]! / cover[node]!;
}

/** Adds to `byColumn` what the leaves below `node` give each feature of the path. */
function descend(
  tree: Tree,
  row: Float32Array,
  node: number,
  path: readonly Step[],
  byColumn: Float64Array,
): void {
  const [left, right] = [tree.left[node]!, tree.right[node]!];
  if (left < 0) {
    for (let at = 1; at < path.length; at++) {
      const { feature, zero, one } = path[at]!;
      const weight = unwoundWeights(path, at).reduce((sum, weight) => sum + weight, 0);
      byColumn[feature]! += weight * (one - zero) * tree.value[node]!;
    }
    return;
  }
  const feature = tree.feature[node]!;
  const x = row[feature]!;
  const goesLeft = x < tree.threshold[node]! || (Number.isNaN(x) && tree.defaultLeft[node] === 1);
  // A feature that was split on before stands once in the path, with both shares multiplied.
  const before = path.findIndex((step) => step.feature === feature);
  const { zero, one } = before < 0 ? { zero: 1, one: 1 } : path[before]!;
  const others = before < 0 ? path : unwind(path, before);
  for (const child of [left, right]) {
    const step = {
      feature,
      zero: zero * shareOf(tree, node, child),
      one: (child === left) === goesLeft ? one : 0,
    };
    // Where neither the row nor any training row goes, nothing is decided.
    if (step.zero > 0 || step.one > 0) {
      descend(tree, row, child, extend(others, step), byColumn);
    }
  }
}

/** The path with one more feature. */
function extend(path: readonly Step[], added: Omit<Step, 'weight'>): Step[] {
  const depth = path.length;
  const longer: Step[] = path.map((step) => ({ ...step }));
  longer.push({ ...added, weight: depth === 0 ? 1 : 0 });
  for (let at = depth - 1; at >= 0; at--) {
    const { weight } = longer[at]!;
    longer[at + 1]!.weight += (added.one * weight * (at + 1)) / (depth + 1);
    longer[at]!.weight = (added.zero * weight * (depth - at)) / (depth + 1);
  }
  return longer;
}

/** The path as it was without the step at `place`: undoes `extend`, whatever the order. */
function unwind(path: readonly Step[], place: number): Step[] {
  const weights = unwoundWeights(path, place);
  return path
    .filter((_, at) => at !== place)
    .map((step, at) => ({ ...step, weight: weights[at]! }));
}

/** Weights of the path without the step at `place`. */
function unwoundWeights(path: readonly Step[], place: number): number[] {
  const depth = path.length - 1;
  const { zero, one } = path[place]!;
  const weights = new Array<number>(depth);
  let next = path[depth]!.weight;
  for (let at = depth - 1; at >= 0; at--) {
    const { weight } = path[at]!;
    if (one === 0) {
      weights[at] = (weight * (depth + 1)) / (zero * (depth - at));
    } else {
      weights[at] = (next * (depth + 1)) / ((at + 1) * one);
      next = weight - (weights[at]! * zero * (depth - at)) / (depth + 1);
    }
  }
  return weights;
}
