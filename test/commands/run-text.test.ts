import { expect, test } from 'vitest';
import { type RunFacts, runLine, runText } from '../../src/commands/run-text.ts';
import { plainStyle } from '../../src/console/style.ts';

const places = {
  workspace: '/league',
  pushFolder: '/out',
  hint: (command: string) => `hoopduck ${command}`,
};

const compared = {
  n: 12_407,
  model_mae: 4.51,
  last_10_mae: 4.658,
  last_5_mae: 4.8,
  season_mae: 4.7,
  mix_mae: null,
};

const facts = {
  from: '2024-10-22',
  to: '2025-04-13',
  stages: [
    { name: 'sync', status: 'nothing', seconds: 0.5 },
    { name: 'validate', status: 'failed', seconds: 2.25 },
  ],
  tables: [
    {
      table: 'nba_analytics.player_game_summary',
      rows: 26_407,
      dates_expected: 164,
      dates_found: 163,
    },
    { table: 'nba_raw.nbac_injury_report', rows: 12, dates_expected: null, dates_found: 3 },
  ],
  gates: {
    pass: 5_318,
    warn: 0,
    fail: 1,
    not_evaluated: 37,
    red: [
      {
        check: 'completeness_players',
        table: 'nba_analytics.player_game_summary',
        scope: '2024-11-07',
        found: 83.333,
        wanted: 100,
        detail: 'BOS',
      },
    ],
    warnings: [],
  },
  training: { model_id: 'm1', engine: 'wasm', artefact: 'data/models/m1', test: { compared } },
  predictions: null,
  push: null,
} as unknown as RunFacts;

test('the summary of a run names tables, what is red, the model beside the trivial predictors and the next step', () => {
  expect(
    runText(facts, places, plainStyle),
  ).toBe(`table                                rows       dates
nba_analytics.player_game_summary  26,407  163 of 164
nba_raw.nbac_injury_report             12           3

Gates  5,318 pass, 0 warn, 1 fail, 37 not evaluated
  red completeness_players of nba_analytics.player_game_summary, 2024-11-07: 83.33% found, 100% wanted (BOS)

Model  m1 (wasm), points missed on 12,407 test rows:
  predictor              MAE
  this model           4.510
  mean of his last 10  4.658  model is 3.2% closer
  mean of his last 5   4.800  model is 6.0% closer
  mean of his season   4.700  model is 4.0% closer
  mix of the three         -
  in /league/data/models/m1

Time   2.8 s
  validate  2.3 s  ########################  failed
  sync      0.5 s  #####                     nothing to do`);
});

test('without gates, training and push the summary is short', () => {
  const short = { ...facts, tables: [], gates: null, training: null };
  expect(runText(short, { ...places, pushFolder: null }, plainStyle)).toMatch(
    /^Time {3}2\.8 s\n(?: .*\n)+\nNext {3}hoopduck report /,
  );
});

test('with --quiet a run is one line', () => {
  expect(runLine(facts, false)).toBe(
    '2024-10-22 to 2025-04-13 not complete in 2.8 s; 5,318 pass, 0 warn, 1 fail; MAE 4.510',
  );
});
