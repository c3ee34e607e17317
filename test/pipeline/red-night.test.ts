import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { editWarehouse } from './support/edit.ts';
import { lastingFolder } from './support/lasting-folder.ts';
import {
  nightOfEightGames,
  observe,
  runWorkspace,
  type Undisturbed,
  undisturbed,
} from './support/league.ts';
import { ALL_BUT_TRAINING, only, queryReplica, stateOf } from './support/state.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const ANALYTICS = [
  'nba_analytics.team_offense_game_summary',
  'nba_analytics.team_defense_game_summary',
  'nba_analytics.player_game_summary',
];
const PRECOMPUTE = [
  'nba_precompute.player_shot_zone_analysis',
  'nba_precompute.team_defense_zone_analysis',
  'nba_precompute.player_daily_cache',
  'nba_precompute.player_game_context',
  'nba_precompute.player_composite_factors',
];
const folder = lastingFolder();
let league: Undisturbed;
let workspace: string;
let night: string;
/** The game whose players are gone. */
let game: { id: string; home: string; away: string };

// One story: each test goes on where the one before it ended.
beforeAll(async () => {
  league = await undisturbed();
  workspace = await runWorkspace(folder);
  night = await nightOfEightGames(workspace);
  [game] = (await queryReplica<typeof game>(
    workspace,
    `SELECT game_id AS id, home_team_abbr AS home, away_team_abbr AS away FROM hoopduck.stg_game
     WHERE game_date = '${night}' ORDER BY game_id DESC LIMIT 1`,
  )) as [typeof game];
  await editWarehouse(
    join(workspace, 'warehouse'),
    ['nbac_team_boxscore', 'nbac_gamebook_player_stats'],
    [
      // Two rows of other games stay, of sixteen.
      `DELETE FROM nbac_team_boxscore WHERE game_date = '${night}' AND team_abbr NOT IN (
         SELECT team_abbr FROM nbac_team_boxscore
         WHERE game_date = '${night}' AND team_abbr NOT IN ('${game.home}', '${game.away}')
         ORDER BY team_abbr LIMIT 2)`,
      `DELETE FROM nbac_gamebook_player_stats
       WHERE game_date = '${night}' AND team_abbr IN ('${game.home}', '${game.away}')`,
    ],
  );
});

/** Dates of the league with games, past and coming, in order. */
function dates(): string[] {
  return Object.keys(only(league.afterFirst.contents, 'nba_precompute.player_daily_cache '))
    .map((name) => name.split(' ')[1]!)
    .sort();
}

function modelNames(): Promise<{ id: string; status: string }[]> {
  return queryReplica(
    workspace,
    'SELECT model_id AS id, status FROM hoopduck.model ORDER BY trained_at',
  );
}

