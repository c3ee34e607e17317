import { expect, test } from 'vitest';
import { RAW_TABLES } from '../../src/config/raw-tables.ts';
import { tableKeys } from '../../src/pipeline/table-keys.ts';
import { loadModels } from '../../src/transforms/graph.ts';

const keyOf = tableKeys(null);

test.each(RAW_TABLES.map(({ name, columns }) => [name, columns] as const))(
  'the key of %s is of columns that the table has',
  (name, columns) => {
    const key = keyOf(`nba_raw.${name}`);
    expect(key?.date).toBe('game_date');
    expect(key?.columns.filter((column) => !(column in columns))).toEqual([]);
    expect(key?.columns.length).toBeGreaterThan(1);
  },
);

test('a model is keyed by its head', () => {
  for (const { name, key, partition } of loadModels()) {
    expect(keyOf(name)).toEqual({ columns: key, date: partition, bounded: true });
  }
});

test('predictions are keyed by their date too, but not by the day on which a model was trained', () => {
  expect(keyOf('nba_predictions.prediction_accuracy')?.columns).toEqual([
    'game_date',
    'player_lookup',
    'system_id',
    'prediction_id',
  ]);
  expect(keyOf('nba_predictions.ml_training_runs')).toEqual({
    columns: ['run_id', 'model_id'],
    date: 'run_date',
    bounded: false,
  });
  expect(keyOf('nba_predictions.of_the_user')).toBeUndefined();
});
