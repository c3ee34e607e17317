import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { silentReporter } from '../../src/context.ts';
import { EXIT } from '../../src/errors.ts';
import { openWorkspace } from '../../src/index.ts';
import { diff } from '../../src/pipeline/diff.ts';
import { Replica } from '../../src/replica/replica.ts';
import { writeSample } from '../../src/sample/sample.ts';
import { editWarehouse } from '../pipeline/support/edit.ts';
import { lastingFolder } from '../pipeline/support/lasting-folder.ts';
import { loadTables, workspaceOn } from '../pipeline/support/load-tables.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const base = lastingFolder();
const warehouse = join(base, 'warehouse');
const workspace = join(base, 'workspace');
const HORIZON = '2024-12-31';
const SUMMARY = 'nba_analytics.player_game_summary';
const OWN = 'nba_analytics.numbered_day';
const PAST = 'hoopduck.past_partition';

interface Done {
  /** The run as a side. */
  readonly side: string;
  readonly id: string;
  /** The replica as the run left it. */
  readonly copy: string;
}

const done: Done[] = [];
let night: string;
let man: number;

/** Runs sync and transforms, and keeps a copy of the replica. */
async function run(): Promise<Done> {
  const path = await loadTables(workspace, HORIZON);
  const id = await inReplica(async (replica) => {
    const ids = replica.column<string>('SELECT run_id FROM hoopduck.run ORDER BY started_at DESC');
    return (await ids)[0]!;
  });
  const copy = join(base, `${id}.duckdb`);
  copyFileSync(path, copy);
  return { side: `run:${id}`, id, copy };
}

async function inReplica<T>(work: (replica: Replica) => Promise<T>): Promise<T> {
  const replica = await Replica.open(join(workspace, 'data', 'replica.duckdb'));
  try {
    return await work(replica);
  } finally {
    replica.close();
  }
}

function differences(a: string, b: string, tables: readonly string[] = [], range = {}) {
  return diff({
    a,
    b,
    tables,
    cwd: base,
    config: openWorkspace(workspace).config,
    range: { from: undefined, to: undefined, ...range },
    tolerance: 0,
    ignore: [],
    examples: 3,
    report: silentReporter,
    signal: new AbortController().signal,
  });
}

async function restate(set: string): Promise<void> {
  await editWarehouse(
    warehouse,
    ['nbac_gamebook_player_stats'],
    [
      `UPDATE nbac_gamebook_player_stats SET ${set} WHERE game_date = '${night}' AND nba_player_id = ${man}`,
    ],
  );
}

/** A table of the workspace's own with so many dates, each with one row of a value in SQL. */
function ownModel(dates: number, value: string): void {
  const folder = join(workspace, 'models', 'nba_analytics');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'numbered_day.sql'),
    `-- Numbered days.
--
-- key: game_date
-- partition: game_date
-- reads: hoopduck.stg_game (any date)
WITH first AS (SELECT MIN(game_date) AS day FROM hoopduck.stg_game WHERE game_date <= @to_date)
SELECT CAST(f.day - CAST(n.i AS INTEGER) AS DATE) AS game_date, n.i AS number, ${value} AS value
FROM first AS f, range(${dates}) AS n(i)
`,
  );
}

const own = (side: string, other: string) => differences(side, other, [OWN]);

beforeAll(async () => {
  await writeSample(warehouse, { seasons: 1, days: 40, seed: 11 });
  workspaceOn(workspace, warehouse);
  done.push(await run());
  await inReplica(async (replica) => {
    const [row] = await replica.rows<{ night: string; man: number }>(
      `SELECT CAST(p.game_date AS VARCHAR) AS night, p.nba_player_id AS man
       FROM hoopduck.stg_player_game AS p JOIN ${SUMMARY} AS s USING (game_date, player_lookup)
       WHERE p.ft_attempts > p.ft_makes + 1 AND s.minutes_played > 20
       ORDER BY game_date, player_lookup LIMIT 1 OFFSET 40`,
    );
    ({ night, man } = row!);
  });
  await restate('points = points + 1, free_throws_made = free_throws_made + 1');
  done.push(await run());
  await restate('points = points + 1, free_throws_made = free_throws_made + 1');
  done.push(await run());
  await restate("minutes = '31:30'");
  done.push(await run());
});

test('the first build of a table puts nothing by', async () => {
  const first = await Replica.open(done[0]!.copy);
  expect(await first.column(`SELECT count(*) FROM ${PAST}`)).toEqual([0]);
  first.close();
});

test('after a restated night the first run differs from the second in exactly the rows and columns that changed', async () => {
  const found = await differences(done[0]!.side, done[1]!.copy, [SUMMARY]);
  expect(found.tables[0]).toMatchObject({
    equal: false,
    rows_changed: 1,
    rows_only_in_a: 0,
    rows_only_in_b: 0,
    dates_affected: 1,
    first_date: night,
    columns: [
      { column: 'points', rows: 1, largest_difference: 1 },
      { column: 'ft_makes', rows: 1, largest_difference: 1 },
      { column: 'ts_pct', rows: 1 },
      { column: 'margin', rows: 1, largest_difference: 1 },
    ],
  });
  const real = await differences(done[0]!.copy, done[1]!.copy);
  const told = await differences(done[0]!.side, done[1]!.copy);
  expect(told.equal).toBe(false);
  expect(told.tables).toEqual(
    real.tables.filter(({ table }) => /^nba_(analytics|precompute)\./.test(table)),
  );
});

