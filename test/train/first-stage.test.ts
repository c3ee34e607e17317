import { expect, test } from 'vitest';
import type { Dataset } from '../../src/train/dataset.ts';
import { wasmEngine } from '../../src/train/engines/wasm-engine.ts';
import { explainForecast } from '../../src/train/explanation.ts';
import type { FeatureSet } from '../../src/train/feature-sets.ts';
import { engineChecks, featureImportance, fitModel, refitModel } from '../../src/train/fit.ts';
import { takeRows } from '../../src/train/matrix.ts';
import { forecast } from '../../src/train/model.ts';
import { toOnnx } from '../../src/train/onnx/build.ts';
import { parityReport, worstDifference } from '../../src/train/parity.ts';
import {
  addFirstStage,
  allFeatures,
  type FirstStage,
} from '../../src/train/two-stages/first-stage.ts';
import { fitFirstStage } from '../../src/train/two-stages/fit-first-stage.ts';
import { generator, matrixOf, SMALL_SET, stump } from './engines-data.ts';
import { trainContext } from './small-league.ts';

const feature = (name: string) =>
  ({ name, needs: null, type: 'number', meaning: '', unit: '', window: '' }) as const;

/** form, total, chance, minutes, true shooting and season. */
const SET: FeatureSet = {
  ...SMALL_SET,
  features: [...SMALL_SET.features, feature('true_shooting'), feature('season_year')],
  firstStage: { season: 'season_year', trueShooting: 'true_shooting', minutes: 'minutes' },
};
const COLUMNS = 6;

/** Seasons of 700 rows; minutes and shots follow form, every fourth row has no report, every third no line. */
function rowsOf(seasons: readonly number[], seed: number, change = 0): Dataset {
  const rows = seasons.length * 700;
  const random = generator(seed);
  const values = new Float32Array(rows * COLUMNS);
  const [points, minutes, shots] = [0, 1, 2].map(() => new Float64Array(rows)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let row = 0; row < rows; row++) {
    const season = seasons[Math.floor(row / 700)]!;
    const form = random() * 20;
    const chance = random();
    minutes[row] = 10 + form + 5 * chance + (season === seasons.at(-1) ? change : 0);
    shots[row] = minutes[row]! / 3;
    points[row] = Math.round(shots[row]! + random() * 4);
    const own = [form, row % 3 === 0 ? NaN : random(), row % 4 === 0 ? NaN : chance];
    values.set([...own, 10 + form, 0.5 + random() / 10, season], row * COLUMNS);
  }
  minutes[1] = NaN;
  const unknown = new Float64Array(rows).fill(NaN);
  return {
    ...{ rows, points, days: new Int32Array(rows), lookups: [] },
    seasons: Int32Array.from({ length: rows }, (_, row) => seasons[Math.floor(row / 700)]!),
    ...{ gamesBefore: new Int32Array(rows), minutes: unknown },
    ...{ last5: unknown, last10: unknown, seasonMean: unknown, line: unknown },
    matrix: { rows, columns: COLUMNS, values },
    firstStage: { minutes, shots },
  };
}

test('derived columns are twice shots at true shooting, minutes, and their change, by the trees of the season', () => {
  const trees = (below: number, above: number) => ({
    ...{ featureCount: 3, baseScore: 1, trees: [stump(0, 0.5, true, below, above)] },
  });
  const stage: FirstStage = {
    columns: 3,
    inputs: { trueShooting: 0, minutes: 1, season: 2 },
    kinds: [
      {
        ...{ name: 'plain', needs: [], reads: [0, 1] },
        seasons: [
          { season: 2020, minutes: trees(20, 30), shots: trees(9, 11) },
          { season: 2021, minutes: trees(0, 1), shots: trees(2, 3) },
        ],
      },
    ],
  };
  const wide = addFirstStage(
    stage,
    matrixOf([0.75, 25, 2020], [0.25, 25, 2020], [0.75, NaN, 2023], [0.75, 25, 2019], [1, 1, NaN]),
  );
  // 2 * (1 + 11) * .75 = 18; 1 + 30 = 31; 31 - 25 = 6. Below the split 2 * 10 * .25 = 5; 21; -4.
  // A later season has the trees of the last: 2 * 4 * .75 = 6; 2. One before the first has none.
  expect(wide).toEqual(
    matrixOf(
      [0.75, 25, 2020, 18, 31, 6],
      [0.25, 25, 2020, 5, 21, -4],
      [0.75, NaN, 2023, 6, 2, NaN],
      [0.75, 25, 2019, NaN, NaN, NaN],
      [1, 1, NaN, NaN, NaN, NaN],
    ),
  );
  expect(addFirstStage(undefined, wide)).toBe(wide);
});

