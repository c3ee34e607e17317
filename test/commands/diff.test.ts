import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Replica } from '../../src/replica/replica.ts';
import { hoopduck } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { workspaceWith } from '../support/workspace.ts';

const TABLE = 'nba_analytics.team_offense_game_summary';
const ROWS = `CREATE TABLE ${TABLE} AS
  SELECT DATE '2024-01-01' AS game_date, team AS team_abbr, points AS points_scored, now() AS processed_at
  FROM (VALUES ('BOS', 110), ('DEN', 105)) AS v(team, points)`;
const OTHER = ROWS.replace('105', '106');

/** Writes the rows of a query to `<folder>/<dataset>/<table>/2023-24.parquet`. */
async function parquet(folder: string, sql: string, table = TABLE): Promise<string> {
  const place = join(folder, ...table.split('.'));
  mkdirSync(place, { recursive: true });
  const file = join(place, '2023-24.parquet');
  const replica = await Replica.open(':memory:');
  await replica.run(`COPY (${sql}) TO '${file}' (FORMAT parquet)`);
  replica.close();
  return file;
}

/** The workspace with a push target that holds what a query gives. */
async function pushed(folder: string, sql: string): Promise<string> {
  writeFileSync(
    join(folder, 'hoopduck.yaml'),
    'warehouse:\n  path: warehouse\npush:\n  path: production\n',
  );
  return parquet(join(folder, 'production'), sql);
}

const PUSHED = `SELECT DATE '2024-01-01' AS game_date, team AS team_abbr, CAST(points AS INTEGER) AS points_scored
  FROM (VALUES ('DEN', 105), ('BOS', 110)) AS v(team, points)`;

test('a replica equals what was pushed of it, whatever the order, the types and the bookkeeping: exit 0', async () => {
  const folder = await workspaceWith(ROWS);
  await pushed(folder, PUSHED);
  const { code, stdout } = hoopduck(['-C', folder, 'diff', 'replica', 'push', '--quiet']);
  expect(stdout.replace(/\(\d.*\)/, '(time)').replaceAll(folder, 'W')).toBe(
    `A  replica W/data/replica.duckdb
B  push W/production

table                                    rows compared  only in A  only in B  changed  dates
nba_analytics.team_offense_game_summary              2          0          0        0      0  equal

The table is equal on both sides. (time)
`,
  );
  expect(code).toBe(0);
});

test('a difference is shown to the value, with exit 1', async () => {
  const [a, b] = [await workspaceWith(ROWS), await workspaceWith(OTHER)];
  const { code, stdout, stderr } = hoopduck(['diff', a, join(b, 'data', 'replica.duckdb'), '-q']);
  expect(stdout).toContain(`
${TABLE}  by game_date, team_abbr, on 2024-01-01
  points_scored: 1 row, largest difference 1
    2024-01-01 DEN  A 105  B 106

1 of 1 table differs. (`);
  expect(stderr).toContain(
    `error[DIFFERENT]: "${a}" and "${b}/data/replica.duckdb" differ in "${TABLE}".`,
  );
  expect(code).toBe(1);
});

test('--json gives the same facts as one document', async () => {
  const [a, b] = [await workspaceWith(ROWS), await workspaceWith(OTHER)];
  const { code, stdout } = hoopduck([
    'diff',
    a,
    b,
    '--json',
    '--tolerance',
    '0.001',
    '--ignore',
    'x',
  ]);
  expect(JSON.parse(stdout)).toEqual({
    ok: false,
    exit_code: 1,
    command: 'diff',
    error: {
      code: 'DIFFERENT',
      message: `"${a}" and "${b}" differ in "${TABLE}".`,
      next: expect.any(String),
    },
    a: { side: a, location: join(a, 'data', 'replica.duckdb') },
    b: { side: b, location: join(b, 'data', 'replica.duckdb') },
    from: null,
    to: null,
    tolerance: 0.001,
    ignore: ['x'],
    seconds: expect.any(Number),
    equal: false,
    tables: [
      {
        table: TABLE,
        equal: false,
        only_in: null,
        compared_by: 'key',
        key: ['game_date', 'team_abbr'],
        rows_a: 2,
        rows_b: 2,
        rows_compared: 2,
        rows_only_in_a: 0,
        rows_only_in_b: 0,
        rows_changed: 1,
        dates_affected: 1,
        first_date: '2024-01-01',
        last_date: '2024-01-01',
        columns_only_in_a: [],
        columns_only_in_b: [],
        columns: [
          {
            column: 'points_scored',
            rows: 1,
            largest_difference: 1,
            examples: [{ key: { game_date: '2024-01-01', team_abbr: 'DEN' }, a: 105, b: 106 }],
          },
        ],
        examples_only_in_a: [],
        examples_only_in_b: [],
        notes: [],
      },
    ],
    not_compared: [],
  });
  expect(code).toBe(1);
  // One point of 106 is less than a hundredth.
  expect(hoopduck(['diff', a, b, '--tolerance', '0.01']).code).toBe(0);
});

