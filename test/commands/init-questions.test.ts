import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { askLocations } from '../../src/commands/init-questions.ts';
import { loadConfig } from '../../src/config/load.ts';
import { EXIT, HoopduckError } from '../../src/errors.ts';
import { hoopduck } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A person who gives these answers in turn; '' is Enter. */
function person(answers: readonly string[]) {
  const left = [...answers];
  const told: string[] = [];
  return {
    told,
    prompt: {
      ask: async (question: string, fallback: string) => {
        told.push(`${question} [${fallback}]`);
        return left.shift() || fallback;
      },
      say: (text: string) => void told.push(text),
      close: () => undefined,
    },
  };
}

const anything = () => undefined;

test('Enter takes the warehouse that lies beside, and no push target', async () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'warehouse', 'nba_raw'), { recursive: true });
  const { prompt, told } = person(['', '']);
  expect(await askLocations(prompt, cwd, anything)).toEqual({
    warehouse: './warehouse',
    pushTo: undefined,
  });
  expect(told).toContain('Warehouse: [./warehouse]');
  expect(told).toContain('Push to: [none]');
});

test('an answer that will not do is refused in words, and the question comes again', async () => {
  const { prompt, told } = person(['', 'nowhere', 'here', '-']);
  const check = (_: string, text: string) => {
    if (text === 'here') return;
    throw new HoopduckError('WAREHOUSE_MISSING', `"${text}" is none.`, {
      next: '',
      exitCode: EXIT.usage,
    });
  };
  const answers = await askLocations(prompt, temporaryFolder(), check);
  expect(answers).toEqual({ warehouse: 'here', pushTo: undefined });
  expect(told).toContain('A folder or a location is needed; Ctrl-C leaves.');
  expect(told).toContain('"nowhere" is none.');
});

/** `script` of util-linux gives a command a terminal of its own. */
const hasScript = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes(
  'util-linux',
);

async function onTerminal(args: string, cwd: string, keys: readonly [RegExp, string][]) {
  const { CI: _, ...env } = process.env;
  const child = spawn(
    'script',
    ['-qec', `'${process.execPath}' '${inject('cli')}' ${args}`, '/dev/null'],
    {
      cwd,
      env: { ...env, TERM: 'xterm' },
    },
  );
  let seen = '';
  let at = 0;
  const left = [...keys];
  child.stdout.on('data', (data: Buffer) => {
    seen += data.toString('utf8');
    const next = left[0];
    if (next?.[0].test(seen.slice(at)) === true) {
      at = seen.length;
      left.shift();
      child.stdin.write(next[1]);
    }
  });
  const [code] = (await once(child, 'close')) as [number];
  return { code, seen };
}

test.runIf(hasScript)('on a terminal init asks for what is missing, and makes it', async () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'raw', 'nba_raw'), { recursive: true });
  const { code, seen } = await onTerminal('init league', cwd, [
    [/Warehouse:/, 'raw\r'],
    [/Push to:/, 'out\r'],
  ]);
  expect(seen).toMatch(/Made.*league.hoopduck\.yaml/);
  expect(code).toBe(0);
  const config = loadConfig(join(cwd, 'league'));
  expect(config.warehouse).toMatchObject({ path: join(cwd, 'raw') });
  expect(config.push).toMatchObject({ path: join(cwd, 'out') });
});

test.runIf(hasScript)('Ctrl-C at a question leaves nothing behind', async () => {
  const cwd = temporaryFolder();
  const { code, seen } = await onTerminal('init league', cwd, [[/Warehouse:/, '\u0003']]);
  expect(code).toBe(130);
  expect(seen).toContain('Stopped before anything was made.');
  expect(existsSync(join(cwd, 'league'))).toBe(false);
});

test.runIf(hasScript)('with --json, in CI and in a pipe init never asks', async () => {
  const cwd = temporaryFolder();
  expect((await onTerminal('init league --json', cwd, [])).code).toBe(2);
  const piped = hoopduck(['init', 'league'], { cwd, input: 'raw\nout\n' });
  expect(piped.code).toBe(2);
  expect(piped.stderr).toContain('The option "--warehouse" is missing');
});
