import { expect, test } from 'vitest';
import {
  createResults,
  openGates,
  record,
  recordMissingTable,
  recordTables,
} from '../../src/validate/gates.ts';
import { memoryReplica } from '../support/memory-replica.ts';

const RANGE = { from: '2024-01-14', to: '2024-01-15' };
const SQL = `SELECT 'all' AS scope, 'all' AS scope_value, 9 AS numerator, 10 AS denominator,
  90.0::DOUBLE AS found, NULL AS detail`;

async function opened() {
  const replica = await memoryReplica();
  await createResults(replica);
  return { replica, gates: openGates(replica, RANGE) };
}

test('gates keep the text of each temporary table and of each check, in order', async () => {
  const { replica, gates } = await opened();
  expect(gates.texts).toEqual([]);
  await gates.define('gate_own', 'SELECT $n AS n', { n: 7 });
  expect(await replica.column('SELECT n FROM gate_own')).toEqual([7]);
  const check = { name: 'mine', table: 'nba_raw.a', min: 95 };
  await record(gates, check, SQL);
  expect(gates.texts).toEqual([
    { table: 'gate_own', check: null, sql: 'SELECT $n AS n', bindings: { n: 7 } },
    { table: null, check, sql: SQL, bindings: {} },
  ]);
  replica.close();
});

test('of one check over several tables each has its own limits and a text that counts it alone', async () => {
  const { replica, gates } = await opened();
  const checks = ['a', 'b'].map((name, at) => ({
    name: 'mine',
    table: `nba_raw.${name}`,
    min: 95 - 10 * at,
  }));
  const sql = ['a', 'b', 'c'].map((name) => `(${SQL}, 'nba_raw.${name}' AS table_name)`);
  await recordTables(gates, checks, sql.join(' UNION ALL '));
  expect(
    await replica.rows('SELECT table_name AS t, verdict, wanted FROM gate_result ORDER BY ALL'),
  ).toEqual([
    { t: 'nba_raw.a', verdict: 'fail', wanted: 95 },
    { t: 'nba_raw.b', verdict: 'pass', wanted: 85 },
  ]);
  expect(gates.texts.map(({ table, check }) => ({ table, check }))).toEqual(
    checks.map((check) => ({ table: null, check })),
  );
  for (const { sql, check } of gates.texts) {
    expect(await replica.rows(sql, { table: check!.table })).toEqual([
      { scope: 'all', scope_value: 'all', numerator: 9, denominator: 10, found: 90, detail: null },
    ]);
  }
  replica.close();
});

test('a check of a table that is not there is not evaluated, and says so', async () => {
  const { replica, gates } = await opened();
  await recordMissingTable(gates, { name: 'mine', table: 'nba_raw.a', min: 95 });
  expect(await replica.rows('SELECT * FROM gate_result')).toEqual([
    {
      check_name: 'mine',
      table_name: 'nba_raw.a',
      scope: 'all',
      scope_value: 'all',
      verdict: 'not_evaluated',
      found: null,
      wanted: 95,
      numerator: 0,
      denominator: 0,
      detail: 'there is no table nba_raw.a',
    },
  ]);
  replica.close();
});
