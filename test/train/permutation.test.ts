import { expect, test } from 'vitest';
import type { Feature, FeatureNeed, FeatureSet } from '../../src/train/feature-sets.ts';
import { IDENTITY_CORRECTION } from '../../src/train/median-correction.ts';
import { memberKinds } from '../../src/train/members.ts';
import { forecast, type Model } from '../../src/train/model.ts';
import { permutationImportance } from '../../src/train/permutation.ts';
import { fitResidualTable } from '../../src/train/residual-table.ts';
import { generator, matrixOf, stump } from './engines-data.ts';

function feature(name: string, needs: FeatureNeed | null): Feature {
  return { name, type: 'number', meaning: 'Of a test.', unit: 'none', window: 'none', needs };
}

const SET: FeatureSet = {
  name: 'test',
  table: 'hoopduck.test',
  features: [
    feature('form', null),
    feature('absent', 'report'),
    feature('noise', null),
    feature('team_missing', 'report'),
  ],
  presence: { lines: null, report: 'team_missing' },
};

const RESIDUALS = fitResidualTable(Float64Array.of(1), Float64Array.of(1));

/** Without a report: root 2 or 4 by form. With one: 1 more root for a man with absences. */
const MODEL: Model = {
  members: memberKinds(SET).map((kind) => ({
    ...kind,
    ensembles: [
      {
        featureCount: 4,
        baseScore: 0,
        trees: [
          stump(0, 0.5, true, 2, 4),
          ...(kind.name === 'report' ? [stump(1, 0.5, true, 0, 1)] : []),
        ],
      },
    ],
    correction: IDENTITY_CORRECTION,
    residuals: RESIDUALS,
  })),
};

/** Every other row has a report; points are what the model says, so that its error is 0. */
function rows(count: number) {
  const random = generator(4);
  const matrix = matrixOf(
    ...Array.from({ length: count }, (_, row) => {
      const reported = row % 2 === 0;
      const [form, absent] = [Math.round(random()), Math.round(random())];
      return [form, reported ? absent : NaN, random(), reported ? 3 : NaN];
    }),
  );
  return { rows: count, matrix, points: forecast(MODEL, matrix).points };
}

test('what the points hang on costs most, what no tree reads costs nothing', async () => {
  const report = await permutationImportance(MODEL, SET, rows(600));
  expect(report).toMatchObject({ rows: 600, mae: 0 });
  expect(report.features.map(({ feature }) => feature)).toEqual([
    'form',
    'absent',
    'noise',
    'team_missing',
  ]);
  expect(report.features.slice(2)).toEqual([
    { feature: 'noise', rows: 0, mae_increase: 0, standard_error: 0 },
    { feature: 'team_missing', rows: 0, mae_increase: 0, standard_error: 0 },
  ]);
  // Half of the rows get the other form; that moves 4 to 16, 9 to 25 with an absence, or back:
  // 12 without a report, 14 in the mean with one. An absence moves 4 to 9 or 16 to 25, 7 in the mean,
  // for half of the half that have a report.
  const [form, absent] = report.features;
  expect(form!.rows).toBe(600);
  expect(Math.abs(form!.mae_increase - 0.5 * 12.5)).toBeLessThan(1);
  expect(absent!.rows).toBe(300);
  expect(Math.abs(absent!.mae_increase - 0.25 * 7)).toBeLessThan(0.5);
  // Variance .5 x (.75 x 12^2 + .25 x 16^2) - 6.25^2 = 47; the root of 47 / 600 is .28.
  expect(form!.standard_error).toBeGreaterThan(0.2);
  expect(form!.standard_error).toBeLessThan(0.35);
});

test('a feature with a need is shuffled where it is known, so that no row changes its member', async () => {
  const part = rows(200);
  const before = part.matrix.values.slice();
  // Where absence and presence were shuffled among all rows, half of the reported rows would lose what their member needs.
  const everyRowReads: Model = {
    members: MODEL.members.map((member) =>
      member.name === 'plain'
        ? { ...member, ensembles: [{ featureCount: 4, baseScore: 100, trees: [] }] }
        : {
            ...member,
            ensembles: [{ featureCount: 4, baseScore: 1, trees: [stump(3, 9, true, 0, 1)] }],
          },
    ),
  };
  const report = await permutationImportance(everyRowReads, SET, part);
  expect(report.features.find(({ feature }) => feature === 'team_missing')).toEqual({
    feature: 'team_missing',
    rows: 100,
    mae_increase: 0,
    standard_error: 0,
  });
  expect(part.matrix.values).toEqual(before);
});

test('a large part is sampled evenly, and the same part gives the same figures', async () => {
  const part = rows(900);
  const options = { sampleRows: 300 };
  const report = await permutationImportance(MODEL, SET, part, options);
  expect(report.rows).toBe(300);
  // Every third row: half of them are even.
  expect(report.features.find(({ feature }) => feature === 'absent')!.rows).toBe(150);
  expect(await permutationImportance(MODEL, SET, part, options)).toEqual(report);
  const other = await permutationImportance(MODEL, SET, part, { ...options, seed: 50 });
  expect(other.features[0]!.mae_increase).not.toBe(report.features[0]!.mae_increase);
});

test('no rows have no importance', async () => {
  const none = { rows: 0, columns: 4, values: new Float32Array(0) };
  const report = await permutationImportance(MODEL, SET, {
    rows: 0,
    matrix: none,
    points: new Float64Array(0),
  });
  expect(report).toMatchObject({ rows: 0, mae: null });
  expect(report.features[0]).toMatchObject({ rows: 0, mae_increase: 0, standard_error: 0 });
});

test('an interruption is obeyed between two features', async () => {
  const stop = new AbortController();
  const seen: number[] = [];
  const onFeature = (done: number) => {
    seen.push(done);
    if (done === 2) stop.abort();
  };
  await expect(
    permutationImportance(MODEL, SET, rows(10), { signal: stop.signal, onFeature }),
  ).rejects.toMatchObject({ code: 'INTERRUPTED', exitCode: 130 });
  expect(seen).toEqual([1, 2]);
});
