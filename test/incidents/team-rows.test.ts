import { expect, test, vi } from 'vitest';
import { explains } from './support/explains.ts';
import { hoopduck, morning } from './support/hoopduck.ts';
import {
  disturbed,
  league,
  NEXT_NIGHT,
  NIGHT,
  PLAYERS,
  plant,
  SCHEDULE,
  TEAMS,
  tamper,
} from './support/league.ts';
import { record, tells } from './support/record.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 });

const OFFENSE = 'nba_analytics.team_offense_game_summary';

test("two of a night's sixteen team rows: the other fourteen are rebuilt from their players, and the run says so", async () => {
  const workspace = await league();
  await plant(
    workspace,
    [TEAMS],
    `DELETE FROM ${TEAMS} WHERE game_date = '${NIGHT}' AND team_abbr NOT IN ('MIL', 'CLE')`,
  );

  const said = await morning(workspace);

  expect(said.exitCode).toBe(0);
  // Only the source of the rows is another one: every player's usage and all that follows is the same.
  expect(await disturbed(workspace)).toEqual([`${OFFENSE} ${NIGHT}`]);
  const explained = await explains(
    workspace,
    'completeness_team_rows:team_offense_game_summary',
    NIGHT,
    { verdict: 'pass', incident: 'Two of sixteen team rows', command: null },
  );
  record({
    name: 'Two of sixteen team rows',
    explained,
    verdict: 'repaired',
    before:
      'a night got two of its sixteen team rows and passed; the usage of everybody on the other fourteen teams was unknown.',
    now: 'two rows for each final game of the schedule are expected. A missing row is summed from its players where they are a whole team whose points are the score (tier silver, and the row says so); every figure that depends on it is the same. Where the players are missing too, `completeness_team_rows` is red and names the teams.',
    message: tells(
      said,
      `nba_raw.nbac_team_boxscore: restated ${NIGHT}`,
      `${NIGHT}: 14 of 16 team rows reconstructed from their players (silver)`,
    ),
  });
});

test('team rows under the next date: orphans are named, and rows that pass for those of the day are red', async () => {
  const workspace = await league();
  await plant(
    workspace,
    [TEAMS, PLAYERS],
    // MIL, PHX and SAS play on both nights; of MIL even the players are those of the wrong night.
    `UPDATE ${TEAMS} SET game_date = '${NEXT_NIGHT}', processed_at = processed_at + INTERVAL 3 DAY
     WHERE game_date = '${NIGHT}'`,
    `DELETE FROM ${PLAYERS} WHERE game_date = '${NEXT_NIGHT}' AND team_abbr = 'MIL'`,
    `INSERT INTO ${PLAYERS} SELECT * REPLACE (DATE '${NEXT_NIGHT}' AS game_date)
     FROM ${PLAYERS} WHERE game_date = '${NIGHT}' AND team_abbr = 'MIL'`,
  );

  const said = await morning(workspace);

  expect(said.exitCode).toBe(1);
  const explained = await explains(workspace, 'reconciliation', NEXT_NIGHT, {
    verdict: 'fail',
    incident: 'Team rows under the wrong date',
    command: 'hoopduck run',
  });
  record({
    name: 'Team rows under the wrong date',
    explained,
    verdict: 'caught',
    before:
      'team rows were saved under a date that was not that of their game; where the team played on that date too, they stood in the place of the right ones.',
    now: 'a row is found by date and team. A team without a game that day makes it an orphan: it is left out and named by `orphan_rows`, and the row that is missing on the right date is rebuilt from the players. Of a team that did play, `reconciliation` holds the row against the players, and `schedule_score` against the score, which finds it even where the players are of the wrong night as well.',
    message: tells(
      said,
      'warning: nba_raw.nbac_team_boxscore: removed, no longer in the warehouse: 2024-12-13',
      '2024-12-13: 16 of 16 team rows reconstructed from their players (silver)',
      'red  reconciliation of nba_analytics.player_game_summary, 2024-12-14: 87.50% found, 100% wanted (PHX points 109 of players, 111 of the team, FGA 84 of players, 86 of the team, TOV 10 of players, 13 of the team (game 20241214_MIL_PHX); SAS FGA 89 of players, 72 of the team, FTA 17 of players, 39 of the team, TOV 14 of players, 13 of the team (game 20241214_SAS_PHI))',
      'red  schedule_score of nba_analytics.team_offense_game_summary, 2024-12-14: 87.50% found, 100% wanted (MIL 106 points, 99 in the schedule (game 20241214_MIL_PHX); PHX 111 points, 109 in the schedule (game 20241214_MIL_PHX))',
      'warn orphan_rows of nba_raw.nbac_team_boxscore, 2024-12-14: 59.37% found, 100% wanted (left out, the schedule has no game that day: 1 row of ATL, 1 row of BOS, 1 row of CHA, 1 row of CLE, 1 row of DEN, 1 row of LAC, 1 row of LAL, 1 row of MEM, 1 row of MIN, 1 row of ORL, 1 row of POR, 1 row of TOR, 1 row of WAS)',
    ),
  });
});

