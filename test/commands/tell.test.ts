import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Outcome } from '../../src/commands/command.ts';
import { telling } from '../../src/commands/tell.ts';
import type { Config } from '../../src/config/config.ts';
import { type StageContext, silentReporter } from '../../src/context.ts';
import { EXIT, HoopduckError } from '../../src/errors.ts';
import type { Replica } from '../../src/replica/replica.ts';
import { receiver, webhook } from '../notify/receiver.ts';
import { memoryReplica } from '../support/memory-replica.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const now = () => new Date('2025-03-01T09:00:00Z');
const DONE: Outcome = { exitCode: EXIT.done, json: { stages: [], predictions: null } };

/** A workspace with one webhook, and what the webhook was sent. */
async function world() {
  const { address, received } = await receiver();
  const replica = await memoryReplica();
  const config = {
    workspace: '/srv/league',
    notify: [webhook({ url: address })],
  } as unknown as Config;
  const end = (
    command: string,
    work: (ctx: StageContext) => Promise<Outcome>,
    signal = new AbortController().signal,
  ) =>
    telling(
      { command, args: {}, cwd: '/', config, report: silentReporter, signal, now },
      (told) => told(context(config, replica, signal)),
      work,
    );
  const told = () => received.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  return { config, end, told };
}

function context(config: Config, replica: Replica, signal: AbortSignal): StageContext {
  return { config, replica, runId: 'r1', report: silentReporter, signal, now };
}

const missing = new HoopduckError('WAREHOUSE_MISSING', 'It is not there.', {
  next: 'Mount it.',
  exitCode: EXIT.warehouse,
});
const fails = () => Promise.reject(missing);

test('a run that fails is told and thrown on; one that succeeds after it is told as recovered', async () => {
  const { end, told } = await world();
  await expect(end('run', fails)).rejects.toBe(missing);
  await expect(end('run', fails)).rejects.toBe(missing);
  expect(await end('run', async () => DONE)).toBe(DONE);
  expect(told()).toMatchObject([
    { events: ['failure'], error: { code: 'WAREHOUSE_MISSING' }, exit_code: 3 },
    { events: ['recovery'], recovered: ['"run", which failed with WAREHOUSE_MISSING'] },
  ]);
});

test('a dry run after a failure mends nothing', async () => {
  const { end, told } = await world();
  await expect(end('run', fails)).rejects.toBe(missing);
  await end('run', async () => ({ exitCode: EXIT.done, json: { steps: [] } }));
  expect(told()).toHaveLength(1);
});

test('alarms of the monitor are told from a run as from a prediction of its own', async () => {
  const alarms = [{ kind: 'drift', message: 'It drifts.', next: 'Train.' }];
  const { end, told } = await world();
  await end('run', async () => ({ ...DONE, json: { stages: [], predictions: { alarms } } }));
  await end('predict', async () => ({ ...DONE, json: { alarms } }));
  expect(told()).toMatchObject([{ command: 'run', events: ['drift'], alarms }]);
});

test('red gates, which have an exit code of their own, are no failure', async () => {
  const { end, told } = await world();
  const failure = { code: 'GATE_RED', message: 'Red.', next: 'Mend.' } as const;
  await end('validate', async () => ({ exitCode: EXIT.failed, json: {}, failure }));
  expect(told()).toEqual([]);
});

test('a bug is told as one', async () => {
  const { end, told } = await world();
  await expect(end('run', () => Promise.reject(new Error('odd')))).rejects.toThrow('odd');
  expect(told()).toMatchObject([{ error: { code: 'INTERNAL', message: 'Unexpected: odd' } }]);
});

test('what Ctrl-C stops is told to nobody, and neither is what other commands do', async () => {
  const { end, told } = await world();
  await expect(end('run', fails, AbortSignal.abort())).rejects.toBe(missing);
  await expect(end('sync', fails)).rejects.toBe(missing);
  expect(told()).toEqual([]);
});

test('a replica that cannot be opened is told, once', async () => {
  const { config, told } = await world();
  const { signal } = new AbortController();
  const options = {
    command: 'run',
    args: {},
    cwd: '/',
    config,
    report: silentReporter,
    signal,
    now,
  };
  await expect(telling(options, fails, async () => DONE)).rejects.toBe(missing);
  expect(told()).toMatchObject([{ events: ['failure'], run_id: null }]);
});

test('--junit writes what the ledger has of the dates that the command judged', async () => {
  const replica = await memoryReplica();
  await replica.run(
    `INSERT INTO hoopduck.check_result VALUES
     ('coverage', 'nba_analytics.player_game_summary', 'date', '2025-02-28', 'fail', 80, 95, 8, 10,
      NULL, now()::TIMESTAMP, 'r1')`,
  );
  const folder = temporaryFolder();
  const config = { workspace: folder, notify: [] } as unknown as Config;
  const { signal } = new AbortController();
  const json = { stages: [], from: '2025-02-28', to: '2025-02-28' };
  await telling(
    {
      command: 'run',
      args: { junit: 'gates.xml' },
      cwd: folder,
      config,
      report: silentReporter,
      signal,
      now,
    },
    (told) => told(context(config, replica, signal)),
    async () => ({ exitCode: EXIT.failed, json }),
  );
  expect(readFileSync(join(folder, 'gates.xml'), 'utf8')).toContain(
    '<failure type="GATE_RED" message="80% found, 95% wanted"></failure>',
  );
});
