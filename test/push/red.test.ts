import { expect, test } from 'vitest';
import { readRed } from '../../src/push/red.ts';
import { pushTable } from '../../src/push/tables.ts';
import { upstreamDate, upstreamReason } from '../../src/push/upstream.ts';
import { CACHE, makeWorld, OFFENSE, PLAYERS, playersWorld, type World } from './support/world.ts';

const CONTEXT = 'nba_precompute.player_game_context';
const DEFENSE_ZONES = 'nba_precompute.team_defense_zone_analysis';
const PREDICTIONS = 'nba_predictions.player_prop_predictions';
const ACCURACY = 'nba_predictions.prediction_accuracy';

async function refusals(world: World): Promise<string[][]> {
  const result = await world.push();
  return result.refused.map(({ table, date, reason }) => [table.split('.')[1]!, date, reason]);
}

test('a red date is listed and skipped, the rest is written, exit 1', async () => {
  const world = await playersWorld();
  await world.fail(PLAYERS, 'date', '2024-11-01');
  const result = await world.push();
  expect(result).toMatchObject({ written: 2, exitCode: 1 });
  expect(result.refused).toEqual([
    { table: PLAYERS, date: '2024-11-01', reason: 'check completeness is red', kind: 'red' },
  ]);
  expect(
    await world.replica.column("SELECT summary ->> '$.refused' FROM hoopduck.push"),
    'the journal keeps how many were refused',
  ).toEqual(['1']);
  expect(
    await world.read(
      PLAYERS,
      '2024-25.parquet',
      'SELECT DISTINCT CAST(game_date AS VARCHAR) AS d FROM {file}',
    ),
  ).toEqual([{ d: '2024-11-02' }]);
  await world.mend();
  expect(await world.push()).toMatchObject({ written: 1, unchanged: 2, exitCode: 0 });
});

test('a red date without any row is listed too', async () => {
  const world = await playersWorld();
  await world.fail(PLAYERS, 'date', '2024-11-05');
  expect(await refusals(world)).toEqual([
    ['player_game_summary', '2024-11-05', 'check completeness is red'],
  ]);
  const outside = await world.push({ to: '2024-11-04' });
  expect([outside.exitCode, outside.refused]).toEqual([0, []]);
});

test('a date that left the replica is not taken away while it is red', async () => {
  const world = await playersWorld();
  await world.push();
  await world.put(PLAYERS, '2024-11-01', []);
  await world.record();
  await world.fail(PLAYERS, 'date', '2024-11-01');
  expect(await world.push()).toMatchObject({ removed: 0, unchanged: 2, exitCode: 1 });
});

test('a red season blocks its dates, a red overall check the whole table', async () => {
  const world = await playersWorld();
  await world.fail(PLAYERS, 'season', '2024-25');
  expect(await refusals(world)).toEqual([
    ['player_game_summary', '2024-11-01', 'check completeness of season 2024-25 is red'],
    ['player_game_summary', '2024-11-02', 'check completeness of season 2024-25 is red'],
  ]);
  await world.fail(PLAYERS, 'all', 'all');
  expect((await refusals(world)).map(([, date]) => date)).toEqual([
    '2024-04-10',
    '2024-11-01',
    '2024-11-02',
  ]);
});

test('of several refusals exit 4 outranks 1', async () => {
  const world = await playersWorld();
  await world.push();
  await world.tamper(PLAYERS, '2023-24.parquet', 'SELECT * REPLACE (1 AS points) FROM {file}');
  await world.fail(PLAYERS, 'date', '2024-11-01');
  const result = await world.push();
  expect(result.exitCode).toBe(4);
  expect(result.refused.map(({ date, kind }) => [date, kind])).toEqual([
    ['2024-04-10', 'moved'],
    ['2024-11-01', 'red'],
  ]);
});

test('--force with a reason pushes a red date, and the ledger keeps both', async () => {
  const world = await playersWorld();
  await world.fail(PLAYERS, 'date', '2024-11-01');
  const result = await world.push({ force: { reason: 'the arena lost power' } });
  expect(result).toMatchObject({ written: 3, refused: [], exitCode: 0 });
  expect(await world.replica.rows('SELECT what, reason FROM hoopduck.forced')).toEqual([
    {
      what: `push ${PLAYERS} 2024-11-01, although check completeness is red`,
      reason: 'the arena lost power',
    },
  ]);
});

test('nothing is pushed before the gates have been evaluated once', async () => {
  const world = await playersWorld();
  await world.replica.run('DELETE FROM hoopduck.check_result');
  const result = await world.push();
  expect(result).toMatchObject({ written: 0, exitCode: 1 });
  expect(result.refused[0]?.reason).toContain('not validated yet');
});

