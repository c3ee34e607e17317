import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { predictWithModel } from '../../src/pipeline/predict-with-model.ts';
import { aliasHistory } from '../../src/train/aliases.ts';
import { predictStage } from '../../src/train/predict.ts';
import { promoteStage } from '../../src/train/promote.ts';
import { type TrainOptions, trainStage } from '../../src/train/train.ts';
import type { TrainingReport } from '../../src/train/training-report.ts';
import { leagueWorkspace, plantHint } from './league-workspace.ts';
import { plantRed } from './small-league.ts';

const league = await leagueWorkspace();

/** Trained without the hint, tested from 12-05; with it, tested from 12-08. */
let plain: TrainingReport;
let hinted: TrainingReport;

function trained(options: TrainOptions): Promise<TrainingReport> {
  return league.session(async (ctx) => (await trainStage(ctx, options)).training!);
}

function promote(model: string, reason?: string) {
  const force = reason === undefined ? undefined : { reason };
  return league.session((ctx) => promoteStage(ctx, model, force));
}

function codes(outcome: { readonly refusals: readonly { readonly code: string }[] }): string[] {
  return outcome.refusals.map(({ code }) => code);
}

const champions = () =>
  league.session(async ({ replica }) =>
    (await aliasHistory(replica)).filter(({ alias }) => alias === 'champion'),
  );

beforeAll(async () => {
  plain = await trained({ validateFrom: '2021-11-25', testFrom: '2021-12-05' });
});

test('without a champion a model must be better than last 10 on its own test rows', async () => {
  const outcome = await promote('candidate');
  expect(outcome).toMatchObject({
    verdict: 'refused',
    exitCode: 1,
    model_id: plain.model_id,
    champion_before: null,
    verification: { verified: true },
    comparison: {
      other: null,
      from: '2021-12-05',
      to: '2021-12-17',
      paired: {
        n: plain.test.compared.n,
        dates: 13,
        model_mae: plain.test.compared.model_mae,
        other_mae: plain.test.compared.last_10_mae,
      },
    },
    forced: null,
  });
  expect(codes(outcome)).toEqual(['PROMOTE_NOT_BETTER']);
  expect(outcome.comparison!.paired.low).toBeLessThan(0);
  expect(outcome.refusals[0]!.message).toMatch(
    /is not surely better: gain on last 10 -0\.\d{3} points \(95% -0\.\d{3} to 0\.\d{3}; 256 rows of 13 dates\); the interval was wanted above 0\.$/,
  );
  expect(await champions()).toEqual([]);
});

test('a reason promotes what is not better, and ledger and alias keep it', async () => {
  const outcome = await promote('candidate', 'the first model of all');
  expect(outcome).toMatchObject({
    verdict: 'promoted',
    exitCode: 0,
    forced: 'the first model of all',
  });
  expect(await champions()).toMatchObject([
    { model_id: plain.model_id, step: 1, reason: 'the first model of all' },
  ]);
  const forced = await league.session(({ replica }) =>
    replica.rows('SELECT what, reason FROM hoopduck.forced'),
  );
  expect(forced).toEqual([
    {
      what: `promote ${plain.model_id}: ${outcome.refusals[0]!.message}`,
      reason: 'the first model of all',
    },
  ]);
});

test('a model that is surely better than the champion takes its place, on rows new to both', async () => {
  await league.session(plantHint);
  hinted = await trained({ validateFrom: '2021-11-28', testFrom: '2021-12-08' });
  const outcome = await promote('candidate');
  expect(outcome).toMatchObject({
    verdict: 'promoted',
    exitCode: 0,
    model_id: hinted.model_id,
    champion_before: plain.model_id,
    refusals: [],
    forced: null,
    // From the later of the two test parts on.
    comparison: { other: plain.model_id, from: '2021-12-08', to: '2021-12-17' },
  });
  const { paired } = outcome.comparison!;
  expect(paired).toMatchObject({
    n: 197,
    dates: 10,
    model_mae: hinted.test.compared.model_mae,
  });
  expect(paired.low).toBeGreaterThan(0);
  // The champion's error on these rows, from its own predictions of them.
  const theirs = await league.session(async (ctx) => {
    const predictions = await predictStage(ctx, { from: '2021-12-08', model: plain.model_id });
    return predictions.graded.mae;
  });
  expect(paired.other_mae).toBe(theirs);
  const [now, before] = await champions();
  expect(now).toMatchObject({ model_id: hinted.model_id, step: 2 });
  expect(now!.reason).toMatch(
    new RegExp(
      `^gain on the champion ${plain.model_id} 0\\.\\d{3} points \\(95% 0\\.\\d{3} to 0\\.\\d{3}; 197 rows of 10 dates\\)$`,
    ),
  );
  expect(before).toMatchObject({ model_id: plain.model_id });
});

