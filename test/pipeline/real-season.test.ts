import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { hoopduck } from '../support/cli.ts';
import { realSeasons } from '../support/real-seasons.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { compareDate, foreknownTables } from './support/compare.ts';
import { lastingFolder } from './support/lasting-folder.ts';
import { loadTables, workspaceOn } from './support/load-tables.ts';
import { queryReplica } from './support/state.ts';
import { writeTruncated } from './support/truncate.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

/** A season with shots, lines and injury reports. */
const SEASON = '2023-24';
const LAST_DATE = '2024-04-14';

const folder = lastingFolder();
const warehouse = join(folder, 'warehouse');
const workspace = join(folder, 'workspace');

beforeAll(() => {
  if (realSeasons === undefined) return;
  for (const table of [
    'nbac_schedule',
    'nbac_gamebook_player_stats',
    'nbac_team_boxscore',
    'bigdataball_play_by_play',
    'nbac_injury_report',
    'odds_api_game_lines',
  ]) {
    const place = join(warehouse, 'nba_raw', table);
    mkdirSync(place, { recursive: true });
    const file = `${SEASON}.parquet`;
    cpSync(join(realSeasons, 'nba_raw', table, file), join(place, file));
  }
  workspaceOn(workspace, warehouse);
  for (const command of ['sync', 'transform']) {
    const { code, stderr } = hoopduck([command, '--to', LAST_DATE, '-C', workspace]);
    expect(code, stderr).toBe(0);
  }
});

function query(sql: string): unknown {
  const { code, stdout, stderr } = hoopduck(['query', '--json', sql, '-C', workspace]);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout).rows;
}

test.skipIf(!realSeasons)('in every game of a regular season the players sum to their team', () => {
  expect(
    query(`SELECT count(*) AS rows, count(DISTINCT game_id) AS games
             FROM nba_analytics.team_offense_game_summary`),
  ).toEqual([{ rows: 2460, games: 1230 }]);
  expect(
    query(`WITH players AS (
               SELECT game_date, team_abbr, sum(points) AS points, sum(fg_attempts) AS fga,
                 sum(ft_attempts) AS fta, sum(turnovers) AS tov
               FROM nba_analytics.player_game_summary GROUP BY ALL)
             SELECT count(*) AS compared, count_if(p.points IS DISTINCT FROM t.points_scored
               OR p.fga IS DISTINCT FROM t.fg_attempts OR p.fta IS DISTINCT FROM t.ft_attempts
               OR p.tov IS DISTINCT FROM t.turnovers) AS mismatches
             FROM nba_analytics.team_offense_game_summary AS t LEFT JOIN players AS p
               USING (game_date, team_abbr)`),
  ).toEqual([{ compared: 2460, mismatches: 0 }]);
});

test.skipIf(!realSeasons).each([
  ['2023-12-13', 0],
  ['2024-02-14', 10],
])(
  'what is known before the games of %s does not change when that date and all later ones are gone',
  async (date, traded) => {
    const past = temporaryFolder();
    await writeTruncated(warehouse, join(past, 'warehouse'), date);
    const truncated = await loadTables(
      workspaceOn(join(past, 'workspace'), join(past, 'warehouse')),
      date,
    );

    const comparisons = await compareDate(
      join(workspace, 'data', 'replica.duckdb'),
      truncated,
      date,
    );

    expect(comparisons).toHaveLength(foreknownTables().length);
    for (const { table, rows, compared, columns, differing } of comparisons) {
      expect(columns, table).toBeGreaterThan(10);
      expect(rows, table).toBeGreaterThan(0);
      expect(compared, table).toBeGreaterThanOrEqual(rows / 2);
      expect(differing, table).toEqual({});
    }
    const [moved] = await queryReplica<{ men: number }>(
      workspace,
      `SELECT count(*) AS men FROM hoopduck.population AS p
     WHERE p.game_date = '${date}' AND EXISTS (
       SELECT 1 FROM hoopduck.stg_player_game AS g WHERE g.player_key = p.player_key
         AND g.game_date < p.game_date AND g.team_abbr <> p.team_abbr)`,
    );
    expect(moved!.men).toBeGreaterThanOrEqual(traded);
  },
);