test.each([0, 1, 2, 3])('every table comes back to the bit as run %i left it', async (n) => {
  const { side, copy } = done[n]!;
  const found = await differences(side, copy);
  expect(found.tables.filter(({ equal }) => !equal)).toEqual([]);
  expect(found.tables).toHaveLength(8);
  expect(found.tables.every(({ rows_a }) => rows_a > 0)).toBe(true);
});

test('two past runs can be compared, and the last one equals the replica', async () => {
  const found = await differences(done[1]!.side, done[2]!.side, [SUMMARY]);
  expect(found.tables[0]).toMatchObject({ rows_changed: 1, first_date: night, last_date: night });
  expect((await differences(done[3]!.side, 'replica')).equal).toBe(true);
  expect((await differences(done[0]!.side, done[0]!.side)).equal).toBe(true);
});

test('a beginning of the id names the run; one that is unknown or has several is refused with the newest', async () => {
  const { id } = done[3]!;
  expect((await own(`run:${id.slice(0, -1)}`, 'replica').catch((error) => error)).code).toBe(
    'DIFF_TABLE',
  );
  await expect(differences('run:1999', 'replica')).rejects.toMatchObject({
    code: 'RUN_UNKNOWN',
    exitCode: EXIT.usage,
    message: expect.stringContaining(`is no run of`),
  });
  await expect(differences('run:2', 'replica')).rejects.toMatchObject({
    code: 'RUN_AMBIGUOUS',
    exitCode: EXIT.usage,
    message: expect.stringContaining(`the newest are "${id}" (transform), "${done[2]!.id}"`),
  });
});

test('a change of more than 200 dates keeps digests alone; a table is not there before its first build', async () => {
  ownModel(202, 'i * 0.1');
  const first = await run();
  // The first date comes out as before.
  ownModel(202, 'i * 0.3');
  const second = await run();
  const kept = await inReplica((replica) =>
    replica.rows(
      `SELECT count(*) AS dates, count(rows) AS with_rows, sum(row_count)::BIGINT AS rows, count(digest) AS digests
       FROM ${PAST} WHERE table_name = '${OWN}'`,
    ),
  );
  expect(kept).toEqual([{ dates: 201, with_rows: 0, rows: 201, digests: 201 }]);

  const [found] = (await own(first.side, 'replica')).tables;
  expect(found).toMatchObject({
    equal: false,
    rows_a: 202,
    rows_b: 202,
    rows_compared: 1,
    dates_affected: 201,
    columns: [],
  });
  expect(found!.dates_without_rows).toHaveLength(201);
  const days = found!.dates_without_rows!;
  expect(found!.notes).toEqual([
    `201 dates differ, rows not kept: ${days.slice(0, 3).join(', ')} and 198 more`,
  ]);
  const bounded = await differences('replica', first.side, [OWN], { from: days[1], to: days[2] });
  expect(bounded.tables[0]!.dates_without_rows).toEqual(days.slice(1, 3));
  expect((await own(first.side, first.copy)).equal).toBe(true);
  expect((await own(second.side, 'replica')).equal).toBe(true);
  expect((await own(first.side, second.side)).tables[0]!.dates_without_rows).toEqual(days);
  expect((await own(first.side, first.side)).equal).toBe(true);
  expect((await own(done[3]!.side, 'replica')).tables[0]).toMatchObject({ only_in: 'b' });
});

test('rows come back to the bit, NaN and infinities too, and a date that was not there has none', async () => {
  const value =
    "CASE WHEN i = 0 THEN CAST('NaN' AS DOUBLE) WHEN i = 1 THEN CAST('-inf' AS DOUBLE) \
WHEN i = 2 THEN -0.0 ELSE 1 / CAST(3 + i AS DOUBLE) END";
  ownModel(20, value);
  const few = await run();
  ownModel(40, '0.5');
  await run();
  ownModel(20, '7.5');
  await run();
  const [found] = (await own(few.side, few.copy)).tables;
  expect(found).toMatchObject({ equal: true, rows_a: 20, rows_compared: 20, notes: [] });
});

test('when the columns of a table change, digests alone remain of what it was', async () => {
  ownModel(20, '7.5');
  const before = await run();
  ownModel(20, "'seven'");
  await run();
  const [found] = (await own(before.side, 'replica')).tables;
  expect(found).toMatchObject({ equal: false, rows_changed: 0, dates_affected: 20 });
  expect(
    await inReplica((replica) =>
      replica.column(
        `SELECT count(*) FROM ${PAST} WHERE table_name = '${OWN}' AND rows IS NOT NULL`,
      ),
    ),
  ).toEqual([0]);
  ownModel(20, '7.5');
  await run();
  expect(await own(before.side, 'replica')).toMatchObject({ equal: true });
});

test('a build that ends halfway puts nothing by', async () => {
  const held = () =>
    inReplica(async (replica) => ({
      past: await replica.column(`SELECT count(*) FROM ${PAST}`),
      rows: await replica.column(`SELECT count(*) || ' ' || sum(value) FROM ${OWN}`),
    }));
  await inReplica((replica) => replica.run(`ALTER TABLE ${OWN} ALTER COLUMN value SET NOT NULL`));
  const before = await held();
  // The constraint fails after the old rows were put by and deleted.
  ownModel(20, 'CASE WHEN i < 19 THEN 8.5 END');
  await expect(run()).rejects.toThrow(/NOT NULL constraint failed/);
  expect(await held()).toEqual(before);
});
