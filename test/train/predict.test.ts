import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/train/input-digest.ts';
import { scoreOnnx } from '../../src/train/onnx/score.ts';
import { predictStage } from '../../src/train/predict.ts';
import type { FeatureFile, PredictorFile } from '../../src/train/predictor.ts';
import { loadScoringRows } from '../../src/train/scoring-rows.ts';
import { trainStage } from '../../src/train/train.ts';
import { buildSmallLeague, plantRed, trainContext } from './small-league.ts';

/** A league with a model whose test part begins on 2021-12-08. */
async function trainedLeague() {
  const ctx = await trainContext();
  await buildSmallLeague(ctx.replica);
  const { training } = await trainStage(ctx, {
    engine: 'wasm',
    validateFrom: '2021-11-28',
    testFrom: '2021-12-08',
  });
  return { ctx, training: training! };
}

const PREDICTIONS = 'nba_predictions.player_prop_predictions';

test('dates from the test part on and dates to come are predicted, earlier ones are not', async () => {
  const { ctx, training } = await trainedLeague();
  const outcome = await predictStage(ctx, { from: '2021-12-01', to: '2021-12-31' });
  expect(outcome).toMatchObject({
    exitCode: 0,
    model_id: training.model_id,
    dates: 11,
    rows: 220,
    written: 11,
    unchanged: 0,
    removed: 0,
    in_sample_dates: 7,
  });
  expect(ctx.said).toContain(
    `7 dates before 2021-12-08 are not predicted: model ${training.model_id} was trained or validated on them.`,
  );
  expect(
    await ctx.replica.rows(
      `SELECT game_date, count(*) AS n, count(DISTINCT prediction_id) AS ids FROM ${PREDICTIONS}
       WHERE game_date >= DATE '2021-12-17' GROUP BY 1 ORDER BY 1`,
    ),
  ).toEqual([
    { game_date: '2021-12-17', n: 20, ids: 20 },
    { game_date: '2021-12-18', n: 20, ids: 20 },
  ]);
  expect(
    await ctx.replica.row(
      `SELECT * EXCLUDE (prediction_id, predicted_points, confidence_score) FROM ${PREDICTIONS}
       WHERE game_date = DATE '2021-12-18' AND player_lookup = 'player04'`,
    ),
  ).toEqual({
    system_id: 'hoopduck_xgboost',
    player_lookup: 'player04',
    game_date: '2021-12-18',
    game_id: '20211218_BOS_LAL',
    prediction_version: 1,
    recommendation: 'NO_LINE',
    current_points_line: null,
    line_margin: null,
    ml_model_id: training.model_id,
    model_expected_mae: training.test.compared.model_mae,
    is_active: true,
    created_at: '2022-03-01 12:00:00',
  });
});

test('a game without a result on a date before the test part is still to come, and predicted', async () => {
  const { ctx } = await trainedLeague();
  await ctx.replica.run(
    "UPDATE hoopduck.population SET is_final = FALSE WHERE game_date = DATE '2021-11-30'",
  );
  const outcome = await predictStage(ctx, { from: '2021-11-29', to: '2021-12-01' });
  expect(outcome).toMatchObject({ dates: 1, rows: 20, written: 1, in_sample_dates: 2 });
  expect(await ctx.replica.column(`SELECT DISTINCT game_date FROM ${PREDICTIONS}`)).toEqual([
    '2021-11-30',
  ]);
});

