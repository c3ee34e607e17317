import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { COMMANDS } from '../../src/cli.ts';
import { createProgram } from '../../src/commands/program.ts';
import { loadConfig } from '../../src/config/load.ts';
import { plainStyle } from '../../src/console/style.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const example = (name: string) => readFileSync(join(docs, 'examples', name), 'utf8');
const hasSystemd = spawnSync('systemd-analyze', ['--version']).error === undefined;

/** The arguments of every hoopduck that a text starts. */
function commandsIn(text: string): string[][] {
  return [...text.matchAll(/(?:^|[\s/;=])hoopduck ((?:[\w.:-]+ ?)+)/gm)].map((match) =>
    match[1]!.trim().split(' '),
  );
}

/** What the command line says against arguments; undefined: nothing. */
async function refusal(args: readonly string[]): Promise<string | undefined> {
  const output = { help() {}, usage() {}, style: plainStyle };
  try {
    await createProgram(COMMANDS, output, async () => {}).parseAsync([...args], { from: 'user' });
    return undefined;
  } catch (error) {
    return `hoopduck ${args.join(' ')}: ${(error as Error).message}`;
  }
}

/** The entries of a crontab: five fields and a command. */
function cronEntries(text: string): { fields: string[]; command: string }[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !/^[A-Z_]+=/.test(line))
    .map((line) => {
      const [, fields, command] = /^((?:\S+\s+){5})(.+)$/.exec(line)!;
      return { fields: fields!.trim().split(/\s+/), command: command! };
    });
}

/** Whether cron takes a field with these bounds: stars, numbers, ranges, steps and lists. */
function isCronField(field: string, [low, high]: readonly [number, number]): boolean {
  return field.split(',').every((part) => {
    const match = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
    if (match === null) return false;
    const [from, to] = [match[1], match[2]].map((text) =>
      text === undefined ? low : Number(text),
    );
    return from! >= low && from! <= high && to! >= low && to! <= high && match[3] !== '0';
  });
}

const BOUNDS: readonly (readonly [number, number])[] = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
];

test.each(['hoopduck.cron', 'hoopduck-nightly.service', 'nightly.yml'])(
  'every command of %s is one that the command line takes',
  async (name) => {
    const commands = commandsIn(example(name).replace(/^\s*#.*$/gm, ''));
    expect(commands.length).toBeGreaterThan(0);
    const refused = await Promise.all(commands.map(refusal));
    expect(refused.filter((why) => why !== undefined)).toEqual([]);
  },
);

test('cron takes the fields of the crontab, and no percent sign cuts its commands', () => {
  const entries = cronEntries(example('hoopduck.cron'));
  expect(entries).toHaveLength(2);
  for (const { fields, command } of entries) {
    expect(fields.map((field, i) => isCronField(field, BOUNDS[i]!))).toEqual(Array(5).fill(true));
    expect(command).not.toMatch(/%/);
  }
  expect(isCronField('60', [0, 59])).toBe(false);
});

test.each([
  [0, ''],
  [1, 'a red gate\n'],
])('the line of the crontab, where the run ends with %i, mails %j', (code, mailed) => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'data'));
  const program = join(folder, 'hoopduck');
  writeFileSync(program, `#!/bin/sh\necho "$@" >args\necho a red gate >&2\nexit ${code}\n`);
  chmodSync(program, 0o755);
  const command = cronEntries(example('hoopduck.cron'))[0]!.command.replace('/srv/league', folder);
  const run = spawnSync('/bin/bash', ['-c', command], {
    env: { PATH: `${folder}:/usr/bin:/bin` },
    encoding: 'utf8',
    // A socket there would make bash read the start-up files of whoever runs the tests.
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  expect(run).toMatchObject({ status: code, stdout: mailed, stderr: '' });
  expect(readFileSync(join(folder, 'args'), 'utf8')).toBe('run --push\n');
  expect(readFileSync(join(folder, 'data', 'nightly.log'), 'utf8')).toBe('a red gate\n');
});

test.skipIf(!hasSystemd)('systemd finds nothing wrong with the service and its timer', () => {
  const folder = temporaryFolder();
  // What it would start is not installed where tests run.
  const service = example('hoopduck-nightly.service');
  expect(service).toContain('ExecStart=/usr/local/bin/hoopduck run --push\n');
  const startable = service.replace('/usr/local/bin/hoopduck', process.execPath);
  writeFileSync(join(folder, 'hoopduck-nightly.service'), startable);
  writeFileSync(join(folder, 'hoopduck-nightly.timer'), example('hoopduck-nightly.timer'));
  const units = ['service', 'timer'].map((kind) => join(folder, `hoopduck-nightly.${kind}`));
  const verified = spawnSync('systemd-analyze', ['verify', '--man=no', ...units], {
    encoding: 'utf8',
  });
  const ours = verified.stderr.split('\n').filter((line) => line.includes('hoopduck'));
  expect({ status: verified.status, ours }).toEqual({ status: 0, ours: [] });
  const when = /^OnCalendar=(.+)$/m.exec(example('hoopduck-nightly.timer'))![1]!;
  expect(spawnSync('systemd-analyze', ['calendar', when]).status).toBe(0);
});

test('the workflow is one: a schedule, steps that run or use something, and files that are uploaded', () => {
  const workflow = parse(example('nightly.yml'));
  expect(Object.keys(workflow)).toEqual(['name', 'on', 'permissions', 'concurrency', 'jobs']);
  const [{ cron }] = workflow.on.schedule as [{ cron: string }];
  const fields = cron.split(' ').map((field, i) => isCronField(field, BOUNDS[i]!));
  expect(fields).toEqual(Array(5).fill(true));
  const { steps } = workflow.jobs.run as { steps: Record<string, unknown>[] };
  for (const step of steps) {
    expect([step['run'], step['uses']].filter((part) => part !== undefined)).toHaveLength(1);
    if (step['uses'] !== undefined) expect(step['uses']).toMatch(/^[\w-]+\/[\w-]+@v\d+$/);
  }
  const commands = commandsIn(steps.map(({ run }) => run ?? '').join('\n')).flat();
  const upload = steps.at(-1)!['with'] as { path: string };
  for (const file of upload.path.trim().split('\n')) expect(commands).toContain(file);
});

test('the webhooks that the guide shows are a valid part of hoopduck.yaml', () => {
  const guide = readFileSync(join(docs, 'nightly.md'), 'utf8');
  const notify = /```yaml\n(notify:[\s\S]*?)```/.exec(guide)![1]!;
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'warehouse'));
  writeFileSync(join(folder, 'hoopduck.yaml'), `warehouse: {path: warehouse}\n${notify}`);
  expect(loadConfig(folder).notify.map(({ name, format }) => [name, format])).toEqual([
    ['SLACK_WEBHOOK', 'slack'],
    ['ops.example.org', 'json'],
  ]);
  const body = JSON.parse(/```json\n([\s\S]*?)```/.exec(guide)![1]!);
  expect(Object.keys(body)).toEqual([
    'version',
    'events',
    'title',
    'workspace',
    'command',
    'run_id',
    'at',
    'exit_code',
    'new_red',
    'red_total',
    'recovered',
    'alarms',
    'error',
  ]);
});
