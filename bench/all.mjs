// Every benchmark that compares or judges a speed, one after another, and their aims beside what was measured.
// Usage: npm run bench [-- --only start,night,whole-run,backup,transforms,native] ; quiet machine, about 40 minutes.
// What each prints is kept as it is; the table at the end says how often each aim was met.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as measure from './measure.mjs';

const { values } = parseArgs({ options: { only: { type: 'string' } } });
if (!existsSync(measure.realWarehouse)) {
  console.error(`There is no warehouse of real seasons at "${measure.realWarehouse}".`);
  process.exit(2);
}
const scratch = mkdtempSync(join(tmpdir(), 'hoopduck-bench-'));
const workspace = join(scratch, 'ten');

/** Cells of the first row of a Markdown table that begins with a name, without ranges in brackets. */
const cells = (text, name) => {
  const line = text
    .split('\n')
    .find((each) => each.replaceAll(/[│|]/g, '|').split('|')[1]?.trim() === name);
  return line
    ?.replaceAll('│', '|')
    .split('|')
    .slice(2, -1)
    .map((cell) => cell.replace(/\(.*\)/, '').trim());
};
const number = (text, pattern) => Number(pattern.exec(text)?.[1] ?? Number.NaN);

/** What a benchmark is started with, and what of its text is held against an aim. */
const BENCHES = {
  start: {
    script: 'start.mjs',
    args: ['--workspace', workspace],
    aims: (text) => [
      ['hoopduck --help, ms', Number(cells(text, 'hoopduck --help')?.[0]), 150],
      ['hoopduck status of ten seasons, ms', Number(cells(text, 'hoopduck status')?.[0]), 500],
    ],
  },
  'whole-run': {
    script: 'whole-run.mjs',
    args: [],
    aims: (text) => {
      const [cold, again] = text.split('the same again:');
      const seconds = (stage) => number(cold, new RegExp(`  ${stage} +([\\d.]+) s`));
      const all = number(cold, /from empty: ([\d.]+) s/);
      return [
        ['ten seasons from empty, all but training, s', all - seconds('train'), 25],
        ['ten seasons from empty, training, s', seconds('train'), 120],
        ['nothing changed, s', number(again, /([\d.]+) s/), 2],
        ['peak memory, MB', number(cold, /peak (\d+) MB/), 2000],
      ];
    },
  },
  night: {
    script: 'night.mjs',
    args: [],
    aims: (text) => [['a new night, s', Number(cells(text, 'new night')?.[3]), 2]],
  },
  backup: { script: 'backup.mjs', args: ['--workspace', workspace], aims: () => [] },
  transforms: {
    script: 'transforms.mjs',
    args: [],
    aims: () => [],
  },
  native: {
    script: 'native-engine.mjs',
    args: ['--version', '3.2.0'],
    aims: () => [],
  },
};

const wanted = values.only === undefined ? Object.keys(BENCHES) : values.only.split(',');
const unknown = wanted.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(
    `There is no benchmark "${unknown[0]}"; there are: ${Object.keys(BENCHES).join(', ')}.`,
  );
  process.exit(2);
}

try {
  measure.heading(`load ${loadavg()[0].toFixed(1)} at the start`);
  if (wanted.some((name) => BENCHES[name].args.includes(workspace))) {
    await measure.hoopduck(null, ['init', 'ten', '--warehouse', measure.realWarehouse], {
      cwd: scratch,
    });
    for (const stage of ['sync', 'transform', 'validate']) {
      await measure.hoopduck(workspace, [stage], { exits: [0, 1] });
    }
  }
  const judged = [];
  for (const name of wanted) {
    const { script, args, aims } = BENCHES[name];
    console.log(`\n## ${name}: node bench/${script}\n`);
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      [join(measure.root, 'bench', script), ...args],
      { encoding: 'utf8', maxBuffer: 1 << 28 },
    );
    console.log(stdout.trim());
    if (status !== 0) {
      console.error(stderr.slice(-2000));
      process.exitCode = 1;
    }
    judged.push(...(status === 0 ? aims(stdout) : []));
  }
  if (judged.length > 0) {
    console.log(
      `\n${measure.markdown([
        ['aim', 'measured', 'at most', ''],
        ...judged.map(([aim, found, most]) => [aim, found, most, found <= most ? 'met' : 'missed']),
      ])}`,
    );
  }
  console.log(`\nload ${loadavg()[0].toFixed(1)} at the end`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
