import { expect, test } from 'vitest';
import type { Dataset } from '../../src/train/dataset.ts';
import { wasmEngine } from '../../src/train/engines/wasm-engine.ts';
import type { FeatureSet } from '../../src/train/feature-sets.ts';
import { fitModel } from '../../src/train/fit.ts';
import { takeColumns } from '../../src/train/matrix.ts';
import { exactForecast } from '../../src/train/model.ts';
import { generator, SMALL_SET } from './engines-data.ts';
import { trainContext } from './small-league.ts';

/** Rows whose points follow all four columns; every third has no line, every fourth no report. */
function rowsOf(rows: number, seed: number): Dataset {
  const random = generator(seed);
  const values = new Float32Array(rows * 4);
  const points = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const own = [random() * 20, random() * 10, random(), random() * 40];
    points[row] = Math.round(own[0]! + own[1]! + 5 * own[2]! + own[3]! / 10);
    if (row % 3 === 0) own[1] = NaN;
    if (row % 4 === 0) own[2] = NaN;
    values.set(own, row * 4);
  }
  const unknown = new Float64Array(rows).fill(NaN);
  return {
    ...{ rows, points, days: new Int32Array(rows), seasons: new Int32Array(rows) },
    ...{ lookups: [], gamesBefore: new Int32Array(rows), minutes: unknown },
    ...{ last5: unknown, last10: unknown, seasonMean: unknown, line: unknown },
    matrix: { rows, columns: 4, values },
  };
}

/** Without what the kept columns are not. */
function without(need: 'lines' | 'report', rows: Dataset): Dataset {
  const kept = SMALL_SET.features.flatMap(({ needs }, column) => (needs === need ? [] : [column]));
  return { ...rows, matrix: takeColumns(rows.matrix, kept) };
}

const train = rowsOf(2000, 1);
const validation = rowsOf(600, 2);

test('each member is what a training without the columns that it lacks gives, on the rows that are its own', async () => {
  const ctx = await trainContext();
  const probe = validation.matrix;
  const whole = await fitModel(ctx, wasmEngine, SMALL_SET, { train, validation, probe });
  expect(whole.model.members.map(({ name }) => name)).toEqual([
    'lines-report',
    'report',
    'lines',
    'plain',
  ]);
  expect(whole.found.map(({ rows }) => [rows.train, rows.validation])).toEqual([
    [1000, 300],
    [1500, 450],
    [1333, 400],
    [2000, 600],
  ]);
  const lineless: FeatureSet = {
    ...SMALL_SET,
    features: SMALL_SET.features.filter(({ needs }) => needs !== 'lines'),
    presence: { lines: null, report: 'chance' },
  };
  const parts = { train: without('lines', train), validation: without('lines', validation) };
  const other = await fitModel(ctx, wasmEngine, lineless, { ...parts, probe: parts.train.matrix });
  expect(other.model.members.map(({ name }) => name)).toEqual(['report', 'plain']);

  // Tonight has no line: the whole model says what the one that never saw a line says.
  const tonight = rowsOf(200, 3);
  for (let row = 0; row < tonight.rows; row++) tonight.matrix.values[row * 4 + 1] = NaN;
  const bare = without('lines', tonight).matrix;
  const said = exactForecast(whole.model, tonight.matrix);
  expect([...new Set(said.members)].sort()).toEqual([1, 3]);
  expect(said.points).toEqual(exactForecast(other.model, bare).points);
  expect(said.quantiles).toEqual(exactForecast(other.model, bare).quantiles);
});

test('a member that too few rows could choose is not trained; its rows go to the next', async () => {
  const ctx = await trainContext();
  const few = rowsOf(400, 2);
  const { model } = await fitModel(ctx, wasmEngine, SMALL_SET, {
    ...{ train, validation: few, probe: few.matrix },
  });
  // 200 of 400 rows have both, 300 a report, 266 a line.
  expect(model.members.map(({ name }) => name)).toEqual(['report', 'lines', 'plain']);
});

test("the engine's own predictions are compared with the walk, by all rounds", async () => {
  const ctx = await trainContext();
  const { found } = await fitModel(ctx, wasmEngine, SMALL_SET, {
    ...{ train, validation, probe: validation.matrix },
  });
  expect(found.map(({ name, engine }) => [name, engine.rows])).toEqual([
    ['lines-report', 300],
    ['report', 450],
    ['lines', 400],
    ['plain', 600],
  ]);
  // This XGBoost adds the base score last, so its float32 sums end elsewhere; a native one's do not.
  for (const { engine } of found) expect(engine.maxAbsDifference).toBeLessThan(1e-5);
});
