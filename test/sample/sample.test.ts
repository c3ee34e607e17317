import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RAW_TABLES } from '../../src/config/raw-tables.ts';
import { writeSample } from '../../src/sample/sample.ts';
import { openSample } from './league.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hoopduck-sample-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Paths and digests of all files below a folder. */
function digests(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map(
      (path) =>
        `${path.slice(dir.length)} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`,
    );
}

test('the same seed gives the same bytes, another seed other bytes in every table', async () => {
  const [one, two, other] = ['one', 'two', 'other'].map((name) => join(folder, name));
  await writeSample(one!, { seasons: 1, seed: 7, days: 30 });
  await writeSample(two!, { seasons: 1, seed: 7, days: 30 });
  await writeSample(other!, { seasons: 1, seed: 8, days: 30 });
  expect(digests(two!)).toEqual(digests(one!));
  const same = digests(other!).filter((line) => digests(one!).includes(line));
  expect(same).toEqual([]);
  expect(digests(one!).map((line) => line.split(' ')[0])).toEqual([
    '/hoopduck-sample.json',
    ...[
      'bdl_player_boxscores',
      'bigdataball_play_by_play',
      'nbac_gamebook_player_stats',
      'nbac_injury_report',
      'nbac_schedule',
      'nbac_team_boxscore',
      'odds_api_game_lines',
      'odds_api_player_points_props',
    ].map((table) => `/nba_raw/${table}/2024-25.parquet`),
  ]);
});

test('two seasons of the default seed have fixed counts and files for each season', async () => {
  const dir = join(folder, 'full');
  const summary = await writeSample(dir);
  const { tables, plants, ...rest } = summary;
  expect(rest).toEqual({
    seed: 7,
    seasons: ['2023-24', '2024-25'],
    firstDate: '2023-10-24',
    lastDate: '2025-04-16',
    comingDates: ['2025-04-19', '2025-04-20'],
    finalGames: 2203,
    comingGames: 8,
    playerRows: 71821,
    playedRows: 46884,
  });
  expect(plants.map((plant) => plant.rows).every((rows) => rows > 0)).toBe(true);
  expect(tables.find((table) => table.name === 'nbac_gamebook_player_stats')).toEqual({
    name: 'nbac_gamebook_player_stats',
    rows: 72134,
  });
  expect(readdirSync(join(dir, 'nba_raw', 'nbac_schedule')).sort()).toEqual([
    '2023-24.parquet',
    '2024-25.parquet',
  ]);
  const league = await openSample(dir);
  // A regular season of at least 120 days, 71 or 72 games a team, no team twice on a day.
  expect(
    await league.rows(`SELECT season_year, count(DISTINCT game_date) > 150, count(*)
      FROM final WHERE is_regular_season AND game_status = 3 GROUP BY 1 ORDER BY 1`),
  ).toEqual([
    [2023, true, 1080],
    [2024, true, 1080],
  ]);
  expect(
    await league.rows(`SELECT count(*) FROM (
      SELECT game_date, unnest([home_team_tricode, away_team_tricode]) AS team FROM final)
      GROUP BY game_date, team HAVING count(*) > 1`),
  ).toEqual([]);
  expect(
    await league.rows(`SELECT left(game_id, 3) AS kind, count(*) FROM final GROUP BY 1 ORDER BY 1`),
  ).toEqual([
    ['002', 2160],
    ['004', 45],
    ['005', 4],
    ['006', 2],
  ]);
  // Real players score 10.7 +- 9.0 points in 22.7 +- 11.1 minutes when they play.
  const [shape] = await league.rows(`SELECT avg(points), stddev_samp(points) FROM clean_player
    WHERE player_status = 'active' AND minutes NOT IN ('0:00', '')`);
  expect(shape![0]).toBeGreaterThan(10);
  expect(shape![0]).toBeLessThan(11.5);
  expect(shape![1]).toBeGreaterThan(8);
  expect(shape![1]).toBeLessThan(9.5);
  league.close();
}, 60_000);

test('files have the columns and types that production declares, in its order', async () => {
  const dir = join(folder, 'types');
  await writeSample(dir, { seasons: 2, seed: 1, days: 30 });
  const league = await openSample(dir);
  for (const table of RAW_TABLES.filter((one) => !one.name.startsWith('bettingpros'))) {
    const found = await league.rows(
      `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${table.name})`,
    );
    expect(found).toEqual(Object.entries(table.columns));
  }
  league.close();
});

test('an earlier sample is replaced, any other content is refused', async () => {
  const dir = join(folder, 'again');
  await writeSample(dir, { seasons: 2, seed: 1, days: 30 });
  await writeSample(dir, { seasons: 1, seed: 1, days: 30 });
  expect(readdirSync(dir).sort()).toEqual(['hoopduck-sample.json', 'nba_raw']);
  expect(readdirSync(join(dir, 'nba_raw', 'nbac_schedule'))).toEqual(['2024-25.parquet']);
  const foreign = mkdtempSync(join(folder, 'foreign-'));
  writeFileSync(join(foreign, 'thesis.txt'), 'mine');
  await expect(writeSample(foreign, { seasons: 1, days: 30 })).rejects.toMatchObject({
    code: 'SAMPLE_FOLDER_NOT_EMPTY',
    exitCode: 4,
    message: `The sample cannot be written to "${foreign}": found "thesis.txt" in it, wanted a new or empty folder or an earlier sample.`,
  });
  expect(readdirSync(foreign)).toEqual(['thesis.txt']);
  await expect(writeSample(join(foreign, 'thesis.txt'), { seasons: 1 })).rejects.toMatchObject({
    code: 'SAMPLE_FOLDER_NOT_EMPTY',
  });
});

test('options outside their range are refused by name', async () => {
  for (const [options, message] of [
    [{ seasons: 41 }, 'The option "seasons" is 41; a whole number from 1 to 40 was wanted.'],
    [{ seed: -1 }, 'The option "seed" is -1; a whole number from 0 to 4294967295 was wanted.'],
    [{ days: 29.5 }, 'The option "days" is 29.5; a whole number from 30 to 174 was wanted.'],
  ] as const) {
    await expect(writeSample(join(folder, 'never'), options)).rejects.toMatchObject({
      code: 'SAMPLE_OPTION',
      exitCode: 2,
      message,
    });
  }
});
