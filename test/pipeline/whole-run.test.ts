import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { openWorkspace, plan } from '../../src/index.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { editWarehouse } from './support/edit.ts';
import {
  emptyWorkspace,
  nightOfEightGames,
  observe,
  runWorkspace,
  type Undisturbed,
  undisturbed,
} from './support/league.ts';
import { only, queryReplica, stateOf } from './support/state.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let league: Undisturbed;
beforeAll(async () => {
  league = await undisturbed();
});

const STAGES = ['sync', 'transform', 'validate', 'train', 'predict', 'push'];

test('a run of the sample league goes through every stage, without a red gate', () => {
  const { outcome } = league.first;

  expect(outcome.stages.map(({ name, status }) => `${name} ${status}`)).toEqual(
    STAGES.map((name) => `${name} done`),
  );
  expect(outcome.gates?.red).toEqual([]);
  expect(outcome.gates).toMatchObject({ fail: 0, warn: 0 });
  expect(outcome.exitCode).toBe(0);
});

test('its tables have a row for all that the schedule and the lists of players promise', () => {
  const { finalGames, playerRows, firstDate, lastDate, comingDates } = league.sample;
  const tables = new Map(league.first.outcome.tables.map((facts) => [facts.table, facts]));

  expect(tables.get('nba_analytics.team_offense_game_summary')?.rows).toBe(2 * finalGames);
  expect(tables.get('nba_analytics.team_defense_game_summary')?.rows).toBe(2 * finalGames);
  expect(tables.get('nba_analytics.player_game_summary')?.rows).toBe(playerRows);
  const models = league.first.outcome.tables.filter((facts) => facts.dates_expected !== null);
  expect(models).toHaveLength(8);
  for (const { dates_expected, dates_found } of models) expect(dates_found).toBe(dates_expected);
  expect(league.first.outcome.to).toBe(comingDates.at(-1));
  const verdicts = Object.entries(league.afterFirst.partitions).filter(([name]) =>
    name.startsWith('nba_analytics.player_game_summary'),
  );
  expect(verdicts.at(0)![0]).toContain(firstDate);
  expect(verdicts.at(-1)![0]).toContain(lastDate);
});

test('it trains a model, predicts the nights to come and pushes everything', () => {
  const { training, predictions, push } = league.first.outcome;

  expect(training?.test.compared.n).toBeGreaterThan(1000);
  expect(predictions?.model_id).toBe(training?.model_id);
  for (const date of league.sample.comingDates) {
    const partition =
      league.afterFirst.partitions[`nba_predictions.player_prop_predictions ${date}`];
    expect(partition).toMatch(/^\d+-[0-9a-f]+ \d{2,} /);
  }
  expect(push?.refused).toEqual([]);
  const partitions = Object.entries(league.afterFirst.partitions).filter(
    ([name, value]) =>
      /^nba_(analytics|precompute|predictions|quality)\./.test(name) &&
      !value.endsWith('bootstrap'),
  );
  expect(push?.written).toBe(partitions.length);
  const published = ['nba_analytics.', 'nba_precompute.', 'nba_predictions.', 'nba_quality.'];
  expect(league.afterFirst.pushed).toEqual(only(league.afterFirst.contents, ...published));
});

test('a second run has nothing to do in any stage and leaves every digest as it was', () => {
  const { outcome } = league.second;

  expect(outcome.stages.map(({ name, status }) => `${name} ${status}`)).toEqual(
    STAGES.map((name) => `${name} nothing`),
  );
  expect(outcome.push).toMatchObject({ written: 0, removed: 0, refused: [] });
  expect(outcome.exitCode).toBe(0);
  expect(league.afterSecond).toEqual(league.afterFirst);
});

test('the plan of a fresh workspace names every table as missing, and after the run none', async () => {
  const workspace = await emptyWorkspace(temporaryFolder());

  const before = await plan(openWorkspace(workspace));

  const inWarehouse = before.sync.tables.filter((table) => table.inWarehouse);
  expect(inWarehouse).toHaveLength(8);
  for (const { fetch, unchanged } of inWarehouse) {
    expect(fetch.length).toBeGreaterThan(0);
    expect(new Set(fetch.map(({ reason }) => reason))).toEqual(new Set(['missing']));
    expect(unchanged).toBe(0);
  }
  expect(
    before.sync.tables.filter((table) => !table.inWarehouse).map(({ table }) => table),
  ).toEqual(['nba_raw.bettingpros_player_points_props']);
  const published = before.transform.filter(({ table }) => table.startsWith('nba_'));
  expect(published.map(({ why }) => why)).toEqual(Array(8).fill('new'));

  const after = await plan(openWorkspace(league.workspace));

  expect(after.sync.tables.flatMap(({ fetch, remove }) => [...fetch, ...remove])).toEqual([]);
  expect(after.transform).toEqual([]);
});

test('without the team box scores, from the start or from a later day on, the players make every team row', async () => {
  const never = await emptyWorkspace(temporaryFolder());
  const later = await runWorkspace(temporaryFolder());
  for (const workspace of [never, later]) {
    rmSync(join(workspace, 'warehouse', 'nba_raw', 'nbac_team_boxscore'), { recursive: true });
    const { outcome, said } = await observe(workspace, {});

    expect(outcome.exitCode).toBe(0);
    expect(outcome.missing).toContain('nba_raw.nbac_team_boxscore');
    expect(said).toContain(
      'nba_raw.nbac_team_boxscore is not in the warehouse; going on without it',
    );
    expect(
      await queryReplica(
        workspace,
        `SELECT data_quality_tier AS tier, count(*) AS rows
         FROM nba_analytics.team_offense_game_summary GROUP BY tier`,
      ),
    ).toEqual([{ tier: 'silver', rows: 2 * league.sample.finalGames }]);
    const [usage] = await queryReplica<{ share: number }>(
      workspace,
      `SELECT count(usage_rate) / count(*) AS share
       FROM nba_analytics.player_game_summary WHERE minutes_played > 0`,
    );
    expect(usage!.share).toBeGreaterThanOrEqual(0.99);
  }
  const [left, right] = [await stateOf(later), await stateOf(never)];
  const published = ['nba_analytics.', 'nba_precompute.'];
  expect(only(left.contents, ...published)).toEqual(only(right.contents, ...published));
});

test('a night without all but two of its team rows is reconstructed, and the run says so', async () => {
  const workspace = await runWorkspace(temporaryFolder());
  const night = await nightOfEightGames(workspace);
  await editWarehouse(
    join(workspace, 'warehouse'),
    ['nbac_team_boxscore'],
    [
      `DELETE FROM nbac_team_boxscore WHERE game_date = '${night}' AND team_abbr NOT IN (
         SELECT team_abbr FROM nbac_team_boxscore WHERE game_date = '${night}' ORDER BY ALL LIMIT 2)`,
    ],
  );

  const { outcome, said } = await observe(workspace, { push: true });

  expect(outcome.restated).toEqual([{ table: 'nba_raw.nbac_team_boxscore', dates: [night] }]);
  expect(said).toContain(`${night}: 14 of 16 team rows reconstructed from their players (silver)`);
  expect(outcome.gates?.red).toEqual([]);
  expect(outcome.exitCode).toBe(0);
});
