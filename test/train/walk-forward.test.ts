import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { walkForwardStage } from '../../src/train/walk-forward.ts';
import { buildSmallLeague, plantRed, trainContext } from './small-league.ts';

const WASM = { engine: 'wasm' } as const;
const EARLIER = [
  [2017, '2017-10-17'],
  [2018, '2018-10-16'],
  [2019, '2019-10-22'],
] as const;

/** Five seasons, 2017-18 to 2021-22. */
async function league() {
  const ctx = await trainContext({ rounds: 12, maxDepth: 3 });
  await buildSmallLeague(ctx.replica, EARLIER);
  return ctx;
}

/** Mean absolute error of the last 10 of a season's rows. */
const LAST_10 = `SELECT count(*) AS n, avg(abs(c.points_avg_last_10 - p.points)) AS mae
  FROM nba_analytics.player_game_summary AS p
  JOIN nba_precompute.player_daily_cache AS c
    ON c.cache_date = p.game_date AND c.player_lookup = p.player_lookup
  WHERE p.minutes_played > 0 AND p.season_year = $season`;

test('each season is tested on a model of the seasons before it, and a report is all that is kept', async () => {
  const ctx = await league();
  const { exitCode, report, file, refusal } = await walkForwardStage(ctx, WASM);
  expect([exitCode, refusal]).toEqual([0, null]);
  // The first season is history only, so that two of the four others can be tested. Player 19 sits out
  // nine days of thirty.
  expect(report!.seasons.map(({ season, parts }) => [season, parts])).toEqual([
    [
      '2020-21',
      {
        train: { from: '2018-10-16', to: '2018-11-14', n: 591 },
        validation: { from: '2019-10-22', to: '2019-11-20', n: 591 },
        test: { from: '2020-12-22', to: '2021-01-20', n: 591 },
      },
    ],
    [
      '2021-22',
      {
        train: { from: '2018-10-16', to: '2019-11-20', n: 1182 },
        validation: { from: '2020-12-22', to: '2021-01-20', n: 591 },
        test: { from: '2021-10-19', to: '2021-12-17', n: 1181 },
      },
    ],
  ]);
  for (const [at, season] of [2020, 2021].entries()) {
    const wanted = await ctx.replica.row<{ n: number; mae: number }>(LAST_10, { season });
    const found = report!.seasons[at]!;
    expect(found.n).toBe(wanted!.n);
    expect(found.paired.last_10.other_mae).toBeCloseTo(wanted!.mae, 8);
    // Twenty skills from 3 to 22: the best constant misses by five, the noise alone by 3.5.
    expect(found.model_mae).toBeLessThan(4.2);
    expect(found.intervals.coverage_80).toBeGreaterThan(0.7);
    expect(found.intervals.coverage_80).toBeLessThan(0.9);
    expect(found.members.map(({ name }) => name)).toEqual(['plain']);
  }
  const [first, second] = report!.seasons;
  expect(report!.overall.n).toBe(591 + 1181);
  expect(report!.overall.model_mae).toBeCloseTo(
    (591 * first!.model_mae! + 1181 * second!.model_mae!) / (591 + 1181),
    8,
  );
  expect(report!.overall.intervals.crps).toBeCloseTo(
    (591 * first!.intervals.crps! + 1181 * second!.intervals.crps!) / (591 + 1181),
    8,
  );
  expect(file).toBe(`data/reports/${report!.walk_forward_id}.json`);
  expect(JSON.parse(readFileSync(join(ctx.config.workspace, file!), 'utf8'))).toEqual(report);
  expect(existsSync(join(ctx.config.workspace, 'data/models'))).toBe(false);
  expect(await ctx.replica.column('SELECT model_id FROM hoopduck.model')).toEqual([]);
  expect(await ctx.replica.hasTable('nba_predictions.ml_training_runs')).toBe(false);
  expect(ctx.said.filter((text) => text.includes('closer than last 10'))).toHaveLength(2);
});

test('what comes after a season does not change its row', async () => {
  const ctx = await league();
  const { report: all } = await walkForwardStage(ctx, WASM);
  const { report: early } = await walkForwardStage(ctx, { ...WASM, to: '2021-01-20' });
  expect(early!.seasons).toEqual([all!.seasons[0]]);
  expect(early!.walk_forward_id).not.toBe(all!.walk_forward_id);
  const { report: late } = await walkForwardStage(ctx, { ...WASM, fromSeason: 2021 });
  expect(late!.seasons).toEqual([all!.seasons[1]]);
  expect(late!.overall.paired).toEqual(all!.seasons[1]!.paired);
});

test('the same rows and settings give the same report in another workspace', async () => {
  const options = { ...WASM, to: '2021-01-20' };
  const [one, two] = [await league(), await league()];
  const first = await walkForwardStage(one, options);
  expect(await walkForwardStage(two, options)).toEqual(first);
});

test('fewer than three seasons are refused, and so is a first season that cannot be tested', async () => {
  const ctx = await league();
  const outcome = await walkForwardStage(ctx, { ...WASM, to: '2019-11-20' });
  expect(outcome).toMatchObject({
    exitCode: 1,
    report: null,
    file: null,
    refusal: { code: 'TRAIN_TOO_FEW_SEASONS' },
  });
  await expect(walkForwardStage(ctx, { ...WASM, fromSeason: 2019 })).rejects.toMatchObject({
    code: 'NO_SUCH_SEASON',
    exitCode: 2,
  });
});

test('a red date among the rows refuses the walk; forced, the ledger keeps why', async () => {
  const ctx = await league();
  await plantRed(ctx.replica, 'date', '2018-11-05');
  const options = { ...WASM, to: '2021-01-20' };
  expect((await walkForwardStage(ctx, options)).refusal?.code).toBe('TRAIN_RED_CHECKS');
  const forced = await walkForwardStage(ctx, { ...options, force: { reason: 'looked at it' } });
  expect(forced.report).not.toBeNull();
  expect(await ctx.replica.rows('SELECT what, reason FROM hoopduck.forced')).toEqual([
    {
      what: 'walk forward on red: completeness of nba_analytics.player_game_summary (2018-11-05)',
      reason: 'looked at it',
    },
  ]);
});

test('a feature that holds the points of the night stops the walk before it starts', async () => {
  const ctx = await league();
  await ctx.replica.run(
    `UPDATE hoopduck.feature_seed_21 AS f SET fatigue_score = p.points
     FROM nba_analytics.player_game_summary AS p
     WHERE p.game_date = f.game_date AND p.player_lookup = f.player_lookup`,
  );
  const outcome = await walkForwardStage(ctx, WASM);
  expect(outcome.refusal?.code).toBe('TRAIN_LEAK_ALARM');
  expect(outcome.alarms.map(({ subject }) => subject)).toEqual(['fatigue_score']);
  expect(ctx.said).toEqual([]);
});

test('an interruption between seasons stores nothing and says that it was one', async () => {
  const ctx = await league();
  const stop = new AbortController();
  const told: string[] = [];
  const watched = {
    ...ctx,
    signal: stop.signal,
    report: {
      ...ctx.report,
      info: (text: string) => {
        told.push(text);
        if (text.includes('1 of 2')) stop.abort();
      },
    },
  };
  await expect(walkForwardStage(watched, WASM)).rejects.toMatchObject({
    code: 'INTERRUPTED',
    exitCode: 130,
  });
  expect(told).toHaveLength(1);
  expect(existsSync(join(ctx.config.workspace, 'data/reports'))).toBe(false);
});
