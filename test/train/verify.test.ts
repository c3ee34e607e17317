import { copyFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { StageContext } from '../../src/context.ts';
import { sha256 } from '../../src/train/input-digest.ts';
import { chooseModel } from '../../src/train/registry.ts';
import { trainStage } from '../../src/train/train.ts';
import type { TrainingReport } from '../../src/train/training-report.ts';
import { verifyModel } from '../../src/train/verify/verify.ts';
import { leagueWorkspace } from './league-workspace.ts';

const league = await leagueWorkspace();
let training: TrainingReport;
let folder: string;

beforeAll(async () => {
  const options = { validateFrom: '2021-11-28', testFrom: '2021-12-08' };
  training = await league.session(async (ctx) => (await trainStage(ctx, options)).training!);
  folder = join(league.folder, training.artefact);
});

async function verification(ctx: StageContext) {
  const { model } = await chooseModel(ctx.replica, training.model_id);
  return verifyModel(ctx.replica, ctx.config.workspace, model);
}

/** What a verification says after `change`, which is taken back. */
async function after(change: (ctx: StageContext) => Promise<void>) {
  return league.session((ctx) =>
    ctx.replica.rehearse(async () => {
      await change(ctx);
      return verification(ctx);
    }),
  );
}

/** The same with files of the folder. */
async function afterFiles(change: () => void) {
  cpSync(folder, `${folder}.kept`, { recursive: true });
  try {
    change();
    return await league.session(verification);
  } finally {
    rmSync(folder, { recursive: true });
    cpSync(`${folder}.kept`, folder, { recursive: true });
    rmSync(`${folder}.kept`, { recursive: true });
  }
}

function rewriteManifest(change: (manifest: Manifest) => void): void {
  const file = join(folder, 'manifest.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  change(manifest);
  writeFileSync(file, JSON.stringify(manifest));
}

interface Manifest {
  model_id: string;
  input_digest: string;
  files: Record<string, string>;
  results: { test_predictions: string };
  inputs: Record<string, { digest: string; partitions: Record<string, string> }>;
}

function verdicts({ checks }: Awaited<ReturnType<typeof verification>>): Record<string, string> {
  return Object.fromEntries(
    checks.map(({ check, subject, verdict }) => [`${check} ${subject}`, verdict]),
  );
}

test('a model as it was trained passes every check', async () => {
  const found = await league.session(verification);
  expect(found).toMatchObject({ model_id: training.model_id, verified: true });
  expect(verdicts(found)).toEqual({
    'record manifest.json': 'pass',
    'file model-plain.json': 'pass',
    'file model.onnx': 'pass',
    'file metrics.json': 'pass',
    'file parity.json': 'pass',
    'file features.json': 'pass',
    'file distributions.json': 'pass',
    'file predictor.json': 'pass',
    'file card.md': 'pass',
    'file card.html': 'pass',
    'parity model.onnx': 'pass',
    'input nba_analytics.player_game_summary': 'pass',
    'input nba_precompute.player_daily_cache': 'pass',
    'input hoopduck.feature_seed_21': 'pass',
    'sql tables': 'pass',
    'test_predictions test part': 'pass',
  });
  const details = found.checks.map(({ detail }) => detail);
  // 91 dates of 20 players: every stored row, as there are fewer than the sample takes.
  expect(details.find((detail) => detail.includes('adversarial'))).toContain(
    'and 1820 stored rows',
  );
  expect(details.at(-1)).toBe('197 rows scored again, the same to the last of 9 decimals');
});

test('partitions that were restated, went or came are named by date, and the test part is not scored', async () => {
  const found = await after(async ({ replica }) => {
    const games = 'nba_analytics.player_game_summary';
    await replica.run(`UPDATE ${games} SET points = points + 1
      WHERE game_date = DATE '2021-11-02' AND player_lookup = 'player00'`);
    await replica.run(`DELETE FROM ${games} WHERE game_date = DATE '2021-11-03'`);
    await replica.run(`INSERT INTO hoopduck.feature_seed_21 BY NAME
      SELECT * REPLACE (DATE '2021-12-17' AS game_date) FROM hoopduck.feature_seed_21
      WHERE game_date = DATE '2021-12-18'`);
    await replica.run(
      `DELETE FROM nba_precompute.player_daily_cache WHERE cache_date < DATE '2021-10-21'`,
    );
  });
  expect(found.verified).toBe(false);
  const inputs = found.checks.filter(({ check }) => check === 'input');
  expect(inputs.map(({ verdict, detail, dates }) => [verdict, detail, dates])).toEqual([
    [
      'fail',
      'of 60 partitions 1 restated (2021-11-02), 1 gone (2021-11-03)',
      { restated: ['2021-11-02'], gone: ['2021-11-03'], added: [] },
    ],
    [
      'fail',
      'of 60 partitions 2 gone (2021-10-19, 2021-10-20)',
      { restated: [], gone: ['2021-10-19', '2021-10-20'], added: [] },
    ],
    [
      'fail',
      'of 60 partitions 1 restated (2021-12-17)',
      { restated: ['2021-12-17'], gone: [], added: [] },
    ],
  ]);
  expect(found.checks.at(-1)).toMatchObject({
    check: 'test_predictions',
    verdict: 'not_evaluated',
    detail: 'its inputs are not what they were',
  });
});

test('a date that came within the dates of the training counts, one after them does not', async () => {
  const later = await after(({ replica }) =>
    replica.run(`INSERT INTO nba_analytics.player_game_summary
      SELECT * REPLACE (DATE '2021-12-18' AS game_date) FROM nba_analytics.player_game_summary
      WHERE game_date = DATE '2021-12-17'`),
  );
  expect(later.verified).toBe(true);
  // The date was left out of the training's record, as if it had not been there then.
  const found = await afterFiles(() =>
    rewriteManifest(({ inputs }) => {
      const games = inputs['nba_analytics.player_game_summary']!;
      delete games.partitions['2021-11-10'];
      const lines = Object.entries(games.partitions).map(([date, digest]) => `${date} ${digest}\n`);
      games.digest = sha256(lines.join(''));
    }),
  );
  const games = found.checks.find(({ subject }) => subject.endsWith('player_game_summary'));
  expect(games).toMatchObject({
    verdict: 'fail',
    dates: { restated: [], gone: [], added: ['2021-11-10'] },
  });
});

test('other SQL with the same partitions is a warning', async () => {
  const found = await after(async ({ replica }) => {
    await replica.run(
      `INSERT INTO hoopduck.model_build VALUES ('nba_analytics.player_game_summary', 'another', DATE '2021-12-17',
         TIMESTAMP '2022-01-01', 'run-0')`,
    );
  });
  expect(found.verified).toBe(true);
  expect(found.checks.find(({ check }) => check === 'sql')).toMatchObject({
    verdict: 'warn',
    detail: 'other SQL builds nba_analytics.player_game_summary',
  });
});

test('a table or a feature that is gone fails or leaves the test part unjudged, without a crash', async () => {
  const table = await after(({ replica }) =>
    replica.run('DROP TABLE nba_precompute.player_daily_cache'),
  );
  expect(table.checks.filter(({ check }) => check === 'input')).toEqual([
    {
      check: 'input',
      subject: 'nba_precompute.player_daily_cache',
      verdict: 'fail',
      detail: 'the table is not in the replica',
    },
  ]);
  const column = await after(({ replica }) =>
    replica.run('ALTER TABLE hoopduck.feature_seed_21 DROP COLUMN days_rest'),
  );
  expect(column.verified).toBe(false);
  expect(verdicts(column)['parity model.onnx']).toBe('pass');
  expect(verdicts(column)['test_predictions test part']).toBe('not_evaluated');
});

test('a changed, a lost and a strange file are told apart, and nothing more is asked', async () => {
  const found = await afterFiles(() => {
    writeFileSync(join(folder, 'parity.json'), '{}');
    rmSync(join(folder, 'metrics.json'));
    writeFileSync(join(folder, 'notes.txt'), 'mine');
  });
  expect(found.verified).toBe(false);
  expect(verdicts(found)).toEqual({
    'record manifest.json': 'pass',
    'file model-plain.json': 'pass',
    'file model.onnx': 'pass',
    'file metrics.json': 'fail',
    'file parity.json': 'fail',
    'file features.json': 'pass',
    'file distributions.json': 'pass',
    'file predictor.json': 'pass',
    'file card.md': 'pass',
    'file card.html': 'pass',
    'file notes.txt': 'warn',
  });
});

test('a folder without a manifest cannot be verified', async () => {
  await expect(afterFiles(() => rmSync(join(folder, 'manifest.json')))).rejects.toMatchObject({
    code: 'MODEL_DAMAGED',
    exitCode: 1,
  });
});

test('a manifest of another model is not the record of this one', async () => {
  const found = await afterFiles(() =>
    rewriteManifest((manifest) => {
      manifest.model_id = 'points-x';
      manifest.input_digest = 'f'.repeat(64);
      manifest.inputs['hoopduck.feature_seed_21']!.digest = '0';
    }),
  );
  const [record] = found.checks;
  expect(record).toMatchObject({ check: 'record', verdict: 'fail' });
  expect(record!.detail).toBe(
    `it is of model "points-x"; its input digest is ffffffffffff, on record is ${training.model_id.replace('points-', '')}; its partitions of hoopduck.feature_seed_21 do not give the digest that it states`,
  );
});

test('an ONNX file of other trees fails parity though its digest is on record', async () => {
  const other = await league.session(async (ctx) => {
    const options = { validateFrom: '2021-11-20', testFrom: '2021-12-01' };
    return (await trainStage(ctx, options)).training!;
  });
  const found = await afterFiles(() => {
    const file = join(folder, 'model.onnx');
    copyFileSync(join(league.folder, other.artefact, 'model.onnx'), file);
    rewriteManifest(({ files }) => {
      files['model.onnx'] = sha256(readFileSync(file));
    });
  });
  expect(verdicts(found)).toMatchObject({
    'file model.onnx': 'pass',
    'parity model.onnx': 'fail',
    'test_predictions test part': 'pass',
  });
});

test('test predictions that were recorded otherwise fail', async () => {
  const found = await afterFiles(() =>
    rewriteManifest(({ results }) => {
      results.test_predictions = '0'.repeat(64);
    }),
  );
  expect(found.checks.at(-1)).toMatchObject({
    verdict: 'fail',
    detail: '197 rows scored again give other predictions than were recorded',
  });
});
