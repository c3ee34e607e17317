import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { observeTarget } from '../../src/push/observe.ts';
import { makeWorld, OFFENSE, PLAYERS, playersWorld } from './support/world.ts';

const COUNTS =
  'SELECT CAST(game_date AS VARCHAR) AS date, count(*) AS n FROM {file} GROUP BY 1 ORDER BY 1';

test('the first push writes one file a season, ordered by date and key', async () => {
  const world = await playersWorld();
  const result = await world.push();
  expect(result).toMatchObject({ written: 3, unchanged: 0, rows: 6, files: 2, exitCode: 0 });
  expect(readdirSync(dirname(world.file(PLAYERS, '')))).toEqual(['player_game_summary']);
  expect(readdirSync(world.file(PLAYERS, '')).sort()).toEqual([
    '2023-24.parquet',
    '2024-25.parquet',
  ]);
  expect(
    await world.read(
      PLAYERS,
      '2024-25.parquet',
      'SELECT game_date || player_lookup AS k FROM {file}',
    ),
  ).toEqual(
    ['2024-11-01doncic', '2024-11-01jokic', '2024-11-02doncic', '2024-11-02jokic'].map((k) => ({
      k,
    })),
  );
});

test('a second push of the same content writes nothing', async () => {
  const world = await playersWorld();
  await world.push();
  const path = world.file(PLAYERS, '2024-25.parquet');
  const before = statSync(path, { bigint: true });
  const result = await world.push();
  expect(result).toMatchObject({ written: 0, removed: 0, unchanged: 3, files: 0, exitCode: 0 });
  expect(result.refused).toEqual([]);
  const after = statSync(path, { bigint: true });
  expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs]);
  expect(await world.replica.column('SELECT count(*) FROM hoopduck.push')).toEqual([1]);
});

test('a file that was only touched is read again and found unchanged', async () => {
  const world = await playersWorld();
  await world.push();
  utimesSync(world.file(PLAYERS, '2024-25.parquet'), 1, 1);
  expect(await world.push()).toMatchObject({ written: 0, unchanged: 3, exitCode: 0 });
});

test('a new bookkeeping value alone is no change', async () => {
  const world = await playersWorld();
  await world.push();
  await world.replica.run(`UPDATE ${PLAYERS} SET processed_at = TIMESTAMP '2026-01-01'`);
  await world.record();
  expect(await world.push()).toMatchObject({ written: 0, unchanged: 3 });
});

test('a changed partition is replaced and the others of its file are kept', async () => {
  const world = await playersWorld();
  await world.push();
  await world.put(PLAYERS, '2024-11-02', [`'jokic', 41, 30, NULL`]);
  await world.record();
  expect(await world.push()).toMatchObject({ written: 1, rows: 1, unchanged: 2, files: 1 });
  expect(await world.read(PLAYERS, '2024-25.parquet', COUNTS)).toEqual([
    { date: '2024-11-01', n: 2 },
    { date: '2024-11-02', n: 1 },
  ]);
  expect(await world.push()).toMatchObject({ written: 0, unchanged: 3 });
});

test('--from and --to bound what is pushed', async () => {
  const world = await playersWorld();
  expect(await world.push({ from: '2024-11-02', to: '2024-11-30' })).toMatchObject({ written: 1 });
  expect(await world.read(PLAYERS, '2024-25.parquet', COUNTS)).toEqual([
    { date: '2024-11-02', n: 2 },
  ]);
  expect(await world.push()).toMatchObject({ written: 2, unchanged: 1, exitCode: 0 });
});

test('a dry run says what it would write and writes nothing', async () => {
  const world = await playersWorld();
  expect(await world.push({ dryRun: true })).toMatchObject({ written: 3, rows: 6, dry_run: true });
  expect(() => statSync(world.target)).toThrow();
  expect(await world.push()).toMatchObject({ written: 3 });
});

