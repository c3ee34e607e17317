import type { Ensemble, Tree } from '../ensemble.ts';
import type { MedianCorrection } from '../median-correction.ts';
import {
  type AttributeValue,
  doubleConstant,
  ELEMENT,
  floatMatrix,
  model,
  node,
} from './schema.ts';

/** What takes the ensemble's output, a prediction of sqrt(points), to points. */
export interface PointsTransform {
  readonly correction: MedianCorrection;
}

/**
 * The whole way from features to points as one ONNX file: input `features` (float32 [N, F], NaN is
 * missing), output `points` (float32 [N, 1]). The trees add up in float32 as `walk` does; what
 * follows runs in double precision in the order of `toPoints` and is rounded to float32 at the end.
 * So with one thread the result is `toPoints(walk(...))` rounded to float32, bit for bit; several
 * threads may add the trees in another order, which moved points by at most 5e-5 of 340 trees. Feature names are in
 * the metadata `feature_names`, as JSON. The same ensemble gives the same bytes.
 */
export function toOnnx(
  ensemble: Ensemble,
  pointsTransform: PointsTransform,
  featureNames: readonly string[],
): Uint8Array {
  if (featureNames.length !== ensemble.featureCount) {
    throw new RangeError(
      `${featureNames.length} feature names were given for ${ensemble.featureCount} features.`,
    );
  }
  const { a, b, c } = pointsTransform.correction;
  const nodes = [
    node(
      'TreeEnsembleRegressor',
      ['features'],
      'prediction',
      treeAttributes(ensemble),
      'ai.onnx.ml',
    ),
    node('Cast', ['prediction'], 'prediction_double', { to: { integer: ELEMENT.double } }),
    node('Max', ['prediction_double', 'zero'], 'root'),
    node('Mul', ['root', 'root'], 'squared'),
    node('Mul', ['b', 'squared'], 'linear'),
    node('Add', ['a', 'linear'], 'straight'),
    node('Mul', ['c', 'squared'], 'scaled'),
    node('Mul', ['scaled', 'squared'], 'bend'),
    node('Add', ['straight', 'bend'], 'corrected'),
    node('Max', ['corrected', 'zero'], 'points_double'),
    node('Cast', ['points_double'], 'points', { to: { integer: ELEMENT.float } }),
  ];
  return model({
    name: 'points',
    nodes,
    constants: Object.entries({ zero: 0, a, b, c }).map(([name, value]) =>
      doubleConstant(name, value),
    ),
    input: floatMatrix('features', ensemble.featureCount),
    output: floatMatrix('points', 1),
    operatorSets: { '': 13, 'ai.onnx.ml': 3 },
    metadata: { feature_names: JSON.stringify(featureNames) },
  });
}

function treeAttributes(ensemble: Ensemble): Record<string, AttributeValue> {
  const trees = treesFromBaseScore(ensemble);
  const nodes = trees.flatMap((tree, id) =>
    Array.from(tree.left, (left, at) => ({ tree, id, at, isLeaf: left === -1 })),
  );
  const leaves = nodes.filter(({ isLeaf }) => isLeaf);
  return {
    aggregate_function: { string: 'SUM' },
    n_targets: { integer: 1 },
    nodes_falsenodeids: { integers: nodes.map(({ tree, at }) => Math.max(0, tree.right[at]!)) },
    nodes_featureids: { integers: nodes.map(({ tree, at }) => tree.feature[at]!) },
    nodes_missing_value_tracks_true: {
      integers: nodes.map(({ tree, at }) => tree.defaultLeft[at]!),
    },
    nodes_modes: { strings: nodes.map(({ isLeaf }) => (isLeaf ? 'LEAF' : 'BRANCH_LT')) },
    nodes_nodeids: { integers: nodes.map(({ at }) => at) },
    nodes_treeids: { integers: nodes.map(({ id }) => id) },
    nodes_truenodeids: { integers: nodes.map(({ tree, at }) => Math.max(0, tree.left[at]!)) },
    nodes_values: { floats: nodes.map(({ tree, at }) => tree.threshold[at]!) },
    post_transform: { string: 'NONE' },
    target_ids: { integers: leaves.map(() => 0) },
    target_nodeids: { integers: leaves.map(({ at }) => at) },
    target_treeids: { integers: leaves.map(({ id }) => id) },
    target_weights: { floats: leaves.map(({ tree, at }) => tree.value[at]!) },
  };
}

/**
 * The trees with the base score added to the leaves of the first: the operator adds its base value
 * last, and XGBoost starts from it, which rounds differently.
 */
function treesFromBaseScore(ensemble: Ensemble): Tree[] {
  const [first, ...rest] = ensemble.trees;
  const baseScore = Math.fround(ensemble.baseScore);
  if (first === undefined) return [constantTree(baseScore)];
  return [{ ...first, value: first.value.map((value) => baseScore + value) }, ...rest];
}

function constantTree(value: number): Tree {
  const leaf = Int32Array.of(-1);
  const zero = Float32Array.of(0);
  return {
    left: leaf,
    right: leaf,
    parent: leaf,
    feature: Int32Array.of(0),
    threshold: zero,
    defaultLeft: Uint8Array.of(0),
    value: Float32Array.of(value),
    gain: zero,
    cover: zero,
    weight: zero,
  };
}
