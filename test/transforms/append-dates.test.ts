import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { transformStage } from '../../src/transforms/transform.ts';
import { lastingFolder } from '../pipeline/support/lasting-folder.ts';
import { RawLeague } from './support/raw-league.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const EVENING = { from: '2024-01-01', to: '2024-01-16' };
const NEXT = { from: '2024-01-01', to: '2024-01-18' };
const PLAYERS = 'nba_analytics.player_game_summary';

/** Boston and New York meet on two nights; the second one comes later. */
async function play(league: RawLeague, game_date: string): Promise<void> {
  await league.game('NYK', 'BOS', { game_date });
  await league.team('BOS', { game_date });
  await league.team('NYK', {
    game_date,
    points: 10,
    free_throws_made: 1,
    free_throws_attempted: 1,
  });
  await league.shot('BOS', 'bosa', { game_date });
}

async function transform(league: RawLeague, span = NEXT) {
  await league.land();
  return transformStage(league.context, span);
}

/** What the ledger says of every computed partition, and of what each model has read. */
async function ledger(league: RawLeague) {
  return {
    partitions: await league.replica.rows(
      `SELECT table_name, layer, game_date, digest, rows, expected_rows, verdict, detail
       FROM hoopduck.partition WHERE layer <> 'raw' ORDER BY ALL`,
    ),
    // Known texts are on record before the first model is looked at.
    inputs: await league.replica.rows(
      "SELECT * FROM hoopduck.model_input WHERE table_name <> 'hoopduck.raw_values' ORDER BY ALL",
    ),
    // Of a table without partitions nothing becomes due with a later date.
    builds: await league.replica.rows(
      `SELECT table_name, sql_digest, built_to FROM hoopduck.model_build
       WHERE table_name <> 'hoopduck.stg_team_code' ORDER BY ALL`,
    ),
  };
}

const BEFORE = join(lastingFolder(), 'before.duckdb');
const AFTER = join(lastingFolder(), 'after.duckdb');
beforeAll(async () => {
  await RawLeague.write(BEFORE, async (league) => {
    await play(league, '2024-01-15');
    await transform(league, EVENING);
    await play(league, '2024-01-17');
  });
  await RawLeague.write(AFTER, async (league) => {
    await play(league, '2024-01-15');
    await play(league, '2024-01-17');
    await transform(league);
  });
});

test('a new night leaves rows and ledger as a build from empty does', async () => {
  const league = await RawLeague.copy(BEFORE);
  const { built } = await transform(league);
  expect(built.find(({ table }) => table === PLAYERS)).toMatchObject({
    why: 'new dates',
    from: '2024-01-17',
    to: '2024-01-18',
    rows: 20,
    dates: 1,
    changedDates: 1,
    short: [],
  });
  const fresh = await RawLeague.copy(AFTER);
  expect(await ledger(league)).toEqual(await ledger(fresh));
  const rows = `SELECT * EXCLUDE (processed_at) FROM ${PLAYERS} ORDER BY game_date, player_lookup`;
  expect(await league.replica.rows(rows)).toEqual(await fresh.replica.rows(rows));
  expect((await transform(league)).built).toEqual([]);
});

test('the ledger says that the partitions of a new night did not exist before', async () => {
  const league = await RawLeague.copy(BEFORE);
  await transform(league);
  expect(
    await league.replica.rows(
      `SELECT game_date, digest, replaced_by, rows, row_count, written_at FROM hoopduck.past_partition
       WHERE table_name = $table`,
      { table: PLAYERS },
    ),
  ).toEqual([
    {
      game_date: '2024-01-17',
      digest: null,
      replaced_by: 'test',
      rows: null,
      row_count: 0,
      written_at: null,
    },
  ]);
});

test('rows of a new date that the ledger does not know of do not stay beside the new ones', async () => {
  const league = await RawLeague.copy(BEFORE);
  await league.replica.run(
    `INSERT INTO ${PLAYERS} SELECT * REPLACE (DATE '2024-01-17' AS game_date) FROM ${PLAYERS}`,
  );
  await transform(league);
  const fresh = await RawLeague.copy(AFTER);
  const rows = `SELECT game_date, count(*) AS n FROM ${PLAYERS} GROUP BY ALL ORDER BY ALL`;
  expect(await league.replica.rows(rows)).toEqual(await fresh.replica.rows(rows));
});

test('a night that lacks a team is short', async () => {
  const league = await RawLeague.copy(BEFORE);
  await league.replica.run(
    "DELETE FROM nba_raw.nbac_gamebook_player_stats WHERE game_date = '2024-01-17' AND team_abbr = 'NYK'",
  );
  const { built } = await transform(league);
  expect(built.find(({ table }) => table === PLAYERS)?.short).toEqual([
    { date: '2024-01-17', detail: 'no row for NYK (20240117_NYK_BOS: 0 who played)' },
  ]);
});

test('a row that is restated together with a new night comes out as from empty', async () => {
  const restate = (league: RawLeague) =>
    league.replica.run(
      "UPDATE nba_raw.nbac_gamebook_player_stats SET steals = 4 WHERE game_date = '2024-01-15' AND player_lookup = 'bosc'",
    );
  const league = await RawLeague.copy(BEFORE);
  await restate(league);
  await transform(league);
  const fresh = await RawLeague.copy(AFTER);
  await restate(fresh);
  await transform(fresh);
  expect((await ledger(league)).partitions).toEqual((await ledger(fresh)).partitions);
});

test('a model that fails takes the whole night back', async () => {
  const league = await RawLeague.copy(BEFORE);
  const before = await ledger(league);
  await league.land();
  // Nothing can be written to a view.
  await league.replica.run(`CREATE TABLE aside AS SELECT * FROM hoopduck.feature_seed_21`);
  await league.replica.run('DROP TABLE hoopduck.feature_seed_21');
  await league.replica.run('CREATE VIEW hoopduck.feature_seed_21 AS SELECT * FROM aside');
  await expect(transformStage(league.context, NEXT)).rejects.toThrow('base table');
  expect(await ledger(league)).toEqual(before);
});

test('a game that is moved past the last date leaves its old date', async () => {
  const league = await RawLeague.copy(BEFORE);
  await transform(league);
  // The schedule keeps the old entry, and a newer scrape names a later date.
  await league.replica.run(
    `INSERT INTO nba_raw.nbac_schedule
     SELECT * REPLACE (DATE '2024-02-20' AS game_date, 1 AS game_status, processed_at + INTERVAL 1 DAY AS processed_at)
     FROM nba_raw.nbac_schedule WHERE game_date = '2024-01-17'`,
  );
  await league.replica.run(
    "UPDATE nba_raw.nbac_schedule SET game_status = 1 WHERE game_date = '2024-01-17'",
  );
  await league.land();
  await league.replica.run(
    `UPDATE hoopduck.partition SET digest = (
       SELECT digest FROM hoopduck.model_input WHERE table_name = 'hoopduck.stg_game'
         AND input_name = 'nba_raw.nbac_schedule' AND game_date = '2024-01-17')
     WHERE table_name = 'nba_raw.nbac_schedule' AND game_date = '2024-01-17'`,
  );
  await transformStage(league.context, NEXT);
  expect(
    await league.replica.column('SELECT game_date FROM hoopduck.stg_game ORDER BY ALL'),
  ).toEqual(['2024-01-15']);
});
