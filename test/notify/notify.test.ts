import { writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import type { WebhookConfig } from '../../src/config/notify.ts';
import { type Ended, notify } from '../../src/notify/notify.ts';
import type { Replica } from '../../src/replica/replica.ts';
import { hoopduckBeside } from '../support/cli.ts';
import { memoryReplica } from '../support/memory-replica.ts';
import { workspaceWith } from '../support/workspace.ts';
import { outside, receiver, webhook } from './receiver.ts';

const ENDED: Ended = { command: 'run', exitCode: 0, alarms: [], failure: null };

async function redNight(replica: Replica, date: string): Promise<void> {
  await replica.run(
    `INSERT INTO hoopduck.check_result VALUES
     ('coverage', 'nba_analytics.player_game_summary', 'date', $date, 'fail', 80, 95, 8, 10,
      'no <usage> & more', now()::TIMESTAMP, 'run-1')`,
    { date },
  );
}

/** Tells webhooks how a run ended; what is warned about is kept. */
async function tell(
  replica: Replica | undefined,
  webhooks: readonly WebhookConfig[],
  ended: Ended = ENDED,
): Promise<string[]> {
  const warnings: string[] = [];
  const report = { progress() {}, info() {}, warn: (text: string) => void warnings.push(text) };
  const config = { workspace: '/home/me/league', notify: webhooks } as unknown as Config;
  const ctx = replica === undefined ? { config, report } : { config, report, replica, runId: 'r1' };
  await notify(ctx, ended, outside());
  return warnings;
}

const outcomes = (replica: Replica) =>
  replica.rows(`SELECT webhook, events, outcome, detail FROM hoopduck.notification ORDER BY rowid`);

test('a red night is told as JSON once, and its recovery when it is green again', async () => {
  const { address, received } = await receiver();
  const replica = await memoryReplica();
  const hook = webhook({ url: address });
  await tell(replica, [hook]);
  expect(received).toEqual([]);
  await redNight(replica, '2025-02-28');
  await tell(replica, [hook], { ...ENDED, exitCode: 1 });
  await tell(replica, [hook], { ...ENDED, exitCode: 1 });
  expect(received).toHaveLength(1);
  expect(JSON.parse(received[0]!.body)).toEqual({
    version: 1,
    events: ['red'],
    title: 'league: 1 check turned red.',
    workspace: 'league',
    command: 'run',
    run_id: 'r1',
    at: '2025-03-01T09:00:00.000Z',
    exit_code: 1,
    new_red: [
      {
        check: 'coverage',
        table: 'nba_analytics.player_game_summary',
        scope: '2025-02-28',
        found: 80,
        wanted: 95,
        detail: 'no <usage> & more',
      },
    ],
    red_total: 1,
    recovered: [],
    alarms: [],
    error: null,
  });
  await replica.run('DELETE FROM hoopduck.check_result');
  await tell(replica, [hook]);
  expect(JSON.parse(received[1]!.body)).toMatchObject({
    events: ['recovery'],
    title: 'league: recovered: 1 check that was red.',
    exit_code: 0,
  });
  expect(await outcomes(replica)).toEqual([
    { webhook: 'ops', events: '["red"]', outcome: 'delivered', detail: '204 No Content' },
    { webhook: 'ops', events: '["recovery"]', outcome: 'delivered', detail: '204 No Content' },
  ]);
  replica.close();
});

test('a webhook that was away is told the next time; the others do not wait for it', async () => {
  const away = await receiver((response, nth) => response.writeHead(nth < 1 ? 404 : 204).end());
  const here = await receiver();
  const replica = await memoryReplica();
  await redNight(replica, '2025-02-28');
  const hooks = [
    webhook({ name: 'away', url: away.address }),
    webhook({ name: 'here', url: here.address, format: 'slack' }),
  ];
  expect(await tell(replica, hooks)).toEqual([
    'The webhook "away" was not told of red: 404 Not Found. It is told the next time; "hoopduck notify --test" tries it.',
  ]);
  expect(await tell(replica, hooks)).toEqual([]);
  expect(away.received).toHaveLength(2);
  expect(here.received.map(({ body }) => JSON.parse(body))).toEqual([
    {
      text: [
        '*league: 1 check turned red.*',
        '• coverage of nba_analytics.player_game_summary, 2025-02-28: 80 found, 95 wanted (no &lt;usage&gt; &amp; more)',
      ].join('\n'),
    },
  ]);
  replica.close();
});

test('webhooks are told side by side', async () => {
  // Neither is answered before both have asked.
  const asked: ServerResponse[] = [];
  const answer = (response: ServerResponse) => {
    asked.push(response);
    if (asked.length === 2) for (const each of asked) each.end();
  };
  const [one, other] = [await receiver(answer), await receiver(answer)];
  const replica = await memoryReplica();
  await redNight(replica, '2025-02-28');
  await tell(replica, [
    webhook({ name: 'one', url: one.address, timeoutSeconds: 2 }),
    webhook({ name: 'other', url: other.address, timeoutSeconds: 2 }),
  ]);
  expect(await outcomes(replica)).toMatchObject([
    { webhook: 'one', outcome: 'delivered' },
    { webhook: 'other', outcome: 'delivered' },
  ]);
  expect([one.received.length, other.received.length]).toEqual([1, 1]);
  replica.close();
});

test('a webhook hears only of what it asked for', async () => {
  const { address, received } = await receiver();
  const replica = await memoryReplica();
  await redNight(replica, '2025-02-28');
  const hook = webhook({ url: address, on: ['failure'] });
  await tell(replica, [hook]);
  expect(received).toEqual([]);
  expect(await outcomes(replica)).toMatchObject([{ events: '[]', outcome: 'quiet' }]);
  const failure = {
    code: 'WAREHOUSE_MISSING',
    message: 'No "folder".',
    next: 'Mount it.',
  } as const;
  await tell(replica, [hook], { ...ENDED, exitCode: 3, failure });
  expect(JSON.parse(received[0]!.body)).toMatchObject({
    events: ['failure'],
    title: 'league: "hoopduck run" failed with WAREHOUSE_MISSING.',
    new_red: [],
    error: failure,
  });
  replica.close();
});

test('a replica that cannot be opened is told as a failure', async () => {
  const { address, received } = await receiver();
  const failure = { code: 'REPLICA_LOCKED', message: 'In use.', next: 'Wait.' } as const;
  await tell(undefined, [webhook({ url: address })], { ...ENDED, exitCode: 4, failure });
  expect(JSON.parse(received[0]!.body)).toMatchObject({ events: ['failure'], red_total: null });
});

test('a warehouse that is away is told once, though hoopduck.yaml is refused for it', async () => {
  const { address, received } = await receiver();
  const folder = await workspaceWith();
  const file = join(folder, 'hoopduck.yaml');
  writeFileSync(file, `warehouse: {path: away}\nnotify: [{url: "${address}"}]\n`);
  for (const _ of ['one night', 'the next']) {
    const { code, stderr } = await hoopduckBeside(['run', '-C', folder]);
    expect(code).toBe(2);
    expect(stderr).toContain(`error[CONFIG_INVALID]: ${file}:1:19: "warehouse.path" is "away"`);
  }
  expect(received.map(({ body }) => JSON.parse(body))).toMatchObject([
    { events: ['failure'], command: 'run', error: { code: 'CONFIG_INVALID' } },
  ]);
});

test('a command whose webhook fails ends as it would without it, and says so', async () => {
  const { address, received } = await receiver((response) => response.writeHead(410).end());
  const folder = await workspaceWith();
  writeFileSync(
    join(folder, 'hoopduck.yaml'),
    'warehouse: {path: warehouse}\nnotify: [{url_env: HOOK, secret_env: KEY}]\n',
  );
  const env = { HOOK: `${address}/T0/B0/a-token-of-twenty-1`, KEY: 'the key of it' };
  const { code, stderr } = await hoopduckBeside(['validate', '-C', folder], { env });
  expect(code).toBe(2);
  expect(received).toHaveLength(1);
  expect(JSON.parse(received[0]!.body)).toMatchObject({
    events: ['failure'],
    error: { code: 'NOTHING_SYNCED' },
  });
  expect(stderr).toContain(
    'warning[NOTIFY_UNTOLD]: The webhook "HOOK" was not told of failure: 410 Gone.',
  );
  expect(stderr).toContain('error[NOTHING_SYNCED]: ');
  expect(stderr).not.toContain('a-token');

  const tried = await hoopduckBeside(['notify', '--test', '-C', folder], { env });
  expect(tried.code).toBe(1);
  expect(tried.stdout).toBe('fail  HOOK: 410 Gone\n');
  expect(tried.stderr).toContain(
    'error[NOTIFY_UNTOLD]: 1 webhook did not take the sample: "HOOK" (410 Gone).',
  );
  const listed = await hoopduckBeside(['notify', '--json', '-C', folder], { env });
  expect(JSON.parse(listed.stdout)).toMatchObject({
    webhooks: [{ name: 'HOOK', signed: true, last: { outcome: 'failed', detail: '410 Gone' } }],
  });
});