test('a team row older than its players is red until it is scraped again, and an old row put back is red again', async () => {
  const workspace = await league();
  // A free throw of a man of LAL, first scored as a miss, counts after all; his team's box score does not know it yet.
  await plant(
    workspace,
    [PLAYERS, SCHEDULE],
    `UPDATE ${PLAYERS} SET points = points + 1, free_throws_made = free_throws_made + 1,
       free_throws_attempted = free_throws_attempted + 1
     WHERE game_date = '${NIGHT}' AND nba_player_id = (
       SELECT min(nba_player_id) FROM ${PLAYERS} WHERE game_date = '${NIGHT}' AND team_abbr = 'LAL' AND points > 5)`,
    `UPDATE ${SCHEDULE} SET home_team_score = home_team_score + 1
     WHERE game_date = '${NIGHT}' AND home_team_tricode = 'LAL' AND game_status = 3`,
  );
  const stale = await morning(workspace);
  expect(stale.exitCode).toBe(1);
  const explained = await explains(workspace, 'schedule_score', NIGHT, {
    verdict: 'fail',
    incident: 'A team table older than its players',
    command: 'hoopduck run',
  });

  await plant(
    workspace,
    [TEAMS],
    `UPDATE ${TEAMS} SET points = points + 1, ft_made = ft_made + 1, ft_attempted = ft_attempted + 1
     WHERE game_date = '${NIGHT}' AND team_abbr = 'LAL'`,
  );
  const fresh = await morning(workspace);
  expect(fresh.exitCode).toBe(0);

  await tamper(
    workspace,
    `UPDATE ${OFFENSE} SET points_scored = points_scored - 1, ft_makes = ft_makes - 1, ft_attempts = ft_attempts - 1
     WHERE game_date = '${NIGHT}' AND team_abbr = 'LAL'`,
  );
  const old = await hoopduck(workspace, 'validate', { refresh: true });
  expect(old.exitCode).toBe(1);

  const lines = [
    'red  reconciliation of nba_analytics.player_game_summary, 2024-12-13: 93.75% found, 100% wanted (LAL points 100 of players, 99 of the team, FTA 17 of players, 16 of the team (game 20241213_CHA_LAL))',
    'red  schedule_score of nba_analytics.team_offense_game_summary, 2024-12-13: 93.75% found, 100% wanted (LAL 99 points, 100 in the schedule (game 20241213_CHA_LAL))',
  ];
  tells(old, ...lines);
  // The old row is not in the source: the build brings the right one back.
  await explains(workspace, 'schedule_score', NIGHT, {
    verdict: 'fail',
    incident: 'A team table older than its players',
    command: `hoopduck transform --from ${NIGHT} --to ${NIGHT} --refresh`,
  });
  // The suggested command repairs it.
  await hoopduck(workspace, 'transform', { from: NIGHT, to: NIGHT, refresh: true });
  expect((await hoopduck(workspace, 'validate')).exitCode).toBe(0);
  record({
    name: 'A team table older than its players',
    explained,
    verdict: 'caught',
    before:
      'the players of a night were computed again and the team table was not, so that shares were taken of a team that no longer was.',
    now: 'a table is rebuilt when the digest of anything that it reads is not the one of its last build, so that it cannot stay behind. Where the source itself is behind, or an old row stands in the table, `reconciliation` and `schedule_score` are red and give both figures.',
    message: tells(stale, ...lines),
  });
});

