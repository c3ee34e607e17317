import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hoopduck, startHoopduck } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { workspaceWith } from '../support/workspace.ts';

const COMMANDS =
  'init sample doctor run plan sync transform validate train predict push status query models'.split(
    ' ',
  );

test('--help lists every command on stdout', () => {
  const { code, stdout, stderr } = hoopduck(['--help']);
  expect(code).toBe(0);
  expect(stderr).toBe('');
  for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
});

test.each(['init', 'run', 'query'])(
  '%s --help shows an example and the flags of every command',
  (command) => {
    const { code, stdout } = hoopduck([command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Example:\n  $ hoopduck ${command}`);
    expect(stdout).toContain('--workspace <dir>');
    expect(stdout).toContain('--json');
  },
);

test('a group lists its commands, and each of them has help of its own', () => {
  const group = hoopduck(['models', '--help']);
  expect(group.code).toBe(0);
  expect(group.stdout).toContain('Usage: hoopduck models <command> [options]');
  expect(group.stdout).toMatch(/^Commands:\n {2}list /m);
  const command = hoopduck(['models', 'list', '--help']);
  expect(command.stdout).toContain('Usage: hoopduck models list [options]');
  expect(command.stdout).toContain('Example:\n  $ hoopduck models list\n');
});

test('--version prints the version of the package', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(hoopduck(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` });
});

test.each([
  [['quer'], 'Unknown command "quer". Did you mean query?', 'See "hoopduck --help".'],
  [
    ['run', '--fro', '2024-01-01'],
    'Unknown option "--fro". Did you mean --from?',
    'See "hoopduck run --help".',
  ],
  [['run', '--from'], 'Option "--from <date>" argument missing.', 'See "hoopduck run --help".'],
  [
    ['run', '--from', '2024-02-30'],
    'The option "--from" is "2024-02-30"; a calendar date YYYY-MM-DD was wanted. Did you mean "2024-02-29"?',
    'See "hoopduck run --help".',
  ],
  [
    ['run', '--to', 'soon'],
    'The option "--to" is "soon"; a calendar date YYYY-MM-DD was wanted, such as 2024-10-22.',
    'See "hoopduck run --help".',
  ],
  [
    ['run', '--from', '2024-03-02', '--to', '2024-03-01'],
    'The option "--to" is "2024-03-01", before "--from", which is "2024-03-02".',
    'See "hoopduck run --help".',
  ],
  [
    ['train', '--engine', 'gpu'],
    'The option "--engine" is "gpu"; one of "auto", "native", "wasm" was wanted.',
    'See "hoopduck train --help".',
  ],
  [
    ['train', '--split', '70/20/20'],
    'The option "--split" is "70/20/20"; three shares above 0 that sum to 100 were wanted, such as 70/15/15.',
    'See "hoopduck train --help".',
  ],
  [
    ['train', '--walk-forward', '--from-season', '2018'],
    'The option "--from-season" is "2018"; a season was wanted. Did you mean "2018-19"?',
    'See "hoopduck train --help".',
  ],
  [
    ['train', '--from-season', '2018-19'],
    'The option "--from-season" goes with "--walk-forward".',
    'See "hoopduck train --help".',
  ],
  [
    ['train', '--walk-forward', '--split', '70/15/15'],
    'A walk forward cuts at the seasons; "--split" was given beside "--walk-forward".',
    'See "hoopduck train --help".',
  ],
  [
    ['predict', '--explain', 'stephencurry', '--from', '2024-01-01'],
    'The option "--explain" is of one game; give its date with "--date", not a range.',
    'See "hoopduck predict --help".',
  ],
  [
    ['push', '--force'],
    'The option "--force" needs a reason: --reason "...", which the ledger keeps.',
    'See "hoopduck push --help".',
  ],
  [['models'], 'No command was given after "models".', 'See "hoopduck models --help".'],
  [
    ['runs', 'shw'],
    'Unknown command "shw" of "runs". Did you mean "show"?',
    'See "hoopduck runs --help".',
  ],
  [['models', 'lst'], 'Unknown command "lst". Did you mean list?', 'See "hoopduck models --help".'],
  [
    ['models', 'list', 'all'],
    'Too many arguments for "list". Expected 0 arguments but got 1.',
    'See "hoopduck models list --help".',
  ],
  [['sample'], 'Missing required argument "dir".', 'See "hoopduck sample --help".'],
  [[], 'No command was given.', 'See "hoopduck --help".'],
])('%j is a usage error: exit 2, the option named, the next step', (args, message, next) => {
  const { code, stdout, stderr } = hoopduck([...args, '--json']);
  expect(code).toBe(2);
  expect(stderr).toBe(`error[USAGE]: ${message}\nnext: ${next}\n`);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: false,
    exit_code: 2,
    error: { code: 'USAGE', message, next },
  });
});

