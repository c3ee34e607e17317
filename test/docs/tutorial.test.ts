import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { ROOT } from './pages.ts';
import { idsOf, matchLines, readSteps, withoutProgress } from './shell-page.ts';

const FOLDER = '/home/you/hoopduck/tutorial';

test('a line of output is found whatever its ids, times and sizes, in its order', () => {
  const found = 'a 1.4 s\nb 20261127T204034Z-6571\nc\nd 12.5 MB\n';

  expect(matchLines('a 40 s\n...\nd 7 kB\n', found)).toEqual({
    pairs: [
      ['a 40 s', 'a 1.4 s'],
      ['d 7 kB', 'd 12.5 MB'],
    ],
    missing: null,
  });
  expect(matchLines('a 40 s\nd 7 kB\n', found).missing).toBe('d 7 kB');
  expect(matchLines('...\nc\na 1 s\n', found).missing).toBe('a 1 s');
  expect(matchLines('a 1 s\nb 20250101T000000Z-0000\nc\n', found).missing).toBe(
    '(nothing more; found: d 12.5 MB)',
  );
});

test('the tutorial does what it says, word for word', { timeout: 900_000 }, () => {
  const folder = temporaryFolder();
  const steps = readSteps(readFileSync(join(ROOT, 'docs', 'tutorial.md'), 'utf8'));
  expect(steps.length).toBeGreaterThan(10);
  const environment = shellEnvironment(folder);
  const idOf = new Map<string, string>();
  let place = join(folder, 'tutorial');
  mkdirSync(place);

  for (const { line, script, expected } of steps) {
    const real = [...idOf].reduce((text, [shown, found]) => text.replaceAll(shown, found), script);
    const { status, stdout } = spawnSync(
      'bash',
      ['-c', `exec 2>&1\n${real}\nstatus=$?; pwd > "$PLACE"; exit $status`],
      {
        cwd: place,
        env: environment,
        encoding: 'utf8',
        maxBuffer: 1 << 26,
      },
    );
    const printed = withoutProgress(stdout).replaceAll(join(folder, 'tutorial'), FOLDER);
    expect(status, `docs/tutorial.md:${line}: ${script}\n${printed}`).toBe(0);
    place = readFileSync(environment['PLACE']!, 'utf8').trim();
    if (expected === null) continue;
    const { pairs, missing } = matchLines(expected, printed);
    expect(missing, `docs/tutorial.md:${line}: ${script}\n${printed}`).toBeNull();
    for (const [shown, found] of pairs) {
      const ids = idsOf(found);
      for (const [index, id] of idsOf(shown).entries()) idOf.set(id, ids[index]!);
    }
  }
});

/** The environment of a person who has the clone: `hoopduck` on the path, its packages above the folder. */
function shellEnvironment(folder: string): NodeJS.ProcessEnv {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const command = join(bin, 'hoopduck');
  writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${inject('cli')}" "$@"\n`);
  chmodSync(command, 0o755);
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const { HOOPDUCK_XGBOOST_LIB: _, FORCE_COLOR: __, ...env } = process.env;
  return { ...env, PATH: `${bin}${delimiter}${env['PATH']}`, PLACE: join(folder, 'place') };
}
