import { expect, test, vi } from 'vitest';
import { queryReplica } from '../pipeline/support/state.ts';
import { explains } from './support/explains.ts';
import { morning } from './support/hoopduck.ts';
import { disturbed, league, NIGHT, PLAYERS, plant, SCHEDULE, TEAMS } from './support/league.ts';
import { record, tells } from './support/record.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

test('dates that are missing in the middle and at either end are red, and so named when the schedule lacks them', async () => {
  const workspace = await league();
  // The first and the last date that the schedule knows, and one between, have no box scores; it has lost dates itself.
  const boxless = `('2024-10-23', '${NIGHT}', '2024-12-19')`;
  await plant(
    workspace,
    [TEAMS, PLAYERS, SCHEDULE],
    ...[TEAMS, PLAYERS].map((table) => `DELETE FROM ${table} WHERE game_date IN ${boxless}`),
    `DELETE FROM ${SCHEDULE}
     WHERE game_date = '2024-12-16' OR game_date < '2024-10-23' OR game_date > '2024-12-19'`,
  );

  const said = await morning(workspace);

  expect(said.exitCode).toBe(1);
  const explained = await explains(
    workspace,
    'dates_with_rows:nba_raw.nbac_gamebook_player_stats',
    'all',
    {
      verdict: 'fail',
      incident: 'A gap of dates, in the middle and at either end',
      command: 'hoopduck run',
    },
  );
  record({
    name: 'A gap of dates, in the middle and at either end',
    explained,
    verdict: 'caught',
    before:
      'a table was judged by its number of rows, and dates that it lacked, in the middle or at an end, were not seen.',
    now: 'every date with a final game must have rows of each needed table: `dates_with_rows` lists the ones that have none, and `completeness_players` and `completeness_team_rows` are red on each. Where the schedule itself has lost the dates nothing is expected of them, and `orphan_rows` warns of box scores without a game.',
    message: tells(
      said,
      'warning: nba_raw.nbac_schedule: removed, no longer in the warehouse: 2024-10-18, 2024-10-22, 2024-12-16, 2024-12-20, 2024-12-21 and 1 more dates',
      'warning: nba_raw.nbac_gamebook_player_stats: removed, no longer in the warehouse: 2024-10-23, 2024-12-13, 2024-12-19',
      'red  dates_with_rows of nba_raw.nbac_gamebook_player_stats, all: 94.64% found, 100% wanted (3 of 56 dates without rows: 2024-10-23, 2024-12-13, 2024-12-19 (rows from 2024-10-18 to 2024-12-20))',
      'red  completeness_team_rows of nba_analytics.team_offense_game_summary, 2024-12-19: 0% found, 100% wanted (no row for CHA, GSW (game 20241219_CHA_GSW); no row for LAC, MEM (game 20241219_LAC_MEM); no row for NYK, POR (game 20241219_POR_NYK))',
      'warn orphan_rows of nba_raw.nbac_gamebook_player_stats, all: 95.72% found, 100% wanted (left out, the schedule has only 2024-10-23 to 2024-12-19: 2024-10-18 (33 rows), 2024-10-22 (196 rows), 2024-12-20 (293 rows))',
      'warn orphan_rows of nba_raw.nbac_gamebook_player_stats, 2024-12-16: 0% found, 100% wanted (left out, the schedule has no game that day: 15 rows of ATL, 17 rows of CHA, 16 rows of CHI, 17 rows of DET, 15 rows of IND, 17 rows of LAL, 17 rows of MEM, 17 rows of MIA, 16 rows of MIN, 17 rows of PHX, 17 rows of POR, 16 rows of SAC, 17 rows of TOR, 15 rows of UTA)',
    ),
  });
});

