import type { ReportFacts } from '../../src/report/facts/facts.ts';
import type { ComparedFacts, ErrorFigures, IntervalFacts } from '../../src/report/facts/model.ts';

/** A text that would be markup, were it let through. */
export const HOSTILE = `<script>document.title='taken'</script><img src=x onerror="alert(1)"> " ' & </script> \${x}`;

const errors = (mae: number): ErrorFigures => ({
  n: 100,
  mae,
  rmse: mae + 1,
  bias: -0.2,
  within_3: 0.4,
  within_5: 0.6,
});

const compared = (mae: number): ComparedFacts => ({
  n: 100,
  model: errors(mae),
  last_10: errors(mae + 0.3),
  last_5: errors(mae + 0.4),
  season: errors(mae + 0.2),
  mix: errors(mae + 0.1),
});

const intervals: IntervalFacts = {
  n: 100,
  coverage_80: 0.81,
  width_80: 14.2,
  coverage_90: 0.9,
  width_90: 18,
  crps: 3.1,
};

const spread = { n: 90, missing: 10, mean: 20, p05: 5, p25: 12, p50: 19, p75: 25, p95: 33 };

/** A workspace with something on every page: a red date, a short one, a model, a push, hostile names throughout. */
export function fullFacts(changes: Partial<ReportFacts> = {}): ReportFacts {
  return {
    workspace: `/work/${HOSTILE.replaceAll('/', '')}`,
    version: '1.2.3',
    made_at: '2025-03-05T06:30:00Z',
    replica_bytes: 12_345_678,
    push_target: '/production',
    coverage: {
      tables: [
        { table: 'nba_raw.schedule', layer: 'raw' },
        { table: 'nba_analytics.summary', layer: 'model' },
        { table: `nba_precompute.${HOSTILE}`, layer: 'model' },
      ],
      seasons: [
        {
          season: '2024-25',
          dates: ['2025-03-01', '2025-03-02', '2025-03-04'],
          tables: [
            [{ state: 'here', length: 3, reason: null }],
            [
              { state: 'complete', length: 1, reason: null },
              { state: 'red', length: 1, reason: `team_rows: 2 found, 16 wanted (${HOSTILE})` },
              { state: 'missing', length: 1, reason: null },
            ],
            [
              { state: 'bootstrap', length: 2, reason: null },
              { state: 'short', length: 1, reason: '10 of 26 rows: BKN without rows' },
            ],
          ],
        },
        {
          season: '2023-24',
          dates: ['2024-03-01'],
          tables: [
            [{ state: 'here', length: 1, reason: null }],
            [{ state: 'complete', length: 1, reason: null }],
            [{ state: 'none', length: 1, reason: null }],
          ],
        },
      ],
    },
    gates: {
      counts: { pass: 12, warn: 1, fail: 1, not_evaluated: 2 },
      findings: [
        {
          ...{ check: 'team_rows', table: 'nba_analytics.summary', scope: 'date' },
          ...{
            scope_value: '2025-03-02',
            n: 1,
            first: '2025-03-02',
            verdict: 'fail',
            found: 12.5,
            wanted: 100,
          },
          ...{ detail: HOSTILE, since: '2025-03-03T06:00:00Z' },
        },
        {
          ...{ check: 'constant_column', table: 'nba_analytics.summary', scope: 'season' },
          ...{
            scope_value: '2024-25',
            n: 1,
            first: '2024-25',
            verdict: 'warn',
            found: 83.333,
            wanted: 100,
          },
          ...{ detail: null, since: null },
        },
      ],
      groups: [
        {
          ...{ check: 'range_points', table: 'nba_analytics.summary', scope: 'all' },
          ...{ verdict: 'pass', n: 1, worst: 99.95, wanted: 99.9, detail: '1 value' },
        },
        {
          ...{ check: 'coverage_zones', table: 'nba_analytics.summary', scope: 'date' },
          ...{ verdict: 'not_evaluated', n: 2, worst: null, wanted: 40, detail: null },
        },
      ],
      checked_at: '2025-03-05T06:00:00Z',
      history: [
        { at: '2025-03-03T06:00:00Z', fail: 3, warn: 0 },
        { at: '2025-03-05T06:00:00Z', fail: 1, warn: 1 },
      ],
    },
    distributions: [
      {
        ...{ table: 'nba_analytics.summary', column: 'usage_rate', title: 'Usage rate, percent' },
        rows: 'players who played',
        seasons: [
          { season: '2023-24', ...spread },
          { season: '2024-25', ...spread, p50: 21 },
        ],
      },
    ],
    past: [
      {
        ...{ table: 'nba_analytics.summary', column: 'usage_rate', title: 'Usage rate, percent' },
        ...{ dates: 2, replaced_at: '2025-03-04T06:00:00Z', rows: 40, changed: 7 },
        old: spread,
        now: { ...spread, mean: 22 },
        histogram: { from: 0, step: 10, old: [4, 20, 16], now: [2, 18, 20] },
      },
    ],
    runs: [
      {
        ...{ run_id: '20250305T060000Z-0001', command: 'run', started_at: '2025-03-05T06:00:00Z' },
        ...{ seconds: 100, exit_code: 1 },
        stages: [
          { name: 'sync', status: 'done', seconds: 20 },
          { name: 'transform', status: 'nothing', seconds: 80 },
        ],
      },
      {
        ...{ run_id: HOSTILE, command: HOSTILE, started_at: '2025-03-04T06:00:00Z' },
        ...{ seconds: null, exit_code: null, stages: [] },
      },
    ],
    pushes: [
      {
        ...{ push_id: 'push-1', target: HOSTILE, started_at: '2025-03-05T06:10:00Z' },
        ...{ finished_at: null, status: 'writing', rollback_of: null },
        ...{ written: 10, unchanged: 2, removed: 0, rows: 300, refused: 1 },
        refusals: [{ table: 'nba_analytics.summary', date: '2025-03-02', reason: HOSTILE }],
        tables: [{ table: 'nba_analytics.summary', units: 2, verified: 1, partitions: 10 }],
      },
    ],
    forced: [{ at: '2025-03-04T07:00:00Z', what: HOSTILE, reason: HOSTILE, command: 'train' }],
    model: {
      ...{ model_id: 'points-1', alias: 'candidate', trained_at: '2025-03-01T06:00:00Z' },
      ...{
        engine: 'wasm',
        features: HOSTILE,
        status: 'evaluated',
        artefact: 'data/models/points-1',
      },
      parts: {
        train: { from: '2020-12-22', to: '2023-06-12', n: 1000 },
        validation: { from: '2023-10-24', to: '2024-06-17', n: 300 },
        test: { from: '2024-10-22', to: '2025-03-04', n: 200 },
      },
      expected_mae: 4.5,
      last_10_mae: 4.8,
      metrics: {
        parts: { test: { compared: compared(4.5) } },
        test: {
          by_season: { '2024-25': compared(4.5) },
          by_month: { '2024-10': compared(4.4), '2024-11': compared(4.6) },
          by_tier: { bench: compared(3.5), star: compared(7) },
          intervals: {
            compared: {
              ...intervals,
              levels: [
                { level: 0.1, below: 0.05, at_most: 0.12 },
                { level: 0.5, below: 0.49, at_most: 0.51 },
                { level: 0.9, below: 0.9, at_most: 0.9 },
              ],
            },
            by_tier: { bench: intervals, star: intervals },
          },
        },
        feature_importance: { [HOSTILE]: 0.7, minutes: 0.3 },
        permutation: {
          rows: 400,
          features: [
            { feature: HOSTILE, rows: 400, mae_increase: 0.6, standard_error: 0.05 },
            { feature: 'minutes', rows: 400, mae_increase: 0.01, standard_error: 0.02 },
          ],
        },
      },
      parity: {
        ...{ rows: 500, adversarialRows: 100, identicalRows: 500 },
        ...{ maxAbsDifference: 0, maxQuantileDifference: 0 },
      },
    },
    monitor: {
      recent: {
        ...{ from: '2025-02-05', to: '2025-03-04', rows: 900 },
        ...{ mae: 4.9, bias: -0.3, coverage_80: 0.79 },
      },
      drift: {
        not_measured: null,
        measured: 2,
        drifting: [],
        largest: [
          {
            ...{ feature: HOSTILE, days: 28, psi: 0.2, limit: 0.25 },
            ...{ missing: 0.01, missing_expected: 0 },
          },
        ],
      },
      alarms: [{ kind: 'error', message: HOSTILE, next: 'Train again.' }],
    },
    graded: {
      weeks: [
        { monday: '2025-02-17', rows: 200, mae: 4.4, bias: -0.2, coverage_80: 0.8 },
        { monday: '2025-02-24', rows: 220, mae: 4.9, bias: -0.1, coverage_80: null },
      ],
      calibration: [2, 4, 6].map((from) => ({
        ...{ from, to: from + 2, rows: 50, predicted: from + 1, scored: from + 1.5 },
        median_scored: from + 1,
      })),
    },
    graph: [
      {
        table: 'nba_analytics.summary',
        origin: 'hoopduck',
        description: HOSTILE,
        reads: [{ table: 'nba_raw.schedule', reaches: ['same date'] }],
      },
      {
        table: 'hoopduck.mine',
        origin: 'workspace',
        description: '',
        reads: [{ table: 'nba_analytics.summary', reaches: ['2 days'] }],
      },
    ],
    ...changes,
  };
}
