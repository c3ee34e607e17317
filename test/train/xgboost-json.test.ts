import { expect, test } from 'vitest';
import { wasmEngine } from '../../src/train/engines/wasm-engine.ts';
import { float32Text } from '../../src/train/float-text.ts';
import { fromXgboostJson, toXgboostJson } from '../../src/train/xgboost-json.ts';
import { parameters, randomTraining, twoStumps } from './engines-data.ts';

const names = ['days_rest', 'is "home"'];

test('a model that is written and read is the same model', async () => {
  const { ensemble: trained } = await wasmEngine.train({
    ...randomTraining(2000, 5),
    parameters,
    rounds: 10,
  });
  const features = ['a', 'b', 'c', 'd', 'e'];
  const text = toXgboostJson(trained, features, parameters);
  expect(fromXgboostJson(text)).toEqual({ ensemble: trained, featureNames: features });
  expect(toXgboostJson(trained, features, parameters)).toBe(text);
});

test('the members are those of XGBoost', () => {
  const { learner, version } = JSON.parse(toXgboostJson(twoStumps, names, parameters));
  expect(version).toEqual([1, 7, 0]);
  expect(learner.feature_names).toEqual(names);
  expect(learner.learner_model_param).toMatchObject({ base_score: '1E0', num_feature: '2' });
  expect(learner.objective.name).toBe('reg:squarederror');
  expect(JSON.parse(learner.attributes.hoopduck_parameters)).toEqual(parameters);
  expect(learner.gradient_booster.model.trees[1]).toMatchObject({
    id: 1,
    left_children: [1, -1, -1],
    parents: [2147483647, 0, 0],
    split_conditions: [-1, 2, 3],
    split_indices: [1, 0, 0],
    default_left: [0, 0, 0],
    base_weights: [0.5, 20, 30],
  });
});

test('floats are written with an exponent, as few digits as read back the same', () => {
  expect(
    [0, -0, 1, -2.5, 0.1, 1e10, 16777216, 1 / 3].map((x) => float32Text(Math.fround(x))),
  ).toEqual(['0E0', '-0E0', '1E0', '-2.5E0', '1E-1', '1E10', '1.6777216E7', '3.3333334E-1']);
});

test('base scores of 1.7 and of 3.1 on are read', () => {
  const text = toXgboostJson({ ...twoStumps, baseScore: 10 }, names, parameters);
  const later = text.replace('"base_score":"1E1"', '"base_score":"[1E1]"');
  expect(later).not.toBe(text);
  expect(fromXgboostJson(later).ensemble.baseScore).toBe(10);
  expect(fromXgboostJson(text).ensemble.baseScore).toBe(10);
});

test('what an ensemble cannot hold is refused by name', () => {
  const text = toXgboostJson(twoStumps, names, parameters);
  const refusals: [string, string, string][] = [
    ['"name":"gbtree"', '"name":"dart"', 'its booster is "dart"'],
    ['"name":"reg:squarederror"', '"name":"binary:logistic"', 'its objective is "binary:logistic"'],
    ['"num_class":"0"', '"num_class":"3"', 'it has several outputs'],
    ['"num_parallel_tree":"1"', '"num_parallel_tree":"4"', 'it has 4 trees a round'],
    ['"categories_nodes":[]', '"categories_nodes":[0]', 'it has categorical splits'],
    ['"left_children":[1,', '"left_children":[7,', 'node 0 of tree 0 is not the parent'],
    ['"trees":', '"forest":', 'is not a single-output'],
    ['{', '', 'is not a single-output'],
  ];
  for (const [from, to, message] of refusals) {
    expect(text).toContain(from);
    expect(() => fromXgboostJson(text.replace(from, to))).toThrow(message);
  }
});

test('a name is needed for each feature', () => {
  expect(() => toXgboostJson(twoStumps, ['one'], parameters)).toThrow('1 feature names');
});
