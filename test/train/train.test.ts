import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { StageContext } from '../../src/context.ts';
import { type TrainOptions, trainStage } from '../../src/train/train.ts';
import { unseenFrom } from '../../src/train/training-report.ts';
import { buildSmallLeague, plantRed, trainContext } from './small-league.ts';

const WASM: TrainOptions = { engine: 'wasm' };

async function league(settings = {}) {
  const ctx = await trainContext(settings);
  await buildSmallLeague(ctx.replica);
  return ctx;
}

function artefactFile(ctx: StageContext, artefact: string, name: string): string {
  return readFileSync(join(ctx.config.workspace, artefact, name), 'utf8');
}

test('a training reports its parts and stands beside the trivial predictors', async () => {
  const ctx = await league();
  const { verdict, exitCode, training } = await trainStage(ctx, WASM);
  expect([verdict, exitCode]).toEqual(['trained', 0]);
  // The first season is history only. 1,200 player-days less the 19 on which player 19 sat out.
  expect(training).toMatchObject({
    engine: 'wasm',
    features: 'seed-21',
    split: '70/15/15',
    parts: { train: { from: '2021-10-19', to: '2021-11-28' }, test: { to: '2021-12-17' } },
  });
  const { train, validation, test: last } = training!.parts;
  expect(train.n + validation.n + last.n).toBe(1181);
  expect(validation.from > train.to && last.from > validation.to).toBe(true);
  expect(training!.test.all.n).toBe(last.n);
  expect(training!.test.compared).toMatchObject({ n: last.n });
  expect(training!.test.minutes_10.n).toBe(16 * 10 - 3);
  // Twenty skills from 3 to 22: the best constant misses by five, the noise alone by 3.5.
  expect(training!.test.compared.model_mae).toBeLessThan(4.2);
  const trivial = await ctx.replica.row<Record<string, number>>(
    `SELECT avg(abs(points_avg_last_10 - points)) AS last_10, avg(abs(points_avg_last_5 - points)) AS last_5,
            avg(abs(points_avg_season - points)) AS season,
            avg(abs(0.35 * points_avg_last_5 + 0.4 * points_avg_last_10 + 0.25 * points_avg_season - points)) AS mix
     FROM nba_analytics.player_game_summary AS p
     JOIN nba_precompute.player_daily_cache AS c
       ON c.cache_date = p.game_date AND c.player_lookup = p.player_lookup
     WHERE minutes_played > 0 AND game_date >= DATE '2021-12-08'`,
  );
  const { compared } = training!.test;
  expect(compared.last_10_mae).toBeCloseTo(trivial!['last_10']!, 8);
  expect(compared.last_5_mae).toBeCloseTo(trivial!['last_5']!, 8);
  expect(compared.season_mae).toBeCloseTo(trivial!['season']!, 8);
  expect(compared.mix_mae).toBeCloseTo(trivial!['mix']!, 8);
  expect(training!.artefact).toBe(`data/models/${training!.model_id}`);
  expect(training!.model_id).toMatch(/^points-[0-9a-f]{12}$/);
  const registered = await ctx.replica.row('SELECT training, status FROM hoopduck.model');
  expect(registered).toEqual({ training: JSON.stringify(training), status: 'evaluated' });
});

test('a training pairs itself with the trivial predictors, judges its intervals and weighs its features', async () => {
  const ctx = await league();
  const training = (await trainStage(ctx, WASM)).training!;
  const { compared, paired, intervals } = training.test;
  expect(paired.last_10).toMatchObject({
    n: compared.n,
    dates: 10,
    model_mae: compared.model_mae,
    other_mae: compared.last_10_mae,
  });
  expect(paired.mix.other_mae).toBe(compared.mix_mae);
  expect(paired.line).toBeNull();
  expect(intervals.n).toBe(compared.n);
  // Skills of 3 to 22 with a noise of 7 to each side: none reaches a season mean of 25.
  const tiers = Object.values(intervals.by_tier);
  expect(Object.keys(intervals.by_tier)).toEqual(['bench', 'role', 'starter']);
  expect(tiers.reduce((sum, { n }) => sum + n, 0)).toBe(compared.n);
  expect(intervals.coverage_80).toBeGreaterThan(0.7);
  expect(intervals.coverage_80).toBeLessThan(0.9);
  const metrics = JSON.parse(artefactFile(ctx, training.artefact, 'metrics.json'));
  expect(metrics.test.paired).toEqual(paired);
  expect(metrics.test.intervals.compared).toMatchObject({ crps: intervals.crps });
  expect(metrics.test.intervals.by_member.plain.n).toBe(compared.n);
  expect(metrics.test.intervals.last_10.crps).toBe(intervals.last_10_crps);
  const { rows, features } = metrics.permutation;
  expect(rows).toBe(training.parts.validation.n);
  expect(features).toHaveLength(21);
  // Of 21 columns this league knows five, and two of them say the skill best.
  const names = features.map(({ feature }: { feature: string }) => feature);
  expect(names.slice(0, 2).sort()).toEqual(['points_avg_last_10', 'points_avg_season']);
  expect(features[0].mae_increase).toBeGreaterThan(2 * features[0].standard_error);
  expect(features.find(({ feature }: { feature: string }) => feature === 'pace_score')).toEqual({
    feature: 'pace_score',
    rows: 0,
    mae_increase: 0,
    standard_error: 0,
  });
});

