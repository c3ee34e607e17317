import type { BoosterParameters } from './engines/engine.ts';
import type { Ensemble, Tree } from './ensemble.ts';
import { float32Text } from './float-text.ts';

export { fromXgboostJson } from './xgboost-json-reader.ts';

/** XGBoost's mark of a node without a parent. */
const NO_PARENT = 2147483647;

/** The version whose schema is written; later ones read it as their own. */
const SCHEMA_VERSION = [1, 7, 0];

/**
 * XGBoost's JSON model (schema of 1.7, read by every later version): loads with
 * `Booster.load_model` and scores as `walk` does. The parameters of training stand in the attribute
 * `hoopduck_parameters`, as JSON. The same ensemble gives the same bytes. Throws a RangeError when
 * the number of names is not the number of features.
 */
export function toXgboostJson(
  ensemble: Ensemble,
  featureNames: readonly string[],
  parameters: BoosterParameters,
): string {
  if (featureNames.length !== ensemble.featureCount) {
    throw new RangeError(
      `${featureNames.length} feature names were given for ${ensemble.featureCount} features.`,
    );
  }
  const trees = ensemble.trees.map((tree, id) => treeJson(tree, id, ensemble.featureCount));
  const model = object({
    gbtree_model_param: JSON.stringify({
      num_parallel_tree: '1',
      num_trees: String(trees.length),
      size_leaf_vector: '0',
    }),
    tree_info: list(trees, () => '0'),
    trees: `[${trees.join(',\n')}]`,
  });
  const learner = object({
    attributes: JSON.stringify({ hoopduck_parameters: JSON.stringify(parameters) }),
    feature_names: JSON.stringify(featureNames),
    feature_types: JSON.stringify(featureNames.map(() => 'float')),
    gradient_booster: object({ model, name: '"gbtree"' }),
    learner_model_param: JSON.stringify({
      base_score: float32Text(Math.fround(ensemble.baseScore)),
      boost_from_average: '0',
      num_class: '0',
      num_feature: String(ensemble.featureCount),
      num_target: '1',
    }),
    objective: JSON.stringify(
      parameters.objective === 'reg:squarederror'
        ? { name: parameters.objective, reg_loss_param: { scale_pos_weight: '1' } }
        : { name: parameters.objective },
    ),
  });
  return `${object({ learner, version: JSON.stringify(SCHEMA_VERSION) })}\n`;
}

function treeJson(tree: Tree, id: number, featureCount: number): string {
  const isLeaf = (node: number) => tree.left[node] === -1;
  return object({
    base_weights: list(tree.weight, float32Text),
    categories: '[]',
    categories_nodes: '[]',
    categories_segments: '[]',
    categories_sizes: '[]',
    default_left: list(tree.defaultLeft, String),
    id: String(id),
    left_children: list(tree.left, String),
    loss_changes: list(tree.gain, float32Text),
    parents: list(tree.parent, (node) => String(node === -1 ? NO_PARENT : node)),
    right_children: list(tree.right, String),
    // A leaf keeps its value where a split keeps its threshold.
    split_conditions: list(tree.threshold, (threshold, node) =>
      float32Text(isLeaf(node) ? tree.value[node]! : threshold),
    ),
    split_indices: list(tree.feature, String),
    split_type: list(tree.left, () => '0'),
    sum_hessian: list(tree.cover, float32Text),
    tree_param: JSON.stringify({
      num_deleted: '0',
      num_feature: String(featureCount),
      num_nodes: String(tree.left.length),
      size_leaf_vector: '0',
    }),
  });
}

/** An object of members that are JSON already. Numbers are written here, not by JSON.stringify. */
function object(members: Record<string, string>): string {
  return `{${Object.entries(members)
    .map(([key, json]) => `"${key}":${json}`)
    .join(',')}}`;
}

function list<T>(items: ArrayLike<T>, text: (item: T, index: number) => string): string {
  return `[${Array.from(items, text).join(',')}]`;
}