test('the champion predicts unless another model is asked for', async () => {
  await trained({ validateFrom: '2021-11-25', testFrom: '2021-12-04' });
  const chosen = (model?: string) =>
    league.session(async (ctx) => {
      const { model_id, model_chosen_as } = await predictStage(ctx, { from: '2021-12-18', model });
      return [model_id, model_chosen_as];
    });
  expect(await chosen()).toEqual([hinted.model_id, 'champion']);
  expect(await chosen('champion')).toEqual([hinted.model_id, 'champion']);
  expect(await chosen(plain.model_id)).toEqual([plain.model_id, 'id']);
  expect((await chosen('candidate'))[1]).toBe('candidate');
});

test('a run predicts with the champion and says so, and with what it trained where there is none', async () => {
  const span = { from: '2021-12-18', to: '2021-12-18' };
  const said: string[] = [];
  const by = (trained: string | undefined, champion = true) =>
    league.session((ctx) =>
      ctx.replica.rehearse(async () => {
        if (!champion) {
          await ctx.replica.run("DELETE FROM hoopduck.model_alias WHERE alias = 'champion'");
        }
        const report = { ...ctx.report, info: (text: string) => said.push(text) };
        return (await predictWithModel({ ...ctx, report }, span, trained))?.model_id;
      }),
    );
  expect(await by(hinted.model_id)).toBe(hinted.model_id);
  expect(said).toEqual([]);
  expect(await by(plain.model_id)).toBe(hinted.model_id);
  expect(said).toEqual([
    `Model ${hinted.model_id} predicts: it is the champion. "hoopduck models promote ${plain.model_id}" would compare this run's with it.`,
  ]);
  expect(await by(undefined)).toBe(hinted.model_id);
  expect(await by(plain.model_id, false)).toBe(plain.model_id);
});

test('to promote the champion again changes nothing', async () => {
  expect(await promote('champion')).toMatchObject({
    verdict: 'unchanged',
    exitCode: 0,
    model_id: hinted.model_id,
    comparison: null,
  });
  expect(await champions()).toHaveLength(2);
});

test('a model whose inputs moved since and that is worse is refused for both', async () => {
  const outcome = await promote(plain.model_id);
  expect(codes(outcome)).toEqual(['PROMOTE_NOT_VERIFIED', 'PROMOTE_NOT_BETTER']);
  expect(outcome.refusals[0]!.message).toContain(
    'hoopduck.feature_seed_21: of 60 partitions 60 restated',
  );
  expect(outcome.comparison!.paired.high).toBeLessThan(0);
});

test('an interval over few dates is no proof', async () => {
  const short = await trained({ validateFrom: '2021-12-01', testFrom: '2021-12-12' });
  const outcome = await promote('candidate');
  expect(outcome.model_id).toBe(short.model_id);
  expect(codes(outcome)).toEqual(['PROMOTE_TOO_FEW_DATES']);
  expect(outcome.refusals[0]!.message).toBe(
    'Only 6 dates with games are new to both models; at least 10 were wanted.',
  );
  // Ten dates are new to both, and one of them was left out of the training.
  const exclude = ['2021-12-10'];
  await trained({ validateFrom: '2021-11-28', testFrom: '2021-12-08', exclude });
  expect((await promote('candidate')).comparison!.paired.dates).toBe(9);
});

test('rows that a gate calls wrong, and a model that was forced past one, prove nothing', async () => {
  await league.session(({ replica }) => plantRed(replica, 'date', '2021-12-10'));
  const forced = await league.session(async (ctx) => {
    const force = { reason: 'looked at it' };
    const options = { validateFrom: '2021-11-26', testFrom: '2021-12-06', force };
    return (await trainStage(ctx, options)).training!;
  });
  const outcome = await promote(forced.model_id);
  expect(codes(outcome)).toEqual([
    'PROMOTE_FORCED_MODEL',
    'PROMOTE_RED_CHECKS',
    'PROMOTE_NOT_BETTER',
  ]);
  expect(outcome.refusals[1]!.message).toBe(
    'The rows from 2021-12-08 to 2021-12-17, on which it would be judged, are red: completeness of nba_analytics.player_game_summary (2021-12-10).',
  );
});

test('force does not help a damaged folder', async () => {
  const file = join(league.folder, plain.artefact, 'metrics.json');
  const whole = readFileSync(file);
  appendFileSync(file, ' ');
  const outcome = await promote(plain.model_id, 'whatever');
  writeFileSync(file, whole);
  expect(outcome).toMatchObject({
    verdict: 'refused',
    exitCode: 1,
    forced: null,
    comparison: null,
  });
  expect(outcome.refusals).toMatchObject([{ code: 'PROMOTE_NOT_VERIFIED', forcible: false }]);
  expect((await champions())[0]).toMatchObject({ model_id: hinted.model_id });
});

test('a champion that cannot be compared any more is replaced by force alone', async () => {
  appendFileSync(join(league.folder, hinted.artefact, 'metrics.json'), ' ');
  const refused = await promote(plain.model_id);
  expect(codes(refused)).toContain('MODEL_DAMAGED');
  const forced = await promote(plain.model_id, 'the other is damaged');
  expect(forced).toMatchObject({ verdict: 'promoted', champion_before: hinted.model_id });
  expect(await champions()).toHaveLength(3);
});
