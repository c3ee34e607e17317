// How long it takes until a command answers: node bench/start.mjs [--workspace DIR] [--repetitions 20] [--cli dist/cli.js]
// Wall time is what a person waits; user and system time stay the same while the machine does other things as well.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({
  options: {
    workspace: { type: 'string' },
    repetitions: { type: 'string', default: '20' },
    cli: { type: 'string', default: join(root, 'dist', 'cli.js') },
  },
});

const inWorkspace = values.workspace === undefined ? [] : ['-C', values.workspace];
const commands = [
  { name: 'node -e 0', args: ['-e', '0'] },
  { name: 'hoopduck --help', args: [values.cli, '--help'] },
  { name: 'hoopduck run --help', args: [values.cli, 'run', '--help'] },
  ...(values.workspace === undefined
    ? []
    : [
        { name: 'hoopduck status', args: [values.cli, ...inWorkspace, 'status'] },
        { name: 'hoopduck runs', args: [values.cli, ...inWorkspace, 'runs'] },
        { name: 'hoopduck query', args: [values.cli, ...inWorkspace, 'query', 'SELECT 1'] },
      ]),
];

/** Milliseconds of one start; bash's "time" tells what a command took of the processors. */
function once({ args }) {
  const { stderr, status } = spawnSync(
    'bash',
    ['-c', 'TIMEFORMAT="%3R %3U %3S"; time "$0" "$@" >/dev/null 2>&1', process.execPath, ...args],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
  const [real, user, system] = stderr.trim().split(' ').map(Number);
  return { wall: 1000 * real, cpu: 1000 * (user + system) };
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

console.log(`Node ${process.version}, median of ${values.repetitions}, milliseconds`);
const rows = {};
for (const command of commands) {
  const times = Array.from({ length: Number(values.repetitions) }, () => once(command));
  rows[command.name] = {
    wall: Math.round(median(times.map((time) => time.wall))),
    least: Math.round(Math.min(...times.map((time) => time.wall))),
    cpu: Math.round(median(times.map((time) => time.cpu))),
  };
}
console.table(rows);
