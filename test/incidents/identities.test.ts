import { expect, test, vi } from 'vitest';
import { queryReplica } from '../pipeline/support/state.ts';
import { explains } from './support/explains.ts';
import { morning } from './support/hoopduck.ts';
import {
  disturbed,
  league,
  NIGHT,
  PLAYERS,
  PLAYS,
  plant,
  SCHEDULE,
  TEAMS,
  undisturbed,
} from './support/league.ts';
import { record, tells } from './support/record.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

/** A game_id with its teams the other way round. */
const REVERSED =
  "concat_ws('_', split_part(game_id, '_', 1), split_part(game_id, '_', 3), split_part(game_id, '_', 2))";

test('ids of a night with home and away exchanged change nothing: a game is found by date and team', async () => {
  const workspace = await league();
  await plant(
    workspace,
    [TEAMS, PLAYERS],
    ...[TEAMS, PLAYERS].map(
      (table) => `UPDATE ${table} SET game_id = ${REVERSED} WHERE game_date = '${NIGHT}'`,
    ),
  );

  const said = await morning(workspace);

  expect(said.exitCode).toBe(0);
  expect(await disturbed(workspace)).toEqual([]);
  const explained = await explains(workspace, 'reconciliation', NIGHT, {
    verdict: 'pass',
    incident: null,
    command: null,
  });
  record({
    name: 'Reversed game ids',
    explained,
    verdict: 'impossible',
    before:
      'one source wrote `YYYYMMDD_HOME_AWAY` and another `YYYYMMDD_AWAY_HOME`, and a join on the id lost the game.',
    now: 'the id of a box score is not read. A team plays at most once a day, so that date and team find the game; home and away come from the schedule, and the id is rebuilt from it. The night is read again and every published partition is the same, digest by digest.',
    message: tells(
      said,
      `nba_raw.nbac_gamebook_player_stats: restated ${NIGHT}`,
      `nba_raw.nbac_team_boxscore: restated ${NIGHT}`,
    ),
  });
});

/** From this date on a man of CHA and a man of POR, the best scorers of the night, have changed places. */
const TRADE = '2024-12-16';
const TRADED = [
  `CREATE TABLE traded AS SELECT team_abbr, nba_player_id AS id, player_lookup AS lookup, player_name AS name
   FROM ${PLAYERS} WHERE game_date = '${NIGHT}' AND team_abbr IN ('CHA', 'POR')
   QUALIFY row_number() OVER (PARTITION BY team_abbr ORDER BY points DESC NULLS LAST, nba_player_id) = 1`,
  `CREATE TABLE swap AS SELECT a.id, b.id AS new_id, b.lookup AS new_lookup, b.name AS new_name
   FROM traded AS a JOIN traded AS b ON a.id <> b.id`,
  `UPDATE ${PLAYERS} SET nba_player_id = new_id, player_lookup = new_lookup, player_name = new_name
   FROM swap WHERE swap.id = nba_player_id AND game_date >= '${TRADE}'`,
  `UPDATE ${PLAYS} SET player_1_lookup = concat(new_id, new_lookup), player_1_name = new_name
   FROM swap WHERE starts_with(player_1_lookup, CAST(swap.id AS VARCHAR)) AND game_date >= '${TRADE}'`,
  // His old team lists him once more, as inactive, in an earlier scrape of the day of the trade.
  `INSERT INTO ${PLAYERS}
   SELECT p.* REPLACE (t.id AS nba_player_id, t.lookup AS player_lookup, t.name AS player_name,
     p.processed_at - INTERVAL 1 HOUR AS processed_at)
   FROM (SELECT * FROM ${PLAYERS} WHERE game_date = '${TRADE}' AND team_abbr = 'CHA'
           AND player_status = 'inactive' ORDER BY nba_player_id LIMIT 1) AS p,
     (SELECT * FROM traded WHERE team_abbr = 'CHA') AS t`,
];