test('predictions are what the ONNX file of the artefact gives, with the confidence of their band', async () => {
  const { ctx, training } = await trainedLeague();
  const day = { from: '2021-12-18', to: '2021-12-18' };
  await predictStage(ctx, day);
  const folder = join(ctx.config.workspace, training.artefact);
  const settings: PredictorFile = JSON.parse(readFileSync(join(folder, 'predictor.json'), 'utf8'));
  expect(settings.members[0]!.correction).not.toEqual({ a: 0, b: 1, c: 0 });
  const features: FeatureFile = JSON.parse(readFileSync(join(folder, 'features.json'), 'utf8'));
  await ctx.replica.run(
    `CREATE TEMP TABLE prediction_population AS
     SELECT game_date, player_lookup FROM hoopduck.population WHERE game_date = DATE '2021-12-18'`,
  );
  await ctx.replica.run(
    "CREATE TEMP TABLE prediction_date AS SELECT DATE '2021-12-18' AS game_date, TRUE AS stale",
  );
  const { matrix } = await loadScoringRows(ctx.replica, features);
  const onnx = await scoreOnnx(readFileSync(join(folder, 'model.onnx')), matrix);
  const rows = await ctx.replica.rows<{ points: number; confidence: number }>(
    `SELECT predicted_points AS points, confidence_score AS confidence FROM ${PREDICTIONS} ORDER BY player_lookup`,
  );
  expect(rows).toHaveLength(20);
  for (const [i, { points, confidence }] of rows.entries()) {
    expect(points).toBeCloseTo(onnx.points[i]!, 5);
    expect(confidence).toBe(settings.confidence.findLast(({ from }) => from <= points)!.score);
  }
  expect(new Set(rows.map(({ confidence }) => confidence)).size).toBeGreaterThan(1);
});

test('predictions of the test part are those that the training evaluated', async () => {
  const { ctx, training } = await trainedLeague();
  await predictStage(ctx, {});
  const lines = await ctx.replica.column<string>(
    `SELECT CAST(p.game_date AS VARCHAR) || ' ' || p.player_lookup || ' ' || printf('%.9f', p.predicted_points) || chr(10)
     FROM ${PREDICTIONS} AS p JOIN nba_analytics.player_game_summary AS g USING (game_date, player_lookup)
     WHERE g.minutes_played > 0 ORDER BY p.game_date, p.player_lookup`,
  );
  expect(lines).toHaveLength(training.parts.test.n);
  const manifest = JSON.parse(
    readFileSync(join(ctx.config.workspace, training.artefact, 'manifest.json'), 'utf8'),
  );
  expect(sha256(lines.join(''))).toBe(manifest.results.test_predictions);
});

test('grades stand for those who played where results are in, and agree with the training', async () => {
  const { ctx, training } = await trainedLeague();
  const { graded } = await predictStage(ctx, {});
  expect(graded).toMatchObject({ dates: 10, rows: training.parts.test.n, written: 10 });
  expect(graded.mae).toBeCloseTo(training.test.all.mae!, 8);
  expect(
    await ctx.replica.row(
      `SELECT count(*) AS n, count(*) FILTER (
                round(a.predicted_points - a.actual_points, 9) = a.signed_error
                AND abs(a.signed_error) = a.absolute_error
                AND a.within_3_points = (a.absolute_error <= 3)
                AND a.within_5_points = (a.absolute_error <= 5)
                AND a.actual_points = g.points AND a.predicted_points = p.predicted_points
                AND a.model_version = p.ml_model_id) AS right
       FROM nba_predictions.prediction_accuracy AS a
       JOIN ${PREDICTIONS} AS p USING (prediction_id)
       JOIN nba_analytics.player_game_summary AS g
         ON g.game_date = a.game_date AND g.player_lookup = a.player_lookup`,
    ),
  ).toEqual({ n: training.parts.test.n, right: training.parts.test.n });
});

test('the ledger knows each predicted partition, complete and with what was not known', async () => {
  const { ctx } = await trainedLeague();
  await predictStage(ctx, { from: '2021-12-18', to: '2021-12-18' });
  expect(
    await ctx.replica.rows(
      `SELECT game_date, layer, rows, expected_rows, verdict, detail FROM hoopduck.partition
       WHERE table_name = '${PREDICTIONS}'`,
    ),
  ).toEqual([
    {
      game_date: '2021-12-18',
      layer: 'prediction',
      rows: 20,
      expected_rows: 20,
      verdict: 'complete',
      detail: '1 game without injury report; 1 game without line',
    },
  ]);
});

test('a second prediction of the same writes nothing', async () => {
  const { ctx } = await trainedLeague();
  await predictStage(ctx, {});
  const state = () =>
    ctx.replica.rows(`SELECT game_date, digest, updated_at, run_id FROM hoopduck.partition
      WHERE layer = 'prediction' ORDER BY table_name, game_date`);
  const before = await state();
  const later = { ...ctx, runId: 'run-2', now: () => new Date('2022-03-02T12:00:00Z') };
  const outcome = await predictStage(later, {});
  expect(outcome).toMatchObject({
    written: 0,
    unchanged: 11,
    graded: { written: 0, unchanged: 10 },
  });
  expect(await state()).toEqual(before);
  expect(await ctx.replica.column(`SELECT DISTINCT created_at FROM ${PREDICTIONS}`)).toEqual([
    '2022-03-01 12:00:00',
  ]);
});

