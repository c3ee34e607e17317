import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hoopduck } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { workspaceWith } from '../support/workspace.ts';

interface QueryDocument {
  ok: boolean;
  error: { code: string; message: string } | null;
  columns: { name: string; type: string }[];
  rows: Record<string, unknown>[];
  row_count: number;
}

function json(folder: string, sql: string): QueryDocument {
  return JSON.parse(hoopduck(['-C', folder, 'query', sql, '--json']).stdout) as QueryDocument;
}

test('--json keeps what JSON can hold and writes the rest as text', async () => {
  const folder = await workspaceWith();
  const document = json(
    folder,
    `SELECT 9007199254740991 AS safe, 9007199254740993 AS big, 1.10::DECIMAL(5,2) AS dec, 0.1::DOUBLE AS dbl,
       'NaN'::DOUBLE AS nan, DATE '2024-01-02' AS day, TIMESTAMP '2024-01-02 03:04:05' AS at,
       true AS yes, NULL::VARCHAR AS nothing, [1, 2] AS list, {'a': DATE '2020-01-01'} AS struct`,
  );
  expect(document).toEqual({
    ok: true,
    exit_code: 0,
    command: 'query',
    error: null,
    columns: [
      { name: 'safe', type: 'BIGINT' },
      { name: 'big', type: 'BIGINT' },
      { name: 'dec', type: 'DECIMAL(5,2)' },
      { name: 'dbl', type: 'DOUBLE' },
      { name: 'nan', type: 'DOUBLE' },
      { name: 'day', type: 'DATE' },
      { name: 'at', type: 'TIMESTAMP' },
      { name: 'yes', type: 'BOOLEAN' },
      { name: 'nothing', type: 'VARCHAR' },
      { name: 'list', type: 'INTEGER[]' },
      { name: 'struct', type: 'STRUCT("a" DATE)' },
    ],
    rows: [
      {
        safe: 9007199254740991,
        big: '9007199254740993',
        dec: '1.10',
        dbl: 0.1,
        nan: 'NaN',
        day: '2024-01-02',
        at: '2024-01-02T03:04:05',
        yes: true,
        nothing: null,
        list: [1, 2],
        struct: { a: '2020-01-01' },
      },
    ],
    row_count: 1,
  });
});

test('--json of no rows is still a whole document', async () => {
  const document = json(await workspaceWith(), 'SELECT 1 AS n WHERE FALSE');
  expect(document).toMatchObject({ ok: true, rows: [], row_count: 0 });
});

test('--json gives all rows of many chunks, in order', async () => {
  const document = json(await workspaceWith(), 'SELECT range AS n FROM range(10000)');
  expect(document.row_count).toBe(10_000);
  expect(document.rows[9_999]).toEqual({ n: 9999 });
});

test('--csv follows RFC 4180', async () => {
  const folder = await workspaceWith();
  const { stdout } = hoopduck([
    '-C',
    folder,
    'query',
    '--csv',
    `SELECT 'a,b' AS x, NULL AS y, DATE '2024-01-02' AS d`,
  ]);
  expect(stdout).toBe('x,y,d\r\n"a,b",,2024-01-02\r\n');
});

test('a person gets a table, with a notice when it is cut', async () => {
  const folder = await workspaceWith();
  const { stdout } = hoopduck(['-C', folder, 'query', `SELECT 'Dončić' AS player, 70 AS points`]);
  expect(stdout).toBe('player  points\nDončić      70\n(1 row)\n');
  const long = hoopduck(['-C', folder, 'query', 'SELECT range AS n FROM range(1234)']).stdout;
  expect(long).toMatch(/\n98\n99\n\(first 100 of 1,234 rows; --csv or --json gives all\)\n$/);
});

test('- and nothing read the SQL from standard input', async () => {
  const folder = await workspaceWith();
  for (const args of [['query', '-'], ['query']]) {
    expect(hoopduck(['-C', folder, ...args], { input: 'SELECT 5 AS five' }).stdout).toContain(
      '   5\n',
    );
  }
  expect(hoopduck(['-C', folder, 'query'], { input: '' }).code).toBe(2);
});

test('wrong SQL is exit 2 with what is not there, the place and what was meant', async () => {
  const folder = await workspaceWith('CREATE TABLE nba_raw.games (game_date DATE)');
  const { code, stderr } = hoopduck(['-C', folder, 'query', 'SELECT game_dat FROM nba_raw.games']);
  expect(code).toBe(2);
  expect(stderr).toContain('There is no column "game_dat" here. Did you mean "game_date"?\n');
  expect(stderr).toContain('LINE 1: SELECT game_dat FROM nba_raw.games\n               ^');
  expect(json(folder, 'SELECT * FROM nba_raw.gamse')).toMatchObject({
    ok: false,
    error: { code: 'SQL_FAILED', message: expect.stringContaining('Did you mean') },
  });
  const table = (sql: string) => json(folder, sql) as { error: { message: string } };
  for (const name of ['gamse', 'games', 'nba_rwa.games', 'nba_raw.gamse']) {
    expect(table(`SELECT * FROM ${name}`).error.message).toContain('Did you mean "nba_raw.games"?');
  }
});

test('an error in a late row gives no half document', async () => {
  const folder = await workspaceWith();
  const document = json(
    folder,
    `SELECT CAST(IF(range = 9000, 'x', '1') AS INTEGER) AS n FROM range(10000)`,
  );
  expect(document).toMatchObject({ ok: false, error: { code: 'SQL_FAILED' } });
});

test.each([
  'CREATE TABLE nba_raw.x (n INTEGER)',
  'DELETE FROM hoopduck.run',
  "COPY (SELECT 1) TO 'escaped.csv'",
  "SELECT * FROM read_text('hoopduck.yaml')",
  "ATTACH 'other.duckdb'",
  'SET enable_external_access = true',
  'INSTALL httpfs',
])('%s is refused: the replica is read-only and nothing else is reached', async (sql) => {
  const folder = await workspaceWith();
  const { code } = hoopduck(['query', sql], { cwd: folder });
  expect(code).toBe(2);
  expect(existsSync(join(folder, 'escaped.csv'))).toBe(false);
});

test('without a replica it says what to run first', () => {
  const folder = temporaryFolder();
  hoopduck(['init', '.', '--warehouse', '.'], { cwd: folder });
  const { code, stderr } = hoopduck(['query', 'SELECT 1'], { cwd: folder });
  expect(code).toBe(2);
  expect(stderr).toContain('error[REPLICA_MISSING]');
});
