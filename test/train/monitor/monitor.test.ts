import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { setAlias } from '../../../src/train/aliases.ts';
import { monitorModel } from '../../../src/train/monitor/monitor.ts';
import { predictingModel } from '../../../src/train/monitor/predicting-model.ts';
import { predictStage } from '../../../src/train/predict.ts';
import { findModel } from '../../../src/train/registry.ts';
import { trainStage } from '../../../src/train/train.ts';
import { hoopduck } from '../../support/cli.ts';
import { leagueWorkspace } from '../league-workspace.ts';
import { buildSmallLeague, trainContext } from '../small-league.ts';

/**
 * Three seasons of thirty days to learn from, and the first five weeks of a fourth: the model is
 * tested from its second week on, in weeks that the training has.
 */
async function watchedLeague() {
  const ctx = await trainContext();
  await buildSmallLeague(ctx.replica, [
    [2018, '2018-10-16'],
    [2019, '2019-10-22'],
  ]);
  await ctx.replica.run("DELETE FROM hoopduck.population WHERE game_date > DATE '2021-11-22'");
  const { training } = await trainStage(ctx, {
    engine: 'wasm',
    validateFrom: '2021-10-19',
    testFrom: '2021-10-26',
  });
  const outcome = await predictStage(ctx, {});
  const model = await findModel(ctx.replica, training!.model_id);
  return { ctx, training: training!, outcome, model };
}

test('a healthy league raises no alarm, one broken feature that of itself, and predictions of broken features all', async () => {
  const { ctx, training, outcome, model } = await watchedLeague();
  expect(outcome.alarms).toEqual([]);
  const healthy = await monitorModel(ctx, model);
  expect(healthy.expected_mae).toBe(training.test.compared.model_mae);
  expect(healthy.weeks.map(({ week, dates, rows }) => [week, dates, rows])).toEqual([
    ['2021-W47', 1, 20],
    ['2021-W46', 7, 137],
    ['2021-W45', 7, 138],
    ['2021-W44', 7, 138],
    ['2021-W43', 6, 118],
  ]);
  expect(
    await ctx.replica.row(
      `SELECT round(avg(absolute_error), 9) AS mae, round(avg(signed_error), 9) AS bias,
         round(avg(CAST(actual_points BETWEEN points_p10 AND points_p90 AS INTEGER)), 9) AS coverage_80
       FROM nba_predictions.prediction_accuracy
       JOIN nba_predictions.player_prop_intervals USING (prediction_id)`,
    ),
  ).toEqual({
    mae: healthy.recent!.mae,
    bias: healthy.recent!.bias,
    coverage_80: healthy.recent!.coverage_80,
  });
  expect(healthy.drift).toMatchObject({
    ...{ not_measured: null, rows: 551, comparable_rows: 551, measured: 21, drifting: [] },
  });
  expect(healthy.alarms).toEqual([]);

  const column = 'points_avg_last_10';
  for (const fault of ['NULL', `10 * ${column}`, '12']) {
    await ctx.replica.run('BEGIN');
    await ctx.replica.run(
      `UPDATE hoopduck.feature_seed_21 SET ${column} = ${fault} WHERE game_date >= DATE '2021-10-26'`,
    );
    const { drift, alarms } = await monitorModel(ctx, model);
    await ctx.replica.run('ROLLBACK');
    expect(drift.drifting.map(({ feature }) => feature)).toEqual([column]);
    expect(alarms.map(({ kind }) => kind)).toEqual(['drift']);
  }

  // A broken feature is a broken prediction: predict says so too, with what to do.
  await ctx.replica.run(
    `UPDATE hoopduck.feature_seed_21 SET ${column} = NULL, points_avg_season = NULL, points_avg_last_5 = NULL
     WHERE game_date >= DATE '2021-10-26'`,
  );
  const broken = await predictStage(ctx, {});
  expect(broken.alarms.map(({ kind }) => kind)).toEqual(['drift', 'error', 'coverage']);
  expect(ctx.said.filter((text) => text.startsWith('Predictions miss by'))).toHaveLength(1);
});

