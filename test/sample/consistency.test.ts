import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SampleSummary, writeSample } from '../../src/sample/sample.ts';
import { openSample } from './league.ts';

let folder: string;
let summary: SampleSummary;
let league: Awaited<ReturnType<typeof openSample>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hoopduck-sample-'));
  summary = await writeSample(folder, { seasons: 2, seed: 7, days: 40 });
  league = await openSample(folder);
});

afterAll(() => {
  league.close();
  rmSync(folder, { recursive: true, force: true });
});

const SECONDS = `(60 * CAST(split_part(minutes, ':', 1) AS INTEGER)
  + CASE WHEN contains(minutes, ':') THEN CAST(split_part(minutes, ':', 2) AS INTEGER) ELSE 0 END)`;

test('each final game has two teams whose players sum to the score of the schedule', async () => {
  expect(await league.rows('SELECT count(*) FROM final WHERE game_status = 3')).toEqual([
    [summary.finalGames],
  ]);
  // The one man whom the gamebook lacks is in the other source.
  const short = await league.rows(`
    WITH team AS (
      SELECT game_date, nba_game_id, sum(points) AS points FROM clean_player GROUP BY ALL)
    SELECT f.game_date, f.home_team_score + f.away_team_score - t.points
    FROM final AS f LEFT JOIN team AS t ON t.nba_game_id = f.game_id
    WHERE f.game_status = 3 AND t.points IS DISTINCT FROM f.home_team_score + f.away_team_score`);
  const lacking = summary.plants.find((plant) => plant.name === 'gamebook-lacks-player')!;
  expect(short.map(([date]) => String(date))).toEqual([lacking.date]);
  expect(short[0]![1]).toBeGreaterThanOrEqual(10);
});

test('points are what the makes are worth, makes never exceed attempts', async () => {
  expect(
    await league.rows(`SELECT count(*) FROM clean_player WHERE player_status = 'active' AND (
      points <> 2 * (field_goals_made - three_pointers_made) + 3 * three_pointers_made + free_throws_made
      OR field_goals_made > field_goals_attempted OR three_pointers_made > three_pointers_attempted
      OR free_throws_made > free_throws_attempted OR total_rebounds <> offensive_rebounds + defensive_rebounds
      OR three_pointers_attempted > field_goals_attempted OR personal_fouls > 6)`),
  ).toEqual([[0]]);
});

test('team rows are the sums of their players in every count', async () => {
  const pairs = [
    ['points', 'points'],
    ['fg_made', 'field_goals_made'],
    ['fg_attempted', 'field_goals_attempted'],
    ['three_pt_made', 'three_pointers_made'],
    ['three_pt_attempted', 'three_pointers_attempted'],
    ['ft_made', 'free_throws_made'],
    ['ft_attempted', 'free_throws_attempted'],
    ['offensive_rebounds', 'offensive_rebounds'],
    ['defensive_rebounds', 'defensive_rebounds'],
    ['total_rebounds', 'total_rebounds'],
    ['assists', 'assists'],
    ['steals', 'steals'],
    ['blocks', 'blocks'],
    ['turnovers', 'turnovers'],
    ['personal_fouls', 'personal_fouls'],
  ] as const;
  const wrong = await league.rows(`
    WITH players AS (
      SELECT nba_game_id, team_abbr, ${pairs.map(([to, from]) => `sum(${from}) AS ${to}`).join(', ')}
      FROM clean_player WHERE player_status = 'active' GROUP BY ALL)
    SELECT t.game_date, t.team_abbr, t.points FROM clean_team AS t JOIN players AS p
      ON p.nba_game_id = t.nba_game_id AND p.team_abbr = t.team_abbr
    WHERE ${pairs.map(([column]) => `t.${column} <> p.${column}`).join(' OR ')}
    ORDER BY 1`);
  const named = ['inconsistent-team-row', 'gamebook-lacks-player'].map(
    (name) => summary.plants.find((plant) => plant.name === name)!.date,
  );
  expect(wrong.map(([date]) => String(date))).toEqual(named);
});

test('at least eight men of each team play, and their minutes sum to 240 + 25k within four', async () => {
  const off = await league.rows(`
    WITH team AS (
      SELECT nba_game_id, team_abbr, count(*) AS men, sum(${SECONDS}) / 60 AS minutes
      FROM clean_player WHERE player_status = 'active' AND ${SECONDS} > 0
        AND game_date <> DATE '${summary.plants.find((p) => p.name === 'gamebook-lacks-player')!.date}'
      GROUP BY ALL)
    SELECT count(*) FROM team
    WHERE men < 8 OR abs(minutes - 240 - 25 * round((minutes - 240) / 25)) > 4 OR minutes < 236`);
  expect(off).toEqual([[0]]);
});

