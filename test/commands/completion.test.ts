import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli.ts';
import { completionScript } from '../../src/commands/completion/completion.ts';
import { hoopduck } from '../support/cli.ts';

let script: string;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hoopduck-'));
  script = join(folder, 'hoopduck.bash');
  writeFileSync(script, await completionScript('bash', COMMANDS));
  writeFileSync(join(folder, 'hoopduck.yaml'), '');
  mkdirSync(join(folder, 'models', 'nba_analytics'), { recursive: true });
  writeFileSync(join(folder, 'models', 'nba_analytics', 'my_table.sql'), '');
  mkdirSync(join(folder, 'data', 'models', '20250301-abcd'), { recursive: true });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What bash offers after these words, the last one unfinished; `cwd` is below the workspace. */
function completed(...words: readonly string[]): string[] {
  const line = `COMP_WORDS=(hoopduck "\${@:2}"); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); source "$1"; _hoopduck; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', line, 'bash', script, ...words], {
    cwd: join(folder, 'data'),
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((word) => word !== '');
}

test('bash completes every command, and those of a group', () => {
  const names = COMMANDS.map(({ name }) => name);
  expect(completed('')).toEqual([...names, 'help']);
  expect(completed('ru')).toEqual(['run', 'runs']);
  expect(completed('models', '')).toEqual(['list', 'show', 'diff', 'verify', 'promote']);
  expect(completed('-C', '/elsewhere', 'runs', 's')).toEqual(['show']);
});

test('bash completes the options of a command, of a group’s default command too', () => {
  expect(completed('sync', '--')).toEqual([
    '--from',
    '--to',
    '--refresh',
    '--accept-missing-columns',
    '--keep-inputs',
    '--no-keep-inputs',
    '--workspace',
    '--json',
    '--quiet',
    '--debug',
    '--no-color',
    '--help',
    '--version',
  ]);
  expect(completed('runs', '--li')).toEqual(['--limit']);
});

test('bash completes values: seasons, dates, engines, thresholds, shells', () => {
  expect(completed('train', '--from-season', '2023')).toEqual(['2023-24']);
  expect(completed('run', '--from', '2024-1')).toEqual(['2024-10-22']);
  expect(completed('run', '--from', '=', '2024-1')).toEqual(['2024-10-22']);
  expect(completed('train', '--engine', '')).toEqual(['auto', 'native', 'wasm']);
  expect(completed('transform', '--engine', '')).toEqual(['duckdb', 'bigquery']);
  expect(completed('validate', '--thresholds', 'l')).toEqual(['legacy']);
  expect(completed('completion', '')).toEqual(['bash', 'zsh', 'fish']);
});

test('bash completes tables, the workspace’s own too, and models by their folders, without a replica', () => {
  expect(completed('graph', 'nba_analytics.')).toEqual([
    'nba_analytics.team_offense_game_summary',
    'nba_analytics.player_game_summary',
    'nba_analytics.team_defense_game_summary',
    'nba_analytics.my_table',
  ]);
  expect(completed('diff', 'replica', 'push', '--table', 'nba_raw.nbac_s')).toEqual([
    'nba_raw.nbac_schedule',
  ]);
  expect(completed('models', 'show', '')).toEqual(['champion', 'candidate', '20250301-abcd']);
  expect(completed('-C', '/nowhere', 'models', 'show', '')).toEqual(['champion', 'candidate']);
});

test('bash neither runs nor offers what a file is called', () => {
  const models = join(folder, 'models', 'x');
  mkdirSync(models);
  for (const name of ['$(touch PWNED).sql', '`touch PWNED`.sql', 'a b*.sql', 'plain.sql'])
    writeFileSync(join(models, name), '');
  mkdirSync(join(folder, 'data', 'models', '$(touch PWNED)'));
  expect(completed('diff', 'replica', 'push', '--table', 'x')).toEqual(['x.plain']);
  expect(completed('models', 'show', '')).toEqual(['champion', 'candidate', '20250301-abcd']);
  expect(completed('--workspace', 'models/$')).toEqual(['models/$(touch PWNED)']);
  expect(readdirSync(join(folder, 'data'))).toEqual(['models']);
});

test.each(['zsh', 'fish'] as const)(
  'the script for %s names every command with its summary, quotes and all',
  async (shell) => {
    const text = await completionScript(shell, COMMANDS);
    for (const { name, summary } of COMMANDS) {
      expect(text).toContain(name);
      expect(text.replaceAll("'\\''", "'").replaceAll("\\'", "'")).toContain(summary);
    }
  },
);

test('completion prints the script alone, and names the shells that there are', () => {
  const printed = hoopduck(['completion', 'fish']);
  expect(printed.code).toBe(0);
  expect(printed.stdout).toMatch(/^# Completes hoopduck in fish/);
  const wrong = hoopduck(['completion', 'bsh']);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain(
    'There is no completion for "bsh"; bash, zsh or fish was wanted. Did you mean "bash"?',
  );
});