test('a partition changed behind our back is refused with exit 4 and not touched', async () => {
  const world = await playersWorld();
  await world.push();
  await world.tamper(
    PLAYERS,
    '2024-25.parquet',
    "SELECT * REPLACE (CASE WHEN game_date = '2024-11-01' THEN 99 ELSE points END AS points) FROM {file}",
  );
  const bytes = readFileSync(world.file(PLAYERS, '2024-25.parquet'));
  const result = await world.push();
  expect(result).toMatchObject({ written: 0, unchanged: 2, exitCode: 4 });
  expect(result.refused).toEqual([
    {
      table: PLAYERS,
      date: '2024-11-01',
      reason: 'it changed in the target since it was pushed at 2025-01-01 12:00:00',
      kind: 'moved',
    },
  ]);
  expect(readFileSync(world.file(PLAYERS, '2024-25.parquet')).equals(bytes)).toBe(true);
});

test('beside a refused partition the others of its file are written', async () => {
  const world = await playersWorld();
  await world.push();
  await world.tamper(
    PLAYERS,
    '2024-25.parquet',
    "SELECT * REPLACE (CASE WHEN game_date = '2024-11-01' THEN 99 ELSE points END AS points) FROM {file}",
  );
  await world.put(PLAYERS, '2024-11-02', [`'jokic', 41, 30, NULL`]);
  await world.record();
  expect(await world.push()).toMatchObject({ written: 1, exitCode: 4 });
  expect(
    await world.read(
      PLAYERS,
      '2024-25.parquet',
      'SELECT CAST(game_date AS VARCHAR) AS date, points FROM {file}',
    ),
  ).toEqual([
    { date: '2024-11-01', points: 99 },
    { date: '2024-11-01', points: 99 },
    { date: '2024-11-02', points: 41 },
  ]);
  expect(await world.push()).toMatchObject({ written: 0, unchanged: 2, exitCode: 4 });
});

test('a partition deleted in the target counts as moved', async () => {
  const world = await playersWorld();
  await world.push();
  await world.tamper(
    PLAYERS,
    '2024-25.parquet',
    "SELECT * FROM {file} WHERE game_date > '2024-11-01'",
  );
  const result = await world.push();
  expect(result.exitCode).toBe(4);
  expect(result.refused.map(({ date, reason }) => [date, reason])).toEqual([
    ['2024-11-01', 'it was deleted in the target since it was pushed at 2025-01-01 12:00:00'],
  ]);
});

test('a partition that appeared in the target since it was observed is refused', async () => {
  const world = await playersWorld();
  await observeTarget(world.ctx);
  mkdirSync(world.file(PLAYERS, ''), { recursive: true });
  await world.replica.run(
    `COPY (SELECT DATE '2024-11-01' AS game_date, 'x' AS player_lookup)
     TO '${world.file(PLAYERS, 'a.parquet')}' (FORMAT parquet)`,
  );
  const result = await world.push();
  expect(result).toMatchObject({ written: 2, exitCode: 4 });
  expect(result.refused[0]?.reason).toBe(
    'it appeared in the target since that was observed at 2025-01-01 12:00:00',
  );
});

test('what was in the target at first sight is replaced, unless it changed since', async () => {
  const world = await playersWorld();
  mkdirSync(world.file(PLAYERS, ''), { recursive: true });
  await world.replica.run(
    `COPY (SELECT d AS game_date, 'x' AS player_lookup FROM (VALUES (DATE '2024-11-01'), (DATE '2024-11-02')) AS t(d))
     TO '${world.file(PLAYERS, 'a.parquet')}' (FORMAT parquet)`,
  );
  expect(await observeTarget(world.ctx)).toBe(2);
  expect(await observeTarget(world.ctx)).toBe(0);
  await world.tamper(
    PLAYERS,
    'a.parquet',
    "SELECT game_date, CASE WHEN game_date = '2024-11-02' THEN 'y' ELSE player_lookup END AS player_lookup FROM {file}",
  );
  const result = await world.push();
  expect(result).toMatchObject({ written: 2, exitCode: 4 });
  expect(result.refused.map(({ date }) => date)).toEqual(['2024-11-02']);
  expect(result.refused[0]?.reason).toContain('since it was observed at');
  expect(
    await world.read(
      PLAYERS,
      'a.parquet',
      'SELECT player_lookup AS p, points FROM {file} ORDER BY ALL',
    ),
  ).toEqual([
    { p: 'doncic', points: 28 },
    { p: 'jokic', points: 30 },
    { p: 'y', points: null },
  ]);
});

