import { expect, test } from 'vitest';
import { evaluate, league, only } from './league.ts';

const NIGHT = '2024-01-15';
const AMBIGUOUS = `
ambiguous_lookup:
  - {table: nba_analytics.player_game_summary, scopes: [date], applies: listed_players, min: 100, why: all}
`;
const SUMS = `
reconciliation:
  - {table: nba_analytics.player_game_summary, scopes: [date], applies: both_sources, min: 100, why: all}
`;
const KEYS = `
unique_key:
  - {table: nba_analytics.player_game_summary, scopes: [all], applies: all_rows, min: 100, why: all}
`;

test('two men under one lookup turn the date red and are named', async () => {
  const replica = await league(['2024-01-14', NIGHT]);
  await replica.run(
    `UPDATE hoopduck.stg_player_game SET player_lookup = 'jalenwilliams', is_ambiguous = TRUE,
       nba_player_id = CASE team_abbr WHEN 'ATL' THEN 101 ELSE 202 END
     WHERE game_date = DATE '${NIGHT}' AND player_lookup IN ('atl3', 'mem4')`,
  );
  const rows = only(await evaluate(replica, AMBIGUOUS, '2024-01-14', NIGHT), 'ambiguous_lookup');
  expect(rows).toEqual([
    {
      scope: 'date',
      value: '2024-01-14',
      verdict: 'pass',
      found: 100,
      wanted: 100,
      numerator: 160,
      denominator: 160,
      detail: null,
    },
    {
      scope: 'date',
      value: NIGHT,
      verdict: 'fail',
      found: 98.75,
      wanted: 100,
      numerator: 158,
      denominator: 160,
      detail: 'jalenwilliams is 2 players (101 of ATL, 202 of MEM)',
    },
  ]);
});

test("players' sums that differ from the team's row are red, figure by figure", async () => {
  const replica = await league([NIGHT]);
  await replica.run(
    `UPDATE nba_analytics.player_game_summary SET points = 9, turnovers = NULL WHERE player_lookup = 'bos0'`,
  );
  // Evaluated once: a date is not listed twice.
  const rows = only(await evaluate(replica, SUMS, NIGHT), 'reconciliation');
  expect(rows).toEqual([
    {
      scope: 'date',
      value: NIGHT,
      verdict: 'fail',
      found: 93.75,
      wanted: 100,
      numerator: 15,
      denominator: 16,
      detail:
        'BOS points 108 of players, 110 of the team, TOV 9 of players, 10 of the team (game 20240115_ATL_BOS)',
    },
  ]);
});

test('a row reconstructed from its players reconciles with nothing', async () => {
  const replica = await league([NIGHT]);
  await replica.run(
    `UPDATE nba_analytics.team_offense_game_summary SET primary_source_used = 'reconstructed_from_players'`,
  );
  const [row] = only(await evaluate(replica, SUMS, NIGHT), 'reconciliation');
  expect(row).toMatchObject({ verdict: 'not_evaluated', found: null, denominator: 0 });
});

test('a duplicate and a NULL in the key are red for the table, and for their dates', async () => {
  const replica = await league(['2024-01-13', '2024-01-14', NIGHT]);
  await replica.run(
    `INSERT INTO nba_analytics.player_game_summary
     SELECT * FROM nba_analytics.player_game_summary WHERE game_date = DATE '2024-01-14' AND player_lookup = 'bos1'`,
  );
  await replica.run(
    `UPDATE nba_analytics.player_game_summary SET player_lookup = NULL
     WHERE game_date = DATE '${NIGHT}' AND player_lookup = 'mia9'`,
  );
  const rows = only(await evaluate(replica, KEYS, '2024-01-01', '2024-01-31'), 'unique_key');
  expect(rows).toEqual([
    {
      scope: 'all',
      value: 'all',
      verdict: 'fail',
      found: (100 * 478) / 481,
      wanted: 100,
      numerator: 478,
      denominator: 481,
      detail: '2024-01-14 bos1 (2 rows), 2024-01-15 NULL (1 rows)',
    },
    {
      scope: 'date',
      value: '2024-01-14',
      verdict: 'fail',
      found: (100 * 159) / 161,
      wanted: 100,
      numerator: 159,
      denominator: 161,
      detail: '2024-01-14 bos1 (2 rows)',
    },
    {
      scope: 'date',
      value: NIGHT,
      verdict: 'fail',
      found: 99.375,
      wanted: 100,
      numerator: 159,
      denominator: 160,
      detail: '2024-01-15 NULL (1 rows)',
    },
  ]);
});

test('an empty table has no key to judge', async () => {
  const replica = await league([NIGHT]);
  await replica.run('DELETE FROM nba_analytics.player_game_summary');
  const rows = only(await evaluate(replica, KEYS, NIGHT), 'unique_key');
  expect(rows).toEqual([
    {
      scope: 'all',
      value: 'all',
      verdict: 'not_evaluated',
      found: null,
      wanted: 100,
      numerator: 0,
      denominator: 0,
      detail: null,
    },
  ]);
});