test('the same rows and settings give the same bytes in two workspaces', async () => {
  const one = await league();
  const two = await league();
  const first = (await trainStage(one, WASM)).training!;
  const second = (await trainStage(two, WASM)).training!;
  expect(second).toEqual(first);
  for (const name of [
    'model-plain.json',
    'model.onnx',
    'predictor.json',
    'metrics.json',
    'manifest.json',
  ]) {
    expect(artefactFile(two, second.artefact, name)).toBe(artefactFile(one, first.artefact, name));
  }
  const manifest = artefactFile(one, first.artefact, 'manifest.json');
  expect(manifest).not.toContain(one.config.workspace);
  expect(JSON.parse(manifest)).toMatchObject({
    model_id: first.model_id,
    seed: 20,
    split: { train_from: '2021-10-19', to: '2021-12-17' },
    rows: { filter: null, excluded_dates: [] },
    gates: { red: [], alarms: [], forced: null },
  });
});

test('another seed, another parameter and other rows are other models', async () => {
  const ids = new Set<string>();
  for (const settings of [{}, { seed: 21 }, { maxDepth: 3 }]) {
    ids.add((await trainStage(await league(settings), WASM)).training!.model_id);
  }
  const ctx = await league();
  await ctx.replica.run(
    `UPDATE nba_analytics.player_game_summary SET points = points + 1
     WHERE game_date = DATE '2021-11-02' AND player_lookup = 'player00'`,
  );
  ids.add((await trainStage(ctx, WASM)).training!.model_id);
  expect(ids.size).toBe(4);
});

test('training is skipped when nothing changed, and done again when the artefact is gone', async () => {
  const ctx = await league();
  const first = await trainStage(ctx, { ...WASM, onlyIfChanged: true });
  const second = await trainStage(ctx, { ...WASM, onlyIfChanged: true });
  expect(second).toMatchObject({ verdict: 'unchanged', exitCode: 0, training: first.training });
  // Games to come are no rows of a training.
  await ctx.replica.run("DELETE FROM hoopduck.feature_seed_21 WHERE game_date = DATE '2021-12-18'");
  expect((await trainStage(ctx, { ...WASM, onlyIfChanged: true })).verdict).toBe('unchanged');
  rmSync(join(ctx.config.workspace, first.training!.artefact, 'model-plain.json'));
  const third = await trainStage(ctx, { ...WASM, onlyIfChanged: true });
  expect(third).toMatchObject({ verdict: 'trained', training: first.training });
  expect(await ctx.replica.column('SELECT model_id FROM hoopduck.model')).toHaveLength(1);
});

test('from bounds the training rows and lets the first season in when it is asked for', async () => {
  const ctx = await league();
  const { training } = await trainStage(ctx, {
    ...WASM,
    from: '2021-01-01',
    validateFrom: '2021-11-01',
    testFrom: '2021-12-01',
    to: '2021-12-10',
  });
  expect(training!.split).toBe('2021-11-01/2021-12-01');
  expect(training!.parts).toMatchObject({
    train: { from: '2021-01-01', to: '2021-10-31' },
    validation: { from: '2021-11-01', to: '2021-11-30' },
    test: { from: '2021-12-01', to: '2021-12-10' },
  });
});

test('the only season there is serves as training rows', async () => {
  const ctx = await league();
  const { training } = await trainStage(ctx, { ...WASM, to: '2021-01-20' });
  expect(training!.parts.train.from).toBe('2020-12-22');
  // Twenty debutants are trained on and predicted, not compared.
  expect(training!.parts.train.n + training!.parts.validation.n + training!.parts.test.n).toBe(591);
});

test('a red date among the rows refuses the training, leaves nothing and says what to do', async () => {
  const ctx = await league();
  await plantRed(ctx.replica, 'date', '2021-11-05');
  const outcome = await trainStage(ctx, WASM);
  expect(outcome).toMatchObject({ verdict: 'refused', exitCode: 1, training: null });
  expect(outcome.refusal).toMatchObject({
    code: 'TRAIN_RED_CHECKS',
    message:
      'Training is refused: 1 red check touches its rows: completeness of nba_analytics.player_game_summary (2021-11-05).',
  });
  expect(outcome.refusal!.next).toContain('--exclude 2021-11-05');
  expect(await ctx.replica.row('SELECT count(*) AS n FROM hoopduck.model')).toEqual({ n: 0 });
});