test('a changed feature rewrites its date alone', async () => {
  const { ctx } = await trainedLeague();
  await predictStage(ctx, {});
  await ctx.replica.run(
    "UPDATE hoopduck.feature_seed_21 SET points_avg_last_10 = 40, points_avg_season = 40, points_avg_last_5 = 40 WHERE game_date = DATE '2021-12-18' AND player_lookup = 'player00'",
  );
  expect(await predictStage(ctx, {})).toMatchObject({ written: 1, unchanged: 10 });
});

test('a date that was made from what the ledger still says is not scored again', async () => {
  const { ctx } = await trainedLeague();
  await ctx.replica.run(
    `INSERT INTO hoopduck.partition
     SELECT table_name, game_date, 'staging', NULL, 'first', 20, NULL, 'complete', NULL, TIMESTAMP '2022-01-01', 'run-0'
     FROM (SELECT DISTINCT game_date FROM hoopduck.population),
          (SELECT unnest(['hoopduck.population', 'hoopduck.feature_seed_21']) AS table_name)`,
  );
  expect(await predictStage(ctx, {})).toMatchObject({ rows: 220, written: 11 });
  // Behind the ledger's back: nobody looks.
  await ctx.replica.run('UPDATE hoopduck.feature_seed_21 SET points_avg_last_10 = 40');
  expect(await predictStage(ctx, {})).toMatchObject({ rows: 220, written: 0, unchanged: 11 });
  await ctx.replica.run(
    `UPDATE hoopduck.partition SET digest = 'second'
     WHERE table_name = 'hoopduck.feature_seed_21' AND game_date = DATE '2021-12-17'`,
  );
  expect(await predictStage(ctx, {})).toMatchObject({ rows: 220, written: 1, unchanged: 10 });
  // A stamp follows without the rows being made again.
  await plantRed(ctx.replica, 'date', '2021-12-12');
  expect(await predictStage(ctx, {})).toMatchObject({ written: 0, unchanged: 11 });
  expect(
    await ctx.replica.row(
      `SELECT rows, verdict, starts_with(detail, 'red: completeness') AS stamped FROM hoopduck.partition
       WHERE table_name = '${PREDICTIONS}' AND game_date = DATE '2021-12-12'`,
    ),
  ).toEqual({ rows: 20, verdict: 'complete', stamped: true });
});

test('a game that is gone takes its predictions with it', async () => {
  const { ctx } = await trainedLeague();
  await predictStage(ctx, {});
  await ctx.replica.run("DELETE FROM hoopduck.population WHERE game_date = DATE '2021-12-18'");
  expect(await predictStage(ctx, {})).toMatchObject({ written: 0, unchanged: 10, removed: 1 });
  expect(await ctx.replica.column(`SELECT max(game_date) FROM ${PREDICTIONS}`)).toEqual([
    '2021-12-17',
  ]);
});

test('results that come in later are graded then', async () => {
  const { ctx } = await trainedLeague();
  await predictStage(ctx, {});
  await ctx.replica.run(
    `INSERT INTO nba_analytics.player_game_summary VALUES (DATE '2021-12-18', 'player05', 2021, 11, 30, NULL)`,
  );
  const outcome = await predictStage(ctx, { from: '2021-12-18', to: '2021-12-18' });
  expect(outcome).toMatchObject({ written: 0, graded: { dates: 1, rows: 1, written: 1 } });
  expect(
    await ctx.replica.row(
      `SELECT verdict, detail FROM hoopduck.partition
       WHERE table_name = 'nba_predictions.prediction_accuracy' AND game_date = DATE '2021-12-18'`,
    ),
  ).toEqual({ verdict: 'unchecked', detail: '1 games without a result yet' });
});

