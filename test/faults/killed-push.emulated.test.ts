import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, type TestContext, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { pushStage } from '../../src/push/push.ts';
import { Replica } from '../../src/replica/replica.ts';
import { type Moment, stoppedRun } from '../pipeline/support/stopped-run.ts';
import { type BigQueryWorld, change, changedWorld } from '../push/support/bigquery.ts';
import { PLAYERS } from '../push/support/world.ts';
import { hoopduckBeside, startHoopduck } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The journal's rows of a push of one table: a plan, a status, five steps, a status. */
const STEPS = [
  'planned',
  'writing',
  'backed up',
  'staged',
  'compared',
  'written',
  'verified',
  'done',
];
/** Steps before which something was done on a server; before the others nothing was since the last step. */
const WITH_WORK_BEFORE = ['planned', 'backed up', 'staged', 'compared', 'written'];
const JOURNAL = '^(INSERT INTO hoopduck\\.push_step|UPDATE hoopduck\\.push SET)';

/** A workspace whose replica is about to push a changed state to BigQuery. */
async function makeWorkspace(context: TestContext) {
  const folder = temporaryFolder();
  const place = join(folder, 'data', 'replica.duckdb');
  mkdirSync(dirname(place), { recursive: true });
  mkdirSync(join(folder, 'warehouse', 'nba_raw'), { recursive: true });
  const world = await changedWorld(context, { place });
  const { project, datasetPrefix, endpoints } = world.location;
  writeFileSync(
    join(folder, 'hoopduck.yaml'),
    stringify({
      warehouse: { path: 'warehouse' },
      push: {
        kind: 'bigquery',
        project,
        dataset_prefix: datasetPrefix,
        endpoints: { rest: endpoints.rest, storage_read: endpoints.storageRead },
      },
    }),
  );
  return { folder, place, world };
}

/** Runs work on the replica of the workspace, which no process may hold meanwhile. */
async function withReplica<T>(
  world: BigQueryWorld,
  place: string,
  work: () => Promise<T>,
): Promise<T> {
  const replica = await Replica.open(place);
  Object.assign(world, { replica });
  Object.assign(world.ctx, { replica });
  try {
    return await work();
  } finally {
    replica.close();
  }
}

test('killed before and after every step of the journal, a push is resumed to the same end', {
  timeout: 300_000,
}, async (context) => {
  const { folder, place, world } = await makeWorkspace(context);
  world.replica.close();
  const moments: [string, Moment][] = STEPS.flatMap((step, i): [string, Moment][] =>
    (WITH_WORK_BEFORE.includes(step) ? (['before', 'after'] as const) : (['after'] as const)).map(
      (when) => [`${when} "${step}"`, { pattern: JOURNAL, nth: i + 1, when }],
    ),
  );
  for (const [n, [what, moment]] of moments.entries()) {
    await withReplica(world, place, () => change(world, n + 1));
    const { signal, stderr } = await stoppedRun(['push', '-C', folder], 'SIGKILL', moment);
    expect(signal, `${what}: ${stderr}`).toBe('SIGKILL');
    await withReplica(world, place, async () => {
      world.next(`resumed-${n}`);
      const resumed = await pushStage(world.ctx, { resume: true });
      expect([resumed.exitCode, resumed.refused], what).toEqual([0, []]);
      // Killed before the plan was in the journal there is nothing to resume.
      const again = await pushStage(world.ctx);
      expect([again.exitCode, again.refused], what).toEqual([0, []]);
      expect(await world.held(PLAYERS), what).toEqual(await world.wanted(PLAYERS));
      expect(await world.staged(), what).toEqual([]);
      const open = await world.replica.column(
        "SELECT count(*) FROM hoopduck.push WHERE status NOT IN ('done', 'failed')",
      );
      expect(open, what).toEqual([0]);
    });
  }
});

test('the commands of a push: --dry-run, push, --resume with nothing to do, --rollback', async (context) => {
  const { folder, place, world } = await makeWorkspace(context);
  const before = await world.held(PLAYERS);
  world.replica.close();
  const run = (...args: string[]) => hoopduckBeside([...args, '-C', folder]);
  const dry = await run('push', '--dry-run');
  expect(dry.code, dry.stderr).toBe(0);
  expect(dry.stdout).toContain(
    '2024-11-02 to 2024-11-05: 1 rows added, 1 changed, 0 removed; load and MERGE',
  );
  const pushed = await run('push', '--json');
  expect(pushed.code, pushed.stderr).toBe(0);
  expect(JSON.parse(pushed.stdout).push).toMatchObject({ written: 2, unchanged: 2, refused: [] });
  const resumed = await run('push', '--resume');
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(resumed.stdout).toMatch(/^No push to "bigquery:\/\/.*" is unfinished\.\n$/);
  const newest = 'SELECT run_id FROM hoopduck.push ORDER BY started_at DESC LIMIT 1';
  const { stdout } = await run('query', '--json', newest);
  const runs = JSON.parse(stdout).rows as { run_id: string }[];
  const rolled = await run('push', '--rollback', runs[0]!.run_id, '--json');
  expect(rolled.code, rolled.stderr).toBe(0);
  expect(JSON.parse(rolled.stdout).push).toMatchObject({ written: 1, removed: 1, refused: [] });
  await withReplica(world, place, async () => {
    expect(await world.held(PLAYERS)).toEqual(before);
  });
  const both = await run('push', '--resume', '--rollback', 'x');
  expect([both.code, both.stderr]).toEqual([
    2,
    expect.stringContaining('The options "--resume" and "--rollback" do not go together.'),
  ]);
});

test('the second Ctrl-C cancels the job that runs, and ends with 130', async (context) => {
  const { folder, world } = await makeWorkspace(context);
  world.replica.close();
  world.rest.plan({ call: 'jobs.insert:merge', nth: 1, fault: { kind: 'stall' } });
  const child = startHoopduck(['push', '-C', folder]);
  const ended = once(child, 'close');
  let said = '';
  child.stderr.on('data', (data) => {
    said += data;
  });
  const called = (name: string) => () =>
    expect(world.rest.calls.map((call) => call.name)).toContain(name);
  await vi.waitFor(called('jobs.insert:merge'), 60_000);
  child.kill('SIGINT');
  await vi.waitFor(() => expect(said).toContain('Stopping after the unit at hand'), 60_000);
  child.kill('SIGINT');
  await vi.waitFor(called('jobs.cancel'), 60_000);
  expect((await ended)[0]).toBe(130);
  const merge = world.rest.calls.find(({ name }) => name === 'jobs.insert:merge');
  const cancel = world.rest.calls.find(({ name }) => name === 'jobs.cancel');
  expect(cancel?.jobId).toBe(merge?.jobId);
});
