import { EXIT, HoopduckError } from '../../errors.ts';
import { blankTree, type Ensemble, type Tree } from '../ensemble.ts';

/** Sizes in bytes of the C structures that XGBoost < 1.0 writes as they lie in memory. */
const LEARNER_PARAMETERS = 136;
const BOOSTER_PARAMETERS = 160;
const TREE_PARAMETERS = 148;
const NODE = 20;
const NODE_STATISTICS = 16;

/** Objectives whose base score is on the scale of the prediction. */
const IDENTITY_OBJECTIVES = ['reg:linear', 'reg:squarederror'];

/**
 * The ensemble in a model file of XGBoost's old binary format (before 1.0, as ml-xgboost saves it;
 * little-endian): learner parameters, names of objective and booster, booster parameters, trees.
 * Nodes that pruning deleted are left out and the others numbered level by level. Throws
 * MODEL_UNREADABLE for anything but a single-output gbtree of squared error.
 */
export function readLegacyBinary(bytes: Uint8Array): Ensemble {
  try {
    return read(bytes);
  } catch (error) {
    if (error instanceof RangeError) throw unreadable(`it ends early (${bytes.length} bytes)`);
    throw error;
  }
}

function read(bytes: Uint8Array): Ensemble {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 0;
  const text = (): string => {
    const length = Number(view.getBigUint64(offset, true));
    if (offset + 8 + length > bytes.length) throw new RangeError();
    const value = new TextDecoder().decode(bytes.subarray(offset + 8, offset + 8 + length));
    offset += 8 + length;
    return value;
  };

  const baseScore = view.getFloat32(0, true);
  const featureCount = view.getUint32(4, true);
  offset = LEARNER_PARAMETERS;
  const objective = text();
  const booster = text();
  if (!IDENTITY_OBJECTIVES.includes(objective) || booster !== 'gbtree') {
    throw unreadable(`it holds "${booster}" for "${objective}"`);
  }
  const treeCount = view.getInt32(offset, true);
  const outputGroups = view.getInt32(offset + 24, true);
  const leafVector = view.getInt32(offset + 28, true);
  if (outputGroups !== 1 || leafVector !== 0) throw unreadable(`it has ${outputGroups} outputs`);
  offset += BOOSTER_PARAMETERS;

  const trees: Tree[] = [];
  for (let index = 0; index < treeCount; index++) {
    const nodeCount = view.getInt32(offset + 4, true);
    const nodes = offset + TREE_PARAMETERS;
    const statistics = nodes + nodeCount * NODE;
    trees.push(readTree(view, nodes, statistics, nodeCount));
    offset = statistics + nodeCount * NODE_STATISTICS;
  }
  // The output group of each tree follows.
  if (offset + 4 * treeCount > bytes.length) throw new RangeError();
  return { featureCount, baseScore, trees };
}

/** Node: parent, left, right, feature with the default direction in its top bit, split or leaf value. */
function readTree(view: DataView, nodes: number, statistics: number, nodeCount: number): Tree {
  const childOf = (node: number, field: 4 | 8) => view.getInt32(nodes + node * NODE + field, true);
  // Level by level from the root; the position in `order` is the new number.
  const order = [0];
  const parents = [-1];
  for (let at = 0; at < order.length; at++) {
    const left = childOf(order[at]!, 4);
    if (left === -1) continue;
    order.push(left, childOf(order[at]!, 8));
    parents.push(at, at);
    if (order.length > nodeCount) throw unreadable('a tree runs in a circle');
  }

  const tree = blankTree(order.length);
  tree.parent.set(parents);
  for (let at = 1; at < order.length; at += 2) {
    tree.left[parents[at]!] = at;
    tree.right[parents[at]!] = at + 1;
  }
  order.forEach((node, at) => {
    const value = view.getFloat32(nodes + node * NODE + 16, true);
    if (tree.left[at] === -1) {
      tree.value[at] = value;
    } else {
      const split = view.getUint32(nodes + node * NODE + 12, true);
      tree.feature[at] = split & 0x7fffffff;
      tree.defaultLeft[at] = split >>> 31;
      tree.threshold[at] = value;
      tree.gain[at] = view.getFloat32(statistics + node * NODE_STATISTICS, true);
    }
    tree.cover[at] = view.getFloat32(statistics + node * NODE_STATISTICS + 4, true);
    tree.weight[at] = view.getFloat32(statistics + node * NODE_STATISTICS + 8, true);
  });
  return tree;
}

function unreadable(reason: string): HoopduckError {
  return new HoopduckError(
    'MODEL_UNREADABLE',
    `The saved model is not a single-output "gbtree" of squared error in XGBoost's old binary format: ${reason}.`,
    { next: 'Train the model again.', exitCode: EXIT.failed },
  );
}