test('a line gives a recommendation from two points on', async () => {
  const { ctx } = await trainedLeague();
  const date = { from: '2021-12-18', to: '2021-12-18' };
  await predictStage(ctx, date);
  await ctx.replica.run(
    `CREATE TABLE hoopduck.stg_player_line AS
     SELECT game_date, player_lookup, predicted_points + CASE player_lookup
       WHEN 'player01' THEN -2.5 WHEN 'player02' THEN 2.5
              WHEN 'player05' THEN -1.5 ELSE 1.5 END AS points_line
     FROM ${PREDICTIONS} WHERE player_lookup IN ('player01', 'player02', 'player03', 'player05')`,
  );
  expect(await predictStage(ctx, date)).toMatchObject({ written: 1 });
  expect(
    await ctx.replica.rows(
      `SELECT player_lookup, recommendation, round(line_margin, 6) AS margin FROM ${PREDICTIONS}
       WHERE player_lookup IN ('player01', 'player02', 'player03', 'player04', 'player05')
       ORDER BY 1`,
    ),
  ).toEqual([
    { player_lookup: 'player01', recommendation: 'OVER', margin: 2.5 },
    { player_lookup: 'player02', recommendation: 'UNDER', margin: -2.5 },
    { player_lookup: 'player03', recommendation: 'PASS', margin: -1.5 },
    { player_lookup: 'player04', recommendation: 'NO_LINE', margin: null },
    { player_lookup: 'player05', recommendation: 'PASS', margin: 1.5 },
  ]);
});

test('games are named whose report or line is not known, with the teams that lack it', async () => {
  const { ctx } = await trainedLeague();
  await ctx.replica.run(
    `CREATE TABLE hoopduck.stg_injury_report AS
     SELECT DATE '2021-12-17' AS game_date, unnest(['BOS', 'LAL']) AS team_abbr
     UNION ALL SELECT DATE '2021-12-18', 'LAL'`,
  );
  await ctx.replica.run(
    `CREATE TABLE hoopduck.stg_game_line AS
     SELECT DATE '2021-12-18' AS game_date, unnest(['BOS', 'LAL']) AS team_abbr`,
  );
  const outcome = await predictStage(ctx, { from: '2021-12-17', to: '2021-12-18' });
  expect(outcome.games).toBe(2);
  expect(outcome.games_without_report).toEqual([
    { game_date: '2021-12-18', game_id: '20211218_BOS_LAL', teams: 'BOS' },
  ]);
  expect(outcome.games_without_lines).toEqual([
    { game_date: '2021-12-17', game_id: '20211217_BOS_LAL', teams: 'BOS,LAL' },
  ]);
});

test('predictions on red are written and stamped', async () => {
  const { ctx } = await trainedLeague();
  await plantRed(ctx.replica, 'date', '2021-12-17');
  await plantRed(ctx.replica, 'season', '2021-22');
  await ctx.replica.run(
    `INSERT INTO hoopduck.partition VALUES ('nba_precompute.player_daily_cache', DATE '2021-12-18', 'model',
       NULL, 'x', 20, 20, 'complete', 'warn: upstream 2021-12-17', TIMESTAMP '2022-01-01', 'run-0')`,
  );
  const outcome = await predictStage(ctx, { from: '2021-12-17', to: '2021-12-18' });
  expect(outcome.red).toHaveLength(2);
  expect(
    await ctx.replica.column(
      `SELECT detail FROM hoopduck.partition WHERE table_name = '${PREDICTIONS}' ORDER BY game_date`,
    ),
  ).toEqual([
    'red: completeness of nba_analytics.player_game_summary (2021-22); red: completeness of nba_analytics.player_game_summary (2021-12-17); 1 game without injury report; 1 game without line',
    'red: completeness of nba_analytics.player_game_summary (2021-22); warn: upstream 2021-12-17; 1 game without injury report; 1 game without line',
  ]);
});

test('without a model there is nothing to predict with', async () => {
  const ctx = await trainContext();
  await buildSmallLeague(ctx.replica);
  await expect(predictStage(ctx, {})).rejects.toMatchObject({ code: 'NO_MODEL', exitCode: 1 });
  await expect(predictStage(ctx, { model: 'points-x' })).rejects.toMatchObject({
    code: 'UNKNOWN_MODEL',
    exitCode: 2,
  });
});
