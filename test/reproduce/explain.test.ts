import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import type { ModelFacts, RunFacts } from '../../src/pipeline/run-facts.ts';
import { changedSql } from '../../src/reproduce/changed-sql.ts';
import { circumstancesOf, guaranteeText } from '../../src/reproduce/circumstances.ts';
import type { TableCount } from '../../src/reproduce/compare-partitions.ts';
import { explain, type Found, firstDifference } from '../../src/reproduce/explain.ts';
import type { Rerun } from '../../src/reproduce/rerun.ts';
import type { ModelGraph } from '../../src/transforms/graph.ts';
import { parseModel } from '../../src/transforms/model.ts';

const model = (name: string, reads: string) =>
  parseModel(
    name,
    `models/${name.replace('.', '/')}.sql`,
    `-- A table.\n--\n-- key: game_date\n-- partition: game_date\n-- reads: ${reads} (same date)\nSELECT 1`,
  );
const MODELS = [
  model('hoopduck.first', 'nba_raw.nbac_schedule'),
  model('nba_analytics.second', 'hoopduck.first'),
  model('nba_precompute.third', 'nba_analytics.second'),
  model('nba_precompute.aside', 'nba_raw.nbac_schedule'),
];
const graph = {
  models: MODELS,
  byName: new Map(MODELS.map((each) => [each.name, each])),
} as unknown as ModelGraph;
const SQL = Object.fromEntries(MODELS.map(({ name, sqlDigest }) => [name, sqlDigest]));
const PREDICTIONS = 'nba_predictions.player_prop_predictions';

const trained: ModelFacts = {
  id: 'points-1',
  engine: { name: 'native', version: 'libxgboost 3.2.0' },
  files: { 'model.json': 'a', 'model.onnx': 'b' },
};
const facts = {
  hoopduck: '0.1.0 (aaaa)',
  duckdb: 'v1.5.5',
  threads: 2,
  cores: availableParallelism(),
  sql: SQL,
  gates: { pass: 10, warn: 1, fail: 0, not_evaluated: 4 },
  trained,
  predicted: trained,
} as unknown as RunFacts;

interface Case {
  readonly differing?: readonly string[];
  readonly facts?: Partial<RunFacts>;
  readonly now?: { readonly duckdb?: string; readonly threads?: number };
  readonly trained?: ModelFacts | null;
  readonly failed?: Rerun['failed'];
  readonly parameters?: Found['around']['parameters'];
  readonly gates?: Rerun['gates'];
}

/** What is said of a run where these tables came out with one partition of five otherwise. */
function explained(given: Case) {
  const run = { ...facts, ...given.facts } as RunFacts;
  const made = given.trained === undefined ? trained : given.trained;
  const count = (table: string): TableCount => {
    const differs = given.differing?.includes(table) === true;
    return {
      table,
      of: 5,
      same: differs ? 4 : 5,
      differing: differs ? 1 : 0,
      first: differs ? '2024-01-15' : null,
    };
  };
  const circumstances = circumstancesOf(run, {
    hoopduck: '0.1.0 (aaaa)',
    duckdb: 'v1.5.5',
    threads: 2,
    trained: made,
    ...given.now,
  });
  const parts = explain({
    facts: run,
    graph,
    changed: changedSql(graph, run),
    put: { partitions: 7, missing: [] },
    around: { circumstances, parameters: given.parameters ?? [] },
    made: {
      rerun: {
        gates: given.gates ?? facts.gates,
        trained: made,
        predicted: made?.id ?? null,
        testFrom: '2024-01-01',
        failed: given.failed ?? null,
        seconds: {},
      },
      tables: new Map(MODELS.map(({ name }) => [name, count(name)])),
      predictions: [count(PREDICTIONS)],
    },
  });
  const differing = parts.filter(({ verdict }) => verdict === 'differs');
  return {
    first: firstDifference(parts),
    guarantee: guaranteeText(circumstances),
    differing: differing.map(({ name, reason, follows_from: from }) => [name, reason, from]),
  };
}

test('a run that came out the same has no first difference, under the strongest guarantee', () => {
  expect(explained({})).toEqual({
    first: null,
    differing: [],
    guarantee:
      'Same versions, engine and threads: the same inputs, SQL and settings give the same bytes.',
  });
});

test('a changed SQL model is the cause, what reads it follows, and what does not read it is unexplained', () => {
  const sql = { ...SQL, 'nba_analytics.second': 'another' };
  const differing = ['nba_analytics.second', 'nba_precompute.third', 'nba_precompute.aside'];
  const found = explained({ facts: { sql }, differing });
  expect(found.first).toEqual({
    part: 'sql',
    name: 'nba_analytics.second',
    reason: 'code',
    why: 'the SQL model "nba_analytics.second" (models/nba_analytics/second.sql) is not the text that the run used',
  });
  expect(found.differing).toEqual([
    ['SQL models', 'code', []],
    ['nba_analytics.second', null, ['nba_analytics.second']],
    ['nba_precompute.third', null, ['nba_analytics.second']],
    ['nba_precompute.aside', 'unexplained', []],
  ]);
});

