import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { computedDigestSql } from '../../src/replica/digest.ts';
import { Replica } from '../../src/replica/replica.ts';
import { createCalendar } from '../../src/validate/calendar.ts';
import { createResults, openGates } from '../../src/validate/gates.ts';
import { replaceResults } from '../../src/validate/results.ts';
import { league } from './league.ts';

const PLAYERS = 'nba_analytics.player_game_summary';
const NIGHT = '2024-01-15';

/** A result as the test writes it: scope, its value, verdict and what was found. */
type Result = readonly [scope: string, value: string, verdict: string, found: number];

/** Records results as the evaluation of a run on a day of February 2024. */
async function evaluation(
  replica: Replica,
  day: number,
  results: readonly Result[],
  range: { from: string; to: string } = { from: '2024-01-14', to: NIGHT },
): Promise<void> {
  const gates = openGates(replica, range);
  await createCalendar(gates);
  await createResults(replica);
  for (const [scope, value, verdict, found] of results) {
    await replica.run(
      `INSERT INTO gate_result VALUES ('usage', '${PLAYERS}', $scope, $value, $verdict, $found, 95, 1, 2, NULL)`,
      { scope, value, verdict, found },
    );
  }
  const at = new Date(Date.UTC(2024, 1, day));
  await replica.transaction(() => replaceResults(gates, { runId: `run-${day}`, at }));
}

const timeline = (replica: Replica, value: string) =>
  replica.rows(
    `SELECT verdict, found, run_id, strftime(checked_at, '%d') AS "at", strftime(verdict_since, '%d') AS since,
       strftime(replaced_at, '%d') AS until
     FROM hoopduck.check_timeline WHERE scope_value = $value ORDER BY checked_at`,
    { value },
  );

test('a result that is found again stays as it is; another takes its place, and the one before is kept', async () => {
  const replica = await league(['2024-01-14', NIGHT]);
  await evaluation(replica, 1, [['date', NIGHT, 'pass', 99]]);
  await evaluation(replica, 2, [['date', NIGHT, 'pass', 99]]);
  await evaluation(replica, 3, [['date', NIGHT, 'fail', 40]]);
  await evaluation(replica, 4, [['date', NIGHT, 'fail', 60]]);
  expect(await timeline(replica, NIGHT)).toEqual([
    { verdict: 'pass', found: 99, run_id: 'run-1', at: '01', since: '01', until: '03' },
    { verdict: 'fail', found: 40, run_id: 'run-3', at: '03', since: '03', until: '04' },
    // Red since the 3rd, with other figures since the 4th.
    { verdict: 'fail', found: 60, run_id: 'run-4', at: '04', since: '03', until: null },
  ]);
});

test('a result that no check gives any more ends, and one outside the range goes on', async () => {
  const replica = await league(['2024-01-14', NIGHT]);
  await evaluation(replica, 1, [
    ['date', '2024-01-14', 'fail', 1],
    ['date', NIGHT, 'fail', 2],
  ]);
  await evaluation(replica, 2, [], { from: NIGHT, to: NIGHT });
  expect(await timeline(replica, '2024-01-14')).toMatchObject([{ found: 1, until: null }]);
  expect(await timeline(replica, NIGHT)).toMatchObject([{ found: 2, until: '02' }]);
});

test('of each check thirty earlier results are kept, and since when the verdict holds is not lost with them', async () => {
  const replica = await league(['2024-01-14', NIGHT]);
  await evaluation(replica, 1, [['all', 'all', 'fail', 0]]);
  // Thirty others that held for a minute each.
  await replica.run(
    `INSERT INTO hoopduck.check_history
     SELECT check_name, table_name, scope, scope_value, verdict, i, wanted, numerator, denominator, detail,
       checked_at + to_minutes(i), 'run-1', verdict_since, checked_at + to_minutes(i + 1), 'run-1'
     FROM nba_quality.gate_results, range(1, 31) AS t(i)`,
  );
  await evaluation(replica, 2, [['all', 'all', 'fail', 50]]);
  await evaluation(replica, 3, [['all', 'all', 'fail', 60]]);
  const rows = await timeline(replica, 'all');
  expect(rows).toHaveLength(31);
  expect(rows.map(({ found }) => found)).toEqual([
    0,
    ...Array.from({ length: 28 }, (_, i) => i + 3),
    50,
    60,
  ]);
  expect(rows.at(-1)).toMatchObject({ run_id: 'run-3', since: '01', until: null });
});

test('the table of results is dated: a season and everything by the last date asked for, and the ledger has each date', async () => {
  const replica = await league(['2024-01-14', NIGHT]);
  await evaluation(replica, 1, [
    ['date', '2024-01-14', 'pass', 100],
    ['season', '2023-24', 'warn', 94],
    ['all', 'all', 'pass', 97],
  ]);
  const dates = () =>
    replica.rows<{ date: string; digest: string }>(
      `SELECT CAST(game_date AS VARCHAR) AS date, rows, layer, digest FROM hoopduck.partition
       WHERE table_name = 'nba_quality.gate_results' ORDER BY game_date`,
    );
  expect(await dates()).toMatchObject([
    { date: '2024-01-14', rows: 1, layer: 'quality' },
    { date: NIGHT, rows: 2, layer: 'quality' },
  ]);
  const columns = await replica.columnsOf('nba_quality.gate_results');
  const digests = await replica.column<string>(
    `SELECT ${computedDigestSql(columns)} FROM nba_quality.gate_results GROUP BY game_date ORDER BY game_date`,
  );
  expect((await dates()).map(({ digest }) => digest)).toEqual(digests);
  await evaluation(replica, 2, [['all', 'all', 'pass', 97]]);
  expect(await dates()).toMatchObject([{ date: NIGHT, rows: 1 }]);
});

test('a replica of version 5 has its verdicts as results, each once and as red as it was, and validates anew', async () => {
  const replica = await Replica.open(':memory:');
  onTestFinished(() => replica.close());
  await replica.run('DROP VIEW hoopduck.check_timeline');
  await replica.run('DROP TABLE hoopduck.check_history');
  await replica.run('DROP TABLE hoopduck.validated_date');
  await replica.run('DROP TABLE nba_quality.gate_results');
  await replica.run(
    `INSERT INTO hoopduck.check_result VALUES
       ('a', '${PLAYERS}', 'date', '${NIGHT}', 'pass', 100, 95, 2, 2, NULL, '2024-02-01', 'run-1'),
       ('b', '${PLAYERS}', 'season', '2023-24', 'warn', 96, 97, 2, 2, NULL, '2024-02-02', 'run-2'),
       ('b', '${PLAYERS}', 'season', '2023-24', 'fail', 96, 99, 2, 2, 'short', '2024-02-02', 'run-2')`,
  );
  await replica.run("INSERT INTO hoopduck.validated VALUES ('f', '{}')");
  await replica.run(readFileSync('src/ledger/schema-6.sql', 'utf8'));
  expect(
    await replica.rows(
      `SELECT check_name, CAST(game_date AS VARCHAR) AS date, verdict, detail, run_id,
         strftime(verdict_since, '%d') AS since FROM nba_quality.gate_results ORDER BY 1`,
    ),
  ).toEqual([
    { check_name: 'a', date: NIGHT, verdict: 'pass', detail: null, run_id: 'run-1', since: '01' },
    {
      check_name: 'b',
      date: NIGHT,
      verdict: 'fail',
      detail: 'short',
      run_id: 'run-2',
      since: '02',
    },
  ]);
  expect(await replica.rows('SELECT * FROM hoopduck.validated')).toEqual([]);
});
