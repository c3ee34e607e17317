import { expect, test } from 'vitest';
import { describePush } from '../../src/push/describe.ts';
import { observeTarget } from '../../src/push/observe.ts';
import { openTarget } from '../../src/warehouse/open.ts';
import { bigqueryWorld, change, changedWorld } from './support/bigquery.ts';
import { PLAYERS } from './support/world.ts';

const TOUCH =
  "UPDATE {table} SET points = 99 WHERE game_date = DATE '2024-11-01' AND player_lookup = 'jokic'";

test('the first push makes the table, partitioned by date, clustered by key, described', async (context) => {
  const world = await bigqueryWorld(context);
  await world.replica.run(`COMMENT ON TABLE ${PLAYERS} IS 'One row a player in a game.'`);
  await world.replica.run(`COMMENT ON COLUMN ${PLAYERS}.points IS 'Points scored.'`);
  const { exitCode, written, rows, files } = await world.push();
  expect({ exitCode, written, rows, files }).toEqual({
    exitCode: 0,
    written: 3,
    rows: 6,
    files: 1,
  });
  expect(await world.held(PLAYERS)).toEqual(await world.wanted(PLAYERS));
  expect(await world.staged()).toEqual([]);
  const made = world.rest.calls.filter(({ name }) => name === 'tables.insert');
  expect(made.map(({ url }) => url.split('/').at(-2))).toEqual([
    `${world.location.datasetPrefix}nba_analytics`,
    `${world.location.datasetPrefix}nba_analytics`,
  ]);
  const answer = await fetch(
    `${world.rest.url}/bigquery/v2/projects/${world.location.project}/datasets/${world.location.datasetPrefix}nba_analytics/tables/player_game_summary`,
  );
  const table = (await answer.json()) as {
    schema: { fields: { name: string; description?: string }[] };
  };
  expect(table.schema.fields.find(({ name }) => name === 'points')?.description).toBe(
    'Points scored.',
  );
  expect(table).toMatchObject({
    description: 'One row a player in a game.',
    timePartitioning: { type: 'DAY', field: 'game_date' },
    clustering: { fields: ['player_lookup'] },
  });
});

test('a second push of the same content sends no job that changes anything', async (context) => {
  const world = await bigqueryWorld(context);
  await world.push();
  world.next('second');
  world.rest.clear();
  expect(await world.push()).toMatchObject({ written: 0, unchanged: 3, files: 0, exitCode: 0 });
  expect(world.jobs()).toEqual([]);
});

test('a changed push backs up, loads and merges once, and leaves nothing staged', async (context) => {
  const world = await changedWorld(context);
  expect(await world.push()).toMatchObject({ written: 2, unchanged: 2, exitCode: 0 });
  expect(world.jobs()).toEqual(['jobs.insert:snapshot', 'jobs.insert:load', 'jobs.insert:merge']);
  expect(await world.held(PLAYERS)).toEqual(await world.wanted(PLAYERS));
  expect(await world.staged()).toEqual([]);
});

test.for([
  ['keeps the times of changes', false],
  ['does not', true],
] as const)(
  'a partition changed behind our back is refused by a server that %s',
  async ([, kinder], context) => {
    const world = await bigqueryWorld(context, { kinder });
    await world.push();
    world.next('second');
    await world.writer.run(PLAYERS, TOUCH);
    if (!kinder) await world.writer.touch(PLAYERS);
    const before = await world.held(PLAYERS);
    world.rest.clear();
    const result = await world.push();
    expect(result).toMatchObject({ written: 0, unchanged: 2, exitCode: 4 });
    expect(result.refused).toEqual([
      {
        table: PLAYERS,
        date: '2024-11-01',
        reason: 'it changed in the target since it was pushed at 2025-01-01 12:00:00',
        kind: 'moved',
      },
    ]);
    expect(world.jobs()).toEqual([]);
    expect(await world.held(PLAYERS)).toEqual(before);
  },
);

test('what production held before the first push is protected, too', async (context) => {
  const world = await bigqueryWorld(context);
  await world.writer.seed(
    PLAYERS,
    "SELECT DATE '2024-11-01' AS game_date, 'jokic' AS player_lookup, 1 AS points",
  );
  await observeTarget(world.ctx);
  await world.writer.seed(
    PLAYERS,
    "SELECT DATE '2024-11-01' AS game_date, 'jokic' AS player_lookup, 2 AS points",
  );
  const { refused, exitCode } = await world.push();
  expect(exitCode).toBe(4);
  expect(refused.map(({ date }) => date)).toEqual(['2024-11-01']);
});

test('a table that moves between its staging and its swap is not written', async (context) => {
  const world = await changedWorld(context);
  world.rest.after('jobs.insert:load', async () => {
    await world.writer.run(PLAYERS, TOUCH.replace('2024-11-01', '2024-11-02'));
    await world.writer.touch(PLAYERS);
  });
  const result = await world.push();
  expect(result).toMatchObject({ written: 0, exitCode: 4 });
  expect(world.jobs()).toEqual(['jobs.insert:snapshot', 'jobs.insert:load']);
  expect(await world.staged()).toEqual([]);
});

