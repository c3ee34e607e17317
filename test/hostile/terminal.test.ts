import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { withoutObeyed } from '../../src/console/obeyed.ts';
import { createStyle } from '../../src/console/style.ts';
import { hoopduck } from '../support/cli.ts';
import { memoryReplica } from '../support/memory-replica.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { workspaceWith } from '../support/workspace.ts';
import { writeParquet } from './parquet-mutations.ts';

/** Sets a window's title, clears the screen, writes to the clipboard, turns the direction, and rings. */
const OBEYED = '\u001b]0;taken\u0007\u001b[2J\u001b]52;c;YQ==\u001b\\\u009b1A\u202e\r\b';

test('a terminal obeys line ends, tabs and our own colours, and nothing else', () => {
  const { red, bold, dim } = createStyle(true);
  const ours = `${red('red')}\t${bold(dim('Dončić'))}\n`;
  expect(withoutObeyed(ours)).toBe(ours);
  expect(withoutObeyed(OBEYED)).toBe(
    '\\u{1b}]0;taken\\u{7}\\u{1b}[2J\\u{1b}]52;c;YQ==\\u{1b}\\\\u{9b}1A\\u{202e}\\u{d}\\u{8}',
  );
  // Text that cannot be seen is no colour of ours.
  expect(withoutObeyed('\u001b[8mhidden')).toBe('\\u{1b}[8mhidden');
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be printed
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;

test('names of tables, columns and files that hold them are printed as escapes', async () => {
  const folder = await workspaceWith(
    `CREATE TABLE nba_raw."${OBEYED}" AS SELECT 1 AS "${OBEYED}", '${OBEYED}' AS value`,
  );
  const prints = [
    hoopduck(['-C', folder, 'query', `FROM nba_raw."${OBEYED}"`]),
    hoopduck(['-C', folder, 'query', 'SHOW ALL TABLES']),
    hoopduck(['-C', folder, 'query', `SELECT "${OBEYED}"`]),
    hoopduck(['-C', folder, OBEYED]),
    hoopduck(['-C', join(folder, OBEYED), 'status']),
  ];
  for (const { stdout, stderr } of prints) {
    expect(`${stdout}${stderr}`).not.toBe('');
    expect(`${stdout}${stderr}`).not.toMatch(CONTROLS);
  }
});

test('a warehouse and a workspace may lie at paths with spaces, quotes, percent signs and letters of patterns', async () => {
  const home = temporaryFolder();
  const folder = join(home, `it's "100%20" of $HOME; \`x\` *[a]`);
  const warehouse = join(folder, 'ware house');
  const replica = await memoryReplica();
  onTestFinished(() => replica.close());
  const facts = "DATE '2024-01-15' AS game_date, '0022300001' AS game_id";
  for (const [table, sql] of [
    ['nbac_schedule', `SELECT ${facts}, 3 AS game_status`],
    ['nbac_gamebook_player_stats', `SELECT ${facts}, 'tatum' AS player_lookup, 30 AS points`],
  ] as const) {
    mkdirSync(join(warehouse, 'nba_raw', table), { recursive: true });
    await writeParquet(replica, sql, join(warehouse, 'nba_raw', table, '2023-24.parquet'));
  }
  const workspace = join(folder, 'league');
  const made = hoopduck(['init', workspace, '--warehouse', warehouse], { cwd: home });
  expect(made.code).toBe(0);
  const dates = ['--from', '2024-01-15', '--to', '2024-01-15'];
  const { code, stderr } = hoopduck(['sync', '-C', workspace, ...dates]);
  expect({ code, obeyed: CONTROLS.test(stderr) }).toEqual({ code: 0, obeyed: false });
  const sql = 'SELECT points FROM nba_raw.nbac_gamebook_player_stats';
  expect(hoopduck(['-C', workspace, 'query', '--csv', sql]).stdout).toBe('points\r\n30\r\n');
});

test('tables with quotes, dots, SQL and signs in their names are compared by those names', async () => {
  const folder = await workspaceWith();
  const names = ['a"b\'); DROP TABLE x;--', 'x.y', 'Dončić 🏀', '%s $HOME `x`'];
  const replica = await memoryReplica();
  onTestFinished(() => replica.close());
  for (const side of ['one', 'other']) {
    for (const name of names) {
      const table = join(folder, side, 'nba_raw', name);
      mkdirSync(table, { recursive: true });
      const rows = `SELECT DATE '2024-01-15' AS game_date, 1 AS "a""b'); --"`;
      await writeParquet(replica, rows, join(table, '2023-24.parquet'));
    }
  }
  const { code, stdout } = hoopduck([
    '-C',
    folder,
    'diff',
    join(folder, 'one'),
    join(folder, 'other'),
    '--json',
  ]);
  const { tables } = JSON.parse(stdout) as { tables: { table: string }[] };
  expect(code).toBe(0);
  expect(tables.map(({ table }) => table).sort()).toEqual(
    names.map((name) => `nba_raw.${name}`).sort(),
  );
});

test('a CSV holds values as they are, also those that a spreadsheet would take for formulas', async () => {
  const folder = await workspaceWith();
  const { stdout } = hoopduck([
    '-C',
    folder,
    'query',
    '--csv',
    `SELECT '=1+1' AS a, '@x' AS b, -3 AS c, '+1,2' AS d`,
  ]);
  expect(stdout).toBe('a,b,c,d\r\n=1+1,@x,-3,"+1,2"\r\n');
});

test('a replica below a path with a question mark is refused before anything is written', () => {
  const folder = join(temporaryFolder(), 'which?');
  mkdirSync(folder);
  writeFileSync(join(folder, 'hoopduck.yaml'), 'warehouse:\n  path: .\n');
  const { code, stderr } = hoopduck(['-C', folder, 'sync']);
  expect(code).toBe(4);
  expect(stderr).toContain('cannot be opened: DuckDB cannot keep a file at a path with "?".');
  expect(readdirSync(folder)).toEqual(['hoopduck.yaml']);
});

test('a path with a line end is refused with its place', async () => {
  const folder = await workspaceWith();
  writeFileSync(join(folder, 'hoopduck.yaml'), 'warehouse:\n  path: "ware\\nhouse"\n');
  const { code, stderr } = hoopduck(['-C', folder, 'status']);
  expect(code).toBe(2);
  expect(stderr).toContain('hoopduck.yaml:2:9: "warehouse.path" is "ware\\u{a}house"');
});

test.each(['a folder', 'a link to nothing'])('a model that is %s is named', async (kind) => {
  const folder = await workspaceWith();
  const models = join(folder, 'models', 'nba_analytics');
  mkdirSync(models, { recursive: true });
  symlinkSync('/nowhere', join(folder, 'models', 'gone'));
  if (kind === 'a folder') mkdirSync(join(models, 'strange.sql'));
  else symlinkSync('/nowhere', join(models, 'strange.sql'));
  const { code, stderr } = hoopduck(['-C', folder, 'graph']);
  expect(code).toBe(2);
  expect(stderr).toContain(
    'error[MODEL_INVALID]: models/nba_analytics/strange.sql:1:1: Here is no file that can be read',
  );
});
