import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { hoopduck } from '../support/cli.ts';
import { realSeasons } from '../support/real-seasons.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { compareDate, foreknownTables } from './support/compare.ts';
import { loadTables, workspaceOn } from './support/load-tables.ts';
import { realSeason } from './support/real-season.ts';
import { queryReplica } from './support/state.ts';
import { writeTruncated } from './support/truncate.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let workspace: string;

beforeAll(async () => {
  if (realSeasons !== undefined) workspace = await realSeason();
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

test.skipIf(!realSeasons)(
  'what is known before the games of a date does not change when that date and all later ones are gone',
  async () => {
    // After the last trades: ten men and more are listed for their second team.
    const [date, traded] = ['2024-02-14', 10];
    const past = temporaryFolder();
    await writeTruncated(join(workspace, 'warehouse'), join(past, 'warehouse'), date);
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
