import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { transformStage } from '../../src/transforms/transform.ts';
import { lastingFolder } from '../pipeline/support/lasting-folder.ts';
import { RawLeague } from './support/raw-league.ts';

vi.setConfig({ testTimeout: 120_000 });

const SPAN = { from: '2024-01-01', to: '2024-06-30' };
const NIGHTS = ['2024-01-15', '2024-01-17', '2024-01-19'];
const PLAYERS = 'nba_analytics.player_game_summary';

/** Boston and New York meet on three nights. */
async function fill(league: RawLeague): Promise<void> {
  for (const game_date of NIGHTS) {
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
}

/** The three nights, not built yet. */
async function threeNights(change: (league: RawLeague) => Promise<void> = async () => {}) {
  const league = await RawLeague.open();
  await fill(league);
  await change(league);
  return league;
}

const BUILT = join(lastingFolder(), 'built.duckdb');
beforeAll(() =>
  RawLeague.write(BUILT, async (league) => {
    await fill(league);
    expect((await transform(league)).status).toBe('done');
  }),
);

/** The three nights as a first build from empty left them. */
const builtNights = () => RawLeague.copy(BUILT);

async function transform(
  league: RawLeague,
  span: { from: string; to: string; refresh?: boolean } = SPAN,
) {
  await league.land();
  return transformStage(league.context, span);
}

/** The digests of every partition that models have written. */
async function digests(league: RawLeague) {
  return league.replica.rows(
    `SELECT table_name, game_date, digest, rows, expected_rows, verdict, detail FROM hoopduck.partition
     WHERE layer <> 'raw' ORDER BY ALL`,
  );
}

/** What one player row of the middle night is restated to. */
async function restate(league: RawLeague) {
  await league.replica.run(
    `UPDATE nba_raw.nbac_gamebook_player_stats SET steals = 4
     WHERE game_date = '2024-01-17' AND player_lookup = 'bosc'`,
  );
}

test('nothing changed, nothing built', async () => {
  const league = await builtNights();
  const again = await transform(league);
  expect(again).toMatchObject({ status: 'nothing', built: [] });
});

test('after a restated row only what changes is written, and all is as if built from empty', async () => {
  const league = await builtNights();
  const before = await digests(league);
  await restate(league);
  const { built } = await transform(league);
  const written = Object.fromEntries(built.map(({ table, changedDates }) => [table, changedDates]));
  expect(written).toMatchObject({
    'hoopduck.stg_gamebook': 1,
    'hoopduck.stg_player_game': 1,
    [PLAYERS]: 1,
    'hoopduck.stg_team_players': 1,
    'nba_analytics.team_defense_game_summary': 1,
    // Steals are no part of these: computed again, found equal, not written.
    'nba_analytics.team_offense_game_summary': 0,
    'hoopduck.stg_player_zones': 0,
  });
  expect(written).not.toHaveProperty('hoopduck.stg_shooter');
  const after = await digests(league);
  expect(after).not.toEqual(before);
  const fresh = await threeNights(restate);
  await transform(fresh);
  expect(after).toEqual(await digests(fresh));
});

test('of two restated nights both are written, and the one between them is not', async () => {
  const restateEnds = async (league: RawLeague) =>
    league.replica.run(
      `UPDATE nba_raw.nbac_gamebook_player_stats SET steals = 4
       WHERE game_date IN ('2024-01-15', '2024-01-19') AND player_lookup = 'bosc'`,
    );
  const league = await builtNights();
  await restateEnds(league);
  const { built } = await transform(league);
  expect(built.find(({ table }) => table === PLAYERS)).toMatchObject({
    from: '2024-01-15',
    to: '2024-01-19',
    rows: 40,
    dates: 2,
    changedDates: 2,
  });
  const fresh = await threeNights(restateEnds);
  await transform(fresh);
  expect(await digests(league)).toEqual(await digests(fresh));
});

test('the time of writing stays with rows that were not written', async () => {
  const league = await builtNights();
  await restate(league);
  const context = { ...league.context, now: () => new Date('2025-02-02T00:00:00Z') };
  await league.land();
  await transformStage(context, SPAN);
  expect(
    await league.replica.rows(
      `SELECT game_date AS d, any_value(processed_at) AS at FROM ${PLAYERS} GROUP BY ALL ORDER BY ALL`,
    ),
  ).toEqual([
    { d: '2024-01-15', at: '2025-01-01 00:00:00' },
    { d: '2024-01-17', at: '2025-02-02 00:00:00' },
    { d: '2024-01-19', at: '2025-01-01 00:00:00' },
  ]);
});

test('a date that is gone upstream takes its rows and its partitions with it', async () => {
  const league = await builtNights();
  for (const table of ['nbac_schedule', 'nbac_gamebook_player_stats', 'bigdataball_play_by_play']) {
    await league.replica.run(`DELETE FROM nba_raw.${table} WHERE game_date = '2024-01-19'`);
  }
  await transform(league);
  expect(
    await league.replica.column(`SELECT DISTINCT game_date FROM ${PLAYERS} ORDER BY ALL`),
  ).toEqual(NIGHTS.slice(0, 2));
  expect(
    await league.replica.column(
      "SELECT DISTINCT table_name FROM hoopduck.partition WHERE game_date = '2024-01-19'",
    ),
  ).toEqual([]);
});

test('players that are gone upstream leave a short date, not a silent one', async () => {
  const league = await builtNights();
  await league.replica.run(
    "DELETE FROM nba_raw.nbac_gamebook_player_stats WHERE game_date = '2024-01-19'",
  );
  const { built } = await transform(league);
  expect(built.find(({ table }) => table === PLAYERS)?.short).toEqual([
    {
      date: '2024-01-19',
      detail:
        'no row for BOS (20240119_NYK_BOS: 0 who played), NYK (20240119_NYK_BOS: 0 who played)',
    },
  ]);
  expect(
    await league.replica.row(
      'SELECT verdict, rows, digest FROM hoopduck.partition WHERE table_name = $name AND game_date = $date',
      { name: PLAYERS, date: '2024-01-19' },
    ),
  ).toEqual({ verdict: 'short', rows: 0, digest: null });
  expect(league.told).toContain(
    `${PLAYERS} 2024-01-19 is incomplete: no row for BOS (20240119_NYK_BOS: 0 who played), NYK (20240119_NYK_BOS: 0 who played)`,
  );
});

test('a changed SQL text, or changed rules for raw texts, rebuild the model and leave equal dates alone', async () => {
  const league = await builtNights();
  await league.replica.run(
    'UPDATE hoopduck.model_build SET sql_digest = $old WHERE table_name = $name',
    { old: 'other', name: PLAYERS },
  );
  const { built } = await transform(league);
  expect(built).toMatchObject([{ table: PLAYERS, why: 'code changed', rows: 60, changedDates: 0 }]);
});

test('what lies after the last date of a run is built when a later run covers it', async () => {
  const league = await threeNights();
  await transform(league, { from: '2024-01-01', to: '2024-01-17' });
  expect(
    await league.replica.column(`SELECT DISTINCT game_date FROM ${PLAYERS} ORDER BY ALL`),
  ).toEqual(NIGHTS.slice(0, 2));
  // A change beyond the horizon is nothing to build yet.
  await league.replica.run(
    "UPDATE nba_raw.nbac_gamebook_player_stats SET steals = 9 WHERE game_date = '2024-01-19'",
  );
  expect((await transform(league, { from: '2024-01-01', to: '2024-01-17' })).built).toEqual([]);
  await transform(league);
  const fresh = await threeNights(async (other) =>
    other.replica.run(
      "UPDATE nba_raw.nbac_gamebook_player_stats SET steals = 9 WHERE game_date = '2024-01-19'",
    ),
  );
  await transform(fresh);
  expect(await digests(league)).toEqual(await digests(fresh));
  // An earlier last date afterwards takes nothing away.
  await transform(league, { from: '2024-01-01', to: '2024-01-15' });
  expect(await digests(league)).toEqual(await digests(fresh));
});

test('--refresh builds the asked dates again, to the same content', async () => {
  const league = await builtNights();
  const before = await digests(league);
  const { built, status } = await transform(league, {
    from: '2024-01-17',
    to: '2024-01-17',
    refresh: true,
  });
  expect(status).toBe('nothing');
  expect(built.find(({ table }) => table === PLAYERS)).toMatchObject({
    rows: 20,
    changedDates: 0,
    why: 'asked',
  });
  expect(await digests(league)).toEqual(before);
});

test('an abort stops between two tables, with what is finished kept', async () => {
  const league = await threeNights();
  await league.land();
  const abort = new AbortController();
  const report = {
    ...league.context.report,
    progress: (_: string, done: number) => done === 3 && abort.abort(),
  };
  await expect(
    transformStage({ ...league.context, signal: abort.signal, report: report as never }, SPAN),
  ).rejects.toMatchObject({ code: 'INTERRUPTED', exitCode: 130 });
  expect(await league.replica.row('SELECT count(*) AS n FROM hoopduck.model_build')).toEqual({
    n: 4,
  });
  await transform(league);
  const fresh = await builtNights();
  expect(await digests(league)).toEqual(await digests(fresh));
});

test('nights whose team rows were summed from players are told', async () => {
  const league = await threeNights();
  const { reconstructed } = await transform(league);
  expect(reconstructed).toContainEqual({ date: '2024-01-15', rows: 2, expected: 2 });
  expect(league.told).toContain(
    '2024-01-15: 2 of 2 team rows reconstructed from their players (silver)',
  );
});

test('rows that got lost behind the ledger come back with --refresh', async () => {
  const league = await builtNights();
  const held = `SELECT * FROM ${PLAYERS} ORDER BY game_date, player_lookup`;
  const before = await league.replica.rows(held);
  await league.replica.run(
    `DELETE FROM ${PLAYERS} WHERE game_date = '2024-01-17' AND player_lookup < 'bosd'`,
  );
  const { built } = await transform(league, {
    from: '2024-01-17',
    to: '2024-01-17',
    refresh: true,
  });
  expect(built.find(({ table }) => table === PLAYERS)).toMatchObject({ changedDates: 1 });
  expect(await league.replica.rows(held)).toEqual(before);
});
