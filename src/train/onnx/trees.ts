import type { Ensemble, Tree } from '../ensemble.ts';
import { type AttributeValue, node } from './schema.ts';

/**
 * The operator that adds up an ensemble's trees: of `input` (float32 [N, F]) it makes `output`
 * (float32 [N, 1]), tree by tree in float32 as `walk` does.
 */
export function treesNode(ensemble: Ensemble, input: string, output: string): Uint8Array {
  return node('TreeEnsembleRegressor', [input], output, treeAttributes(ensemble), 'ai.onnx.ml');
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
