import { expect, test } from 'vitest';
import type { Replica } from '../../src/replica/replica.ts';
import { createCalendar } from '../../src/validate/calendar.ts';
import { namedChecks } from '../../src/validate/check-names.ts';
import { CAUSES } from '../../src/validate/explain/causes.ts';
import { explainVerdict } from '../../src/validate/explain/explain.ts';
import { createResults, openGates } from '../../src/validate/gates.ts';
import { replaceResults } from '../../src/validate/results.ts';
import { runChecks } from '../../src/validate/run-checks.ts';
import { INCIDENTS } from '../incidents/support/page.ts';
import { league, thresholds } from './league.ts';

const PLAYERS = 'nba_analytics.player_game_summary';
const RANGE = { from: '2024-01-14', to: '2024-01-15' };
const NIGHT = '2024-01-15';

/** Evaluates the shipped thresholds into the ledger, as a run of a day in February. */
async function validated(replica: Replica, day: number): Promise<void> {
  const gates = openGates(replica, RANGE);
  await createCalendar(gates);
  await createResults(replica);
  await runChecks(gates, thresholds());
  const at = new Date(Date.UTC(2024, 1, day, 6, 30));
  await replica.transaction(() => replaceResults(gates, { runId: `run-${day}`, at }));
}

const explain = (replica: Replica, check: string, scope?: string, table?: string) =>
  explainVerdict(replica, thresholds(), { check, scope, table }, RANGE);

test('a red verdict is explained: figures in words, the rows, since when, and SQL that counts the same', async () => {
  const replica = await league(['2024-01-14', NIGHT]);
  await validated(replica, 1);
  await replica.run(
    `UPDATE ${PLAYERS} SET usage_rate = NULL WHERE game_date = DATE '${NIGHT}' AND team_abbr = 'MIA'`,
  );
  await validated(replica, 2);
  const found = await explain(replica, 'coverage_usage_rate');
  expect(found).toMatchObject({
    check: 'coverage_usage_rate',
    table: PLAYERS,
    // Of all that is red the newest date.
    scope: 'date',
    value: NIGHT,
    verdict: 'fail',
    found: 93.75,
    wanted: 95,
    min: 95,
    warn: null,
    why: 'pooled coverage once hid nights of 12% behind nights of 100%, hence per date',
    detail: 'rows without usage_rate: MIA 10 of 10',
    numerator: { n: 150, words: 'rows that count with every column of usage_rate known' },
    denominator: { n: 160, words: 'rows that count' },
    applies: 'played',
    since: '2024-02-02 06:30',
    blocks: `Training on rows of ${NIGHT}, pushing ${PLAYERS} of ${NIGHT}, and pushing later rows that read it.`,
  });
  expect(found.history).toEqual([
    {
      verdict: 'fail',
      found: 93.75,
      wanted: 95,
      from: '2024-02-02 06:30',
      to: null,
      run_id: 'run-2',
    },
    {
      verdict: 'pass',
      found: 100,
      wanted: 95,
      from: '2024-02-01 06:30',
      to: '2024-02-02 06:30',
      run_id: 'run-1',
    },
  ]);
  expect(found.rows.total).toBe(10);
  expect(found.rows.first[0]).toEqual({
    game_date: NIGHT,
    player_lookup: 'mia0',
    team_abbr: 'MIA',
    usage_rate: null,
  });
  expect(await replica.rows(found.sql!)).toEqual([
    {
      numerator: 150,
      denominator: 160,
      found: 93.75,
      detail: 'rows without usage_rate: MIA 10 of 10',
    },
  ]);
});

