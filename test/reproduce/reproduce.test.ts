import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { silentReporter } from '../../src/context.ts';
import { openWorkspace } from '../../src/index.ts';
import { type ReproduceRequest, reproduce } from '../../src/reproduce/reproduce.ts';
import { editWarehouse } from '../pipeline/support/edit.ts';
import { lastingFolder } from '../pipeline/support/lasting-folder.ts';
import {
  nightOfEightGames,
  observe,
  runWorkspace,
  undisturbed,
} from '../pipeline/support/league.ts';
import { ALL_BUT_TRAINING, only, queryReplica, stateOf } from '../pipeline/support/state.ts';
import { hoopduck } from '../support/cli.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const GAMEBOOK = 'nba_raw.nbac_gamebook_player_stats';
const OWN = 'nba_precompute.player_rebounds';
const folder = lastingFolder();
let workspace: string;
/** Ids: the league's first run, one with the workspace's own model, and one after its night was restated red. */
let first: string;
let own: string;
let red: string;
let night: string;

function writeOwn(rebounds: string): void {
  mkdirSync(join(workspace, 'models', 'nba_precompute'), { recursive: true });
  writeFileSync(
    join(workspace, 'models', 'nba_precompute', 'player_rebounds.sql'),
    `-- Rebounds of each player so far.
--
-- key: game_date, player_lookup
-- partition: game_date
-- reads: hoopduck.stg_player_game (same date)
SELECT game_date, player_lookup, ${rebounds} AS rebounds
FROM hoopduck.stg_player_game
WHERE game_date BETWEEN @from_date AND @to_date
`,
  );
}

async function runs(): Promise<string[]> {
  const rows = await queryReplica<{ id: string }>(
    workspace,
    'SELECT run_id AS id FROM hoopduck.run_record ORDER BY number',
  );
  return rows.map(({ id }) => id);
}

function again(run: string, more: Partial<ReproduceRequest> = {}) {
  return reproduce({
    config: openWorkspace(workspace).config,
    run,
    cwd: folder,
    keep: false,
    presentSettings: false,
    report: silentReporter,
    signal: new AbortController().signal,
    now: () => new Date('2031-01-01T00:00:00Z'),
    ...more,
  });
}

const fingerprint = () =>
  createHash('sha256')
    .update(readFileSync(join(workspace, 'data/replica.duckdb')))
    .digest('hex');

beforeAll(async () => {
  workspace = await runWorkspace(folder);
  night = await nightOfEightGames(workspace);
  [first] = (await runs()) as [string];
  writeOwn('rebounds');
  await observe(workspace, {});
  own = (await runs()).at(-1)!;
  await editWarehouse(
    join(workspace, 'warehouse'),
    ['nbac_gamebook_player_stats'],
    [
      `DELETE FROM nbac_gamebook_player_stats WHERE game_date = '${night}' AND team_abbr IN (
         SELECT min(team_abbr) FROM nbac_gamebook_player_stats WHERE game_date = '${night}')`,
    ],
  );
  const { outcome } = await observe(workspace, {});
  expect(outcome.refusal?.code).toBe('TRAIN_RED_CHECKS');
  red = (await runs()).at(-1)!;
});

