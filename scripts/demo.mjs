// The whole pipeline on a simulated league, in ./demo: sample, init, run with push. Each command is the
// one that a person would type.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'demo');
const started = performance.now();

if (existsSync(folder)) rmSync(folder, { recursive: true });

for (const args of [
  ['sample', 'demo/warehouse', '--seasons', '2'],
  ['init', 'demo/league', '--warehouse', 'demo/warehouse', '--push-to', 'demo/production'],
  ['run', '-C', 'demo/league', '--push'],
]) {
  console.log(`\n$ npx hoopduck ${args.join(' ')}`);
  const { status, signal } = spawnSync(process.execPath, [join(root, 'dist', 'cli.js'), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) {
    console.error(
      `The demo stopped: "hoopduck ${args[0]}" ended with ${signal ?? `exit ${status}`}.`,
    );
    process.exit(status ?? 1);
  }
}
const seconds = Math.round((performance.now() - started) / 100) / 10;
console.log(
  `\nThe demo took ${seconds} s. Everything it made is in ./demo; delete the folder when done.`,
);
