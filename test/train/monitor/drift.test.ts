import { expect, onTestFinished, test } from 'vitest';
import { Replica } from '../../../src/replica/replica.ts';
import type { Distributions } from '../../../src/train/monitor/distributions.ts';
import { measureDrift } from '../../../src/train/monitor/drift.ts';

/** Form runs evenly from 0 to 9 in weeks 0 and 1; every row of the reference has lines. */
const REFERENCE: Distributions = {
  table: 'hoopduck.two',
  seasons: [2020],
  rows: [100, 100],
  presence: { lines: 'spread', report: null },
  known: {
    lines: [
      [100, 100],
      [100, 80],
    ],
    report: null,
  },
  features: [
    {
      ...{ name: 'form', needs: null, low: 0, high: 9, deciles: [4], limits: [0.25, 0.25] },
      weeks: [
        [0, 50, 50, 0, 0],
        [0, 50, 50, 0, 0],
      ],
    },
    {
      ...{ name: 'spread', needs: 'lines', low: 1, high: 1, deciles: [1], limits: [0.25, 0.25] },
      weeks: [
        [0, 100, 0, 0, 0],
        [0, 80, 0, 0, 0],
      ],
    },
  ],
};

const SPAN = { modelId: 'm1', from: '2021-10-19', to: '2021-11-15' };

/** A hundred graded rows of model m1 on each of `dates` days from 2021-10-19, form and spread by SQL over the row r. */
async function gradedRows(dates: number, form: string, spread = '1.0'): Promise<Replica> {
  const replica = await Replica.open(':memory:');
  onTestFinished(() => replica.close());
  await replica.run(
    `CREATE TABLE hoopduck.population AS
     SELECT DATE '2021-10-19' + CAST(d AS INTEGER) AS game_date, 'p' || r AS player_lookup, 2021 AS season_year, r
     FROM range(${dates}) AS dates(d), range(100) AS players(r)`,
  );
  await replica.run(
    `CREATE TABLE hoopduck.two AS
     SELECT game_date, player_lookup, ${form} AS form, ${spread} AS spread FROM hoopduck.population`,
  );
  await replica.run(
    `CREATE TABLE nba_predictions.prediction_accuracy AS
     SELECT game_date, player_lookup, 'm1' AS model_version FROM hoopduck.population`,
  );
  return replica;
}

const EVEN = 'CAST(r % 10 AS DOUBLE)';

test('features that lie as in the same weeks of the reference do not drift', async () => {
  expect(await measureDrift(await gradedRows(7, EVEN), REFERENCE, SPAN)).toEqual({
    not_measured: null,
    rows: 700,
    comparable_rows: 700,
    measured: 2,
    drifting: [],
    largest: [
      {
        ...{ feature: 'form', days: 28, rows: 700, psi: 0, limit: 0.25 },
        ...{ missing: 0, missing_expected: 0 },
      },
      {
        ...{ feature: 'spread', days: 28, rows: 700, psi: 0, limit: 0.25 },
        ...{ missing: 0, missing_expected: 0 },
      },
    ],
    known: [{ of: 'lines', rows: 700, share: 1, expected: 1 }],
  });
});

test.each([
  // Two halves that are empty now, .499 * ln 500 each, and all rows missing, .999 * ln 1000.
  ['all NULL', 'NULL', 13.103026, 1],
  // Up to 4 only the 0 is left: .4 * ln 5; up to 9 nothing: .499 * ln 500; above 9 the rest: .899 * ln 900.
  ['ten times as large', `${EVEN} * 10`, 9.860217, 0],
  // All rows in one half, .5 * ln 2, and the other is empty, .499 * ln 500.
  ['constant', '7.0', 3.447663, 0],
])('a feature that became %s drifts by exactly so much', async (_, form, psi, missing) => {
  const { drifting } = await measureDrift(await gradedRows(7, form), REFERENCE, SPAN);
  expect(drifting).toEqual([
    { feature: 'form', days: 28, rows: 700, psi, limit: 0.25, missing, missing_expected: 0 },
  ]);
});

test('a fault that began in the newest week is seen by the limit of a week', async () => {
  const form = `CASE WHEN game_date < DATE '2021-10-26' THEN ${EVEN} END`;
  const replica = await gradedRows(14, form);
  const [even, spread] = REFERENCE.features;
  const strict = { ...REFERENCE, features: [{ ...even!, limits: [5, 4] }, spread!] };
  const span = { ...SPAN, to: '2021-11-01' };
  // In 28 days half is missing: .499 * ln 500 + 2 * .25 * ln 2 = 3.447663.
  expect((await measureDrift(replica, strict, span)).drifting).toEqual([
    {
      ...{ feature: 'form', days: 7, rows: 700, psi: 13.103026, limit: 4 },
      ...{ missing: 1, missing_expected: 0 },
    },
  ]);
  const slow = { ...strict, features: [{ ...even!, limits: [3, 13.2] }, spread!] };
  expect((await measureDrift(replica, slow, span)).drifting).toMatchObject([
    { feature: 'form', days: 28, rows: 1400, psi: 3.447663, missing: 0.5 },
  ]);
});

test('rows without lines do not count for what needs lines, and their share is held against the weeks', async () => {
  const replica = await gradedRows(14, EVEN, 'CASE WHEN r < 60 THEN 1.0 END');
  const { drifting, largest, known } = await measureDrift(replica, REFERENCE, SPAN);
  expect(drifting).toEqual([]);
  expect(largest.map(({ feature, rows }) => [feature, rows])).toEqual([
    ['form', 1400],
    ['spread', 840],
  ]);
  // 700 rows at 100 of 100 and 700 at 80 of 100.
  expect(known).toEqual([{ of: 'lines', rows: 1400, share: 0.6, expected: 0.9 }]);
});

test('weeks that the reference lacks are left out, and too few rows are no measurement', async () => {
  const replica = await gradedRows(21, EVEN);
  expect(await measureDrift(replica, REFERENCE, SPAN)).toMatchObject({
    ...{ not_measured: null, rows: 2100, comparable_rows: 1400, measured: 2 },
  });
  const late = { ...SPAN, from: '2021-10-30' };
  expect(await measureDrift(replica, REFERENCE, late)).toMatchObject({
    not_measured:
      '300 of 1000 graded rows lie in weeks of the season that the training has; 500 are wanted',
    measured: 0,
    drifting: [],
    known: [],
  });
});

test('rows of another model do not count, and a column that is gone is named', async () => {
  const replica = await gradedRows(7, EVEN);
  expect(await measureDrift(replica, REFERENCE, { ...SPAN, modelId: 'm2' })).toMatchObject({
    rows: 0,
    measured: 0,
  });
  await replica.run('ALTER TABLE hoopduck.two DROP COLUMN form');
  expect((await measureDrift(replica, REFERENCE, SPAN)).not_measured).toBe(
    'the column "form" of "hoopduck.two" is not computed any more',
  );
});

test('a feature of the calendar alone does not drift: another calendar is no fault', async () => {
  const [form, spread] = REFERENCE.features;
  const calendar = { ...REFERENCE, features: [{ ...form!, name: 'season_day' }, spread!] };
  const replica = await gradedRows(7, '9.0');
  await replica.run('ALTER TABLE hoopduck.two RENAME COLUMN form TO season_day');
  expect(await measureDrift(replica, calendar, SPAN)).toMatchObject({ measured: 1, drifting: [] });
});