test('without its reference, or without a graded prediction, the drift of a model is not measured', async () => {
  const { ctx, training, model } = await watchedLeague();
  rmSync(join(ctx.config.workspace, training.artefact, 'distributions.json'));
  expect((await monitorModel(ctx, model)).drift.not_measured).toBe(
    `"${training.artefact}" has no distributions.json: an earlier version trained it, or the folder is gone`,
  );
  writeFileSync(join(ctx.config.workspace, training.artefact, 'distributions.json'), '{');
  expect((await monitorModel(ctx, model)).drift.not_measured).toBe(
    `"${training.artefact}/distributions.json" cannot be read`,
  );
  // A replica that is only read may be older than intervals.
  await ctx.replica.run('DROP TABLE nba_predictions.player_prop_intervals');
  expect((await monitorModel(ctx, model)).recent).toMatchObject({
    ...{ rows: 551, intervals: 0, coverage_80: null },
  });
  await ctx.replica.run('DELETE FROM nba_predictions.prediction_accuracy');
  expect(await monitorModel(ctx, model)).toMatchObject({
    ...{ weeks: [], recent: null, alarms: [] },
    drift: { not_measured: 'no prediction of this model is graded yet' },
  });
});

test('the champion is watched, or the newest where a column of the champion is gone', async () => {
  const { ctx, training } = await watchedLeague();
  const dates = { engine: 'wasm', validateFrom: '2021-10-20', testFrom: '2021-10-26' } as const;
  const newer = (await trainStage({ ...ctx, now: () => new Date('2022-03-02') }, dates)).training!;
  const watched = async () => {
    const found = await predictingModel(ctx.replica, ctx.config.workspace);
    return [found!.model.modelId, found!.as];
  };
  expect(await watched()).toEqual([newer.model_id, 'candidate']);
  await setAlias(ctx.replica, {
    ...{ alias: 'champion', modelId: training.model_id, runId: 'run-1', reason: 'test' },
    at: ctx.now(),
  });
  expect(await watched()).toEqual([training.model_id, 'champion']);
  const file = join(ctx.config.workspace, training.artefact, 'features.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('points_avg_last_10', 'gone_column'));
  expect(await watched()).toEqual([newer.model_id, 'newest']);
});

const league = await leagueWorkspace();

test('status shows the predicting model, its weeks and its alarms, to people and to scripts', async () => {
  const modelId = await league.session(async (ctx) => {
    const { training } = await trainStage(ctx, {
      engine: 'wasm',
      validateFrom: '2021-11-28',
      testFrom: '2021-12-08',
    });
    await predictStage(ctx, {});
    // The same error on every row: the dates do not differ, and any excess is an alarm.
    await ctx.replica.run(
      'UPDATE nba_predictions.prediction_accuracy SET absolute_error = 14.25, signed_error = -1.5',
    );
    return training!.model_id;
  });
  const { code, stdout } = hoopduck(['status', '-C', league.folder]);
  expect(code).toBe(0);
  expect(stdout).toMatch(new RegExp(`${modelId} \\(candidate, wasm, seed-21, evaluated, MAE \\d`));
  expect(stdout).toMatch(
    /^Monitor {3}197 results on 10 dates to 2021-12-17: MAE 14\.250 \(expected \d\.\d{3}\), \d\d\.\d% in the 80% interval, drift not measured \(118 of 197 graded rows/m,
  );
  expect(stdout).toMatch(/^ +2021-W50 +2021-12-13 +99 +14\.250 +-1\.500 +\d\d\.\d%$/m);
  expect(stdout).toMatch(
    /^alarm Predictions miss by 14\.250 points on 10 dates to 2021-12-17; .*\n +Next: See "hoopduck validate"/m,
  );
  const json = JSON.parse(hoopduck(['status', '-C', league.folder, '--json']).stdout);
  expect(json.model).toMatchObject({ model_id: modelId, alias: 'candidate' });
  expect(json.monitor).toMatchObject({
    model_id: modelId,
    expected_mae: json.model.expected_mae,
    recent: { dates: 10, rows: 197, mae: 14.25, bias: -1.5, standard_error: 0 },
    alarms: [{ kind: 'error' }],
  });
  expect(json.monitor.weeks.map((week: { week: string }) => week.week)).toEqual([
    '2021-W50',
    '2021-W49',
  ]);
});
