// Ten real seasons from empty, then the same again: seconds of each stage, peak memory, whole-process time.
// Usage: node bench/whole-run.mjs [warehouse folder]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const warehouse = resolve(process.argv[2] ?? join(root, '..', 'shared', 'data', 'warehouse'));
if (!existsSync(warehouse)) {
  console.error(`There is no warehouse at "${warehouse}".`);
  process.exit(2);
}
const scratch = mkdtempSync(join(tmpdir(), 'hoopduck-bench-'));
const cli = join(root, 'dist', 'cli.js');

function hoopduck(...args) {
  const started = performance.now();
  // The child prints its own peak memory at its end; the parent's resource usage adds children up.
  const child = spawnSync(
    process.execPath,
    [
      '--import',
      `data:text/javascript,process.on('exit',()=>process.stderr.write('peak '+process.resourceUsage().maxRSS+'\\n'))`,
      cli,
      ...args,
    ],
    { cwd: scratch, encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  const seconds = (performance.now() - started) / 1000;
  const peak = Number(/peak (\d+)/.exec(child.stderr)?.[1] ?? 0) / 1024;
  return { seconds, peak, document: args.includes('--json') ? JSON.parse(child.stdout) : null };
}

console.log(
  `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model}`,
);
hoopduck('init', 'w', '--warehouse', warehouse, '--push-to', 'out');
for (const title of ['from empty', 'the same again']) {
  const { seconds, peak, document } = hoopduck('-C', 'w', 'run', '--push', '--json');
  console.log(
    `\n${title}: ${seconds.toFixed(1)} s, peak ${Math.round(peak)} MB, exit ${document.exit_code}`,
  );
  for (const stage of document.stages) {
    console.log(
      `  ${stage.name.padEnd(10)} ${stage.seconds.toFixed(1).padStart(6)} s  ${stage.status}`,
    );
  }
}
rmSync(scratch, { recursive: true, force: true });