test('a night without the players of one game is red, and the game and its teams are named', async () => {
  const { outcome, said } = await observe(workspace, { push: true });

  expect(outcome.exitCode).toBe(1);
  expect(new Set(outcome.gates?.red.map(({ scope }) => scope))).toEqual(new Set([night]));
  const red = new Map(outcome.gates?.red.map(({ table, detail }) => [table, detail]));
  for (const table of ['nba_analytics.player_game_summary', ANALYTICS[0]!]) {
    for (const name of [game.id, game.home, game.away]) expect(red.get(table)).toContain(name);
    const words = said.find((line) => line.startsWith(`${table} ${night} is incomplete: `));
    for (const name of [game.id, game.home, game.away]) expect(words).toContain(name);
  }
  expect(said).toContain(`${night}: 12 of 14 team rows reconstructed from their players (silver)`);
  const [offense] = await queryReplica<Record<string, unknown>>(
    workspace,
    `SELECT rows, expected_rows, verdict FROM hoopduck.partition
     WHERE table_name = '${ANALYTICS[0]}' AND game_date = '${night}'`,
  );
  expect(offense).toEqual({ rows: 14, expected_rows: 16, verdict: 'short' });

  // Training is refused: no new model, and predictions go on with the one there is.
  expect(outcome.stages.find(({ name }) => name === 'train')?.status).toBe('failed');
  expect(outcome.training).toBeNull();
  expect(outcome.refusal?.code).toBe('TRAIN_RED_CHECKS');
  expect(outcome.refusal?.next).toContain(`--exclude ${night}`);
  expect(await modelNames()).toEqual([
    { id: league.first.outcome.training?.model_id, status: 'evaluated' },
  ]);
  expect(outcome.predictions?.model_id).toBe(league.first.outcome.training?.model_id);
  expect((await stateOf(workspace)).models).toEqual(league.afterFirst.models);

  // Push leaves out the night and what reads it, and writes everything else.
  const refused = outcome.push!.refused.map(({ table, date }) => `${table} ${date}`);
  const blocked = [
    ...ANALYTICS.map((table) => `${table} ${night}`),
    ...PRECOMPUTE.flatMap((table) =>
      dates()
        // A defence's row of the night itself reads the games before it.
        .filter((date) => (table.includes('team_defense') ? date > night : date >= night))
        .map((date) => `${table} ${date}`),
    ),
  ];
  expect(refused).toEqual(expect.arrayContaining(blocked));
  expect(
    refused.filter((name) => !name.startsWith('nba_predictions.') && !blocked.includes(name)),
  ).toEqual([]);
  expect(outcome.push!.refused.every(({ kind }) => kind === 'red')).toBe(true);
  const { pushed } = await stateOf(workspace);
  const published = ['nba_analytics.', 'nba_precompute.'];
  const green = only(league.afterFirst.pushed, ...published);
  for (const name of blocked) delete green[name];
  expect(only(pushed, ...published)).toEqual(green);
  expect(only(pushed, 'nba_predictions.p')).toEqual({});
});

test('training goes on without the night when it is excluded, and that is on record', async () => {
  const { outcome } = await observe(workspace, { push: true, exclude: [night] });

  expect(outcome.training?.excluded).toEqual([night]);
  expect(outcome.refusal).toBeNull();
  expect(outcome.exitCode).toBe(1);
  expect(await modelNames()).toEqual([
    { id: league.first.outcome.training?.model_id, status: 'evaluated' },
    { id: outcome.training?.model_id, status: 'evaluated' },
  ]);
  expect(await queryReplica(workspace, 'SELECT what, reason FROM hoopduck.forced')).toEqual([
    { what: `train without the rows of ${night}`, reason: 'asked with --exclude' },
  ]);
});

test('force takes the red night along, and the ledger keeps what was forced and why', async () => {
  const reason = 'the game was never scored';

  const { outcome } = await observe(workspace, { push: true, force: { reason } });

  expect(outcome.push?.refused).toEqual([]);
  expect((await modelNames()).at(-1)).toEqual({
    id: outcome.training?.model_id,
    status: 'forced',
  });
  const forced = await queryReplica<{ what: string }>(
    workspace,
    `SELECT what FROM hoopduck.forced WHERE reason = '${reason}' ORDER BY what`,
  );
  const whats = forced.map(({ what }) => what).join('\n');
  expect(whats).toContain('train on red: ');
  for (const table of ANALYTICS) expect(whats).toContain(`push ${table} ${night}, although `);
  const { pushed, contents } = await stateOf(workspace);
  expect(pushed[`${ANALYTICS[0]} ${night}`]).toBe(contents[`${ANALYTICS[0]} ${night}`]);
});

test('once the source is whole again the next run is green and equals one that nobody disturbed', async () => {
  for (const table of ['nbac_team_boxscore', 'nbac_gamebook_player_stats']) {
    const path = join('warehouse', 'nba_raw', table);
    cpSync(join(league.workspace, path), join(workspace, path), { recursive: true });
  }

  const { outcome } = await observe(workspace, { push: true });

  expect(outcome.gates?.red).toEqual([]);
  expect(outcome.push?.refused).toEqual([]);
  expect(outcome.exitCode).toBe(0);
  expect(outcome.training?.model_id).toBe(league.first.outcome.training?.model_id);
  const state = await stateOf(workspace);
  for (const part of ['partitions', 'contents', 'pushed'] as const) {
    expect(only(state[part], ...ALL_BUT_TRAINING)).toEqual(
      only(league.afterFirst[part], ...ALL_BUT_TRAINING),
    );
  }
  expect(state.models).toMatchObject(league.afterFirst.models);
});
