import { expect, test, vi } from 'vitest';
import { queryReplica } from '../pipeline/support/state.ts';
import { explains } from './support/explains.ts';
import { hoopduck, morning } from './support/hoopduck.ts';
import { league, NEXT_NIGHT, NIGHT, PLAYERS, plant, TEAMS, tamper } from './support/league.ts';
import { record, tells } from './support/record.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const SUMMARY = 'nba_analytics.player_game_summary';

test('a night on which nobody used the ball is red, whether the source says so or the table', async () => {
  const workspace = await league();
  await plant(
    workspace,
    [PLAYERS],
    `UPDATE ${PLAYERS} SET field_goals_attempted = 0, free_throws_attempted = 0, turnovers = 0
     WHERE game_date = '${NIGHT}' AND player_status = 'active' AND team_abbr IN ('LAL', 'POR')`,
  );
  const source = await morning(workspace);
  expect(source.exitCode).toBe(1);

  await tamper(workspace, `UPDATE ${SUMMARY} SET usage_rate = 0 WHERE game_date = '${NEXT_NIGHT}'`);
  const table = await hoopduck(workspace, 'validate', { refresh: true });

  expect(table.exitCode).toBe(1);
  await explains(workspace, 'reconciliation', NIGHT, {
    verdict: 'fail',
    incident: 'Usage of zero for everybody',
    command: 'hoopduck run',
  });
  const explained = await explains(workspace, 'constant_column', NEXT_NIGHT, {
    verdict: 'fail',
    incident: 'Usage of zero for everybody',
    command: `hoopduck transform --from ${NEXT_NIGHT} --to ${NEXT_NIGHT} --refresh`,
  });
  record({
    name: 'Usage of zero for everybody',
    explained,
    verdict: 'caught',
    before:
      'usage was 0 for everybody, and every check of coverage passed, since nothing was missing.',
    now: 'a true 0 is kept, and one that cannot be known is unknown, with the reason. A night whose usage, points, minutes or attempts are zeros nearly throughout is red (`constant_column` on the date), and players who attempted nothing beside a team that did are red by `reconciliation`.',
    message: tells(
      table,
      'red  reconciliation of nba_analytics.player_game_summary, 2024-12-13: 87.50% found, 100% wanted (LAL FGA 0 of players, 87 of the team, FTA 0 of players, 16 of the team, TOV 0 of players, 17 of the team (game 20241213_CHA_LAL); POR FGA 0 of players, 87 of the team, FTA 0 of players, 27 of the team, TOV 0 of players, 9 of the team (game 20241213_PHX_POR))',
      'red  constant_column of nba_analytics.player_game_summary, 2024-12-14: 75% found, 100% wanted (usage_rate is at its default in 100.0% of 262 rows)',
    ),
  });
});

test('usage over 100 is kept and marked where it is true; many of them are red with the row that they come from', async () => {
  const workspace = await league();
  // A stint of a few seconds: true, and no reason to drop anybody.
  expect(
    await queryReplica(
      workspace,
      `SELECT round(usage_rate, 1) AS usage, usage_rate_valid AS valid, quality_issues AS issues
       FROM ${SUMMARY} WHERE usage_rate > 100`,
    ),
  ).toEqual([{ usage: 110.6, valid: false, issues: 'usage_over_100' }]);
  await plant(
    workspace,
    [TEAMS],
    `UPDATE ${TEAMS} SET fg_attempted = fg_attempted // 8, ft_attempted = ft_attempted // 8, turnovers = turnovers // 8
     WHERE game_date = '${NIGHT}' AND team_abbr = 'LAL'`,
  );

  const said = await morning(workspace);

  expect(said.exitCode).toBe(1);
  const explained = await explains(workspace, 'range_usage_rate', 'all', {
    verdict: 'fail',
    incident: 'Usage over 100',
    command: 'hoopduck run',
  });
  record({
    name: 'Usage over 100',
    explained,
    verdict: 'caught',
    before:
      'usage over 100 was a number like any other, and what was behind it was not looked for.',
    now: 'no row is dropped for its usage: one over 100 is kept and marked (`usage_rate_valid`, `usage_over_100`), as a stint of seconds can truly have it. More than one in a thousand is red (`range_usage_rate`), and `reconciliation` gives the team row whose figures are too small.',
    message: tells(
      said,
      'red  range_usage_rate of nba_analytics.player_game_summary, all: 99.89% found, 99.90% wanted (9 values outside 0 to 100 (they reach from 0.0 to 319.432120674), on 2024-12-13 (8), 2024-12-04 (1))',
      'red  reconciliation of nba_analytics.player_game_summary, 2024-12-13: 93.75% found, 100% wanted (LAL FGA 87 of players, 10 of the team, FTA 16 of players, 2 of the team, TOV 17 of players, 2 of the team (game 20241213_CHA_LAL))',
    ),
  });
});

test('usage of an overtime game counts its minutes, and a box score that forgot the overtime is red', async () => {
  const workspace = await league();
  const [man] = await queryReplica<Record<string, number>>(
    workspace,
    `SELECT p.usage_rate AS usage, t.overtime_periods AS overtimes, round(
       100 * (p.fg_attempts + 0.44 * p.ft_attempts + p.turnovers) * (265 / 5.0)
       / (p.minutes_played * (t.fg_attempts + 0.44 * t.ft_attempts + t.turnovers)), 9) AS by_hand
     FROM ${SUMMARY} AS p JOIN nba_analytics.team_offense_game_summary AS t USING (game_date, team_abbr)
     WHERE game_date = '${NEXT_NIGHT}' AND team_abbr = 'IND' ORDER BY p.points DESC NULLS LAST, p.player_lookup LIMIT 1`,
  );
  expect(man).toEqual({ usage: man!['by_hand'], overtimes: 1, by_hand: man!['by_hand'] });
  await plant(
    workspace,
    [TEAMS],
    `UPDATE ${TEAMS} SET minutes = '240:00' WHERE nba_game_id = '0022400348'`,
  );

  const said = await morning(workspace);

  expect(said.exitCode).toBe(1);
  const explained = await explains(workspace, 'overtime', NEXT_NIGHT, {
    verdict: 'fail',
    incident: 'Minutes of overtime',
    command: 'hoopduck run',
  });
  record({
    name: 'Minutes of overtime',
    explained,
    verdict: 'caught',
    before:
      'usage and pace took 48 minutes for every game, so that all figures of an overtime game were wrong by a tenth.',
    now: "a team's game has 240 minutes and 25 for each overtime, in usage, pace and every rate. When a box score says 240 and the players' minutes sum to 265, `overtime` is red and gives both.",
    message: tells(
      said,
      'red  overtime of nba_analytics.team_offense_game_summary, 2024-12-14: 87.50% found, 100% wanted (IND 0 overtimes, 1 by the 264.0 minutes of its players (game 20241214_SAC_IND); SAC 0 overtimes, 1 by the 265.0 minutes of its players (game 20241214_SAC_IND))',
    ),
  });
});