test('what the first stage says of a season comes from the seasons before it alone', async () => {
  const ctx = await trainContext({ maxDepth: 2, maxBin: 16 });
  const seasons = [2018, 2019, 2020, 2021];
  const members = [{ needs: ['report'] }] as const;
  const probe = { rows: 0, columns: COLUMNS, values: new Float32Array(0) };
  const learn = async (rows: Dataset) =>
    (await fitFirstStage(ctx, wasmEngine, SET, { rows: [rows], probe, members }))!.stage;
  const rows = rowsOf(seasons, 1);
  const stage = await learn(rows);
  // 699 rows come before 2019, too few; after the last season there is another one.
  for (const kind of stage.kinds) {
    expect(kind.seasons.map(({ season }) => season)).toEqual([2020, 2021, 2022]);
  }
  // Neither lines nor the season.
  expect(stage.kinds.map(({ name, reads }) => [name, reads])).toEqual([['report', [0, 2, 3, 4]]]);

  const other = await learn(rowsOf(seasons, 1, 8));
  const said = (of: FirstStage) => addFirstStage(of, rows.matrix).values;
  expect(said(other)).toEqual(said(stage));
  for (const [place, same] of [true, true, false].entries()) {
    const [a, b] = [stage, other].map(({ kinds }) => kinds[0]!.seasons[place]);
    if (same) expect(a).toEqual(b);
    else expect(a).not.toEqual(b);
  }
});

test('a model of two stages scores, explains itself, and is one ONNX graph with it', async () => {
  const ctx = await trainContext({ maxDepth: 2, maxBin: 16 });
  const train = rowsOf([2018, 2019, 2020], 1);
  const validation = rowsOf([2021], 2);
  const probe = rowsOf([2022], 3).matrix;
  const fit = await fitModel(ctx, wasmEngine, SET, { train, validation, probe });
  const { model } = fit;
  expect(model.members.map(({ name, columns }) => [name, columns])).toEqual([
    // Behind the six features stand three columns with reports and three without; no tree reads the season.
    ['lines-report', [0, 1, 2, 3, 4, 6, 7, 8]],
    ['report', [0, 2, 3, 4, 6, 7, 8]],
    ['lines', [0, 1, 3, 4, 9, 10, 11]],
    ['plain', [0, 3, 4, 9, 10, 11]],
  ]);
  const names = allFeatures(SET.features, model.firstStage).map(({ name }) => name);
  expect(names.slice(6)).toEqual([
    'points_of_forecast_shots_by_report',
    'forecast_minutes_by_report',
    'forecast_minutes_change_by_report',
    'points_of_forecast_shots',
    'forecast_minutes',
    'forecast_minutes_change',
  ]);
  const importance = featureImportance(model, allFeatures(SET.features, model.firstStage));
  expect(importance['points_of_forecast_shots_by_report']).toBeGreaterThan(0.01);
  expect(importance['season_year']).toBe(0);

  const onnx = toOnnx(
    model,
    SET.features.map(({ name }) => name),
  );
  const report = await parityReport(model, onnx, train.matrix, engineChecks(fit));
  expect([report.identicalRows, worstDifference({ ...report, engine: {} })]).toEqual([
    report.rows,
    0,
  ]);
  expect(report.engine['first stage']!.rows).toBe(2 * 2 * 3 * 700);
  expect(report.engine['first stage']!.maxAbsDifference).toBeLessThan(1e-4);

  const row = takeRows(probe, [5]);
  const why = explainForecast(model, SET.features, row);
  expect(why.points).toBe(forecast(model, row).points[0]);
  const minutes = why.contributions.find(({ feature: of }) => of === 'forecast_minutes_by_report');
  expect(minutes!.value).toBeCloseTo(10 + row.values[0]! + 5 * row.values[2]!, -1);
  const sum = why.contributions.reduce((total, { root }) => total + root, why.base_root);
  expect(sum).toBeCloseTo(why.root, 6);

  // Refitted on other rows, it has the trees of their seasons and of the next.
  const again = await refitModel(ctx, wasmEngine, SET, train, fit);
  expect(again.model.firstStage!.kinds[0]!.seasons.map(({ season }) => season)).toEqual([
    2020, 2021,
  ]);
  expect(model.firstStage!.kinds[0]!.seasons.map(({ season }) => season)).toEqual([
    2020, 2021, 2022,
  ]);
});