test('a live game is left out by its status; one that the schedule calls final at half-time is red', async () => {
  const workspace = await league();
  await plant(
    workspace,
    [SCHEDULE, TEAMS, PLAYERS],
    `UPDATE ${SCHEDULE} SET game_status = 2, game_status_text = 'Half', winning_team_tricode = NULL,
       home_team_score = home_team_score // 2, away_team_score = away_team_score // 2
     WHERE game_id = '0022400340' AND game_status = 3`,
    // The box score of another game is of half-time: halves that are consistent among themselves.
    `UPDATE ${PLAYERS} SET minutes = concat(CAST(split_part(minutes, ':', 1) AS INTEGER) // 2, ':00'),
       field_goals_made = field_goals_made // 2, field_goals_attempted = field_goals_attempted // 2,
       three_pointers_made = three_pointers_made // 2 // 2, free_throws_made = free_throws_made // 2,
       free_throws_attempted = free_throws_attempted // 2, turnovers = turnovers // 2,
       points = 2 * (field_goals_made // 2) + three_pointers_made // 2 // 2 + free_throws_made // 2
     WHERE nba_game_id = '0022400349' AND player_status = 'active'`,
    `UPDATE ${TEAMS} SET minutes = '120:00', points = p.points, fg_made = p.fg, fg_attempted = p.fga,
       three_pt_made = p.three, ft_made = p.ft, ft_attempted = p.fta, turnovers = p.tov
     FROM (SELECT team_abbr AS team, sum(points) AS points, sum(field_goals_made) AS fg, sum(field_goals_attempted) AS fga,
             sum(three_pointers_made) AS three, sum(free_throws_made) AS ft, sum(free_throws_attempted) AS fta,
             sum(turnovers) AS tov
           FROM ${PLAYERS} WHERE nba_game_id = '0022400349' GROUP BY team_abbr) AS p
     WHERE nba_game_id = '0022400349' AND team_abbr = p.team`,
  );

  const said = await morning(workspace);

  expect(said.exitCode).toBe(1);
  expect(
    await queryReplica(
      workspace,
      `SELECT count(*)::INTEGER AS n FROM nba_analytics.team_offense_game_summary
       WHERE game_date = '${NIGHT}' AND team_abbr IN ('CHA', 'LAL')`,
    ),
  ).toEqual([{ n: 0 }]);
  const explained = await explains(workspace, 'completeness_players', '2024-12-14', {
    verdict: 'fail',
    incident: 'A live game taken for a final one',
    command: 'hoopduck run',
  });
  record({
    name: 'A live game taken for a final one',
    explained,
    verdict: 'caught',
    before:
      'a game was scraped while it was played, and its figures of that moment stood as the result.',
    now: 'the schedule says which games are final; box scores of others are left out, counted and named. Where the schedule is mistaken, or the box score was never scraped again, the minutes of a half do not make a game (`completeness_players`), and the points are not the score (`schedule_score`).',
    message: tells(
      said,
      'warning: nbac_gamebook_player_stats: 34 rows left out, its game is not final',
      'warning: nbac_team_boxscore: 2 rows left out, its game is not final',
      'warn unfinished_games of nba_raw.nbac_schedule, 2024-12-13: 87.50% found, 100% wanted (left out, the schedule does not call them final: 20241213_CHA_LAL (live))',
      'red  completeness_players of nba_analytics.player_game_summary, 2024-12-14: 87.50% found, 100% wanted (minutes of GSW sum to 118.0 (wanted: 240 and 25 for each overtime), minutes of NYK sum to 114.0 (wanted: 240 and 25 for each overtime) (game 20241214_NYK_GSW))',
      'red  schedule_score of nba_analytics.team_offense_game_summary, 2024-12-14: 87.50% found, 100% wanted (GSW 41 points, 100 in the schedule (game 20241214_NYK_GSW); NYK 38 points, 94 in the schedule (game 20241214_NYK_GSW))',
    ),
  });
});

test('the cup final and a neutral site count as any game, with home and away from the schedule', async () => {
  const workspace = await league();
  // The cup final of 2024-12-17 (league id 006...), and a game of the season that both sources see the other way round.
  const games =
    "('0022400340', (SELECT any_value(game_id) FROM nbac_schedule WHERE game_id LIKE '006%'))";
  await plant(
    workspace,
    [SCHEDULE, TEAMS, PLAYERS],
    `UPDATE ${SCHEDULE} SET neutral_site_flag = TRUE WHERE game_id IN ${games}`,
    `UPDATE ${TEAMS} SET is_home = NOT is_home,
       game_id = concat_ws('_', split_part(game_id, '_', 1), split_part(game_id, '_', 3), split_part(game_id, '_', 2))
     WHERE nba_game_id IN ${games}`,
    `UPDATE ${PLAYERS} SET home_team_abbr = away_team_abbr, away_team_abbr = home_team_abbr,
       game_id = concat_ws('_', split_part(game_id, '_', 1), split_part(game_id, '_', 3), split_part(game_id, '_', 2))
     WHERE nba_game_id IN ${games}`,
  );

  const said = await morning(workspace);

  expect(said.exitCode).toBe(0);
  expect(await disturbed(workspace)).toEqual([]);
  expect(
    await queryReplica(
      workspace,
      `SELECT left(nba_game_id, 3) AS kind, count(*)::INTEGER AS rows FROM nba_analytics.team_offense_game_summary
       WHERE game_date = '2024-12-17' GROUP BY ALL`,
    ),
  ).toEqual([{ kind: '006', rows: 2 }]);
  const explained = await explains(
    workspace,
    'completeness_team_rows:team_offense_game_summary',
    '2024-12-17',
    { verdict: 'pass', incident: null, command: null },
  );
  record({
    name: 'Games on neutral sites and of the in-season cup',
    explained,
    verdict: 'impossible',
    before:
      'on a neutral site two sources disagree about who is at home, and the id of the cup final begins with 006, which no list of games expected.',
    now: "a game is found by date and team, so that the sides of a box score are not asked; its nominal home team is the schedule's. League games are 002, 004, 005 and 006. Every published partition is the same, digest by digest.",
    message: tells(
      said,
      'nba_raw.nbac_schedule: restated 2024-12-13',
      'nba_raw.nbac_gamebook_player_stats: restated 2024-12-13, 2024-12-17',
      'nba_raw.nbac_team_boxscore: restated 2024-12-13, 2024-12-17',
    ),
  });
});

