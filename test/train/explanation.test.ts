import { expect, test } from 'vitest';
import { explainForecast } from '../../src/train/explanation.ts';
import type { Feature, FeatureNeed, FeatureSet } from '../../src/train/feature-sets.ts';
import { memberKinds } from '../../src/train/members.ts';
import type { Model } from '../../src/train/model.ts';
import { matrixOf, stump } from './engines-data.ts';

function feature(name: string, needs: FeatureNeed | null): Feature {
  return { name, type: 'number', meaning: `Of ${name}.`, unit: 'none', window: 'none', needs };
}

const SET: FeatureSet = {
  name: 'test',
  table: 'hoopduck.test',
  features: [feature('form', null), feature('rest', null), feature('report', 'report')],
  presence: { lines: null, report: 'report' },
};

/** A stump of as many training rows on either side. */
function evenStump(column: number, below: number, above: number) {
  const tree = stump(column, 0, true, below, above);
  tree.cover.set([2, 1, 1]);
  return tree;
}

/** Root 3 + form (1 or -1) + rest (0.5 or -0.5); with a report the form alone, at two seeds. Points are the root squared plus 1. */
const MODEL: Model = {
  members: memberKinds(SET).map((kind) => ({
    ...kind,
    ensembles: (kind.name === 'report' ? [0.5, 1.5] : [1]).map((size) => ({
      featureCount: 3,
      baseScore: 3,
      trees: [
        evenStump(0, -size, size),
        ...(kind.name === 'report' ? [] : [evenStump(1, 0.5, -0.5)]),
      ],
    })),
    correction: { a: 1, b: 1, c: 0 },
    residuals: { knots: [3], offsets: [[-2, -1, -1, 0, 0, 0, 0, 0, 1, 1, 2]] },
  })),
};

test('contributions lead from the base to the prediction, on both scales, the largest first', () => {
  const found = explainForecast(MODEL, SET.features, matrixOf([2, NaN, NaN]));
  expect(found).toEqual({
    member: 'plain',
    points: 4.5 ** 2 + 1,
    low: 3.5 ** 2,
    high: 5.5 ** 2,
    base_points: 10,
    base_root: 3,
    root: 4.5,
    // 11.25 points for 1.5 of root: 7.5 for each 1.
    contributions: [
      { feature: 'form', meaning: 'Of form.', value: 2, root: 1, points: 7.5 },
      { feature: 'rest', meaning: 'Of rest.', value: null, root: 0.5, points: 3.75 },
    ],
  });
});

test('the member that has what it needs explains, by the mean of its seeds', () => {
  const found = explainForecast(MODEL, SET.features, matrixOf([-2, 1, 7]));
  expect(found).toMatchObject({ member: 'report', root: 2, points: 5, base_points: 10 });
  expect(found.contributions).toEqual([
    { feature: 'form', meaning: 'Of form.', value: -2, root: -1, points: -5 },
    { feature: 'rest', meaning: 'Of rest.', value: 1, root: 0, points: 0 },
    { feature: 'report', meaning: 'Of report.', value: 7, root: 0, points: 0 },
  ]);
});

test('contributions that cancel are told by the slope at the base', () => {
  const balanced: Model = {
    members: MODEL.members.map((member) => ({
      ...member,
      ensembles: [
        { featureCount: 3, baseScore: 3, trees: [evenStump(0, -1, 1), evenStump(1, 1, -1)] },
      ],
    })),
  };
  const found = explainForecast(balanced, SET.features, matrixOf([2, 2, NaN]));
  expect(found).toMatchObject({ points: 10, base_points: 10 });
  // The derivative of the square at 3 is 6.
  expect(found.contributions.map(({ root }) => root)).toEqual([1, -1]);
  expect(found.contributions[0]!.points).toBeCloseTo(6, 8);
  expect(found.contributions[1]!.points).toBeCloseTo(-6, 8);
});
