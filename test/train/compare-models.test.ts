import { expect, test } from 'vitest';
import { compareModels, type ModelSide } from '../../src/train/compare-models.ts';
import type { StoredManifest } from '../../src/train/manifest.ts';
import { cardFacts, feature } from './card-facts.ts';

const GAMES = 'nba_analytics.player_game_summary';

/** A model whose training read the results of four dates, two of them of the test part. */
function side(change: Partial<StoredManifest> = {}): ModelSide {
  const { training, manifest, features } = cardFacts();
  const partitions = { '2016-10-25': 'a', '2024-10-21': 'b', '2024-10-22': 'c', '2025-06-22': 'd' };
  const inputs = { [GAMES]: { digest: 'x', partitions } };
  return { training, features, manifest: { ...manifest, inputs, files: {}, ...change } };
}

function withGames(partitions: Record<string, string>): ModelSide {
  return side({ inputs: { [GAMES]: { digest: 'y', partitions } } });
}

test('a model does not differ from itself', () => {
  expect(compareModels(side(), side())).toMatchObject({
    ...{ settings: [], features: { only_a: [], only_b: [] }, inputs: [], sql: [] },
    test: { same_rows: true },
  });
});

test('settings, features, inputs and SQL that differ are named with both values', () => {
  const { manifest } = side();
  const other = side({
    engine: { name: 'native', version: 'libxgboost 1.7.4' },
    members: [{ name: 'plain', rounds: [310, 305], rows: { train: 1, validation: 1 } }],
    parameters: { ...manifest.parameters, eta: 0.1, averaged_seeds: 2 },
    rows: { filter: null, excluded_dates: ['2024-01-01', '2024-01-02'] },
    sql: { [GAMES]: 'y', 'hoopduck.population': 'z' },
    inputs: {
      [GAMES]: {
        digest: 'z',
        partitions: { '2016-10-25': 'a', '2024-10-21': 'B', '2025-06-22': 'd', '2025-06-23': 'e' },
      },
    },
  });
  const features = {
    ...other.features,
    features: [feature('points_ewm_3', ''), feature('mine', '')],
  };
  expect(compareModels(side(), { ...other, features })).toMatchObject({
    settings: [
      { name: 'engine', a: 'wasm ml-xgboost 1.1.2', b: 'native libxgboost 1.7.4' },
      { name: 'excluded_dates', a: 'none', b: '2024-01-01 2024-01-02' },
      { name: 'eta', a: 0.04, b: 0.1 },
      { name: 'rounds of plain', a: null, b: '310 + 305' },
      { name: 'averaged_seeds', a: null, b: 2 },
    ],
    features: { only_a: ['team_spread', 'unused'], only_b: ['mine'] },
    inputs: [{ table: GAMES, same: 2, differing: 1, only_a: 1, only_b: 1 }],
    sql: ['hoopduck.population', GAMES],
  });
});

test('figures change by b less a', () => {
  const { training, ...rest } = side();
  const compared = { ...training.test.compared, model_mae: 4.4 };
  const better = { ...rest, training: { ...training, test: { ...training.test, compared } } };
  const { figures } = compareModels(side(), better).test;
  expect(figures.find(({ name }) => name === 'MAE')).toEqual({
    ...{ name: 'MAE', a: 4.447, b: 4.4 },
    change: -0.047,
  });
  expect(figures.find(({ name }) => name === 'MAE of last 10')).toMatchObject({ change: 0 });
  // No row has a line, so that there is nothing to say of them.
  expect(figures.map(({ name }) => name)).not.toContain('MAE where a line is known');
});

test('test rows are the same when their dates, number, filter and results are, whatever came before', () => {
  const same = (b: ModelSide) => compareModels(side(), b).test.same_rows;
  expect(same(withGames({ '2016-10-25': 'Z', '2024-10-22': 'c', '2025-06-22': 'd' }))).toBe(true);
  expect(same(withGames({ '2024-10-22': 'C', '2025-06-22': 'd' }))).toBe(false);
  expect(same(withGames({ '2025-06-22': 'd' }))).toBe(false);
  expect(same(side({ rows: { filter: 'minutes_played >= 10', excluded_dates: [] } }))).toBe(false);
  const { training, ...rest } = side();
  const parts = { ...training.parts, test: { ...training.parts.test, from: '2024-10-23' } };
  expect(same({ ...rest, training: { ...training, parts } })).toBe(false);
});
