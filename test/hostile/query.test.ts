import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CommandEnvironment } from '../../src/commands/command.ts';
import { execute } from '../../src/commands/query.ts';
import { HoopduckError } from '../../src/errors.ts';
import { quoteLiteral } from '../../src/replica/identifiers.ts';
import { Replica } from '../../src/replica/replica.ts';
import { hoopduck } from '../support/cli.ts';
import { workspaceWith } from '../support/workspace.ts';

/** The command on a replica that is opened as the command line opens it, without the cost of a process. */
async function query(folder: string, sql: string): Promise<string> {
  const env = {
    json: true,
    signal: new AbortController().signal,
    reading: async <T>(work: (replica: Replica) => Promise<T>) => {
      const path = join(folder, 'data', 'replica.duckdb');
      const replica = await Replica.open(path, { readOnly: true, memoryLimit: '200MB' });
      try {
        return await work(replica);
      } finally {
        replica.close();
      }
    },
  } as unknown as CommandEnvironment;
  try {
    await execute({ sql }, env);
    return 'done';
  } catch (error) {
    if (!(error instanceof HoopduckError)) throw error;
    return `${error.code}, exit ${error.exitCode}`;
  }
}

/** Every file below a folder with the digest of its bytes. */
function contents(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path, createHash('sha256').update(readFileSync(path)).digest('hex')]),
  );
}

/** What a statement may try; `$R` is the replica, `$S` the folder beside it that DuckDB spills to, `$W` the workspace. */
const ATTEMPTS = [
  'COPY (SELECT 1) TO $R (USE_TMP_FILE false)',
  "COPY (SELECT 1) TO '$R.wal'",
  "COPY (SELECT 1) TO '$S/x.csv'",
  "COPY (SELECT 1) TO '$W/x.parquet' (FORMAT parquet)",
  "EXPLAIN ANALYZE COPY (SELECT 1) TO '$R.wal'",
  "PREPARE p AS COPY (SELECT 1) TO '$R.wal'; EXECUTE p",
  "SELECT 1; COPY (SELECT 1) TO '$R.wal'; SELECT 2",
  "EXPORT DATABASE '$S/all'",
  "IMPORT DATABASE '$S/all'",
  "ATTACH '$W/other.duckdb' AS other",
  "ATTACH '$R' AS again",
  'COPY FROM DATABASE replica TO memory',
  "SELECT * FROM read_csv('/etc/passwd')",
  "SELECT * FROM read_text('/etc/passwd')",
  "SELECT * FROM read_blob('$R')",
  "SELECT * FROM read_text('$S/../../hoopduck.yaml')",
  "SELECT * FROM read_text('$S/link')",
  "SELECT * FROM read_parquet('$W/*.parquet')",
  "SELECT * FROM '/etc/passwd'",
  "SELECT * FROM glob('/etc/*')",
  "SELECT * FROM sniff_csv('/etc/passwd')",
  "SELECT * FROM read_csv('https://example.org/x.csv')",
  "SELECT * FROM 's3://bucket/x.parquet'",
  'INSTALL httpfs',
  'FORCE INSTALL httpfs',
  'LOAD httpfs',
  "LOAD '$W/x.duckdb_extension'",
  'UPDATE EXTENSIONS',
  'SET enable_external_access = true',
  "SET disabled_filesystems = ''",
  "SET temp_directory = '$S'",
  'RESET lock_configuration',
  "PRAGMA temp_directory = '$S'",
  "PRAGMA profiling_output = '$S/profile.json'",
  "CALL enable_logging(storage := 'file', storage_path := '$S/log')",
  "SELECT * FROM enable_logging(storage := 'file', storage_path := '$S/log')",
  "CREATE PERSISTENT SECRET s (TYPE http, BEARER_TOKEN 'abc')",
  'CREATE TABLE nba_raw.x (n INTEGER)',
  'DELETE FROM hoopduck.run',
  'DROP SCHEMA nba_raw CASCADE',
];

test('no statement of query writes a file, reads another one, reaches the network or changes a setting', async () => {
  const folder = await workspaceWith('CREATE TABLE nba_raw.games (game_date DATE)');
  const replica = join(folder, 'data', 'replica.duckdb');
  const spill = `${replica}.spill`;
  mkdirSync(spill);
  symlinkSync(join(folder, 'hoopduck.yaml'), join(spill, 'link'));
  writeFileSync(join(folder, 'some.parquet'), 'PAR1');
  const before = contents(folder);
  for (const attempt of ATTEMPTS) {
    const sql = attempt
      .replace(' $R ', ` ${quoteLiteral(replica)} `)
      .replaceAll('$R', replica)
      .replaceAll('$S', spill)
      .replaceAll('$W', folder);
    expect([attempt, await query(folder, sql)]).toEqual([attempt, 'SQL_FAILED, exit 2']);
    expect([attempt, contents(folder)]).toEqual([attempt, before]);
  }
});

test('what only reads, or lives in memory until the end, goes on', async () => {
  const folder = await workspaceWith(
    "CREATE TABLE nba_raw.games AS SELECT DATE '2024-01-02' AS game_date",
  );
  for (const sql of [
    'FROM nba_raw.games',
    'SHOW ALL TABLES',
    'DESCRIBE nba_raw.games',
    'SUMMARIZE nba_raw.games',
    'EXPLAIN ANALYZE FROM nba_raw.games',
    "PIVOT (SELECT 1 AS a, 'x' AS b) ON b USING sum(a)",
    'CREATE TEMP TABLE t AS FROM nba_raw.games; INSERT INTO t FROM nba_raw.games; FROM t',
    "SET VARIABLE night = DATE '2024-01-02'; FROM nba_raw.games WHERE game_date = getvariable('night')",
    "SELECT timezone('America/New_York', TIMESTAMPTZ '2024-01-02 03:00:00+00'), '{\"a\": 1}'::JSON",
    'PRAGMA database_size',
  ]) {
    expect([sql, await query(folder, sql)]).toEqual([sql, 'done']);
  }
});

test('a query that needs more than its memory is told so: it has no folder to spill to', async () => {
  const folder = await workspaceWith();
  writeFileSync(
    join(folder, 'hoopduck.yaml'),
    'warehouse:\n  path: warehouse\nreplica:\n  memory_limit: 100MB\n',
  );
  const sql =
    'SELECT count(*) FROM (SELECT DISTINCT range, md5(range::VARCHAR) FROM range(3000000))';
  const { code, stderr } = hoopduck(['-C', folder, 'query', sql]);
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^error\[SQL_FAILED\]: Out of Memory Error: [^\n]*\nnext: Raise replica.memory_limit in hoopduck.yaml, or read fewer rows.\n$/,
  );
  expect(existsSync(join(folder, 'data', 'replica.duckdb.spill'))).toBe(false);
});

test('no extension is fetched or loaded by itself, in the replica that stages use as well', async () => {
  const folder = await workspaceWith();
  const replica = await Replica.open(join(folder, 'data', 'replica.duckdb'));
  try {
    const settings = await replica.rows(
      `SELECT name, value FROM duckdb_settings()
       WHERE name IN ('autoinstall_known_extensions', 'autoload_known_extensions') ORDER BY name`,
    );
    expect(settings).toEqual([
      { name: 'autoinstall_known_extensions', value: 'false' },
      { name: 'autoload_known_extensions', value: 'false' },
    ]);
  } finally {
    replica.close();
  }
});
