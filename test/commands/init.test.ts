import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { hoopduck } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function place(): string {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'warehouse', 'nba_raw'), { recursive: true });
  return cwd;
}

test('init makes the folder, the configuration and .gitignore; paths are the caller’s', () => {
  const cwd = place();
  const result = hoopduck(
    ['init', 'a/league', '--warehouse', 'warehouse', '--push-to', 'out', '--json'],
    { cwd },
  );
  expect(result.code).toBe(0);
  expect(JSON.parse(result.stdout)).toEqual({
    ok: true,
    exit_code: 0,
    command: 'init',
    error: null,
    workspace: join(cwd, 'a/league'),
    file: join(cwd, 'a/league/hoopduck.yaml'),
    warehouse: join(cwd, 'warehouse'),
    push: join(cwd, 'out'),
  });
  const config = loadConfig(join(cwd, 'a/league'));
  expect(config.warehouse).toMatchObject({ path: join(cwd, 'warehouse') });
  expect(config.push).toMatchObject({ path: join(cwd, 'out') });
  expect(readFileSync(join(cwd, 'a/league/.gitignore'), 'utf8')).toBe('data/\n');
  expect(existsSync(join(cwd, 'out'))).toBe(false);
});

test('a path inside the workspace is stored relative to it, any other absolute', () => {
  const cwd = place();
  hoopduck(['init', '.', '--warehouse', 'warehouse', '--push-to', '../out'], { cwd });
  const text = readFileSync(join(cwd, 'hoopduck.yaml'), 'utf8');
  expect(text).toMatch(/^ {2}path: warehouse$/m);
  expect(text).toContain(`  path: ${join(cwd, '..', 'out')}\n`);
});

test('an existing hoopduck.yaml is exit 4 and stays as it is', () => {
  const cwd = place();
  writeFileSync(join(cwd, 'hoopduck.yaml'), 'mine');
  const result = hoopduck(['init', '.', '--warehouse', 'warehouse'], { cwd });
  expect(result.code).toBe(4);
  expect(result.stderr).toContain('error[WORKSPACE_EXISTS]');
  expect(readFileSync(join(cwd, 'hoopduck.yaml'), 'utf8')).toBe('mine');
  expect(existsSync(join(cwd, '.gitignore'))).toBe(false);
});

test('a warehouse that is not there is exit 2, and nothing is made', () => {
  const cwd = place();
  const result = hoopduck(['init', 'league', '--warehouse', 'nowhere'], { cwd });
  expect(result.code).toBe(2);
  expect(result.stderr).toContain('The option "--warehouse" is "nowhere"');
  expect(existsSync(join(cwd, 'league'))).toBe(false);
});

test('a path that hoopduck.yaml cannot hold is exit 2, and nothing is made', () => {
  const cwd = place();
  mkdirSync(join(cwd, 'two\nlines'));
  const result = hoopduck(['init', 'league', '--warehouse', 'two\nlines'], { cwd });
  expect(result.code).toBe(2);
  expect(result.stderr).toContain(
    `The option "--warehouse" is "${join(cwd, 'two')}\\u{a}lines"; a path without line ends`,
  );
  expect(existsSync(join(cwd, 'league'))).toBe(false);
});

test('without --warehouse it is a usage error', () => {
  expect(hoopduck(['init', 'league'], { cwd: place() }).code).toBe(2);
});

test('a warehouse without nba_raw is taken with a warning', () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'empty'));
  const result = hoopduck(['init', 'league', '--warehouse', 'empty'], { cwd });
  expect(result.code).toBe(0);
  expect(result.stderr).toContain('has no dataset "nba_raw" yet');
});

test('with --quiet no warning is told, and errors are', () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'empty'));
  const args = ['init', 'league', '--warehouse', 'empty', '--quiet'];
  expect(hoopduck(args, { cwd })).toMatchObject({ code: 0, stderr: '' });
  expect(hoopduck(args, { cwd }).stderr).toContain('error[WORKSPACE_EXISTS]');
});
