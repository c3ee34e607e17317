import { expect, test } from 'vitest';
import { unionRelation } from '../../src/replica/relation.ts';
import type { Replica } from '../../src/replica/replica.ts';
import type { PartitionWrite, StagedUnit, Warehouse } from '../../src/warehouse/warehouse.ts';

/** What the contract needs of an implementation. */
export interface WarehouseUnderTest {
  readonly replica: Replica;
  readonly warehouse: Warehouse;
  /** Gives a table rows from outside hoopduck, as another writer of production would; `sql` selects them. */
  seed(table: string, sql: string): Promise<void>;
}

const TABLE = 'nba_analytics.team_offense_game_summary';
const ROWS = `SELECT CAST(date AS DATE) AS game_date, team AS team_abbr, points
  FROM (VALUES ('2024-11-01', 'DEN', 101), ('2024-11-01', 'DAL', 99), ('2024-11-02', 'DEN', 120))
    AS t(date, team, points)`;

/** The same titles and assertions for every warehouse. */
export function warehouseContract(name: string, make: () => Promise<WarehouseUnderTest>): void {
  test(`${name}: tables of a dataset are listed by name`, async () => {
    const { warehouse, seed } = await make();
    expect(await warehouse.tables('nba_analytics')).toEqual([]);
    await seed('nba_analytics.b', 'SELECT 1 AS x');
    await seed('nba_analytics.a', 'SELECT 1 AS x');
    expect(await warehouse.tables('nba_analytics')).toEqual(['a', 'b']);
    expect(await warehouse.tables('nba_raw')).toEqual([]);
  });

  test(`${name}: a table that is not there has no listing`, async () => {
    const { warehouse } = await make();
    expect(await warehouse.partitions(TABLE, 'game_date')).toBeUndefined();
  });

  test(`${name}: partitions are listed by date with their rows`, async () => {
    const { warehouse, seed } = await make();
    await seed(TABLE, ROWS);
    const listing = await warehouse.partitions(TABLE, 'game_date');
    expect(listing?.partitions.map(({ date, rows }) => [date, rows])).toEqual([
      ['2024-11-01', 2],
      ['2024-11-02', 1],
    ]);
    expect(listing?.undatedRows).toBe(0);
  });

  test(`${name}: rows without a date are counted apart`, async () => {
    const { warehouse, seed } = await make();
    await seed(TABLE, `${ROWS} UNION ALL SELECT NULL, 'XXX', 1`);
    expect(await warehouse.partitions(TABLE, 'game_date')).toMatchObject({ undatedRows: 1 });
  });

  test(`${name}: tokens stay while nothing is touched and change with the rows`, async () => {
    const { warehouse, seed } = await make();
    await seed(TABLE, ROWS);
    const first = await warehouse.partitions(TABLE, 'game_date');
    expect(await warehouse.partitions(TABLE, 'game_date')).toEqual(first);
    await seed(TABLE, ROWS.replace('101', '102'));
    const second = await warehouse.partitions(TABLE, 'game_date');
    expect(second?.partitions[0]?.token).not.toBe(first?.partitions[0]?.token);
  });

  test(`${name}: a fetch gives Parquet files with the rows of the dates`, async () => {
    const { replica, warehouse, seed } = await make();
    await seed(TABLE, ROWS);
    await warehouse.partitions(TABLE, 'game_date');
    const files = await warehouse.fetch(TABLE, ['2024-11-01']);
    expect(await rowsOf(replica, files.relations, "WHERE game_date = '2024-11-01'")).toEqual([
      '2024-11-01 DAL 99',
      '2024-11-01 DEN 101',
    ]);
    await files.verify();
    await files.release();
  });

  test(`${name}: a fetch of dates that are not there gives no rows`, async () => {
    const { warehouse, seed } = await make();
    await seed(TABLE, ROWS);
    await warehouse.partitions(TABLE, 'game_date');
    expect((await warehouse.fetch(TABLE, ['2020-01-01'])).relations).toEqual([]);
  });

  test(`${name}: a source that changes while it is read fails the fetch's verification`, async () => {
    const { warehouse, seed } = await make();
    await seed(TABLE, ROWS);
    await warehouse.partitions(TABLE, 'game_date');
    const files = await warehouse.fetch(TABLE, ['2024-11-01']);
    await seed(TABLE, ROWS.replace('101', '102'));
    await expect(files.verify()).rejects.toMatchObject({ code: 'WAREHOUSE_CHANGED', exitCode: 3 });
  });

  test(`${name}: a write makes the table, and is seen only after its swap`, async () => {
    const { replica, warehouse } = await make();
    await local(replica, ROWS);
    const [staged] = await stage(replica, warehouse, ['2024-11-01', '2024-11-02'], []);
    expect(await warehouse.partitions(TABLE, 'game_date')).toBeUndefined();
    expect(await rowsOf(replica, [staged!.staged])).toHaveLength(3);
    await staged!.swap();
    expect(await content(replica, warehouse)).toEqual([
      '2024-11-01 DAL 99',
      '2024-11-01 DEN 101',
      '2024-11-02 DEN 120',
    ]);
  });

  test(`${name}: a write replaces and removes its dates and keeps the others`, async () => {
    const { replica, warehouse, seed } = await make();
    await seed(TABLE, `${ROWS} UNION ALL SELECT DATE '2024-11-03', 'BOS', 130`);
    await local(replica, "SELECT DATE '2024-11-01' AS game_date, 'NYK' AS team_abbr, 88 AS points");
    const [staged] = await stage(replica, warehouse, ['2024-11-01'], ['2024-11-02']);
    await staged!.swap();
    expect(await content(replica, warehouse)).toEqual(['2024-11-01 NYK 88', '2024-11-03 BOS 130']);
  });

  test(`${name}: a discarded write leaves nothing`, async () => {
    const { replica, warehouse } = await make();
    await local(replica, ROWS);
    const [staged] = await stage(replica, warehouse, ['2024-11-01'], []);
    await staged!.discard();
    expect(await warehouse.tables('nba_analytics')).toEqual([]);
  });

  test(`${name}: a unit that moved since it was listed is not swapped`, async () => {
    const { replica, warehouse, seed } = await make();
    await seed(TABLE, ROWS);
    await local(replica, ROWS.replace('101', '1'));
    const [staged] = await stage(replica, warehouse, ['2024-11-01'], []);
    await seed(TABLE, ROWS.replace('120', '121'));
    await expect(staged!.swap()).rejects.toMatchObject({ code: 'TARGET_MOVED', exitCode: 4 });
    await staged!.discard();
    expect(await content(replica, warehouse)).toContain('2024-11-01 DEN 101');
  });

  test(`${name}: a swapped unit has the token that the next listing gives`, async () => {
    const { replica, warehouse } = await make();
    await local(replica, ROWS);
    const [staged] = await stage(replica, warehouse, ['2024-11-01'], []);
    const token = await staged!.swap();
    await warehouse.partitions(TABLE, 'game_date');
    const { units } = await warehouse.units(TABLE, 'game_date', ['2024-11-01']);
    expect(units.map((unit) => unit.token)).toEqual([token]);
  });

  test(`${name}: what a killed push left staged is taken away when it is abandoned`, async () => {
    const { replica, warehouse } = await make();
    await local(replica, ROWS);
    const [staged] = await stage(replica, warehouse, ['2024-11-01'], []);
    await warehouse.clean(TABLE, (pushId) => pushId !== 'run-1');
    expect(await rowsOf(replica, [staged!.staged])).toHaveLength(2);
    await warehouse.clean(TABLE, (pushId) => pushId === 'run-1');
    await expect(rowsOf(replica, [staged!.staged])).rejects.toThrow();
  });
}