test('--force with a reason replaces what moved, and the ledger keeps both', async () => {
  const world = await playersWorld();
  await world.push();
  await world.tamper(PLAYERS, '2023-24.parquet', 'SELECT * REPLACE (1 AS points) FROM {file}');
  const result = await world.push({ force: { reason: 'theirs was a test' } });
  expect(result).toMatchObject({ written: 1, unchanged: 2, exitCode: 0, refused: [] });
  expect(await world.replica.rows('SELECT what, reason FROM hoopduck.forced')).toEqual([
    {
      what: `push ${PLAYERS} 2024-04-10, although it changed in the target since it was pushed at 2025-01-01 12:00:00`,
      reason: 'theirs was a test',
    },
  ]);
  expect(await world.push()).toMatchObject({ written: 0, unchanged: 3, exitCode: 0 });
});

test('a partition that already equals ours is adopted although it moved', async () => {
  const world = await playersWorld();
  await world.push();
  await world.tamper(
    PLAYERS,
    '2023-24.parquet',
    'SELECT * REPLACE (7::BIGINT AS points) FROM {file}',
  );
  await world.replica.run(`UPDATE ${PLAYERS} SET points = 7 WHERE game_date = '2024-04-10'`);
  await world.record();
  expect(await world.push()).toMatchObject({ written: 0, unchanged: 3, exitCode: 0 });
});

test('a date that left the replica is taken away when we pushed it', async () => {
  const world = await playersWorld();
  await world.push();
  await world.put(PLAYERS, '2024-11-01', []);
  await world.record();
  expect(await world.push()).toMatchObject({ written: 0, removed: 1, unchanged: 2, exitCode: 0 });
  expect(await world.read(PLAYERS, '2024-25.parquet', COUNTS)).toEqual([
    { date: '2024-11-02', n: 2 },
  ]);
  expect(await world.push()).toMatchObject({ written: 0, removed: 0, unchanged: 2 });
});

test('a date that we did not push is never taken away', async () => {
  const world = await playersWorld();
  mkdirSync(world.file(PLAYERS, ''), { recursive: true });
  await world.replica.run(
    `COPY (SELECT DATE '2024-12-25' AS game_date, 'x' AS player_lookup)
     TO '${world.file(PLAYERS, '2024-25.parquet')}' (FORMAT parquet)`,
  );
  expect(await world.push()).toMatchObject({ written: 3, removed: 0, exitCode: 0 });
  expect(await world.read(PLAYERS, '2024-25.parquet', COUNTS)).toEqual([
    { date: '2024-11-01', n: 2 },
    { date: '2024-11-02', n: 2 },
    { date: '2024-12-25', n: 1 },
  ]);
  expect(await world.push()).toMatchObject({ written: 0, unchanged: 3 });
});

test('a date whose rows lie in two files of the target is refused, not half replaced', async () => {
  const world = await playersWorld();
  await world.push({ to: '2024-04-30' });
  for (const name of ['a', 'b']) {
    await world.replica.run(
      `COPY (SELECT DATE '2024-11-01' AS game_date, '${name}' AS player_lookup)
       TO '${world.file(PLAYERS, `${name}.parquet`)}' (FORMAT parquet)`,
    );
  }
  await observeTarget(world.ctx);
  const result = await world.push();
  expect(result).toMatchObject({ written: 1, unchanged: 1, exitCode: 4 });
  expect(result.refused.map(({ date, reason }) => [date, reason])).toEqual([
    [
      '2024-11-01',
      'its rows lie in "a.parquet" and "b.parquet" of the target, which no single rename can replace',
    ],
  ]);
});