test('an expected failure with --json is one document on stdout and text on stderr', () => {
  const folder = temporaryFolder();
  const { code, stdout, stderr } = hoopduck(['status', '--json'], { cwd: folder });
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toEqual({
    ok: false,
    exit_code: 2,
    command: 'status',
    error: {
      code: 'WORKSPACE_MISSING',
      message: expect.stringContaining('No hoopduck.yaml in'),
      next: expect.stringContaining('hoopduck init'),
    },
  });
  expect(stderr).toContain('error[WORKSPACE_MISSING]');
});

test('a wrong configuration is exit 2 with its line, and never a stack trace', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'hoopduck.yaml'), 'warehouse:\n  pth: x\n');
  for (const command of ['status', 'plan', 'run', 'train']) {
    const { code, stderr } = hoopduck([command], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toContain('hoopduck.yaml:2:3: Unknown key "pth"');
    expect(stderr).not.toMatch(/^ {4}at /m);
  }
});

test('-C works before and after the command, and the nearest workspace upwards without it', async () => {
  const folder = await workspaceWith();
  const inner = join(folder, 'a', 'b');
  mkdirSync(inner, { recursive: true });
  const elsewhere = temporaryFolder();
  const calls: [string[], string][] = [
    [['-C', folder, 'query', 'SELECT 1 AS one', '--json'], elsewhere],
    [['query', 'SELECT 1 AS one', '--json', '-C', folder], elsewhere],
    [['query', `--workspace=${folder}`, 'SELECT 1 AS one', '--json'], elsewhere],
    [['query', 'SELECT 1 AS one', '--json'], inner],
  ];
  for (const [args, cwd] of calls) {
    const { code, stdout } = hoopduck(args, { cwd });
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as { rows: unknown }).rows).toEqual([{ one: 1 }]);
  }
});

test('an unexpected failure is told in a line, and with --debug by the error itself', async () => {
  const folder = await workspaceWith('DROP TABLE hoopduck.run');
  const plain = hoopduck(['status', '-C', folder, '--json']);
  expect(plain.code).toBe(1);
  expect(JSON.parse(plain.stdout)).toMatchObject({ error: { code: 'INTERNAL' } });
  expect(plain.stderr).toContain('--debug');
  expect(plain.stderr).not.toMatch(/^ {4}at /m);
  const debug = hoopduck(['status', '-C', folder, '--debug']).stderr;
  expect(debug).toMatch(/^\[?Error: Catalog Error: Table with name run does not exist!/m);
});

test('a reader that goes away is no failure', async () => {
  const folder = await workspaceWith();
  const child = startHoopduck([
    '-C',
    folder,
    'query',
    '--csv',
    'SELECT range AS n FROM range(2000000)',
  ]);
  let stderr = '';
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
  });
  child.stdout.once('data', () => child.stdout.destroy());
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(code).toBe(0);
  expect(stderr).toBe('');
});

test('Ctrl-C stops a query with exit 130 and one document', async () => {
  const folder = await workspaceWith();
  const child = startHoopduck(['-C', folder, 'query', '-', '--json']);
  let stdout = '';
  child.stdout.on('data', (data: Buffer) => {
    stdout += data.toString();
  });
  const closed = new Promise((resolve) => child.on('close', resolve));
  // Takes hours. It is longer than a pipe holds: once it is written, the command is reading, and so
  // it is past the place where it starts to watch for Ctrl-C.
  const sql =
    'SELECT count(*) FROM range(1000000000) AS a, range(1000000) AS b WHERE hash(a.range, b.range) = 7';
  await new Promise((resolve) => child.stdin.end(sql + ' '.repeat(1 << 20), () => resolve(null)));
  child.kill('SIGINT');
  expect(await closed).toBe(130);
  expect(JSON.parse(stdout)).toMatchObject({ exit_code: 130, error: { code: 'INTERRUPTED' } });
});

test('--no-color and NO_COLOR keep escapes out even where colour is forced', () => {
  const forced = hoopduck(['nothing'], { env: { FORCE_COLOR: '1' } });
  expect(forced.stderr).toContain('\u001b[31m');
  expect(hoopduck(['nothing', '--no-color'], { env: { FORCE_COLOR: '1' } }).stderr).not.toContain(
    '\u001b',
  );
  expect(hoopduck(['nothing'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } }).stderr).not.toContain(
    '\u001b',
  );
});