async function local(replica: Replica, sql: string): Promise<void> {
  await replica.run(`CREATE OR REPLACE TABLE ${TABLE} AS ${sql}`);
}

/** Stages the dates by the present listing, one staged unit each. */
export async function stage(
  replica: Replica,
  warehouse: Warehouse,
  dates: readonly string[],
  removed: readonly string[],
  more: Partial<PartitionWrite> = {},
): Promise<StagedUnit[]> {
  await warehouse.partitions(TABLE, 'game_date');
  const { units } = await warehouse.units(TABLE, 'game_date', [...dates, ...removed]);
  const staged: StagedUnit[] = [];
  for (const unit of units) {
    staged.push(
      await warehouse.stage({
        table: TABLE,
        partitionColumn: 'game_date',
        relation: TABLE,
        columns: await replica.columnsOf(TABLE),
        unit,
        dates: dates.filter((date) => unit.dates.includes(date)),
        removed: removed.filter((date) => unit.dates.includes(date)),
        key: ['team_abbr'],
        pushId: 'run-1',
        contentId: 'content-1',
        ...more,
      }),
    );
  }
  return staged;
}

async function content(replica: Replica, warehouse: Warehouse): Promise<string[]> {
  const listing = await warehouse.partitions(TABLE, 'game_date');
  const dates = (listing?.partitions ?? []).map((partition) => partition.date);
  return rowsOf(replica, (await warehouse.fetch(TABLE, dates)).relations);
}

async function rowsOf(
  replica: Replica,
  relations: readonly string[],
  where = '',
): Promise<string[]> {
  if (relations.length === 0) return [];
  return replica.column<string>(
    `SELECT CAST(CAST(game_date AS DATE) AS VARCHAR) || ' ' || team_abbr || ' ' || points
     FROM ${unionRelation(relations)} ${where} ORDER BY 1`,
  );
}
