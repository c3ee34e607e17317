import { expect, onTestFinished, test } from 'vitest';
import { type StageContext, silentReporter } from '../../src/context.ts';
import { digestSql } from '../../src/replica/digest.ts';
import { Replica } from '../../src/replica/replica.ts';
import { createRawTables } from '../../src/sync/land.ts';
import type { ModelGraph } from '../../src/transforms/graph.ts';
import { parseModel } from '../../src/transforms/model.ts';
import { buildStale } from '../../src/transforms/transform.ts';

const RAW = 'nba_raw.nbac_team_boxscore';
const MINE = 'hoopduck.mine';

/** A raw table of three nights and one model that reads it, with the columns that are asked for. */
async function world() {
  const replica = await Replica.open(':memory:', { threads: 1 });
  onTestFinished(() => replica.close());
  await createRawTables(replica);
  const ctx = {
    replica,
    runId: 'run-1',
    report: silentReporter,
    signal: new AbortController().signal,
    now: () => new Date('2025-02-01T00:00:00Z'),
  } as unknown as StageContext;
  const land = async (night: string, points: number) => {
    await replica.run(
      `INSERT INTO ${RAW} BY NAME SELECT DATE '${night}' AS game_date, 'G' AS game_id, ${points} AS points`,
    );
    await replica.run("DELETE FROM hoopduck.partition WHERE layer = 'raw'");
    await replica.run(
      `INSERT INTO hoopduck.partition
       SELECT '${RAW}', game_date, 'raw', 't', ${digestSql(await replica.columnsOf(RAW))}, count(*),
         NULL, 'unchecked', NULL, TIMESTAMP '2025-01-01', 'run-1' FROM ${RAW} GROUP BY game_date`,
    );
  };
  const build = async (select: string, to: string) => {
    const text = `-- Points of a night.
--
-- key: game_date
-- partition: game_date
-- reads: ${RAW} (same date)
SELECT game_date, ${select} FROM ${RAW} WHERE game_date BETWEEN @from_date AND @to_date
`;
    const model = parseModel(MINE, 'models/hoopduck/mine.sql', text, 'workspace');
    const graph = {
      models: [model],
      byName: new Map([[MINE, model]]),
      entityColumns: new Map(),
    } as unknown as ModelGraph;
    return buildStale(ctx, graph, { from: '2025-01-01', to });
  };
  for (const [night, points] of [
    ['2025-01-01', 101],
    ['2025-01-02', 102],
    ['2025-01-03', 103],
  ] as const) {
    await land(night, points);
  }
  const rows = () => replica.rows(`SELECT * EXCLUDE (game_date) FROM ${MINE} ORDER BY game_date`);
  const columns = async () => (await replica.columnsOf(MINE)).map(({ name, type }) => [name, type]);
  return { replica, land, build, rows, columns };
}

test('a column that is only renamed has its new name, and no night is lost by the next', async () => {
  const { land, build, rows } = await world();
  await build('points', '2025-01-03');
  await build('points AS pts', '2025-01-03');
  expect(await rows()).toEqual([{ pts: 101 }, { pts: 102 }, { pts: 103 }]);
  await land('2025-01-04', 104);
  await build('points AS pts', '2025-01-04');
  expect(await rows()).toEqual([{ pts: 101 }, { pts: 102 }, { pts: 103 }, { pts: 104 }]);
});

test('a column of another type with the same values is written as that type', async () => {
  const { build, columns } = await world();
  await build('CAST(points AS INT) AS points', '2025-01-03');
  await build('CAST(points AS BIGINT) AS points', '2025-01-03');
  expect(await columns()).toEqual([
    ['game_date', 'DATE'],
    ['points', 'BIGINT'],
  ]);
});

test('a model of all columns of a raw table that gains one keeps every night', async () => {
  const { replica, land, build, rows } = await world();
  const all = '* EXCLUDE (game_date)';
  await build(all, '2025-01-03');
  await replica.run(`ALTER TABLE ${RAW} ADD COLUMN arena VARCHAR`);
  await land('2025-01-04', 104);
  const [built] = await build(all, '2025-01-04');
  expect(built).toMatchObject({ why: 'columns changed', dates: 4 });
  expect((await rows()).map(({ points, arena }) => [points, arena])).toEqual(
    [101, 102, 103, 104].map((points) => [points, null]),
  );
});