test('without a name of its own a scope, a table or a check is refused with what was probably meant', async () => {
  const replica = await league([NIGHT]);
  await validated(replica, 1);
  await expect(explain(replica, 'coverage_usage')).rejects.toMatchObject({
    code: 'CHECK_UNKNOWN',
    exitCode: 2,
    message: 'There is no check "coverage_usage". Did you mean "coverage_usage_rate"?',
  });
  await expect(explain(replica, 'reconciliation', '2024')).rejects.toMatchObject({
    code: 'CHECK_UNKNOWN',
    message:
      'The option "--scope" is "2024"; a date such as 2024-01-15, a season such as 2023-24, or "all" was wanted.',
  });
  await expect(
    explain(replica, 'completeness_team_rows', NIGHT, 'team_defence_game_summary'),
  ).rejects.toThrow(
    'The check "completeness_team_rows" judges no table "team_defence_game_summary"; one of "nba_analytics.team_offense_game_summary", "nba_analytics.team_defense_game_summary" was wanted.',
  );
  const short = await explain(
    replica,
    'completeness_team_rows',
    NIGHT,
    'team_defense_game_summary',
  );
  expect(short.table).toBe('nba_analytics.team_defense_game_summary');
});

test('what passes needs nothing, and what no rows count for can have nothing done', async () => {
  const replica = await league([NIGHT]);
  await validated(replica, 1);
  expect((await explain(replica, 'reconciliation', NIGHT)).suggestions).toEqual([
    { remedy: 'nothing', text: 'Nothing need be done.', command: null },
  ]);
  await replica.run(`UPDATE ${PLAYERS} SET minutes_played = 0`);
  const none = await explain(replica, 'coverage_usage_rate', NIGHT);
  expect(none).toMatchObject({ verdict: 'not_evaluated', blocks: null, rows: { total: 0 } });
  expect(none.suggestions[0]!.text).toBe('Nothing can be done: there is nothing to judge.');
});

test('every check can be explained at every scope that it has, and gives rows where it is red', async () => {
  const replica = await league(['2024-01-14', NIGHT]);
  // A night that is wrong in every way at once.
  await replica.run(
    `UPDATE ${PLAYERS} SET usage_rate = 300, rebounds = NULL, points = 200 WHERE game_date = DATE '${NIGHT}'`,
  );
  await replica.run(
    `DELETE FROM ${PLAYERS} WHERE game_date = DATE '${NIGHT}' AND team_abbr > 'HOU'`,
  );
  await replica.run(
    `DELETE FROM nba_analytics.team_offense_game_summary WHERE game_date = DATE '${NIGHT}' AND team_abbr = 'ATL'`,
  );
  await replica.run(
    `UPDATE nba_analytics.team_offense_game_summary SET overtime_periods = 1, points_scored = 1 WHERE game_date = DATE '${NIGHT}'`,
  );
  await replica.run(
    "DELETE FROM nba_precompute.player_composite_factors WHERE player_lookup < 'm'",
  );
  await replica.run(`INSERT INTO ${PLAYERS} SELECT * FROM ${PLAYERS} WHERE player_lookup = 'atl0'`);
  await replica.run(
    `DELETE FROM nba_raw.nbac_gamebook_player_stats WHERE game_date = DATE '${NIGHT}'`,
  );
  await validated(replica, 1);
  const red = await replica.rows<{ check: string; table: string; scope: string; value: string }>(
    `SELECT check_name AS "check", table_name AS "table", scope, scope_value AS "value" FROM hoopduck.check_result
     WHERE verdict IN ('fail', 'warn') ORDER BY ALL`,
  );
  expect(red.length).toBeGreaterThanOrEqual(20);
  for (const { check, table, value } of red) {
    const found = await explain(replica, check, value, table);
    expect({ check, value, verdict: found.verdict }).not.toMatchObject({ verdict: 'pass' });
    expect({ check, value, rows: found.rows.total > 0 }).toEqual({ check, value, rows: true });
    expect({ check, value, sql: found.sql !== null }).toEqual({ check, value, sql: true });
    expect(found.suggestions.length).toBeGreaterThan(0);
  }
});

test('every cause names checks that there are and an incident of the page, and every check has a cause', () => {
  const names = [...new Set(namedChecks(thresholds()).map(({ name }) => name)), 'expected_rows'];
  for (const { checks, incident } of CAUSES) {
    for (const pattern of checks) {
      const start = pattern.replace(/\*$/, '');
      expect(names.filter((name) => name.startsWith(start))).not.toEqual([]);
    }
    if (incident !== null) expect(INCIDENTS).toContain(incident);
  }
  expect(new Set(CAUSES.flatMap(({ incident }) => incident ?? [])).size).toBeGreaterThanOrEqual(17);
});
