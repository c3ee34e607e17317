// Plants faults in commands of the program, and prints what became of them:
//   npm run faults -- [--seed 1] [--kills 500] [--jobs 1] [--only kills] [--commands push,sync] [--table file]
// Kills are planned from the seed; with several jobs each has a seed of its own (seed, seed + 1, ...) and its part of the kills.
// The table goes to stdout, what the tests say to stderr. Exit code 1 when anything was lost.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    kills: { type: 'string', default: '500' },
    jobs: { type: 'string', default: '1' },
    only: { type: 'string' },
    commands: { type: 'string', default: '' },
    table: { type: 'string' },
  },
});
const [seed, kills, jobs] = [values.seed, values.kills, values.jobs].map(Number);
for (const [name, value] of Object.entries({ seed, kills, jobs })) {
  if (!Number.isSafeInteger(value) || value < 1) {
    console.error(`--${name} must be a whole number from 1.`);
    process.exit(2);
  }
}
const scratch = mkdtempSync(join(tmpdir(), 'hoopduck-faults-'));
const table = values.table ?? join(scratch, 'table.jsonl');
const vitest = join(
  dirname(createRequire(import.meta.url).resolve('vitest/package.json')),
  'vitest.mjs',
);

/** Runs test files; what the table shall know they write into it. */
function run(files, env) {
  const child = spawn(process.execPath, [vitest, 'run', '--reporter=default', ...files], {
    cwd: root,
    env: { ...process.env, HOOPDUCK_FAULTS: 'long', ...env, HOOPDUCK_FAULTS_TABLE: table },
    stdio: ['ignore', 2, 2],
  });
  return new Promise((resolve) => child.on('close', resolve));
}

const started = new Date();
const codes = [];
const wants = (name) => values.only === undefined || values.only === name;
if (wants('kills')) {
  const share = (job) => Math.floor(kills / jobs) + (job < kills % jobs ? 1 : 0);
  codes.push(
    ...(await Promise.all(
      Array.from({ length: jobs }, (_, job) =>
        run(['test/faults/kills.test.ts'], {
          HOOPDUCK_KILLS: String(share(job)),
          HOOPDUCK_SEED: String(seed + job),
          HOOPDUCK_KILLED: values.commands,
        }),
      ),
    )),
  );
}
if (values.only !== 'kills') {
  codes.push(
    await run(
      values.only === undefined ? ['test/faults', '--exclude', '**/kills.test.ts'] : [values.only],
    ),
  );
}

const told = existsSync(table)
  ? readFileSync(table, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
  : [];
rmSync(scratch, { recursive: true, force: true });

const rows = new Map();
for (const { kind, where, survived } of told) {
  const key = `${kind}\n${where}`;
  const row = rows.get(key) ?? { kind, where, injected: 0, survived: 0, lost: 0 };
  rows.set(key, row);
  row.injected += 1;
  row[survived ? 'survived' : 'lost'] += 1;
}
const sum = (name) => [...rows.values()].reduce((total, row) => total + row[name], 0);
const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
const cells = [
  ['kind', 'where', 'injected', 'survived', 'lost'],
  ['---', '---', '---:', '---:', '---:'],
  ...sorted.map((row) => [row.kind, row.where, row.injected, row.survived, row.lost]),
  ['all', '', sum('injected'), sum('survived'), sum('lost')],
];
for (const row of cells) console.log(`| ${row.join(' | ')} |`);
const minutes = ((Date.now() - started.getTime()) / 60_000).toFixed(1);
console.log(
  `\nnpm run faults -- --seed ${seed} --kills ${kills} --jobs ${jobs}${values.only === undefined ? '' : ` --only ${values.only}`}`,
);
console.log(
  `${started.toISOString().slice(0, 16)}Z, ${minutes} minutes; ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}, ${process.platform}`,
);
for (const { where, seed: own, detail, faults } of told.filter(({ survived }) => !survived)) {
  console.log(`lost: ${where}, ${detail}, seed ${own}: ${(faults ?? []).join('; ')}`);
}
const failed = codes.some((code) => code !== 0);
if (failed) console.log('A test failed; see above.');
process.exit(failed || sum('lost') > 0 ? 1 : 0);
