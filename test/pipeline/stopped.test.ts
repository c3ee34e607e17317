import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { hoopduck } from '../support/cli.ts';
import { editWarehouse } from './support/edit.ts';
import { lastingFolder } from './support/lasting-folder.ts';
import {
  emptyWorkspace,
  nightOfEightGames,
  type Undisturbed,
  undisturbed,
} from './support/league.ts';
import { queryReplica, stateOf } from './support/state.ts';
import { type Moment, stoppedRun } from './support/stopped-run.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const folder = lastingFolder();
let league: Undisturbed;
let workspace: string;

// One story: one workspace, from empty, with every stop on the way.
beforeAll(async () => {
  league = await undisturbed();
  workspace = await emptyWorkspace(folder);
});

const SYNC: readonly [string, Moment][] = [
  ['a table is read', { pattern: '^CREATE .* TABLE landing AS', nth: 2, when: 'during' }],
  [
    'rows are in, their ledger is not',
    { pattern: '^INSERT INTO "nba_raw"."bigdataball_play_by_play"', when: 'after' },
  ],
  ['partitions are committed', { pattern: '^COMMIT$', nth: 3, when: 'during' }],
];
const TRANSFORM: readonly [string, Moment][] = [
  ['a model is computed', { pattern: '^CREATE TABLE "hoopduck"', nth: 4, when: 'during' }],
  [
    'a table is written, its ledger is not',
    { pattern: '^CREATE TABLE "nba_analytics"."player_game_summary"', when: 'after' },
  ],
];
const LATER: readonly [string, Moment][] = [
  ['verdicts are recorded', { pattern: '^INSERT INTO hoopduck.check_result', when: 'during' }],
  ['a model has its files but no record', { pattern: '^rename .*/models/', when: 'after' }],
  [
    'predictions are written',
    { pattern: '^INSERT INTO "nba_predictions"."player_prop_predictions"', when: 'after' },
  ],
  ['the first file is to be swapped', { pattern: '^rename .*/production/', when: 'before' }],
  [
    'a swapped file is not yet in the ledger',
    { pattern: '^rename .*/production/', nth: 5, when: 'after' },
  ],
];

async function killAt(moment: Moment): Promise<void> {
  const { signal, code, stderr } = await stoppedRun(
    ['run', '--push', '-C', workspace],
    'SIGKILL',
    moment,
  );
  expect(signal, `${code}: ${stderr}`).toBe('SIGKILL');
}

test.each(SYNC)('a run is killed in sync while %s', (_, moment) => killAt(moment));

test.each(TRANSFORM)('it is killed in transform while %s', (_, moment) => killAt(moment));

test('Ctrl-C in transform finishes the table at hand and ends with exit code 130', async () => {
  const built = 'SELECT table_name FROM hoopduck.model_build';
  const before = (await queryReplica(workspace, built)).length;

  const ended = await stoppedRun(['run', '--push', '--json', '-C', workspace], 'SIGINT', {
    pattern: '^CREATE .* TEMP TABLE build_digest AS',
    nth: 2,
    when: 'during',
  });

  expect(ended).toMatchObject({ code: 130, signal: null });
  expect(JSON.parse(ended.stdout)).toMatchObject({
    ok: false,
    exit_code: 130,
    command: 'run',
    error: { code: 'INTERRUPTED' },
  });
  expect(ended.stderr).toContain('Stopping after the unit at hand');
  expect((await queryReplica(workspace, built)).length).toBe(before + 2);
  const runs = await queryReplica(
    workspace,
    `SELECT exit_code, finished_at IS NOT NULL AS finished FROM hoopduck.run
     ORDER BY started_at DESC, run_id DESC LIMIT 2`,
  );
  expect(runs).toEqual([
    { exit_code: 130, finished: true },
    { exit_code: null, finished: false },
  ]);
});

test.each(LATER)('a run is killed while %s', (_, moment) => killAt(moment));

test('after ten kills the next run ends with what one in another workspace has, and leaves nothing behind', async () => {
  const { code, stdout } = hoopduck(['run', '--push', '--json', '-C', workspace]);

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, push: { refused: [] } });
  const state = await stateOf(workspace);
  expect(Object.keys(state.models).map((path) => path.split('/')[1])).toEqual(
    expect.arrayContaining(['predictor.json', 'model.onnx', 'metrics.json']),
  );
  expect(state).toEqual(league.afterFirst);
});

/** Within the transaction that exchanges the restated night: its old rows are gone, the new ones not yet in. */
const EXCHANGE: readonly [string, Moment][] = [
  ['raw rows', { pattern: '^DELETE FROM "nba_raw"."nbac_gamebook_player_stats"', when: 'after' }],
  ['computed rows', { pattern: '^DELETE FROM "nba_analytics"."player_game', when: 'after' }],
];

test.each(EXCHANGE)(
  'a night is restated, and the run is killed while it exchanges %s',
  async (_, moment) => {
    const night = await nightOfEightGames(league.workspace);
    await editWarehouse(
      join(workspace, 'warehouse'),
      ['nbac_gamebook_player_stats'],
      [`UPDATE nbac_gamebook_player_stats SET assists = assists + 1 WHERE game_date = '${night}'`],
    );

    await killAt(moment);
  },
);

test('when the source is then put right again, the next run has everything of that night', async () => {
  const table = join('warehouse', 'nba_raw', 'nbac_gamebook_player_stats');
  cpSync(join(league.workspace, table), join(workspace, table), { recursive: true });

  expect(hoopduck(['run', '--push', '-C', workspace]).code).toBe(0);

  expect(await stateOf(workspace)).toEqual(league.afterFirst);
});