test('shots are the attempts of the box score, by man, and their assists and blocks are counted', async () => {
  const wrong = await league.rows(`
    WITH play AS (
      SELECT * FROM bigdataball_play_by_play
      QUALIFY row_number() OVER (PARTITION BY bdb_game_id, event_sequence ORDER BY processed_at DESC) = 1
    ), shots AS (
      SELECT bdb_game_id, player_1_name AS name, count(*) AS fga, count(*) FILTER (shot_made) AS fgm,
        count(*) FILTER (shot_type = '3PT') AS tpa
      FROM play GROUP BY ALL
    ), box AS (
      SELECT CAST(nba_game_id AS BIGINT) AS bdb_game_id, game_date,
        CASE WHEN player_name LIKE '% III' THEN left(player_name, -4)
             WHEN player_name LIKE '% Jr.' AND NOT EXISTS (SELECT 1 FROM play WHERE player_1_name = player_name) THEN left(player_name, -4)
             ELSE player_name END AS name,
        field_goals_attempted AS fga, field_goals_made AS fgm, three_pointers_attempted AS tpa
      FROM clean_player WHERE field_goals_attempted > 0
    )
    SELECT DISTINCT coalesce(s.name, b.name) FROM shots AS s
    FULL JOIN box AS b ON b.bdb_game_id = s.bdb_game_id AND b.name = s.name
    WHERE s.fga IS DISTINCT FROM b.fga OR s.fgm IS DISTINCT FROM b.fgm OR s.tpa IS DISTINCT FROM b.tpa`);
  // The nickname with its man, and the man whom the gamebook lacks.
  expect(wrong.map(([name]) => name)).toContain('Bub Nickname');
  expect(wrong).toHaveLength(3);
  expect(
    await league.rows(`
      WITH play AS (
        SELECT * FROM bigdataball_play_by_play
        QUALIFY row_number() OVER (PARTITION BY bdb_game_id, event_sequence ORDER BY processed_at DESC) = 1)
      SELECT (SELECT sum(assists) FROM clean_player) + (SELECT sum(b.assists) FROM bdl_player_boxscores AS b
          WHERE NOT EXISTS (SELECT 1 FROM clean_player AS p WHERE p.game_date = b.game_date
            AND (p.player_lookup = b.player_lookup OR starts_with(p.player_lookup, b.player_lookup)
              OR p.points = b.points AND p.assists = b.assists AND p.total_rebounds = b.rebounds)))
        - (SELECT count(*) FROM play WHERE player_2_role = 'assist')`),
  ).toEqual([[0]]);
});

test('zones follow the distance: paint up to 8 feet, threes from 22', async () => {
  expect(
    await league.rows(`SELECT count(*) FROM bigdataball_play_by_play
      WHERE (shot_type = '3PT') <> (shot_distance >= 22) OR contains(event_subtype, '3pt') <> (shot_type = '3PT')
        OR game_clock_seconds < 0 OR game_clock_seconds > 720`),
  ).toEqual([[0]]);
  const [share] = await league.rows(`SELECT avg(CAST(shot_distance <= 8 AS INTEGER)),
    avg(CAST(shot_type = '3PT' AS INTEGER)) FROM bigdataball_play_by_play`);
  expect(share![0]).toBeGreaterThan(0.3);
  expect(share![1]).toBeGreaterThan(0.3);
});

test('nobody whom the report of the day lists out plays, and some whom the evening listed do', async () => {
  const played = (when: string) => `
    SELECT count(*) FROM (SELECT DISTINCT game_date, player_lookup FROM nbac_injury_report
      WHERE report_date ${when} game_date AND injury_status IN ('Out', 'Doubtful')) AS r
    JOIN clean_player AS p ON p.game_date = r.game_date AND p.player_lookup = r.player_lookup
    WHERE p.player_status = 'active'`;
  expect(await league.rows(played('='))).toEqual([[0]]);
  expect((await league.rows(played('<')))[0]![0]).toBeGreaterThan(0);
});

test('lines are known of every game, a spread on both sides, before tip-off', async () => {
  expect(
    await league.rows(`
      WITH l AS (SELECT * FROM odds_api_game_lines WHERE snapshot_timestamp < commence_time)
      SELECT count(*) FROM final AS f WHERE NOT EXISTS (
        SELECT 1 FROM l WHERE l.game_date = f.game_date AND split_part(l.game_id, '_', 3) = f.home_team_tricode
          AND l.market_key = 'totals')`),
  ).toEqual([[0]]);
  expect(
    await league.rows(`SELECT count(*) FROM (SELECT sum(outcome_point) AS pair
      FROM odds_api_game_lines WHERE market_key = 'spreads'
      GROUP BY game_id, bookmaker_key, snapshot_timestamp) WHERE pair <> 0`),
  ).toEqual([[0]]);
});

test('coming games have lines, evening reports and for the first date the report of the day', async () => {
  const [first, second] = summary.comingDates;
  expect(
    await league.rows(`SELECT DISTINCT CAST(game_date AS VARCHAR), game_status, home_team_score
      FROM final WHERE game_status < 3 ORDER BY 1`),
  ).toEqual([
    [first, 1, null],
    [second, 1, null],
  ]);
  expect(
    await league.rows(`SELECT DISTINCT CAST(game_date AS VARCHAR), report_date = game_date
      FROM nbac_injury_report WHERE game_date >= DATE '${first}' ORDER BY ALL`),
  ).toEqual([
    [first, false],
    [first, true],
    [second, false],
  ]);
  expect(
    await league.rows(
      `SELECT count(*) FROM nbac_gamebook_player_stats WHERE game_date >= DATE '${first}'`,
    ),
  ).toEqual([[0]]);
});