test('values are rounded to the scale that the target declares, halves away from zero', async () => {
  const world = await makeWorld();
  await world.create(
    PLAYERS,
    'game_date DATE, player_lookup VARCHAR, usage_rate DOUBLE, points DOUBLE',
  );
  await world.put(PLAYERS, '2024-11-01', [
    `'a', 2.675, 2.5`,
    `'b', -2.675, -2.5`,
    `'c', 2.674999999, 3.5`,
    `'d', NULL, NULL`,
  ]);
  await world.record();
  mkdirSync(world.file(PLAYERS, ''), { recursive: true });
  await world.replica.run(
    `COPY (SELECT DATE '2023-11-01' AS game_date, 'x' AS player_lookup,
             CAST(1 AS DECIMAL(5,2)) AS usage_rate, 3::INTEGER AS points, 'kept' AS note)
     TO '${world.file(PLAYERS, '2023-24.parquet')}' (FORMAT parquet)`,
  );
  expect(await world.push()).toMatchObject({ written: 1, exitCode: 0 });
  expect(
    await world.read(
      PLAYERS,
      '2024-25.parquet',
      'SELECT player_lookup AS p, typeof(usage_rate) AS t, usage_rate AS u, points, typeof(points) AS pt, note FROM {file}',
    ),
  ).toEqual([
    { p: 'a', t: 'DECIMAL(5,2)', u: '2.68', points: 3, pt: 'INTEGER', note: null },
    { p: 'b', t: 'DECIMAL(5,2)', u: '-2.68', points: -3, pt: 'INTEGER', note: null },
    { p: 'c', t: 'DECIMAL(5,2)', u: '2.67', points: 4, pt: 'INTEGER', note: null },
    { p: 'd', t: 'DECIMAL(5,2)', u: null, points: null, pt: 'INTEGER', note: null },
  ]);
  expect(await world.push()).toMatchObject({ written: 0, unchanged: 1, exitCode: 0 });
  await world.replica.run(`UPDATE ${PLAYERS} SET usage_rate = 2.6750001 WHERE player_lookup = 'a'`);
  await world.record();
  expect(await world.push()).toMatchObject({ written: 0, unchanged: 1, exitCode: 0 });
});

test('a target that only rounded what we pushed is unchanged at its scale', async () => {
  const world = await playersWorld();
  await world.push();
  await world.tamper(
    PLAYERS,
    '2024-25.parquet',
    'SELECT * REPLACE (CAST(round(usage_rate::DECIMAL(38,9), 2) AS DECIMAL(6,2)) AS usage_rate) FROM {file}',
  );
  expect(await world.push()).toMatchObject({ written: 0, unchanged: 3, exitCode: 0 });
});

test('a column of ours that the target lacks is added, NULL in the rows it keeps', async () => {
  const world = await playersWorld();
  await world.push();
  await world.replica.run(`ALTER TABLE ${PLAYERS} ADD COLUMN win_flag BOOLEAN`);
  await world.replica.run(`UPDATE ${PLAYERS} SET win_flag = true WHERE game_date = '2024-11-02'`);
  await world.record();
  expect(await world.push()).toMatchObject({ written: 1, unchanged: 2 });
  expect(
    await world.read(
      PLAYERS,
      '2024-25.parquet',
      'SELECT DISTINCT CAST(game_date AS VARCHAR) AS d, win_flag AS w FROM {file} ORDER BY 1',
    ),
  ).toEqual([
    { d: '2024-11-01', w: null },
    { d: '2024-11-02', w: true },
  ]);
});

