import type { CardFacts } from '../../src/train/card/facts.ts';
import type { Comparison } from '../../src/train/evaluate.ts';
import type { Feature } from '../../src/train/feature-sets.ts';
import { compactIntervals, type IntervalFigures } from '../../src/train/interval-figures.ts';
import type { ErrorReport } from '../../src/train/metrics.ts';
import { LEVELS } from '../../src/train/residual-table.ts';
import type { TestEvaluation } from '../../src/train/test-evaluation.ts';
import { memberOf } from './engines-data.ts';

function errors(mae: number, bias = -0.9): ErrorReport {
  return {
    ...{ n: 27_895, mae, rmse: mae + 1.5, median_error: 0.125, median_absolute_error: 3.6 },
    ...{ bias, within_1: 0.14, within_3: 0.4321, within_5: 0.65 },
  };
}

export function comparison(n: number, model = 4.447): Comparison {
  return {
    n,
    model: errors(model),
    last_10: errors(4.727, 0.01),
    last_5: errors(4.9, 0),
    season: errors(4.75, 0),
    mix: errors(4.661, 0),
    line: null,
  };
}

const part = {
  all: errors(4.46),
  compared: comparison(27_895),
  minutes_10: comparison(21_000, 5.01),
  season_mean_missing: 10,
  without_history: 104,
};

const figures: IntervalFigures = {
  ...{ n: 27_895, coverage_80: 0.7941, width_80: 13.97, coverage_90: 0.9, width_90: 18 },
  ...{ pinball: 1.5, crps: 3.106, levels: [] },
};

const difference = {
  ...{ n: 27_895, dates: 213, model_mae: 4.447, other_mae: 4.727 },
  ...{ difference: 0.28, low: 0.25, high: 0.31, gain_percent: 5.9, gain_low: 5, gain_high: 6 },
};

const evaluation: Pick<TestEvaluation, 'paired' | 'intervals'> = {
  paired: {
    ...{ last_10: difference, last_5: difference, season: difference, mix: difference },
    line: null,
  },
  intervals: {
    ...{ all: figures, compared: figures, by_tier: { star: figures } },
    ...{ by_member: { plain: figures }, last_10: { ...figures, crps: 3.278 } },
  },
};

export function worth(name: string, mae_increase: number, rows = 4000) {
  return { feature: name, rows, mae_increase, standard_error: 0.002 };
}

export function feature(name: string, meaning: string, needs: Feature['needs'] = null): Feature {
  return { name, type: 'number', meaning, unit: 'points', window: 'his games', needs };
}

const FEATURES = [
  feature('points_ewm_3', 'Weighted mean of points.'),
  feature('team_spread', "The team's spread.", 'lines'),
  feature('unused', 'In no split.'),
];

/** A model of two members, tested on a season. */
export function cardFacts(change: Partial<CardFacts> = {}): CardFacts {
  const compared = {
    ...{ n: 27_895, model_mae: 4.447, last_10_mae: 4.727 },
    ...{ last_5_mae: 4.9, season_mae: 4.75, mix_mae: 4.661 },
  };
  const { paired, intervals } = evaluation;
  const reported = { paired, intervals: { ...compactIntervals(intervals), last_10_crps: 3.278 } };
  const lines = { name: 'lines', needs: ['lines'] as const, columns: [0, 1, 2], presence: [1] };
  const members = [
    {
      ...memberOf([], lines),
      trees: ['model-lines.json', 'model-lines-2.json'],
      rounds: [312, 298],
    },
    { ...memberOf([]), columns: [0, 2], trees: ['model-plain.json'], rounds: [340] },
  ];
  return {
    training: {
      model_id: 'points-5ff2416e1ef5',
      engine: 'wasm',
      features: 'default',
      split: '2023-10-24/2024-10-22',
      parts: {
        train: { from: '2016-10-25', to: '2023-06-12', n: 180_000 },
        validation: { from: '2023-10-24', to: '2024-06-17', n: 27_952 },
        test: { from: '2024-10-22', to: '2025-06-22', n: 27_999 },
      },
      test: {
        all: { n: 27_999, mae: 4.46 },
        compared,
        minutes_10: compared,
        line: null,
        ...reported,
      },
      artefact: 'data/models/points-5ff2416e1ef5',
      members: [
        { name: 'lines', rounds: [312, 298], rows: { train: 150_000, validation: 27_000 } },
        { name: 'plain', rounds: [340], rows: { train: 180_000, validation: 27_952 } },
      ],
      excluded: [],
      refit: false,
    },
    manifest: {
      model_id: 'points-5ff2416e1ef5',
      hoopduck: '0.1.0',
      engine: { name: 'wasm', version: 'ml-xgboost 1.1.2' },
      feature_set: 'default',
      parameters: { objective: 'reg:squarederror', eta: 0.04 },
      seed: 20,
      members: [],
      refit: false,
      split: {
        label: '2023-10-24/2024-10-22',
        ...{ train_from: '2016-10-25', validate_from: '2023-10-24' },
        ...{ test_from: '2024-10-22', to: '2025-06-22' },
      },
      rows: { filter: null, excluded_dates: [] },
      gates: { red: [], alarms: [], forced: null },
      results: { trees: {}, test_predictions: '' },
      input_digest: '5ff2416e1ef5aaaa',
      sql: { 'nba_analytics.player_game_summary': 'x' },
      inputs: {
        'hoopduck.feature_default': {
          digest: 'abcdef0123456789',
          partitions: { '2016-10-25': 'a', '2016-10-26': 'b' },
        },
      },
    },
    features: { set: 'default', table: 'hoopduck.feature_default', features: FEATURES },
    predictor: {
      ...{ target: 'sqrt(points)', transform: '', interval: '', members, levels: LEVELS },
      ...{ expected_mae: 4.447, confidence: [] },
    },
    metrics: {
      parts: { train: part, validation: part, test: part },
      test: {
        by_season: { '2024-25': comparison(27_895) },
        by_month: {},
        by_tier: { star: comparison(1000, 6.8), bench: comparison(20_000, 3.2) },
        ...evaluation,
      },
      feature_importance: { unused: 0, team_spread: 0.25, points_ewm_3: 0.75 },
      permutation: {
        ...{ rows: 4000, mae: 4.4 },
        features: [worth('points_ewm_3', 0.3), worth('team_spread', 0.1), worth('unused', 0, 0)],
      },
    },
    parity: {
      ...{ rows: 31_000, adversarialRows: 3001, rowsByMember: {}, identicalRows: 31_000 },
      ...{ maxAbsDifference: 0, maxQuantileDifference: 2.5e-7 },
      engine: { plain: { rows: 27_999, identicalRows: 27_999, maxAbsDifference: 0 } },
    },
    ...change,
  };
}