test('rows that read a red table of the same date are not pushed', async () => {
  const world = await playersWorld();
  await world.create(OFFENSE, 'game_date DATE, team_abbr VARCHAR');
  await world.put(OFFENSE, '2024-11-01', [`'DEN'`]);
  await world.record();
  await world.fail(OFFENSE, 'date', '2024-11-01');
  expect(await refusals(world)).toEqual([
    ['team_offense_game_summary', '2024-11-01', 'check completeness is red'],
    ['player_game_summary', '2024-11-01', `upstream 2024-11-01 is red in ${OFFENSE}`],
  ]);
});

test('later precompute of the same season reads a red date and is not pushed while it is red', async () => {
  const world = await makeWorld();
  await world.create(CACHE, 'cache_date DATE, player_lookup VARCHAR');
  for (const date of ['2024-01-14', '2024-01-15', '2024-01-16', '2024-06-01', '2024-10-22']) {
    await world.put(CACHE, date, [`'jokic'`]);
  }
  await world.record();
  await world.fail(PLAYERS, 'date', '2024-01-15');
  expect(await refusals(world)).toEqual([
    ['player_daily_cache', '2024-01-15', `upstream 2024-01-15 is red in ${PLAYERS}`],
    ['player_daily_cache', '2024-01-16', 'upstream 2024-01-15 is red'],
    ['player_daily_cache', '2024-06-01', 'upstream 2024-01-15 is red'],
  ]);
  await world.mend();
  expect(await world.push()).toMatchObject({ written: 3, unchanged: 2, exitCode: 0 });
});

/** Jokic's team plays on the red date 2024-04-10; Doncic's does not. One played game a day from October. */
async function nextSeasonWorld(games: number, onRedDate = ''): Promise<World> {
  const world = await makeWorld();
  await world.create(CONTEXT, 'game_date DATE, player_lookup VARCHAR');
  await world.create(DEFENSE_ZONES, 'analysis_date DATE, team_abbr VARCHAR');
  await world.replica.run(
    `CREATE TABLE hoopduck.stg_team_game AS SELECT DATE '2024-04-10' AS game_date, 'DEN' AS team_abbr`,
  );
  await world.replica.run(
    `CREATE TABLE hoopduck.stg_player_game AS
     SELECT DATE '2024-04-08' AS game_date, key AS player_key, team AS team_abbr, 30.0 AS minutes_played
     FROM (VALUES ('jokic', 'DEN'), ('doncic', 'DAL')) AS t(key, team)
     ${onRedDate}
     UNION ALL
     SELECT DATE '2024-10-22' + CAST(i AS INTEGER), 'jokic', 'DEN', 30.0 FROM range(${games}) AS g(i)`,
  );
  await world.replica.run(
    `CREATE TABLE hoopduck.population AS
     SELECT DATE '2024-10-23' AS game_date, 'doncic' AS player_key
     UNION ALL SELECT DATE '2024-12-01', 'jokic'`,
  );
  for (const date of ['2024-10-23', '2024-12-01']) {
    await world.put(CONTEXT, date, [`'x'`]);
    await world.put(DEFENSE_ZONES, date, [`'DEN'`]);
  }
  await world.record();
  await world.fail(PLAYERS, 'date', '2024-04-10');
  return world;
}

test("a later season reads a red date through a player's last games, even without his row of it", async () => {
  const world = await nextSeasonWorld(9);
  await world.fail(OFFENSE, 'date', '2024-04-10');
  expect(await refusals(world)).toEqual([
    ['player_game_context', '2024-12-01', 'upstream 2024-04-10 is red'],
  ]);
});

test('ten played games later the red date has left every window of precompute', async () => {
  const world = await nextSeasonWorld(10);
  expect(await refusals(world)).toEqual([]);
});

test('one who was listed on the red date and did not play does not read it', async () => {
  const row = (minutes: number | 'NULL') =>
    `UNION ALL SELECT DATE '2024-04-10', 'jokic', 'DEN', CAST(${minutes} AS DOUBLE)`;
  expect(await refusals(await nextSeasonWorld(9, row('NULL')))).toEqual([]);
  expect(await refusals(await nextSeasonWorld(9, row(12)))).toHaveLength(1);
});

