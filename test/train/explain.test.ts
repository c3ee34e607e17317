import { expect, test } from 'vitest';
import { explainPrediction } from '../../src/train/explain.ts';
import { predictStage } from '../../src/train/predict.ts';
import { trainStage } from '../../src/train/train.ts';
import { buildSmallLeague, trainContext } from './small-league.ts';

/** A league with a model whose test part begins on 2021-12-08. */
async function trainedLeague() {
  const ctx = await trainContext({ rounds: 12, maxDepth: 3 });
  await buildSmallLeague(ctx.replica);
  const { training } = await trainStage(ctx, {
    engine: 'wasm',
    validateFrom: '2021-11-28',
    testFrom: '2021-12-08',
  });
  return { ctx, training: training! };
}

test("a player's next game is explained by default, with what predict says of it", async () => {
  const { ctx, training } = await trainedLeague();
  const found = await explainPrediction(ctx, { player: 'player12' });
  expect(found).toMatchObject({
    model_id: training.model_id,
    player_lookup: 'player12',
    game_date: '2021-12-18',
    team_abbr: 'LAL',
    game_id: '20211218_BOS_LAL',
    actual: null,
    in_sample: false,
    member: 'plain',
  });
  await predictStage(ctx, { from: '2021-12-18' });
  const stored = await ctx.replica.row<{ points: number }>(
    `SELECT predicted_points AS points FROM nba_predictions.player_prop_predictions
     WHERE game_date = DATE '2021-12-18' AND player_lookup = 'player12'`,
  );
  expect(found.points).toBeCloseTo(stored!.points, 8);
  const sum = (of: 'root' | 'points') =>
    found.contributions.reduce((total, contribution) => total + contribution[of], 0);
  expect(found.base_root + sum('root')).toBeCloseTo(found.root, 6);
  expect(found.base_points + sum('points')).toBeCloseTo(found.points, 6);
  expect(found.contributions).toHaveLength(21);
  const form = await ctx.replica.row<{ mean: number }>(
    `SELECT points_avg_season AS mean FROM hoopduck.feature_seed_21
     WHERE game_date = DATE '2021-12-18' AND player_lookup = 'player12'`,
  );
  const season = found.contributions.find(({ feature }) => feature === 'points_avg_season');
  expect(season!.value).toBeCloseTo(form!.mean, 5);
  expect(found.contributions.find(({ feature }) => feature === 'pace_score')).toMatchObject({
    value: null,
    root: 0,
  });
});

test('a past game has its result, and a date that the model learned from is marked', async () => {
  const { ctx } = await trainedLeague();
  const result = (date: string) =>
    ctx.replica.row<{ points: number }>(
      `SELECT points FROM nba_analytics.player_game_summary
       WHERE game_date = CAST($date AS DATE) AND player_lookup = 'player03'`,
      { date },
    );
  for (const [date, inSample] of [
    ['2021-12-08', false],
    ['2021-12-07', true],
  ] as const) {
    const found = await explainPrediction(ctx, { player: 'player03', date });
    expect(found).toMatchObject({ game_date: date, in_sample: inSample });
    expect(found.actual).toBe((await result(date))!.points);
  }
});

test('without a game to come the last one is explained', async () => {
  const { ctx } = await trainedLeague();
  await ctx.replica.run('DELETE FROM hoopduck.population WHERE NOT is_final');
  const found = await explainPrediction(ctx, { player: 'player03' });
  expect(found.game_date).toBe('2021-12-17');
});

test('an unknown player is told the nearest names, a date without a game the span of his games', async () => {
  const { ctx } = await trainedLeague();
  await expect(explainPrediction(ctx, { player: 'plaier07' })).rejects.toMatchObject({
    code: 'UNKNOWN_PLAYER',
    exitCode: 2,
    message: 'No game has a player "plaier07".',
    next: expect.stringMatching(/^The nearest names are "player07", "player\d\d", "player\d\d"\.$/),
  });
  await expect(
    explainPrediction(ctx, { player: 'player07', date: '2021-09-01' }),
  ).rejects.toMatchObject({
    code: 'NO_SUCH_GAME',
    exitCode: 2,
    message:
      'The player "player07" has no game on 2021-09-01; his games run from 2020-12-22 to 2021-12-18.',
  });
});

test('before any training there is nothing to explain', async () => {
  const ctx = await trainContext();
  await buildSmallLeague(ctx.replica);
  await expect(explainPrediction(ctx, { player: 'player07' })).rejects.toMatchObject({
    code: 'NO_MODEL',
  });
});