test('a column of another kind in the target is refused by name', async () => {
  const world = await playersWorld();
  await world.push();
  await world.tamper(PLAYERS, '2024-25.parquet', "SELECT * REPLACE ('many' AS points) FROM {file}");
  const result = await world.push();
  expect(result).toMatchObject({ written: 0, unchanged: 1, exitCode: 4 });
  expect(result.refused[0]?.reason).toBe(
    `The column "points" of "${PLAYERS}" is VARCHAR in the target and BIGINT in the replica.`,
  );
});

test('a value that does not fit the declared type is refused and nothing is written', async () => {
  const world = await playersWorld();
  await world.push({ to: '2024-04-30' });
  await world.tamper(
    PLAYERS,
    '2023-24.parquet',
    'SELECT * REPLACE (usage_rate::DECIMAL(4,2) AS usage_rate) FROM {file}',
  );
  await world.put(PLAYERS, '2024-04-10', [`'jokic', 1, 196.0, NULL`]);
  await world.record();
  const result = await world.push({ to: '2024-04-30', force: { reason: 'test' } });
  expect(result).toMatchObject({ written: 0, exitCode: 4 });
  expect(result.refused[0]?.reason).toContain('Conversion Error');
});

test('a value that does not fit refuses its own season, others of the same types are written', async () => {
  const world = await playersWorld();
  await world.push();
  for (const file of ['2023-24.parquet', '2024-25.parquet']) {
    await world.tamper(
      PLAYERS,
      file,
      'SELECT * REPLACE (usage_rate::DECIMAL(4,2) AS usage_rate) FROM {file}',
    );
  }
  await world.put(PLAYERS, '2024-04-10', [`'jokic', 1, 196.0, NULL`]);
  await world.put(PLAYERS, '2024-11-01', [`'jokic', 1, 19.6, NULL`]);
  await world.record();
  const result = await world.push({ force: { reason: 'test' } });
  expect(result).toMatchObject({ written: 1, exitCode: 4 });
  expect(result.refused.map(({ date }) => date)).toEqual(['2024-04-10']);
  expect(result.refused[0]?.reason).toContain('Conversion Error');
  expect(
    await world.read(
      PLAYERS,
      '2024-25.parquet',
      "SELECT CAST(usage_rate AS VARCHAR) AS u FROM {file} WHERE game_date = '2024-11-01'",
    ),
  ).toEqual([{ u: '19.60' }]);
});

test('rows in the replica that the ledger does not have on record are not pushed', async () => {
  const world = await playersWorld();
  await world.replica.run(`UPDATE ${PLAYERS} SET points = 0 WHERE game_date = '2024-11-02'`);
  await expect(world.push()).rejects.toMatchObject({ code: 'LEDGER_STALE', exitCode: 4 });
  expect(existsSync(world.file(PLAYERS, ''))).toBe(false);
});

test('a target that is not configured is a usage error', async () => {
  const world = await makeWorld();
  const ctx = { ...world.ctx, config: { ...world.ctx.config, push: null } };
  const { pushStage } = await import('../../src/push/push.ts');
  await expect(pushStage(ctx)).rejects.toMatchObject({ code: 'PUSH_TARGET_MISSING', exitCode: 2 });
  expect(await observeTarget(ctx)).toBe(0);
});

test('an aborted push stops with exit 130 and the next one finishes it', async () => {
  const world = await playersWorld();
  await world.create(OFFENSE, 'game_date DATE, team_abbr VARCHAR, pace DOUBLE');
  await world.put(OFFENSE, '2024-11-01', [`'DEN', 98.5`]);
  await world.record();
  const stop = new AbortController();
  const report = {
    ...world.ctx.report,
    progress: (label: string) => {
      if (label === 'push: write') stop.abort();
    },
  };
  const { pushStage } = await import('../../src/push/push.ts');
  await expect(pushStage({ ...world.ctx, report, signal: stop.signal })).rejects.toMatchObject({
    exitCode: 130,
  });
  expect(await world.push()).toMatchObject({ written: 3, unchanged: 1, exitCode: 0 });
});