test('a model that is gone and one that is new are named', () => {
  const { 'nba_precompute.aside': _, ...sql } = SQL;
  expect(explained({ facts: { sql: { ...sql, 'nba_precompute.gone': 'x' } } }).first?.why).toBe(
    'the SQL model "nba_precompute.gone" is not there any more; so are "nba_precompute.aside"',
  );
});

test.each<[string, Case, string, string]>([
  [
    'another hoopduck',
    { facts: { hoopduck: '0.1.0 (bbbb)', duckdb: 'v1.4.0' } },
    'hoopduck version',
    'hoopduck 0.1.0 (bbbb) then, 0.1.0 (aaaa) now',
  ],
  [
    'another DuckDB',
    { now: { duckdb: 'v1.6.0' } },
    'engine version',
    'DuckDB v1.5.5 then, v1.6.0 now',
  ],
  ['other threads', { now: { threads: 3 } }, 'threads', 'threads 2 then, 3 now'],
  [
    'nothing else',
    {},
    'unexplained',
    'its inputs, SQL, versions, settings and threads are those of the run',
  ],
])('a table that differs with %s has that for a reason', (_, given, reason, why) => {
  const { first, differing } = explained({
    ...given,
    differing: ['hoopduck.first', 'nba_analytics.second'],
  });
  expect(first).toEqual({ part: 'tables', name: 'hoopduck.first', reason, why });
  expect(differing[1]).toEqual(['nba_analytics.second', null, ['hoopduck.first']]);
});

const other = (change: Partial<ModelFacts>): ModelFacts => ({
  ...trained,
  id: 'points-2',
  ...change,
});

test.each<[string, Case, string, string]>([
  [
    'another XGBoost',
    { trained: other({ engine: { name: 'native', version: 'libxgboost 1.7.4' } }) },
    'engine version',
    'it is "points-2" now, its files are the same: engine native (libxgboost 3.2.0) then, native (libxgboost 1.7.4) now',
  ],
  [
    'another setting',
    {
      trained: other({ files: { 'model.json': 'c', 'model.onnx': 'b' } }),
      parameters: [{ key: 'train.eta', run: 0.04, now: 0.1 }],
    },
    'parameter',
    'it is "points-2" now, 1 of 2 files differ, first model.json: train.eta is 0.1 now, it was 0.04',
  ],
  [
    'other cores',
    {
      trained: { ...trained, files: { 'model.json': 'c', 'model.onnx': 'b' } },
      facts: { cores: 1024 },
    },
    'threads',
    expect.stringMatching(/^1 of 2 files differ, first model\.json: cores 1024 then, \d+ now$/),
  ],
  [
    'nothing else',
    {
      trained: { ...trained, files: { 'model.json': 'a', 'model.onnx': 'c' } },
      facts: { cores: availableParallelism() },
    },
    'unexplained',
    '1 of 2 files differ, first model.onnx: its inputs, SQL, versions, settings and threads are those of the run',
  ],
])(
  'a model that differs with %s has that for a reason, and its predictions follow',
  (_, given, reason, why) => {
    const { first, differing } = explained({ ...given, differing: [PREDICTIONS] });
    expect(first).toEqual({ part: 'model', name: 'points-1', reason, why });
    expect(differing[1]).toEqual([PREDICTIONS, null, ['points-1']]);
  },
);

test('an engine that this machine lacks is said by its own refusal', () => {
  const failed = {
    stage: 'train',
    code: 'ENGINE_UNAVAILABLE' as const,
    message: 'The engine "native" is not available: no libxgboost was found.',
  };
  expect(explained({ trained: null, failed }).first).toEqual({
    part: 'model',
    name: 'points-1',
    reason: 'engine version',
    why: '"train" went through at the run; now: The engine "native" is not available: no libxgboost was found.',
  });
});

test('gates that count otherwise follow from the tables that differ, else from the thresholds', () => {
  const gates = { ...facts.gates, pass: 9, fail: 1 };
  const followed = explained({ gates, differing: ['nba_precompute.aside'], now: { threads: 4 } });
  expect(followed.differing[1]).toEqual(['gates', null, ['nba_precompute.aside']]);
  const thresholds = { key: 'gates.thresholds', run: {}, now: { team_rows: [] } };
  expect(explained({ gates, parameters: [thresholds] }).first).toEqual({
    part: 'gates',
    name: 'gates',
    reason: 'parameter',
    why: 'gates.thresholds is another one now',
  });
});

test('what is guaranteed where something around the run is otherwise', () => {
  expect(explained({ now: { threads: 1 }, facts: { duckdb: 'v1.4.0' } }).guarantee).toBe(
    "DuckDB v1.4.0 then, v1.5.5 now: digests of computed tables are of DuckDB's own row hash, which another version may change. threads 2 then, 1 now: tables and predictions are the same for any number, since figures are summed as exact decimals.",
  );
});
