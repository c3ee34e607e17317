import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HoopduckError } from '../../src/errors.ts';
import { walk } from '../../src/train/walk.ts';
import { fromXgboostJson, toXgboostJson } from '../../src/train/xgboost-json.ts';
import { parameters, twoStumps } from '../train/engines-data.ts';

const text = toXgboostJson(twoStumps, ['days_rest', 'home'], parameters);

/** The model with one tree's member changed. */
function withTree(change: Record<string, unknown>): string {
  const model = JSON.parse(text);
  Object.assign(model.learner.gradient_booster.model.trees[1], change);
  return JSON.stringify(model);
}

function refusal(model: string): string {
  try {
    fromXgboostJson(model);
    return 'it was read';
  } catch (error) {
    if (!(error instanceof HoopduckError)) throw error;
    return `${error.code}: ${error.message.replace(/^.*JSON: /, '')}`;
  }
}

test.each([
  [
    'a feature that is not there',
    { split_indices: [2, 0, 0] },
    'node 0 of tree 1 asks for feature 2 of 2.',
  ],
  [
    'a negative feature',
    { split_indices: [-1, 0, 0] },
    'node 0 of tree 1 asks for feature -1 of 2.',
  ],
  [
    'a cycle to the root',
    { left_children: [1, 0, -1], right_children: [2, 0, -1] },
    'node 1 of tree 1 is not the parent of its children.',
  ],
  [
    'a child beyond the tree',
    { left_children: [7, -1, -1] },
    'node 0 of tree 1 is not the parent of its children.',
  ],
  [
    'a child before the tree',
    { left_children: [-5, -1, -1] },
    'node 0 of tree 1 is not the parent of its children.',
  ],
  [
    'a leaf that is no number',
    { split_conditions: [-1, null, 'x'] },
    'leaf 2 of tree 1 is no number of 32 bits.',
  ],
  [
    'a leaf beyond 32 bits',
    { split_conditions: [-1, 1e300, 3] },
    'leaf 1 of tree 1 is no number of 32 bits.',
  ],
  ['lists of different lengths', { right_children: [2, -1, -1, -1] }, 'offset is out of bounds.'],
  [
    'a tree without a node',
    { left_children: [], right_children: [], parents: [], sum_hessian: [], base_weights: [] },
    'tree 1 has no node.',
  ],
])('a tree with %s is refused', (_, change, reason) => {
  expect(refusal(withTree(change))).toBe(`MODEL_UNREADABLE: ${reason}`);
});

test.each(['1e999', '-1', '2.5', 'many', '99999x'])('%s features are refused', (count) => {
  expect(refusal(text.replaceAll('"num_feature":"2"', `"num_feature":"${count}"`))).toBe(
    `MODEL_UNREADABLE: it has "${count}" features.`,
  );
});

test('a mutated model is refused, or walks to an end with numbers', () => {
  const matrix = { rows: 2, columns: 2, values: Float32Array.of(1, Number.NaN, -3, 1e30) };
  const cut = fc.nat(text.length - 1);
  const piece = fc.oneof(
    fc.constantFrom('', '-1', '1e308', 'null', '[', '{}', '""', '0', '-0', '99999999999', '\u0000'),
    fc.integer().map(String),
  );
  fc.assert(
    fc.property(cut, fc.nat(6), piece, (at, removed, put) => {
      const mutated = text.slice(0, at) + put + text.slice(at + removed);
      let read: ReturnType<typeof fromXgboostJson>;
      try {
        read = fromXgboostJson(mutated);
      } catch (error) {
        expect(error).toBeInstanceOf(HoopduckError);
        return;
      }
      if (read.ensemble.featureCount !== 2) return;
      expect([...walk(read.ensemble, matrix)].some(Number.isNaN)).toBe(false);
    }),
    { numRuns: 3000, seed: 20 },
  );
});