async function predictionsWorld(): Promise<World> {
  const world = await makeWorld();
  const columns = 'game_date DATE, player_lookup VARCHAR, ml_model_id VARCHAR';
  await world.create(PREDICTIONS, columns);
  await world.create(ACCURACY, 'game_date DATE, player_lookup VARCHAR, model_version VARCHAR');
  for (const [date, model] of [
    ['2024-11-01', 'good'],
    ['2024-11-02', 'worse'],
    ['2024-11-03', 'raw'],
    ['2024-11-04', 'gone'],
    ['2024-11-05', 'leaky'],
  ]) {
    await world.put(PREDICTIONS, date!, [`'jokic', '${model}'`]);
  }
  await world.put(ACCURACY, '2024-11-02', [`'jokic', 'worse'`]);
  await world.record();
  const report = (own: number) =>
    JSON.stringify({ test: { compared: { n: 9, model_mae: own, last_10_mae: 4.727 } } });
  for (const [id, training, status] of [
    ['good', report(4.56), 'evaluated'],
    ['worse', report(4.73), 'evaluated'],
    ['raw', '{}', 'not_evaluated'],
    ['leaky', report(3.9), 'forced'],
  ]) {
    await world.replica.run(
      `INSERT INTO hoopduck.model VALUES
         ($id, 'run', now()::TIMESTAMP, 'wasm', 'seed-21', 'd', 'a', $training, $status)`,
      { id: id!, training: training!, status: status! },
    );
  }
  return world;
}

test('predictions of a model that is not evaluated, not better than last 10 or was forced are refused', async () => {
  const world = await predictionsWorld();
  const worse =
    'model "worse" is not better than last 10 on the same rows (MAE 4.730 against 4.727)';
  expect(await refusals(world)).toEqual([
    ['player_prop_predictions', '2024-11-02', worse],
    ['player_prop_predictions', '2024-11-03', 'model "raw" is not evaluated'],
    ['player_prop_predictions', '2024-11-04', 'model "gone" is not on record'],
    [
      'player_prop_predictions',
      '2024-11-05',
      'model "leaky" was forced past red gates or a leak alarm',
    ],
    ['prediction_accuracy', '2024-11-02', worse],
  ]);
  expect(await world.push()).toMatchObject({ written: 0, unchanged: 1, exitCode: 1 });
});

test('predictions of later dates that read a red date are refused', async () => {
  const world = await predictionsWorld();
  await world.fail(PLAYERS, 'date', '2024-10-30');
  expect((await refusals(world))[0]).toEqual([
    'player_prop_predictions',
    '2024-11-01',
    'upstream 2024-10-30 is red',
  ]);
});

test('records of training are pushed whatever dates are asked', async () => {
  const world = await makeWorld();
  await world.create('nba_predictions.ml_training_runs', 'run_date DATE, run_id VARCHAR');
  await world.put('nba_predictions.ml_training_runs', '2025-09-01', [`'a'`]);
  await world.record();
  expect(await world.push({ to: '2025-06-22' })).toMatchObject({ written: 1, exitCode: 0 });
});

test('of several reasons the nearest is told, with what the check found', async () => {
  const world = await playersWorld();
  const date = '2024-11-02';
  const fail = (check: string, table: string, scope: string, value: string, detail: string) =>
    world.replica.run(
      `INSERT INTO hoopduck.check_result VALUES
         ($check, $table, $scope, $value, 'fail', 0, 1, 0, 1, $detail, now()::TIMESTAMP, 'run')`,
      { check, table, scope, value, detail },
    );
  const reason = async () => {
    const found = await (await readRed(world.replica)).blocked(pushTable(CACHE), [date]);
    expect([...found.keys()]).toEqual([date]);
    return found.get(date);
  };
  await fail('a', PLAYERS, 'date', '2024-10-30', 'of days before');
  await fail('a', PLAYERS, 'date', '2024-11-01', 'of the day before');
  await fail('a', PLAYERS, 'date', '2024-11-03', 'of the day after');
  expect(await reason()).toBe('upstream 2024-11-01 is red');
  await fail('d', CACHE, 'all', 'all', 'too few rows');
  await fail('e', CACHE, 'all', 'all', 'a later check');
  expect(await reason()).toBe('check d of the whole table is red: too few rows');
  await fail('c', CACHE, 'season', '2023-24', 'of another season');
  await fail('c', CACHE, 'season', '2024-25', 'half a season');
  await fail('f', CACHE, 'season', '2024-25', 'a later check');
  expect(await reason()).toBe('check c of season 2024-25 is red: half a season');
  await fail('b', CACHE, 'date', date, 'MIA');
  await fail('g', CACHE, 'date', date, 'a later check');
  expect(await reason()).toBe('check b is red: MIA');
  expect((await readRed(world.replica)).ownRedDates(pushTable(CACHE))).toEqual([date, date]);
});

