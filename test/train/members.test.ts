import { expect, test } from 'vitest';
import { FEATURE_SETS } from '../../src/train/feature-sets.ts';
import { chooseMembers, memberKinds, rowsThatHave } from '../../src/train/members.ts';
import { exactForecast, rootsOf } from '../../src/train/model.ts';
import { matrixOf, memberOf, SMALL_SET, twoStumps } from './engines-data.ts';

test('a set with lines and reports has four members, the most demanding first', () => {
  expect(memberKinds(SMALL_SET)).toEqual([
    { name: 'lines-report', needs: ['lines', 'report'], columns: [0, 1, 2, 3], presence: [1, 2] },
    { name: 'report', needs: ['report'], columns: [0, 2, 3], presence: [2] },
    { name: 'lines', needs: ['lines'], columns: [0, 1, 3], presence: [1] },
    { name: 'plain', needs: [], columns: [0, 3], presence: [] },
  ]);
});

test('the seed set has one member, which reads it all', () => {
  const kinds = memberKinds(FEATURE_SETS['seed-21']);
  expect(kinds.map(({ name, columns }) => [name, columns.length])).toEqual([['plain', 21]]);
});

test('a row goes to the first member that has what it needs', () => {
  const rows = matrixOf([1, 2, 3, 4], [1, NaN, 3, 4], [1, 2, NaN, NaN], [NaN, NaN, NaN, NaN]);
  const kinds = memberKinds(SMALL_SET);
  expect([...chooseMembers(kinds, rows)]).toEqual([0, 1, 2, 3]);
  expect(kinds.map((kind) => rowsThatHave(kind, rows))).toEqual([
    [0],
    [0, 1],
    [0, 2],
    [0, 1, 2, 3],
  ]);
  // Without the first, its rows go to the next that can take them.
  expect([...chooseMembers(kinds.slice(1), rows)]).toEqual([0, 0, 1, 2]);
});

test('the mean of several seeds speaks, and each row by its own member', () => {
  const base = (baseScore: number) => ({ ...twoStumps, trees: [], baseScore });
  expect([...rootsOf([base(1), base(2)], matrixOf([0, 0]))]).toEqual([1.5]);
  const model = {
    members: [
      memberOf([base(1), base(2)], { presence: [0] }),
      memberOf([base(4)], { correction: { a: 1, b: 0.5, c: 0 } }),
    ],
  };
  const { points, members } = exactForecast(model, matrixOf([NaN, 0], [0, 0]));
  expect([...points]).toEqual([9, 2.25]);
  expect([...members]).toEqual([1, 0]);
});