test('a game that moves to another date takes its expectation and its rows along', async () => {
  const workspace = await league();
  const rows = (date: string) =>
    queryReplica<{ team: string; rows: number }>(
      workspace,
      `SELECT DISTINCT team_abbr AS team FROM hoopduck.population
       WHERE game_date = '${date}' AND team_abbr IN ('LAL', 'BKN') ORDER BY team`,
    );
  expect(await rows('2024-12-21')).toEqual([{ team: 'BKN' }, { team: 'LAL' }]);
  await plant(
    workspace,
    [SCHEDULE],
    `INSERT INTO ${SCHEDULE} SELECT * REPLACE (DATE '2024-12-22' AS game_date,
       game_date_est + INTERVAL 1 DAY AS game_date_est, processed_at + INTERVAL 1 DAY AS processed_at)
     FROM ${SCHEDULE} WHERE game_id = '0022400386'`,
  );

  const said = await morning(workspace);

  expect(said.exitCode).toBe(0);
  expect(await rows('2024-12-21')).toEqual([]);
  expect(await rows('2024-12-22')).toEqual([{ team: 'BKN' }, { team: 'LAL' }]);
  const dates = new Set((await disturbed(workspace)).map((name) => name.split(' ')[1]));
  expect([...dates].sort()).toEqual(['2024-12-21', '2024-12-22']);
  const explained = await explains(workspace, 'completeness_players', NIGHT, {
    verdict: 'pass',
    incident: null,
    command: null,
  });
  record({
    name: 'A schedule that changes',
    explained,
    verdict: 'repaired',
    before: 'a game was moved to another date, and the old date went on waiting for it.',
    now: 'the date of a game is that of its newest row in the schedule, which is read whole at every sync. Both dates are rebuilt: the old one no longer expects the game and has no rows of it, the new one does.',
    message: tells(said, 'nba_raw.nbac_schedule: restated 2024-12-22'),
  });
});

test('an all-star game with box scores of real players leaves every table as it was', async () => {
  const workspace = await league();
  const day = '2024-11-28';
  await plant(
    workspace,
    [SCHEDULE, TEAMS, PLAYERS],
    `INSERT INTO ${SCHEDULE} SELECT * REPLACE ('0032400001' AS game_id, DATE '${day}' AS game_date, TRUE AS is_all_star,
       'WST' AS home_team_tricode, 'EST' AS away_team_tricode)
     FROM ${SCHEDULE} WHERE game_id = '0022400340' AND game_status = 3`,
    ...[TEAMS, PLAYERS].map(
      (
        table,
      ) => `INSERT INTO ${table} SELECT * REPLACE ('0032400001' AS nba_game_id, DATE '${day}' AS game_date,
         CASE team_abbr WHEN 'LAL' THEN 'WST' ELSE 'EST' END AS team_abbr)
       FROM ${table} WHERE nba_game_id = '0022400340'`,
    ),
  );

  const said = await morning(workspace);

  expect(said.exitCode).toBe(0);
  expect(await disturbed(workspace)).toEqual([]);
  const explained = await explains(
    workspace,
    'orphan_rows:nba_raw.nbac_gamebook_player_stats',
    day,
    { verdict: 'pass', incident: null, command: null },
  );
  record({
    name: 'An all-star game',
    explained,
    verdict: 'impossible',
    before:
      'the all-star game came in as a night of the season, with two teams that are none of the thirty.',
    now: 'games are those of the kinds 002, 004, 005 and 006 between two of the thirty teams. Box scores of any other are left out and counted, nothing is expected of the date, and every published partition is the same, digest by digest.',
    message: tells(
      said,
      'nba_raw.nbac_gamebook_player_stats: 34 rows of 1 new date, 2024-11-28',
      'warning: nbac_gamebook_player_stats: 67 rows left out, orphan: its team has no game in the schedule that day',
      'warning: nbac_team_boxscore: 4 rows left out, orphan: its team has no game in the schedule that day',
    ),
  });
});