test('two folders of Parquet, and one file, are compared without a workspace', async () => {
  const folder = temporaryFolder();
  const file = await parquet(join(folder, 'a'), PUSHED);
  await parquet(join(folder, 'b'), PUSHED);
  expect(hoopduck(['diff', 'a', 'b'], { cwd: folder }).code).toBe(0);
  expect(hoopduck(['diff', file, 'b', '--table', TABLE], { cwd: folder }).code).toBe(0);
  const unnamed = hoopduck(['diff', file, 'b'], { cwd: folder });
  expect(unnamed.code).toBe(2);
  expect(unnamed.stderr).toContain('one --table dataset.table was wanted');
});

test('what is no side is exit 2, with what was found and what was wanted', async () => {
  const folder = await workspaceWith(ROWS);
  mkdirSync(join(folder, 'empty'));
  const message = (side: string) => {
    const { code, stderr } = hoopduck(['diff', side, 'replica'], { cwd: folder });
    expect(code).toBe(2);
    return stderr;
  };
  const misspelt = message('replca');
  expect(misspelt).toContain('Did you mean "replica"?');
  expect(misspelt).toContain('wanted was one of: "replica", a replica file (*.duckdb)');
  expect(message('empty')).toContain('is a folder without hoopduck.yaml and without');
  expect(message('hoopduck.yaml')).toContain('is a file that is neither *.duckdb nor *.parquet');
  expect(message('s3://bucket')).toContain('is no address that is known');
  expect(message('push')).toContain('error[PUSH_TARGET_MISSING]');
});

test('a workspace is needed only where a side is a part of it', async () => {
  const { code, stderr } = hoopduck(['diff', 'replica', 'push'], { cwd: temporaryFolder() });
  expect(code).toBe(2);
  expect(stderr).toContain('The side "replica" is the workspace\'s, and there is no hoopduck.yaml');
});

test('a Parquet file that is none is a failure of the warehouse: exit 3', async () => {
  const folder = temporaryFolder();
  writeFileSync(await parquet(join(folder, 'a'), PUSHED), 'no Parquet at all');
  await parquet(join(folder, 'b'), PUSHED);
  const { code, stderr } = hoopduck(['diff', 'a', 'b'], { cwd: folder });
  expect(code).toBe(3);
  expect(stderr).toContain(`The files of "${TABLE}" cannot be read as Parquet`);
});

test('a warehouse that is away is exit 3; a push target that is not made yet has no tables: exit 2', async () => {
  const folder = await workspaceWith(ROWS);
  await pushed(folder, PUSHED);
  rmSync(join(folder, 'production'), { recursive: true });
  rmSync(join(folder, 'warehouse'), { recursive: true });
  const away = hoopduck(['diff', 'warehouse', 'replica'], { cwd: folder });
  expect(away.stderr).toContain('error[WAREHOUSE_MISSING]');
  expect(away.code).toBe(3);
  const unmade = hoopduck(['diff', 'replica', 'push'], { cwd: folder });
  expect(unmade.stderr).toContain(`A has "${TABLE}", B has none.`);
  expect(unmade.code).toBe(2);
});

test('a replica that another process holds is named with that process: exit 4', async () => {
  const [a, b] = [await workspaceWith(ROWS), await workspaceWith(ROWS)];
  const replica = await Replica.open(join(b, 'data', 'replica.duckdb'));
  const { code, stderr } = hoopduck(['diff', a, b]);
  replica.close();
  expect(code).toBe(4);
  expect(stderr).toContain(`(process ${process.pid})`);
});
