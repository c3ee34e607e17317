import { expect, test } from 'vitest';
import { loadDataset, sliceDataset } from '../../src/train/dataset.ts';
import { isoDate } from '../../src/train/dates.ts';
import { FEATURE_SETS } from '../../src/train/feature-sets.ts';
import { countRows, type RowSelection } from '../../src/train/training-rows.ts';
import { buildSmallLeague, trainContext } from './small-league.ts';

const ALL: RowSelection = {
  featureSet: FEATURE_SETS['seed-21'],
  from: null,
  to: null,
  exclude: [],
  filter: null,
};

test('rows are those with minutes, by date and player, whatever order the tables have', async () => {
  const { replica } = await trainContext();
  await buildSmallLeague(replica);
  const rows = await loadDataset(replica, { ...ALL, from: '2021-11-02', to: '2021-11-03' });
  // Player 19 sits out on the 3rd.
  expect(rows.rows).toBe(39);
  expect(rows.lookups.slice(0, 2)).toEqual(['player00', 'player01']);
  expect(rows.lookups[19]).toBe('player19');
  expect(rows.lookups[38]).toBe('player18');
  expect([rows.days[0], rows.days[19], rows.days[20]].map((day) => isoDate(day!))).toEqual([
    '2021-11-02',
    '2021-11-02',
    '2021-11-03',
  ]);
  const before = [...rows.matrix.values];
  await replica.run(
    'CREATE OR REPLACE TABLE hoopduck.feature_seed_21 AS SELECT * FROM hoopduck.feature_seed_21 ORDER BY player_lookup DESC, game_date DESC',
  );
  const again = await loadDataset(replica, { ...ALL, from: '2021-11-02', to: '2021-11-03' });
  expect([...again.matrix.values]).toEqual(before);
});

test('features are float32 in the set order, unknown ones NaN, and debutants stay', async () => {
  const { replica } = await trainContext();
  await buildSmallLeague(replica);
  await replica.run(
    `UPDATE hoopduck.feature_seed_21 SET points_avg_last_10 = 12.3456789
     WHERE game_date = DATE '2020-12-22' AND player_lookup = 'player03'`,
  );
  const rows = await loadDataset(replica, { ...ALL, to: '2020-12-22' });
  expect(rows.rows).toBe(20);
  expect(rows.gamesBefore[3]).toBe(0);
  expect(rows.matrix.columns).toBe(21);
  const third = rows.matrix.values.subarray(3 * 21, 4 * 21);
  expect([...third.slice(0, 3)]).toEqual([NaN, Math.fround(12.3456789), NaN]);
  expect(third[11]).toBe(0); // is_home of a player of BOS
  expect([rows.last10[3], rows.line[3]]).toEqual([NaN, NaN]);
});

test('a slice shares memory and keeps its rows', async () => {
  const { replica } = await trainContext();
  await buildSmallLeague(replica);
  const rows = await loadDataset(replica, { ...ALL, from: '2021-11-02', to: '2021-11-03' });
  const slice = sliceDataset(rows, 20, 22);
  expect(slice.rows).toBe(2);
  expect(slice.lookups).toEqual(['player00', 'player01']);
  expect([...slice.points]).toEqual([...rows.points.slice(20, 22)]);
  expect(slice.matrix.values.buffer).toBe(rows.matrix.values.buffer);
  expect([...slice.matrix.values]).toEqual([...rows.matrix.values.slice(20 * 21, 22 * 21)]);
});

test('dates left out and the row filter take rows away', async () => {
  const { replica } = await trainContext();
  await buildSmallLeague(replica);
  const range = { ...ALL, from: '2021-11-01', to: '2021-11-03' };
  expect(await countRows(replica, range)).toEqual([
    { date: '2021-11-01', season: 2021, rows: 20 },
    { date: '2021-11-02', season: 2021, rows: 20 },
    { date: '2021-11-03', season: 2021, rows: 19 },
  ]);
  expect(
    await countRows(replica, {
      ...range,
      exclude: ['2021-11-01', '2021-11-02'],
      filter: 'minutes_played >= 10 -- known only after the game',
    }),
  ).toEqual([{ date: '2021-11-03', season: 2021, rows: 15 }]);
});

test('a filter that is no SQL is a mistake of the configuration', async () => {
  const { replica } = await trainContext();
  await buildSmallLeague(replica);
  await expect(countRows(replica, { ...ALL, filter: 'minuets > 3' })).rejects.toMatchObject({
    code: 'TRAIN_ROW_FILTER',
    exitCode: 2,
  });
});

test('a player who played and has no features stops the training', async () => {
  const { replica } = await trainContext();
  await buildSmallLeague(replica);
  await replica.run(
    "DELETE FROM hoopduck.feature_seed_21 WHERE game_date = DATE '2021-11-02' AND player_lookup = 'player07'",
  );
  await expect(countRows(replica, ALL)).rejects.toMatchObject({
    code: 'TRAIN_FEATURES_MISSING',
    message: '"hoopduck.feature_seed_21" has 19 of the 20 players who played on 2021-11-02.',
  });
});

test('tables that are not built are named', async () => {
  const { replica } = await trainContext();
  await expect(countRows(replica, ALL)).rejects.toMatchObject({ code: 'TRAIN_TABLES_MISSING' });
});