test('a night without any team row is rebuilt from its players; an emptied team table is red beside complete players', async () => {
  const workspace = await league();
  await plant(workspace, [TEAMS], `DELETE FROM ${TEAMS} WHERE game_date = '${NIGHT}'`);
  const rebuilt = await morning(workspace);
  expect(rebuilt.exitCode).toBe(0);
  expect(await disturbed(workspace)).toEqual([`${OFFENSE} ${NIGHT}`]);

  await tamper(workspace, `DELETE FROM ${OFFENSE} WHERE game_date = '${NIGHT}'`);
  const emptied = await hoopduck(workspace, 'validate', { refresh: true });

  expect(emptied.exitCode).toBe(1);
  const explained = await explains(
    workspace,
    'completeness_team_rows:team_offense_game_summary',
    NIGHT,
    {
      verdict: 'fail',
      incident: 'A complete player table and an empty team table',
      command: `hoopduck transform --from ${NIGHT} --to ${NIGHT} --refresh`,
    },
  );
  record({
    name: 'A complete player table and an empty team table',
    explained,
    verdict: 'caught',
    before:
      'a night counted as complete when its players were there, and the team table had no row of it.',
    now: 'each table is held against the schedule by itself. When the source has no team rows they are rebuilt from the players and `dates_with_rows` warns; when the table is empty, `completeness_team_rows` names every team and `recorded_rows` the difference to the ledger.',
    message: [
      ...tells(
        rebuilt,
        '2024-12-13: 16 of 16 team rows reconstructed from their players (silver)',
        'warn dates_with_rows of nba_raw.nbac_team_boxscore, all: 98.30% found, 100% wanted (1 of 59 dates without rows: 2024-12-13 (rows from 2024-10-18 to 2024-12-20))',
      ),
      ...tells(
        emptied,
        'red  recorded_rows of nba_analytics.team_offense_game_summary, 2024-12-13: 0% found, 100% wanted (2024-12-13 holds 0 rows, the ledger says 16)',
        'red  completeness_team_rows of nba_analytics.team_offense_game_summary, 2024-12-13: 0% found, 100% wanted (no row for CHA, LAL (game 20241213_CHA_LAL); no row for BOS, MEM (game 20241213_MEM_BOS); no row for CLE, MIL (game 20241213_MIL_CLE); no row for DEN, MIN (game 20241213_MIN_DEN); no row for LAC, ORL (game 20241213_ORL_LAC); no row for PHX, POR (game 20241213_PHX_POR); no row for ATL, SAS (game 20241213_SAS_ATL); no row for TOR, WAS (game 20241213_TOR_WAS))',
      ),
    ],
  });
});

test('sixteen team rows of which two are of teams that did not play: the count helps nobody', async () => {
  const workspace = await league();
  await plant(
    workspace,
    [TEAMS],
    `UPDATE ${TEAMS} SET team_abbr = CASE team_abbr WHEN 'LAL' THEN 'HOU' WHEN 'POR' THEN 'NOP' ELSE team_abbr END
     WHERE game_date = '${NIGHT}'`,
  );
  const rebuilt = await morning(workspace);
  expect(rebuilt.exitCode).toBe(0);
  expect(await disturbed(workspace)).toEqual([`${OFFENSE} ${NIGHT}`]);

  await tamper(
    workspace,
    `UPDATE ${OFFENSE} SET team_abbr = 'HOU' WHERE game_date = '${NIGHT}' AND team_abbr = 'LAL'`,
  );
  const wrong = await hoopduck(workspace, 'validate', { refresh: true });

  expect(wrong.exitCode).toBe(1);
  const explained = await explains(
    workspace,
    'completeness_team_rows:team_offense_game_summary',
    NIGHT,
    {
      verdict: 'fail',
      incident: 'The right count with the wrong teams',
      command: `hoopduck transform --from ${NIGHT} --to ${NIGHT} --refresh`,
    },
  );
  record({
    name: 'The right count with the wrong teams',
    explained,
    verdict: 'caught',
    before:
      'completeness was a number of rows: sixteen rows were a full night, whatever teams they were of.',
    now: 'rows are matched with the teams of the schedule one by one. In the source the wrong rows are orphans, named and left out, and the missing ones are rebuilt from their players; in the table a row of a team without a game takes one away from the count, and both are named.',
    message: [
      ...tells(
        rebuilt,
        '2024-12-13: 2 of 16 team rows reconstructed from their players (silver)',
        'warn orphan_rows of nba_raw.nbac_team_boxscore, 2024-12-13: 87.50% found, 100% wanted (left out, the schedule has no game that day: 1 row of HOU, 1 row of NOP)',
      ),
      ...tells(
        wrong,
        'red  completeness_team_rows of nba_analytics.team_offense_game_summary, 2024-12-13: 87.50% found, 100% wanted (no row for LAL (game 20241213_CHA_LAL); row for HOU without a final game)',
      ),
    ],
  });
});