test('a red date, season or check outside the rows does not refuse', async () => {
  const ctx = await league();
  await plantRed(ctx.replica, 'date', '2021-01-05');
  await plantRed(ctx.replica, 'season', '2020-21');
  expect((await trainStage(ctx, WASM)).verdict).toBe('trained');
  await plantRed(ctx.replica, 'season', '2021-22');
  expect((await trainStage(ctx, WASM)).refusal?.code).toBe('TRAIN_RED_CHECKS');
});

test('a red check of the whole refuses, whatever is left out', async () => {
  const ctx = await league();
  await plantRed(ctx.replica, 'all', 'all');
  expect((await trainStage(ctx, { ...WASM, exclude: ['2021-11-05'] })).verdict).toBe('refused');
});

test('a date left out takes its rows away, on record', async () => {
  const ctx = await league();
  await plantRed(ctx.replica, 'date', '2021-11-05');
  const { verdict, training } = await trainStage(ctx, { ...WASM, exclude: ['2021-11-05'] });
  expect(verdict).toBe('trained');
  const { train, validation, test: last } = training!.parts;
  expect(train.n + validation.n + last.n).toBe(1161);
  expect(training!.excluded).toEqual(['2021-11-05']);
  const manifest = JSON.parse(artefactFile(ctx, training!.artefact, 'manifest.json'));
  expect(manifest.rows.excluded_dates).toEqual(['2021-11-05']);
  expect(
    Object.keys(manifest.inputs['nba_analytics.player_game_summary'].partitions),
  ).not.toContain('2021-11-05');
  expect(await ctx.replica.rows('SELECT what, reason FROM hoopduck.forced')).toEqual([
    { what: 'train without the rows of 2021-11-05', reason: 'asked with --exclude' },
  ]);
});

test('force with a reason trains on red, and ledger, manifest and status keep it', async () => {
  const ctx = await league();
  await plantRed(ctx.replica, 'date', '2021-11-05');
  const { training, red } = await trainStage(ctx, { ...WASM, force: { reason: 'looked at it' } });
  expect(red).toHaveLength(1);
  expect(await ctx.replica.rows('SELECT run_id, what, reason FROM hoopduck.forced')).toEqual([
    {
      run_id: 'run-1',
      what: 'train on red: completeness of nba_analytics.player_game_summary (2021-11-05)',
      reason: 'looked at it',
    },
  ]);
  const manifest = JSON.parse(artefactFile(ctx, training!.artefact, 'manifest.json'));
  expect(manifest.gates).toMatchObject({
    forced: 'looked at it',
    red: [{ scope_value: '2021-11-05' }],
  });
  expect(await ctx.replica.column('SELECT status FROM hoopduck.model')).toEqual(['forced']);
});

test('a feature that holds the points of the night stops the training before it starts', async () => {
  const ctx = await league();
  await ctx.replica.run(
    `UPDATE hoopduck.feature_seed_21 AS f SET fatigue_score = p.points
     FROM nba_analytics.player_game_summary AS p
     WHERE p.game_date = f.game_date AND p.player_lookup = f.player_lookup`,
  );
  const outcome = await trainStage(ctx, WASM);
  expect(outcome.refusal?.code).toBe('TRAIN_LEAK_ALARM');
  expect(outcome.alarms).toMatchObject([
    { alarm: 'correlation', subject: 'fatigue_score', found: 1 },
  ]);
  expect(await ctx.replica.row('SELECT count(*) AS n FROM hoopduck.model')).toEqual({ n: 0 });
  const forced = await trainStage(ctx, { ...WASM, force: { reason: 'to see' } });
  expect(forced.verdict).toBe('trained');
  expect(forced.alarms.map(({ alarm }) => alarm)).toEqual(['correlation', 'suspect_mae']);
});

test('a model too good to be true leaves no artefact though no single feature tells', async () => {
  const ctx = await league();
  // Two halves of the answer: each alone correlates weakly with it.
  await ctx.replica.run(
    `UPDATE hoopduck.feature_seed_21 AS f
     SET fatigue_score = (p.points // 5 * 7) % 5, pace_score = p.points % 5
     FROM nba_analytics.player_game_summary AS p
     WHERE p.game_date = f.game_date AND p.player_lookup = f.player_lookup`,
  );
  const outcome = await trainStage(ctx, WASM);
  expect(outcome.refusal?.code).toBe('TRAIN_LEAK_ALARM');
  expect(outcome.alarms.map(({ alarm }) => alarm)).toEqual(['suspect_mae']);
  expect(await ctx.replica.hasTable('nba_predictions.ml_training_runs')).toBe(false);
});

