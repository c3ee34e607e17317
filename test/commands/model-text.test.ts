import { expect, test } from 'vitest';
import { explainText } from '../../src/commands/explain-text.ts';
import { trainingText } from '../../src/commands/train-text.ts';
import { walkForwardText } from '../../src/commands/walk-forward-text.ts';
import { plainStyle } from '../../src/console/style.ts';
import type { PairedDifference } from '../../src/train/bootstrap.ts';
import type { ExplainOutcome } from '../../src/train/explain.ts';
import type { TrainingReport } from '../../src/train/training-report.ts';
import type { WalkForwardReport } from '../../src/train/walk-forward-report.ts';

const NOTHING = { gain_percent: null, gain_low: null, gain_high: null };

function paired(mae: number, gain: number): PairedDifference {
  return {
    n: 27_999,
    dates: 164,
    model_mae: 4.4,
    other_mae: mae,
    difference: mae - 4.4,
    low: mae - 4.45,
    high: mae - 4.35,
    gain_percent: gain,
    gain_low: gain - 0.5,
    gain_high: gain + 0.5,
  };
}

const interval = {
  n: 27_999,
  coverage_80: 0.80312,
  width_80: 13.62,
  coverage_90: 0.9,
  width_90: 17.5,
  pinball: 1.5,
  crps: 3.1234,
};

const pairs = {
  last_10: paired(4.658, 5.54),
  last_5: paired(4.8, 8.33),
  season: paired(4.7, 6.38),
  mix: paired(4.59, 4.14),
  line: null,
};

test('a training is told by its parts, its errors beside the trivial ones, and its intervals', () => {
  const compared = {
    n: 27_999,
    model_mae: 4.4,
    last_10_mae: 4.658,
    last_5_mae: 4.8,
    season_mae: 4.7,
    mix_mae: 4.59,
  };
  const training: TrainingReport = {
    model_id: 'points-1',
    engine: 'native',
    features: 'default',
    split: '70/15/15',
    parts: {
      train: { from: '2016-10-25', to: '2022-04-10', n: 150_000 },
      validation: { from: '2022-04-12', to: '2023-11-01', n: 28_100 },
      test: { from: '2023-11-02', to: '2025-04-13', n: 28_000 },
    },
    test: {
      all: { n: 28_000, mae: 4.41 },
      compared,
      minutes_10: { ...compared, n: 24_000, mix_mae: null },
      line: { n: 9_000, model_mae: 4.9, line_mae: 4.85 },
      paired: { ...pairs, line: { ...paired(4.85, -1), gain_low: null, gain_high: null } },
      intervals: {
        ...interval,
        by_tier: {
          bench: { ...interval, n: 12_000, coverage_80: null },
          star: { ...interval, n: 1_200 },
          starter: { ...interval, n: 3_000 },
        },
        last_10_crps: 3.3,
      },
    },
    artefact: 'data/models/points-1',
    members: [
      { name: 'lines-report', rounds: [312, 298], rows: { train: 2_000, validation: 900 } },
      { name: 'plain', rounds: [340], rows: { train: 150_000, validation: 28_100 } },
    ],
    excluded: [],
    refit: false,
  };
  expect(trainingText(training, 65, plainStyle)).toBe(`\
part        from        to             rows
train       2016-10-25  2022-04-10  150,000
validation  2022-04-12  2023-11-01   28,100
test        2023-11-02  2025-04-13   28,000

MAE on 27,999 test rows         points  model closer  95% interval  10 minutes or more (24,000)
model                            4.400                                                    4.400
last 10                          4.658          5.5%  5.0% to 6.0%                        4.658
last 5                           4.800          8.3%  7.8% to 8.8%                        4.800
season mean                      4.700          6.4%  5.9% to 6.9%                        4.700
mix                              4.590          4.1%  3.6% to 4.6%                            -
line, 9,000 rows (model 4.900)   4.850         -1.0%             -

80% interval    rows  covered  mean width   CRPS
all compared  27,999    80.3%        13.6  3.123
bench         12,000        -        13.6  3.123
starter        3,000    80.3%        13.6  3.123
star           1,200    80.3%        13.6  3.123
last 10 has a CRPS of 3.300

Model points-1: default, native, lines-report 312+298, plain 340 rounds, in 1 min 05 s.
It lies in data/models/points-1. Next: hoopduck models promote candidate, or hoopduck predict --model points-1`);
});

test('a walk forward has a row a season and one for all', () => {
  const season = {
    n: 25_931,
    model_mae: 4.4,
    paired: pairs,
    intervals: { ...interval, by_tier: {} },
  };
  const empty = {
    ...season,
    n: 0,
    model_mae: null,
    paired: { ...pairs, last_10: { ...paired(0, 0), ...NOTHING, other_mae: null } },
    intervals: { ...season.intervals, coverage_80: null, width_80: null, crps: null },
  };
  const report = {
    features: 'default',
    engine: { name: 'native', version: 'libxgboost 1.7.6' },
    seasons: [
      { season: '2018-19', ...season },
      { season: '2019-20', ...empty },
    ],
    overall: season,
  } as unknown as WalkForwardReport;
  const file = 'data/reports/walk-forward-1.json';
  expect(walkForwardText({ report, file }, 3725, plainStyle)).toBe(`\
season     rows    MAE  last 10    mix  closer than last 10  95% interval  80% covers  mean width   CRPS
2018-19  25,931  4.400    4.658  4.590                 5.5%  5.0% to 6.0%       80.3%        13.6  3.123
2019-20       0      -        -  4.590                    -             -           -           -      -
all      25,931  4.400    4.658  4.590                 5.5%  5.0% to 6.0%       80.3%        13.6  3.123

Each season was tested by a model of the seasons before it: default, native, in 1 h 02 min. No model was kept.
The report lies in data/reports/walk-forward-1.json.`);
});

test('an explanation names what moved the prediction most, and sums up the rest', () => {
  const found: ExplainOutcome = {
    model_id: 'points-1',
    player_lookup: 'stephencurry',
    game_date: '2025-04-13',
    team_abbr: 'GSW',
    game_id: '20250413_LAC_GSW',
    actual: 36,
    in_sample: true,
    member: 'report',
    points: 25.43,
    low: 15.62,
    high: 35.38,
    base_points: 9.8,
    base_root: 2.95,
    root: 4.99,
    contributions: Array.from({ length: 17 }, (_, at) => ({
      feature: `feature_${at}`,
      meaning: `Of number ${at}.`,
      value: at === 1 ? null : 1234.5678 / 2 ** at,
      root: 1 - at / 10,
      points: at === 2 ? -3.456 : 1.25,
    })),
  };
  const lines = explainText(found, plainStyle).split('\n');
  expect([...lines.slice(0, 7), ...lines.slice(-4)]).toEqual([
    'stephencurry (GSW) on 2025-04-13: 25.4 points, 80% between 15.6 and 35.4, by points-1, member report. He scored 36.',
    '',
    'From 9.8 points, which the model expects of a row that it knows nothing of:',
    'feature             value  points  meaning',
    'feature_0            1235   +1.25  Of number 0.',
    'feature_1         unknown   +1.25  Of number 1.',
    'feature_2           308.6   -3.46  Of number 2.',
    'feature_14        0.07535   +1.25  Of number 14.',
    '2 other features            +2.50',
    '',
    'The model was trained or chosen on this date: this is no prediction.',
  ]);
});
