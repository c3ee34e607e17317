import { expect, test } from 'vitest';
import { evaluate, league, only } from './league.ts';

const NIGHTS = ['2024-01-12', '2024-01-13', '2024-01-14', '2024-01-15'];

function dates(table: string, limit: string): string {
  return `
dates_with_rows:
  - {table: nba_raw.${table}, scopes: [all], applies: dates_with_games, ${limit}: 100, why: gaps}
`;
}

test('a gap of dates in a needed table is red and named', async () => {
  const replica = await league(NIGHTS);
  await replica.run(
    "DELETE FROM nba_raw.nbac_gamebook_player_stats WHERE game_date BETWEEN DATE '2024-01-13' AND DATE '2024-01-14'",
  );
  const rows = only(
    await evaluate(replica, dates('nbac_gamebook_player_stats', 'min'), '2024-01-01', '2024-01-31'),
    'dates_with_rows',
  );
  expect(rows).toEqual([
    {
      scope: 'all',
      value: 'all',
      verdict: 'fail',
      found: 50,
      wanted: 100,
      numerator: 2,
      denominator: 4,
      detail:
        '2 of 4 dates without rows: 2024-01-13, 2024-01-14 (rows from 2024-01-12 to 2024-01-15)',
    },
  ]);
});

test('a needed table that is empty is red, an optional one is not evaluated', async () => {
  const replica = await league(NIGHTS);
  await replica.run('DELETE FROM nba_raw.nbac_gamebook_player_stats');
  await replica.run('DELETE FROM nba_raw.nbac_team_boxscore');
  const needed = await evaluate(
    replica,
    dates('nbac_gamebook_player_stats', 'min'),
    '2024-01-01',
    '2024-01-31',
  );
  expect(only(needed, 'dates_with_rows')[0]).toMatchObject({
    verdict: 'fail',
    found: 0,
    denominator: 4,
    detail: 'the table has no rows',
  });
  const optional = await evaluate(
    replica,
    dates('nbac_team_boxscore', 'warn'),
    '2024-01-01',
    '2024-01-31',
  );
  expect(only(optional, 'dates_with_rows')[0]).toMatchObject({
    verdict: 'not_evaluated',
    found: null,
  });
});

test('a gap in an optional table is a warning', async () => {
  const replica = await league(NIGHTS);
  await replica.run("DELETE FROM nba_raw.nbac_team_boxscore WHERE game_date = DATE '2024-01-15'");
  const recorded = await evaluate(
    replica,
    dates('nbac_team_boxscore', 'warn'),
    '2024-01-01',
    '2024-01-31',
  );
  expect(only(recorded, 'dates_with_rows')[0]).toMatchObject({
    verdict: 'warn',
    found: 75,
    wanted: 100,
  });
});

const ASKED = `
asked_range:
  - {table: nba_raw.nbac_schedule, scopes: [all], applies: asked_dates, allowed_days: 10, min: 100, why: unknown}
`;

test('a range that reaches far beyond the schedule is red', async () => {
  const replica = await league(NIGHTS);
  const within = await evaluate(replica, ASKED, '2024-01-02', '2024-01-25');
  expect(only(within, 'asked_range')[0]).toMatchObject({ verdict: 'pass', denominator: 24 });
  const beyond = await evaluate(replica, ASKED, '2024-01-11', '2024-01-30');
  expect(only(beyond, 'asked_range')[0]).toEqual({
    scope: 'all',
    value: 'all',
    verdict: 'fail',
    found: 75,
    wanted: 100,
    numerator: 15,
    denominator: 20,
    detail: 'asked 2024-01-11 to 2024-01-30, the schedule has 2024-01-12 to 2024-01-15',
  });
});

const RECORDS = `
min_records:
  - {table: nba_analytics.player_game_summary, scopes: [all], applies: all_rows, per: game, min_games: 32, min: 20, why: few}
`;

test('records are counted against the games of the range, once there are enough of them', async () => {
  const replica = await league(NIGHTS);
  const whole = await evaluate(replica, RECORDS, '2024-01-01', '2024-01-31');
  expect(only(whole, 'min_records')[0]).toMatchObject({
    verdict: 'pass',
    found: 640,
    wanted: 640,
    numerator: 640,
    denominator: 32,
  });
  await replica.run("DELETE FROM nba_analytics.player_game_summary WHERE player_lookup = 'atl0'");
  const fewer = await evaluate(replica, RECORDS, '2024-01-01', '2024-01-31');
  expect(only(fewer, 'min_records')[0]).toMatchObject({ verdict: 'fail', found: 636, wanted: 640 });
  const night = await evaluate(replica, RECORDS, '2024-01-15');
  expect(only(night, 'min_records')[0]).toMatchObject({
    verdict: 'not_evaluated',
    denominator: 8,
    detail: 'only 8 final games in the range',
  });
});