test('a training writes its row of ml_training_runs once', async () => {
  const ctx = await league();
  const { training } = await trainStage(ctx, WASM);
  await trainStage(ctx, WASM);
  const [row, ...others] = await ctx.replica.rows('SELECT * FROM nba_predictions.ml_training_runs');
  expect(others).toEqual([]);
  expect(row).toMatchObject({
    run_id: `train-${training!.model_id}`,
    model_id: training!.model_id,
    run_date: '2022-03-01',
    training_start_date: '2021-10-19',
    training_end_date: training!.parts.train.to,
    training_samples: training!.parts.train.n,
    validation_samples: training!.parts.validation.n,
    test_samples: training!.parts.test.n,
    test_mae: training!.test.all.mae,
    training_status: 'evaluated',
  });
  expect(JSON.parse(row!['best_hyperparameters'] as string)).toMatchObject({
    max_depth: 6,
    seed: 20,
  });
  const shares = Object.values(
    JSON.parse(row!['feature_importance'] as string) as Record<string, number>,
  );
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
  expect(
    await ctx.replica.rows(
      'SELECT table_name, game_date, layer, rows, verdict FROM hoopduck.partition',
    ),
  ).toEqual([
    {
      table_name: 'nba_predictions.ml_training_runs',
      game_date: '2022-03-01',
      layer: 'prediction',
      rows: 1,
      verdict: 'complete',
    },
  ]);
});

test('a split asked by half or in the wrong order is a mistake of the command line', async () => {
  const ctx = await league();
  await expect(trainStage(ctx, { validateFrom: '2021-11-01' })).rejects.toMatchObject({
    code: 'SPLIT_ASKED_TWICE',
    exitCode: 2,
  });
  await expect(
    trainStage(ctx, { split: [70, 15, 15], validateFrom: '2021-11-01', testFrom: '2021-12-01' }),
  ).rejects.toMatchObject({ code: 'SPLIT_ASKED_TWICE' });
  await expect(
    trainStage(ctx, { from: '2021-12-01', validateFrom: '2021-11-01', testFrom: '2021-12-02' }),
  ).rejects.toMatchObject({ code: 'SPLIT_ORDER', exitCode: 2 });
});

test('too few rows for three parts are refused', async () => {
  const ctx = await league();
  const outcome = await trainStage(ctx, { ...WASM, from: '2021-11-01', to: '2021-11-01' });
  expect(outcome).toMatchObject({ verdict: 'refused', exitCode: 1, training: null });
  expect(outcome.refusal?.code).toBe('TRAIN_TOO_FEW_ROWS');
});

test('a refit model has the figures and rounds of the honest parts, trees of all rows, and predicts only later games', async () => {
  const ctx = await league();
  const plain = (await trainStage(ctx, WASM)).training!;
  const again = (await trainStage(ctx, { ...WASM, refit: true })).training!;
  expect(again.model_id).not.toBe(plain.model_id);
  expect({ ...again, model_id: '', artefact: '' }).toEqual({
    ...{ ...plain, model_id: '', artefact: '' },
    refit: true,
  });
  const predictor = (artefact: string) => {
    const { members } = JSON.parse(artefactFile(ctx, artefact, 'predictor.json'));
    return members.map(({ rounds, correction, residuals }: Record<string, unknown>) => ({
      ...{ rounds, correction, residuals },
    }));
  };
  expect(predictor(again.artefact)).toEqual(predictor(plain.artefact));
  const trees = (artefact: string) => artefactFile(ctx, artefact, 'model-plain.json');
  expect(trees(again.artefact)).not.toBe(trees(plain.artefact));
  expect(unseenFrom(plain)).toBe(plain.parts.test.from);
  expect([again.parts.test.to, unseenFrom(again)]).toEqual(['2021-12-17', '2021-12-18']);
  expect(artefactFile(ctx, again.artefact, 'card.md')).toContain('--refit');
});

test('several seeds are averaged: the first is that of one alone', async () => {
  const one = await league({ rounds: 30 });
  const two = await league({ rounds: 30, averagedSeeds: 2 });
  const alone = (await trainStage(one, WASM)).training!;
  const both = (await trainStage(two, WASM)).training!;
  expect(both.members[0]!.rounds).toHaveLength(2);
  expect(artefactFile(two, both.artefact, 'model-plain.json')).toBe(
    artefactFile(one, alone.artefact, 'model-plain.json'),
  );
  expect(artefactFile(two, both.artefact, 'model-plain-2.json')).not.toBe(
    artefactFile(two, both.artefact, 'model-plain.json'),
  );
});