test('a man who plays for two teams in a week has one row a game, with the usage of the team that he plays for', async () => {
  const workspace = await league();
  await plant(workspace, [PLAYERS, PLAYS], ...TRADED);

  const said = await morning(workspace);

  expect(said.exitCode).toBe(0);
  const weekOf = (league: string, lookup: string) =>
    queryReplica<Record<string, unknown>>(
      league,
      `SELECT CAST(game_date AS VARCHAR) AS date, team_abbr AS team, points, usage_rate AS usage
       FROM nba_analytics.player_game_summary
       WHERE player_lookup = '${lookup}' AND game_date BETWEEN '${NIGHT}' AND '2024-12-19' ORDER BY game_date`,
    );
  const before = await undisturbed();
  const men = await queryReplica<{ lookup: string; team: string }>(
    before,
    `SELECT player_lookup AS lookup, team_abbr AS team FROM nba_analytics.player_game_summary
     WHERE game_date = '${NIGHT}' AND team_abbr IN ('CHA', 'POR')
     QUALIFY row_number() OVER (PARTITION BY team_abbr ORDER BY points DESC NULLS LAST, player_lookup) = 1 ORDER BY team`,
  );
  const [cha, por] = men.map(({ lookup }) => lookup) as [string, string];
  // What the man of POR did from the trade on is his now, usage included; before it he has his own.
  expect(await weekOf(workspace, cha)).toEqual([
    ...(await weekOf(before, cha)).slice(0, 1),
    ...(await weekOf(before, por)).slice(1),
  ]);
  expect((await weekOf(workspace, cha)).map(({ date, team }) => `${date} ${team}`)).toEqual([
    `${NIGHT} CHA`,
    `${TRADE} POR`,
    '2024-12-19 POR',
  ]);
  expect((await disturbed(workspace)).filter((name) => name.includes('.team_'))).toEqual([]);
  const explained = await explains(workspace, 'completeness_players', TRADE, {
    verdict: 'pass',
    incident: null,
    command: null,
  });
  record({
    name: 'A traded player on two teams in a week',
    explained,
    verdict: 'impossible',
    before:
      'a man who had changed teams was joined with the team of another date, or counted for both.',
    now: 'his team is that of each game: player rows are joined with team rows by date and team. A man who is in two lists of one day has one row, of the newest scrape. His own windows go on across teams, and no team row changes.',
    message: tells(
      said,
      'nba_raw.nbac_gamebook_player_stats: restated 2024-12-16, 2024-12-19, 2024-12-20',
      'nba_raw.bigdataball_play_by_play: restated 2024-12-16, 2024-12-19, 2024-12-20',
    ),
  });
});

test('two men under one lookup are left out, and the date is red with both named', async () => {
  const workspace = await league();
  await plant(
    workspace,
    [PLAYERS],
    `UPDATE ${PLAYERS} SET player_lookup = 'jalenwilliams', player_name = 'Jalen Williams'
     WHERE game_date = '${NIGHT}' AND nba_player_id IN (
       SELECT min(nba_player_id) FROM ${PLAYERS}
       WHERE game_date = '${NIGHT}' AND team_abbr IN ('LAL', 'POR') AND points > 5 GROUP BY team_abbr)`,
  );

  const said = await morning(workspace);

  expect(said.exitCode).toBe(1);
  const explained = await explains(workspace, 'ambiguous_lookup', NIGHT, {
    verdict: 'fail',
    incident: 'Two players with one lookup',
    command: 'hoopduck run',
  });
  record({
    name: 'Two players with one lookup',
    explained,
    verdict: 'caught',
    before: 'the lookup was the key of a man, so that two men of one lookup became one.',
    now: 'two league ids under one lookup and date are two men. Neither is published under a key that does not tell them apart: `ambiguous_lookup` names both, and their teams are no longer whole.',
    message: tells(
      said,
      'red  ambiguous_lookup of nba_analytics.player_game_summary, 2024-12-13: 99.23% found, 100% wanted (jalenwilliams is 2 players (1900211 of LAL, 1900394 of POR))',
      'red  completeness_players of nba_analytics.player_game_summary, 2024-12-13: 87.50% found, 100% wanted (minutes of LAL sum to 198.0 (wanted: 240 and 25 for each overtime) (game 20241213_CHA_LAL); minutes of POR sum to 199.0 (wanted: 240 and 25 for each overtime) (game 20241213_PHX_POR))',
    ),
  });
});

test('ids that lost their leading zeros are the same ids', async () => {
  const workspace = await league();
  await plant(
    workspace,
    [SCHEDULE, TEAMS, PLAYERS],
    `ALTER TABLE ${SCHEDULE} ALTER game_id TYPE BIGINT`,
    `ALTER TABLE ${TEAMS} ALTER nba_game_id TYPE BIGINT`,
    `ALTER TABLE ${PLAYERS} ALTER nba_game_id TYPE BIGINT`,
  );

  const said = await morning(workspace);

  expect(said.exitCode).toBe(0);
  expect(await disturbed(workspace)).toEqual([]);
  const explained = await explains(workspace, 'completeness_players', NIGHT, {
    verdict: 'pass',
    incident: null,
    command: null,
  });
  record({
    name: 'Leading zeros lost in ids',
    explained,
    verdict: 'repaired',
    before:
      'ids were taken for numbers, 0022400340 became 22400340, and joins on them found nothing.',
    now: 'the league id is brought back to ten digits when it is staged. The change of a column is told; every published partition is the same, digest by digest.',
    message: tells(
      said,
      'warning: nba_raw.nbac_schedule: the column "game_id" is BIGINT now, it was VARCHAR; it is taken',
      'warning: nba_raw.nbac_team_boxscore: the column "nba_game_id" is BIGINT now, it was VARCHAR; it is taken',
      'warning: nba_raw.nbac_gamebook_player_stats: the column "nba_game_id" is BIGINT now, it was VARCHAR; it is taken',
    ),
  });
});
