import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { promoteStage } from '../../src/train/promote.ts';
import { type TrainOptions, trainStage } from '../../src/train/train.ts';
import type { TrainingReport } from '../../src/train/training-report.ts';
import { hoopduck } from '../support/cli.ts';
import { leagueWorkspace, plantHint } from '../train/league-workspace.ts';

const league = await leagueWorkspace();

/** The first model, promoted by force, and one that knows the hint, on the same test rows. */
let first: TrainingReport;
let second: TrainingReport;

beforeAll(async () => {
  const options: TrainOptions = {
    engine: 'wasm',
    ...{ validateFrom: '2021-11-28', testFrom: '2021-12-08' },
  };
  const trained = () => league.session(async (ctx) => (await trainStage(ctx, options)).training!);
  first = await trained();
  await league.session((ctx) => promoteStage(ctx, 'candidate', { reason: 'the first of all' }));
  await league.session(plantHint);
  second = await trained();
});

function models(...args: readonly string[]) {
  return hoopduck(['-C', league.folder, 'models', ...args]);
}

function document(...args: readonly string[]) {
  const { code, stdout } = models(...args, '--json');
  return { code, ...(JSON.parse(stdout) as Record<string, unknown>) } as Record<string, unknown>;
}

test('list names every model, the newest first, with its figures and who is what', () => {
  const { models: listed, aliases } = document('list');
  const { n, model_mae, last_10_mae } = second.test.compared;
  expect(listed).toEqual([
    {
      ...{ model_id: second.model_id, trained_at: '2022-03-01T12:05:00Z', engine: 'wasm' },
      ...{ features: 'seed-21', split: '2021-11-28/2021-12-08', n, model_mae, last_10_mae },
      ...{ status: 'evaluated', aliases: ['candidate'], artefact: second.artefact },
    },
    expect.objectContaining({ model_id: first.model_id, aliases: ['champion'] }),
  ]);
  expect(aliases).toMatchObject({
    champion: { model_id: first.model_id, reason: 'the first of all' },
    candidate: { model_id: second.model_id, step: 2 },
  });
  const lines = models('list').stdout.split('\n');
  expect(lines[1]).toMatch(
    new RegExp(
      `^${second.model_id}  2022-03-01 12:05  wasm    seed-21 .* 197  3\\.281    3\\.698  evaluated  candidate$`,
    ),
  );
  expect(lines[2]).toMatch(/ champion$/);
});

test('show gives the card, and which names the model has', () => {
  const { code, model, alias_history, card } = document('show', 'champion');
  expect(code).toBe(0);
  expect(model).toMatchObject({ model_id: first.model_id, aliases: ['champion'] });
  expect(alias_history).toMatchObject([
    { alias: 'champion', current: true, reason: 'the first of all' },
    { alias: 'candidate', current: false, reason: 'trained: evaluated' },
  ]);
  expect(card).toEqual({
    markdown: expect.stringContaining(`# Model ${first.model_id}\n`),
    html: join(league.folder, first.artefact, 'card.html'),
  });
  const { stdout } = models('show', first.model_id);
  expect(stdout).toContain('champion since 2022-03-01 12:03 (the first of all)\n');
  expect(stdout).toContain('candidate once, from 2022-03-01 12:02 (trained: evaluated)\n');
  expect(stdout).toContain('| **this model** |');
});

test('diff says what another input made of the same settings, on the same rows', () => {
  const {
    code,
    settings,
    features,
    inputs,
    sql,
    test: figures,
  } = document('diff', 'champion', 'candidate');
  expect(code).toBe(0);
  expect(settings).toEqual([]);
  expect(features).toEqual({ only_a: [], only_b: [] });
  expect(inputs).toEqual([
    { table: 'hoopduck.feature_seed_21', same: 0, differing: 60, only_a: 0, only_b: 0 },
  ]);
  expect(sql).toEqual([]);
  const [one, two] = [first.test.compared, second.test.compared];
  expect(figures).toMatchObject({
    same_rows: true,
    figures: [
      { name: 'compared rows', a: 197, b: 197, change: 0 },
      {
        ...{ name: 'MAE', a: one.model_mae, b: two.model_mae },
        change: Number((two.model_mae! - one.model_mae!).toFixed(9)),
      },
      { name: 'MAE of last 10', change: 0 },
      { name: 'MAE of the mix', change: 0 },
      { name: 'MAE, 10 minutes or more' },
      { name: 'MAE of all rows' },
    ],
  });
  const { stdout } = models('diff', first.model_id, second.model_id);
  expect(stdout).toMatch(/^MAE +3\.727 +3\.281 +-0\.446$/m);
  expect(stdout).toContain('(the same rows: below 0 the second model is closer)');
});

test('verify gives a verdict a line, and exit 1 where one fails', () => {
  const whole = models('verify', 'candidate');
  expect(whole.code).toBe(0);
  expect(whole.stdout.match(/^pass /gm)).toHaveLength(16);
  const moved = models('verify', 'champion');
  expect(moved.code).toBe(1);
  expect(moved.stdout).toMatch(
    /^fail +input +hoopduck\.feature_seed_21 +of 60 partitions 60 restated \(2021-10-19, 2021-10-20, 2021-10-21 and 57 more\)$/m,
  );
  expect(moved.stdout).toMatch(/^not evaluated +test predictions /m);
  expect(moved.stderr).toBe(
    `error[MODEL_NOT_VERIFIED]: The model "${first.model_id}" does not verify: "hoopduck.feature_seed_21".\nnext: Run "hoopduck train" for a model of the data as they are now.\n`,
  );
});

test('promote takes what is better, says by how much, and predict goes by it', () => {
  const { code, stdout } = models('promote', 'candidate');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^gain +0\.446 {2}95% 0\.\d{3} to 0\.\d{3}$/m);
  expect(stdout).toContain(
    `Model ${second.model_id} is the champion in the place of ${first.model_id}.`,
  );
  const predicted = hoopduck(['-C', league.folder, 'predict']);
  expect(predicted.stdout).toContain(`by model ${second.model_id} (champion): `);
  expect(document('promote', 'candidate')).toMatchObject({ code: 0, verdict: 'unchanged' });
});

test('a promotion that is refused has its figures in the document, and force in the next step', () => {
  const refused = document('promote', first.model_id);
  expect(refused).toMatchObject({
    ...{ code: 1, ok: false, command: 'models promote', verdict: 'refused' },
    error: {
      code: 'PROMOTE_NOT_VERIFIED',
      next: `To promote it all the same: hoopduck -C ${league.folder} models promote ${first.model_id} --force --reason "..."`,
    },
    champion_before: second.model_id,
    comparison: { other: second.model_id, paired: { n: 197, dates: 10 } },
    refusals: [{ code: 'PROMOTE_NOT_VERIFIED' }, { code: 'PROMOTE_NOT_BETTER' }],
  });
});

test('a model that is not there and a folder that is damaged are told with the next step', () => {
  const unknown = models('show', `${first.model_id.slice(0, -1)}x`);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain(
    `Did you mean "${first.model_id}"?\nnext: See "hoopduck models list".`,
  );
  appendFileSync(join(league.folder, first.artefact, 'model.onnx'), 'x');
  const damaged = models('promote', first.model_id, '--force', '--reason', 'all the same');
  expect(damaged.code).toBe(1);
  expect(damaged.stderr).toMatch(/next: See ".* models verify .*"; force does not help here\.\n$/);
});