test.for(['snapshot', 'copy', 'table', 'local'] as const)(
  'a rollback puts back what was there, from a backup by %s',
  async (backup, context) => {
    const world = await changedWorld(context, { more: { backup } });
    const before = await world.held(PLAYERS);
    await world.push();
    expect(await world.held(PLAYERS)).not.toEqual(before);
    world.next('third');
    expect(await world.rollback('second')).toMatchObject({ exitCode: 0, written: 1, removed: 1 });
    expect(await world.held(PLAYERS)).toEqual(before);
    expect(await world.staged()).toEqual([]);
    const references = await world.replica.column<string>(
      "SELECT detail FROM hoopduck.push_step WHERE push_id = 'second-1' AND step = 'backed up'",
    );
    expect(references.map((reference) => reference.split(':')[0])).toEqual([
      backup === 'local' ? 'local' : 'table',
    ]);
  },
);

test('a merge whose answer is lost is found by its name and not done again', async (context) => {
  const world = await changedWorld(context);
  world.rest.plan({ call: 'jobs.insert:merge', nth: 1, fault: { kind: 'lost' } });
  expect(await world.push()).toMatchObject({ written: 2, exitCode: 0 });
  expect(world.jobs().filter((name) => name.endsWith(':merge'))).toHaveLength(1);
  expect(await world.held(PLAYERS)).toEqual(await world.wanted(PLAYERS));
});

test('jobs carry the run and the stage as labels', async (context) => {
  const world = await changedWorld(context);
  await world.push();
  const labels = world.rest.calls
    .filter(({ name }) => name.startsWith('jobs.insert:'))
    .map((call) => call.labels);
  expect(new Set(labels.map((each) => JSON.stringify(each)))).toEqual(
    new Set([JSON.stringify({ hoopduck_run: 'second', hoopduck_stage: 'push' })]),
  );
});

test('every query carries the bound of what it may be billed, and one beyond it is told', async (context) => {
  const world = await changedWorld(context, { more: { maxBytesBilled: 10_000_000 } });
  await world.push();
  const bounds = world.rest.calls
    .filter(({ sql, name }) => sql !== undefined && name.startsWith('jobs.insert:'))
    .map((call) => call.maximumBytesBilled);
  expect(new Set(bounds)).toEqual(new Set(['10000000']));
  world.next('third');
  await change(world, 1);
  const fault = { kind: 'status', status: 400, reason: 'bytesBilledLimitExceeded' } as const;
  world.rest.plan({ call: 'jobs.insert:merge', nth: 1, fault });
  await expect(world.push()).rejects.toMatchObject({
    code: 'BIGQUERY_COST',
    exitCode: 4,
    next: 'Nothing was run. Raise "max_bytes_billed" in hoopduck.yaml, or ask for fewer dates.',
  });
});

test('a history of more dates than a job may change goes in several atomic steps', async (context) => {
  const world = await bigqueryWorld(context);
  const target = await openTarget(world.ctx);
  const dates = Array.from({ length: 4001 }, (_, i) =>
    new Date(Date.UTC(2000, 0, 1 + i)).toISOString().slice(0, 10),
  );
  const { units } = await target.units(PLAYERS, 'game_date', dates);
  expect(units.map((unit) => [unit.name, unit.dates.length])).toEqual([
    ['2000-01-01_to_2010-12-13', 4000],
    ['2010-12-14_to_2010-12-14', 1],
  ]);
  await target.close();
});

test('a dry run says what would change, and sends nothing that changes anything', async (context) => {
  const world = await changedWorld(context);
  const result = await world.push({ dryRun: true });
  expect(describePush(result)).toEqual([
    `${PLAYERS}: would write 2 partitions with 3 rows`,
    '  2024-11-02 to 2024-11-05: 1 rows added, 1 changed, 0 removed; load and MERGE, 0 bytes billed',
    `Would push to "${result.target}": 2 partitions with 3 rows in 1 MERGE statement, 2 unchanged.`,
  ]);
  expect(world.jobs()).toEqual(['jobs.insert:dry select']);
});

test('dates that the target would let go at once are refused, the others are written', async (context) => {
  const world = await bigqueryWorld(context);
  await world.writer.seed(
    PLAYERS,
    "SELECT DATE '2025-01-01' AS game_date, 'x' AS player_lookup, 1 AS points",
  );
  await world.writer.expire(PLAYERS, 90);
  const { refused, written, exitCode } = await world.push();
  expect({ written, exitCode }).toEqual({ written: 2, exitCode: 4 });
  expect(refused).toEqual([
    {
      table: PLAYERS,
      date: '2024-04-10',
      reason: 'the target lets partitions go after 90 days, so that it would vanish at once',
      kind: 'moved',
    },
  ]);
});

test('a column that the replica cannot hold stops a push into its table, by name', async (context) => {
  const world = await bigqueryWorld(context);
  await world.writer.seed(PLAYERS, "SELECT DATE '2025-01-01' AS game_date, 'x' AS player_lookup");
  await world.writer.addColumn(PLAYERS, { name: 'context', type: 'JSON' });
  await world.writer.run(PLAYERS, 'SELECT 1');
  const { refused, exitCode } = await world.push();
  expect(exitCode).toBe(4);
  expect(refused[0]?.reason).toBe(
    'the column "context" of the target is JSON, which the replica does not hold and a write would lose',
  );
});

test('a push goes on after more than one state, each equal by digest', async (context) => {
  const world = await bigqueryWorld(context);
  for (let n = 0; n < 4; n++) {
    world.next(`run-${n}`);
    await change(world, n);
    expect(await world.push()).toMatchObject({ exitCode: 0 });
    expect(await world.held(PLAYERS)).toEqual(await world.wanted(PLAYERS));
  }
});
