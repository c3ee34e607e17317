import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SampleSummary, writeSample } from '../../src/sample/sample.ts';
import { playerLookup } from '../../src/transforms/player-lookup.ts';
import { openSample } from './league.ts';

let folder: string;
let summary: SampleSummary;
let league: Awaited<ReturnType<typeof openSample>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hoopduck-sample-'));
  summary = await writeSample(folder, { seasons: 1, seed: 7, days: 40 });
  league = await openSample(folder);
});

afterAll(() => {
  league.close();
  rmSync(folder, { recursive: true, force: true });
});

const dateOf = (name: string) => summary.plants.find((plant) => plant.name === name)!.date;

test('every oddity is in the summary with its table, date and rows', () => {
  expect(summary.plants.filter((plant) => plant.rows < 1)).toEqual([]);
  expect([...new Set(summary.plants.map((plant) => plant.name))].sort()).toEqual([
    'active-without-minutes',
    'cleared-man',
    'equal-scrapes',
    'evening-before-report',
    'gamebook-lacks-player',
    'gamebook-rescraped',
    'id-prefixed-lookups',
    'inconsistent-team-row',
    'line-after-tip-off',
    'live-scrape',
    'minutes-formats',
    'nickname-in-shots',
    'overtime',
    'partial-team-night',
    'player-line-after-tip-off',
    'postponed-game',
    'preseason-game',
    'raw-lookups',
    'renamed-man',
    'reversed-game-id',
    'rows-without-team',
    'shots-rescraped',
    'suffix-left-out-of-shots',
    'team-codes',
    'team-rescraped',
    'traded-man',
  ]);
});

test('two team rows are left of a whole night', async () => {
  const date = dateOf('partial-team-night');
  expect(
    await league.rows(`SELECT
      (SELECT count(*) FROM nbac_team_boxscore WHERE game_date = DATE '${date}'),
      (SELECT 2 * count(*) FROM final WHERE game_date = DATE '${date}')`),
  ).toEqual([[2, 18]]);
});

test('re-scraped rows are older and differ', async () => {
  const date = dateOf('gamebook-rescraped');
  const pairs = await league.rows(`
    SELECT a.points - b.points, epoch(b.processed_at - a.processed_at)
    FROM nbac_gamebook_player_stats AS a JOIN nbac_gamebook_player_stats AS b
      ON a.game_date = b.game_date AND a.nba_player_id = b.nba_player_id AND a.processed_at < b.processed_at
    WHERE a.game_date = DATE '${date}' AND a.player_status = 'active'`);
  const [active] = await league.rows(
    `SELECT count(*) FROM clean_player WHERE game_date = DATE '${date}' AND player_status = 'active'`,
  );
  expect(pairs).toEqual(Array.from({ length: active![0] as number }, () => [2, 6 * 3600]));
});

test('one game has its id the other way round in both box scores, and only there', async () => {
  const date = dateOf('reversed-game-id');
  for (const table of ['nbac_gamebook_player_stats', 'nbac_team_boxscore']) {
    const reversed = await league.rows(`
      SELECT DISTINCT t.game_id = CONCAT(strftime(f.game_date, '%Y%m%d'), '_', f.home_team_tricode, '_', f.away_team_tricode)
      FROM ${table} AS t JOIN final AS f ON f.game_id = t.nba_game_id
      WHERE t.game_date = DATE '${date}' AND t.nba_game_id = (SELECT min(game_id) FROM final WHERE game_date = DATE '${date}')`);
    expect(reversed).toEqual([[true]]);
  }
});

test('raw lookups fold to the lookup of the same man elsewhere', async () => {
  const raw = (await league.rows(`
    SELECT DISTINCT a.player_lookup, b.player_lookup
    FROM nbac_gamebook_player_stats AS a JOIN nbac_gamebook_player_stats AS b USING (nba_player_id)
    WHERE NOT regexp_full_match(a.player_lookup, '[a-z0-9]+') AND regexp_full_match(b.player_lookup, '[a-z0-9]+')
    ORDER BY 1`)) as [string, string][];
  expect(raw.length).toBeGreaterThan(3);
  expect(raw.map(([odd]) => playerLookup(odd))).toEqual(raw.map(([, plain]) => plain));
});

test('every lookup is what the rule makes of the name', async () => {
  const names = (await league.rows(
    'SELECT DISTINCT player_name, player_lookup FROM nbac_injury_report AS r JOIN nbac_gamebook_player_stats AS g USING (player_lookup)',
  )) as [string, string][];
  expect(names.map(([name]) => playerLookup(name))).toEqual(names.map(([, lookup]) => lookup));
});

test('minutes come in every form that the quirks name', async () => {
  const forms = await league.rows(`
    SELECT DISTINCT regexp_replace(coalesce(minutes, 'NULL'), '^[0-9]+', '#')
    FROM nbac_gamebook_player_stats WHERE game_date = DATE '${dateOf('minutes-formats')}' ORDER BY 1`);
  expect(forms.map(([form]) => form)).toEqual(
    expect.arrayContaining(['', '#', '#:00', '#:60', '-', 'null']),
  );
});

test('the missing man of the gamebook is in the second source', async () => {
  const date = dateOf('gamebook-lacks-player');
  const missing = await league.rows(`
    SELECT b.points FROM bdl_player_boxscores AS b WHERE b.game_date = DATE '${date}' AND NOT EXISTS (
      SELECT 1 FROM nbac_gamebook_player_stats AS g WHERE g.game_date = b.game_date
        AND g.points = b.points AND g.assists = b.assists AND g.total_rebounds = b.rebounds
        AND g.field_goals_attempted = b.field_goals_attempted)`);
  expect(missing).toHaveLength(1);
});

test('a postponed game has two dates, and its teams are idle on the first', async () => {
  const games = await league.rows(`
    SELECT game_id, min(game_date) < max(game_date) FROM nbac_schedule
    GROUP BY game_id HAVING count(DISTINCT game_date) > 1`);
  expect(games).toHaveLength(1);
  expect(
    await league.rows(`
      SELECT count(*) FROM nbac_schedule AS p JOIN final AS f ON f.game_date = p.game_date
      WHERE p.game_status_text = 'PPD' AND (f.home_team_tricode IN (p.home_team_tricode, p.away_team_tricode)
        OR f.away_team_tricode IN (p.home_team_tricode, p.away_team_tricode))`),
  ).toEqual([[0]]);
});

test('one man has two lookups under one id, and traded men two teams', async () => {
  expect(
    await league.rows(`
      SELECT count(DISTINCT player_lookup) FROM nbac_gamebook_player_stats
      WHERE regexp_full_match(player_lookup, '[a-z0-9]+')
      GROUP BY nba_player_id HAVING count(DISTINCT player_lookup) > 1`),
  ).toEqual([[2]]);
  const moved = await league.rows(`
    SELECT nba_player_id FROM clean_player JOIN nbac_team_boxscore USING (nba_game_id, team_abbr)
    GROUP BY nba_player_id HAVING count(DISTINCT team_id) > 1`);
  expect(moved).toHaveLength(2);
});