test('after its warehouse was restated a run comes out the same, on two threads and without later models too', async () => {
  const before = fingerprint();

  const result = hoopduck(
    [
      'reproduce',
      first.slice(0, -1),
      '-C',
      workspace,
      '--threads',
      '2',
      '--keep',
      '--into',
      'again',
    ],
    { cwd: folder },
  );

  expect(result.stderr).not.toContain('error[');
  expect(result.code).toBe(0);
  expect(result.stdout).toContain(`Run ${first}, from `);
  expect(result.stdout).toMatch(
    /The same, byte for byte: all \d+ tables, the model and the predictions\. \(/,
  );
  expect(result.stdout).toContain(
    '1 then, 2 now: tables and predictions are the same for any number',
  );
  const state = await stateOf(join(folder, 'again'));
  const { afterFirst } = await undisturbed();
  expect(only(state.contents, ...ALL_BUT_TRAINING)).toEqual(
    only(afterFirst.contents, ...ALL_BUT_TRAINING),
  );
  expect(state.models).toEqual(afterFirst.models);
  expect(fingerprint()).toBe(before);
  expect(
    hoopduck(['reproduce', first, '-C', workspace, '--into', 'again'], { cwd: folder }),
  ).toMatchObject({ code: 2, stderr: expect.stringContaining('error[SCRATCH_TAKEN]') });
  rmSync(join(folder, 'again'), { recursive: true });
});

test('a run whose training was refused is made again with the model that predicted then', async () => {
  const result = await again(red);

  expect(result).toMatchObject({ equal: true, first_difference: null });
  expect(result.parts.map(({ part }) => part)).not.toContain('model');
  const gates = result.parts.find(({ part }) => part === 'gates');
  expect(gates?.of).toBeGreaterThan(1000);
  expect(result.parts.filter(({ part }) => part === 'predictions')).toHaveLength(3);
});

test('with one SQL model changed it is named first, and what reads it follows', async () => {
  writeOwn('rebounds + 1');
  const result = hoopduck(['reproduce', own, '-C', workspace, '--json'], { cwd: folder });
  writeOwn('rebounds');

  expect(result.code).toBe(1);
  const document = JSON.parse(result.stdout);
  expect(document).toMatchObject({
    ok: false,
    exit_code: 1,
    error: {
      code: 'NOT_REPRODUCED',
      message: `Run "${own}" does not come out the same: the SQL model "${OWN}" (models/nba_precompute/player_rebounds.sql) is not the text that the run used.`,
    },
    equal: false,
    first_difference: {
      part: 'sql',
      name: OWN,
      reason: 'code',
      why: `the SQL model "${OWN}" (models/nba_precompute/player_rebounds.sql) is not the text that the run used`,
    },
  });
  const differing = document.parts.filter(
    ({ verdict }: { verdict: string }) => verdict === 'differs',
  );
  expect(
    differing.map(({ part, follows_from }: { part: string; follows_from: string[] }) => [
      part,
      follows_from,
    ]),
  ).toEqual([
    ['sql', []],
    ['tables', [OWN]],
    ['model', [OWN]],
    ...Array(3).fill(['predictions', [expect.stringMatching(/^points-/)]]),
  ]);
  expect(differing[1]).toMatchObject({ name: OWN, same: 0 });
  // The model's cards name it; its trees are the same.
  expect(differing[2].why).toMatch(
    /^it is "points-[0-9a-f]{12}" now, 2 of \d+ files differ, first card\.md; follows from/,
  );
});

test('a run that nobody knows is refused with those on record, and one command of many is none', async () => {
  const unknown = hoopduck(['reproduce', '19990101T', '-C', workspace]);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain('error[RUN_UNKNOWN]: There is no run "19990101T"');
  expect(unknown.stderr).toContain(`the newest on record are "${red}"`);
  await expect(again('2')).rejects.toMatchObject({ code: 'RUN_AMBIGUOUS', exitCode: 2 });
  expect(hoopduck(['plan', '-C', workspace]).code).toBe(0);
  const [plan] = await queryReplica<{ id: string }>(
    workspace,
    "SELECT run_id AS id FROM hoopduck.run WHERE command = 'plan'",
  );
  await expect(again(plan!.id)).rejects.toMatchObject({
    code: 'RUN_NOT_RECORDED',
    exitCode: 2,
    message: expect.stringContaining(`Run "${plan!.id}" (plan) is not on record as a whole run`),
  });
});

test('a stop takes the scratch place away', async () => {
  const stopped = AbortSignal.abort();
  await expect(again(own, { signal: stopped })).rejects.toMatchObject({
    code: 'INTERRUPTED',
    exitCode: 130,
  });
  expect(readdirSync(join(workspace, 'data')).sort()).toEqual([
    'inputs',
    'models',
    'replica.duckdb',
    'workspace-backups',
  ]);
});

// The last: what it takes away does not come back.
test('where an input was let go of by the cap, or not kept, that is said and nothing is made', async () => {
  const file = join(workspace, 'hoopduck.yaml');
  writeFileSync(file, `${readFileSync(file, 'utf8')}inputs:\n  cap: 1KB\n`);
  expect(hoopduck(['sync', '-C', workspace]).stderr).toContain(
    `Kept inputs were over the cap of 0.000001 GB: the oldest, 1 partition that ${red} replaced, went`,
  );
  expect(existsSync(join(workspace, 'data/inputs', red))).toBe(false);

  const result = await again(own);

  const today = new Date().toISOString().slice(0, 10);
  expect(result).toMatchObject({
    equal: false,
    missing_inputs: [{ table: GAMEBOOK, date: night, why: 'over the cap of 0.000001 GB' }],
    first_difference: {
      part: 'inputs',
      name: `${GAMEBOOK} ${night}`,
      reason: 'input',
      why: `"${GAMEBOOK}" of ${night} as the run read it is not here any more: over the cap of 0.000001 GB, since ${today}`,
    },
  });
  expect(result.parts.map(({ part }) => part)).toEqual(['inputs', 'sql']);

  await editWarehouse(
    join(workspace, 'warehouse'),
    ['nbac_gamebook_player_stats'],
    [`DELETE FROM nbac_gamebook_player_stats WHERE game_date = '${night}'`],
  );
  expect(hoopduck(['sync', '--no-keep-inputs', '-C', workspace]).code).toBe(0);
  expect((await again(red)).missing_inputs).toMatchObject([
    { table: GAMEBOOK, date: night, why: 'inputs were not kept by that run' },
  ]);
});
