import { EXIT, HoopduckError } from '../errors.ts';
import { blankTree, type Ensemble, type Tree } from './ensemble.ts';

/** Objectives whose base score is on the scale of the prediction. */
const IDENTITY_OBJECTIVES = [
  'reg:squarederror',
  'reg:linear',
  'reg:absoluteerror',
  'reg:quantileerror',
  'reg:pseudohubererror',
];

/** The members that are read, as XGBoost 1.0 to 3.x writes them; numbers outside trees are strings. */
interface ModelJson {
  readonly learner: {
    readonly feature_names?: readonly string[];
    readonly gradient_booster: {
      readonly name: string;
      readonly model: {
        readonly gbtree_model_param: { readonly num_parallel_tree?: string };
        readonly trees: readonly TreeJson[];
      };
    };
    readonly learner_model_param: {
      readonly base_score: string;
      readonly num_class?: string;
      readonly num_feature: string;
      readonly num_target?: string;
    };
    readonly objective: { readonly name: string };
  };
}

interface TreeJson {
  readonly base_weights: readonly number[];
  readonly categories_nodes?: readonly number[];
  /** Numbers, or booleans before 1.6. */
  readonly default_left: readonly (number | boolean)[];
  readonly left_children: readonly number[];
  readonly loss_changes: readonly number[];
  readonly parents: readonly number[];
  readonly right_children: readonly number[];
  readonly split_conditions: readonly number[];
  readonly split_indices: readonly number[];
  readonly sum_hessian: readonly number[];
}

/**
 * The ensemble and feature names in XGBoost's JSON model. Feature names are empty when the model was
 * trained without. Throws MODEL_UNREADABLE for text that is not such a model, and for models that an
 * Ensemble cannot hold: other boosters, several outputs, categorical splits, several trees a round,
 * and objectives that transform the prediction.
 */
export function fromXgboostJson(text: string): { ensemble: Ensemble; featureNames: string[] } {
  let ensemble: Ensemble;
  let featureNames: string[];
  try {
    const { learner } = JSON.parse(text) as ModelJson;
    const refusal = refusalOf(learner);
    if (refusal !== undefined) throw unreadable(refusal);
    const parameters = learner.learner_model_param;
    const featureCount = featureCountOf(parameters.num_feature);
    ensemble = {
      featureCount,
      baseScore: baseScoreOf(parameters.base_score),
      trees: learner.gradient_booster.model.trees.map((tree, id) => treeOf(tree, id, featureCount)),
    };
    featureNames = [...(learner.feature_names ?? [])];
  } catch (error) {
    // A member that is missing shows as a TypeError of the lines above, a list that is too long as a RangeError.
    if (error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError) {
      throw unreadable(error.message, error);
    }
    throw error;
  }
  return { ensemble, featureNames };
}

function refusalOf(learner: ModelJson['learner']): string | undefined {
  const { name, model } = learner.gradient_booster;
  const { num_class = '0', num_target = '1' } = learner.learner_model_param;
  const { num_parallel_tree = '1' } = model.gbtree_model_param;
  if (name !== 'gbtree') return `its booster is "${name}"`;
  if (!IDENTITY_OBJECTIVES.includes(learner.objective.name)) {
    return `its objective is "${learner.objective.name}"`;
  }
  if (Number(num_class) > 1 || Number(num_target) > 1) return 'it has several outputs';
  if (Number(num_parallel_tree) > 1) return `it has ${num_parallel_tree} trees a round`;
  if (model.trees.some((tree) => (tree.categories_nodes?.length ?? 0) > 0)) {
    return 'it has categorical splits';
  }
  return undefined;
}

/** `1E1`, or from 3.1 on an array in the string: `[1E1]`. */
function baseScoreOf(text: string): number {
  const value = Math.fround(Number(text.replace(/^\[(.*)\]$/, '$1')));
  if (!Number.isFinite(value)) throw unreadable(`its base score is "${text}"`);
  return value;
}

function featureCountOf(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 0) throw unreadable(`it has "${text}" features`);
  return count;
}

function treeOf(json: TreeJson, id: number, featureCount: number): Tree {
  const nodes = json.left_children.length;
  // A walk begins at node 0.
  if (nodes === 0) throw unreadable(`tree ${id} has no node`);
  const tree = blankTree(nodes);
  tree.left.set(json.left_children);
  tree.right.set(json.right_children);
  tree.parent.set(json.parents);
  tree.parent[0] = -1;
  tree.cover.set(json.sum_hessian);
  tree.weight.set(json.base_weights);
  for (let node = 0; node < nodes; node++) {
    if (tree.left[node] === -1) {
      tree.value[node] = json.split_conditions[node]!;
      if (!Number.isFinite(tree.value[node])) {
        throw unreadable(`leaf ${node} of tree ${id} is no number of 32 bits`);
      }
    } else {
      // A child that is not below its parent would send the walk in circles or out of the tree.
      if (tree.parent[tree.left[node]!] !== node || tree.parent[tree.right[node]!] !== node) {
        throw unreadable(`node ${node} of tree ${id} is not the parent of its children`);
      }
      const feature = json.split_indices[node];
      // Another column would be one of the next row, or beyond the matrix.
      if (!Number.isInteger(feature) || feature! < 0 || feature! >= featureCount) {
        throw unreadable(
          `node ${node} of tree ${id} asks for feature ${feature} of ${featureCount}`,
        );
      }
      tree.feature[node] = feature!;
      tree.threshold[node] = json.split_conditions[node]!;
      tree.defaultLeft[node] = Number(json.default_left[node]);
      tree.gain[node] = json.loss_changes[node]!;
    }
  }
  return tree;
}

function unreadable(reason: string, cause?: unknown): HoopduckError {
  return new HoopduckError(
    'MODEL_UNREADABLE',
    `The model is not a single-output "gbtree" in XGBoost's JSON: ${reason}.`,
    {
      next: 'Give the "model.json" of a model of hoopduck, or train again.',
      exitCode: EXIT.failed,
      cause,
    },
  );
}