test('a red check of the table itself is told before one upstream, and a red season upstream blocks nothing', async () => {
  const world = await playersWorld();
  await world.fail(PLAYERS, 'date', '2024-11-01');
  await world.fail(OFFENSE, 'date', '2024-11-01');
  await world.fail(OFFENSE, 'season', '2024-25');
  const facts = await readRed(world.replica);
  const dates = ['2024-11-01', '2024-11-02'];
  expect(await facts.blocked(pushTable(PLAYERS), dates)).toEqual(
    new Map([['2024-11-01', 'check completeness is red']]),
  );
  expect(await facts.blocked(pushTable(OFFENSE), dates)).toEqual(
    new Map([
      ['2024-11-01', 'check completeness is red'],
      ['2024-11-02', 'check completeness of season 2024-25 is red'],
    ]),
  );
});

test('the red date of a reason is read from the reason, and from no other', () => {
  expect(upstreamReason('2024-11-01')).toBe('upstream 2024-11-01 is red');
  expect(upstreamReason('2024-11-01', PLAYERS)).toBe(`upstream 2024-11-01 is red in ${PLAYERS}`);
  for (const reason of [upstreamReason('2024-11-01'), upstreamReason('2024-11-01', PLAYERS)]) {
    expect(upstreamDate(reason)).toBe('2024-11-01');
  }
  expect(upstreamDate('check a is red: upstream 2024-11-01 is red')).toBeUndefined();
  expect(upstreamDate('check completeness is red')).toBeUndefined();
});

test('of earlier red dates the newest is named, whatever check is red, and the date itself is none of them', async () => {
  const world = await playersWorld();
  for (const [check, date] of [
    ['a', '2024-11-01'],
    ['b', '2024-10-30'],
    ['c', '2024-11-03'],
  ]) {
    await world.replica.run(
      `INSERT INTO hoopduck.check_result VALUES
         ($check, '${PLAYERS}', 'date', $date, 'fail', 0, 1, 0, 1, NULL, now()::TIMESTAMP, 'run')`,
      { check: check!, date: date! },
    );
  }
  const dates = ['2024-10-30', '2024-11-02', '2024-11-03'];
  const readsEarlier = { ...pushTable(CACHE), sameDate: [], earlier: [PLAYERS], lastGames: 0 };
  expect(await (await readRed(world.replica)).blocked(readsEarlier, dates)).toEqual(
    new Map([
      ['2024-11-02', 'upstream 2024-11-01 is red'],
      ['2024-11-03', 'upstream 2024-11-01 is red'],
    ]),
  );
});

test('a table whose windows stay in the season reads no red date of an earlier one', async () => {
  const world = await nextSeasonWorld(9);
  const context = { ...pushTable(CONTEXT), earlier: [PLAYERS] };
  const facts = await readRed(world.replica);
  const date = '2024-12-01';
  expect([...(await facts.blocked(context, [date])).keys()]).toEqual([date]);
  expect(await facts.blocked({ ...context, lastGames: 0 }, [date])).toEqual(new Map());
});

test('a model that is not evaluated blocks its predictions, and nothing else of their dates', async () => {
  const world = await predictionsWorld();
  const facts = await readRed(world.replica);
  const dates = ['2024-11-03'];
  expect((await facts.blocked(pushTable(PREDICTIONS), dates)).size).toBe(1);
  for (const table of [PLAYERS, 'nba_predictions.ml_training_runs']) {
    expect(await facts.blocked(pushTable(table), dates)).toEqual(new Map());
  }
});

test('two red checks of one date or season are not red of the whole table, nor is a season upstream a date', async () => {
  const world = await playersWorld();
  for (const [check, scope, value] of [
    ['a', 'date', '2024-11-01'],
    ['b', 'date', '2024-11-01'],
    ['a', 'season', '2009-10'],
    ['b', 'season', '2009-10'],
  ]) {
    await world.replica.run(
      `INSERT INTO hoopduck.check_result VALUES
         ($check, '${PLAYERS}', $scope, $value, 'fail', 0, 1, 0, 1, NULL, now()::TIMESTAMP, 'run')`,
      { check: check!, scope: scope!, value: value! },
    );
  }
  const facts = await readRed(world.replica);
  const dates = ['2009-11-03', '2024-11-01', '2024-11-02'];
  expect([...(await facts.blocked(pushTable(PLAYERS), dates)).keys()]).toEqual(dates.slice(0, 2));
  // Of a table that reads earlier dates of it.
  const reader = { ...pushTable(CACHE), sameDate: [], earlier: [PLAYERS], lastGames: 0 };
  expect([...(await facts.blocked(reader, dates)).keys()]).toEqual(['2024-11-02']);
});
