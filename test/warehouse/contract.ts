import { expect, type TestContext, test } from 'vitest';
import { digestSql } from '../../src/replica/digest.ts';
import { columnsOfRelation, unionRelation } from '../../src/replica/relation.ts';
import type { Replica } from '../../src/replica/replica.ts';
import type { PartitionWrite, StagedUnit, Warehouse } from '../../src/warehouse/warehouse.ts';

/** What the contract needs of an implementation. */
export interface WarehouseUnderTest {
  readonly replica: Replica;
  readonly warehouse: Warehouse;
  /** Gives a table rows from outside hoopduck, as another writer of production would; `sql` selects them. */
  seed(table: string, sql: string): Promise<void>;
  /** The same location, opened anew. */
  reopen(): Promise<Warehouse>;
  /** Names of what is staged for the table and not swapped yet. */
  leftovers(): Promise<string[]>;
}

const TABLE = 'nba_analytics.team_offense_game_summary';
const ROWS = `SELECT CAST(date AS DATE) AS game_date, team AS team_abbr, points
  FROM (VALUES ('2024-11-01', 'DEN', 101), ('2024-11-01', 'DAL', 99), ('2024-11-02', 'DEN', 120))
    AS t(date, team, points)`;

/** Every type that all warehouses hold, with its edges: no value, not a number, the ends of the range. */
const TYPES = `SELECT DATE '2024-11-01' AS game_date, team_abbr, CAST(whole AS BIGINT) AS whole,
    CAST(share AS DOUBLE) AS share, flag, moment, CAST(exact AS DECIMAL(38,9)) AS exact
  FROM (VALUES
    ('DEN', '9223372036854775807', '0.1', true, TIMESTAMP '2024-11-01 23:59:59.999999', '12345678901234567890.123456789'),
    ('Žalgiris "é"', '-9223372036854775807', 'NaN', false, TIMESTAMP '1969-12-31 23:59:59', '-0.000000001'),
    ('', '0', '-inf', NULL, NULL, NULL),
    (NULL, NULL, NULL, NULL, NULL, '0')) AS t(team_abbr, whole, share, flag, moment, exact)`;
const TYPE_COLUMNS = [
  { name: 'game_date', type: 'DATE' },
  { name: 'team_abbr', type: 'VARCHAR' },
  { name: 'whole', type: 'BIGINT' },
  { name: 'share', type: 'DOUBLE' },
  { name: 'flag', type: 'BOOLEAN' },
  { name: 'moment', type: 'TIMESTAMP' },
  { name: 'exact', type: 'DECIMAL(38,9)' },
];

/** The same titles and assertions for every warehouse. */
export function warehouseContract(
  name: string,
  make: (context: TestContext) => Promise<WarehouseUnderTest>,
): void {
  test(`${name}: tables of a dataset are listed by name`, async (context) => {
    const { warehouse, seed } = await make(context);
    expect(await warehouse.tables('nba_analytics')).toEqual([]);
    await seed('nba_analytics.b', 'SELECT 1 AS x');
    await seed('nba_analytics.a', 'SELECT 1 AS x');
    expect(await warehouse.tables('nba_analytics')).toEqual(['a', 'b']);
    expect(await warehouse.tables('nba_raw')).toEqual([]);
  });

  test(`${name}: a table that is not there has no listing`, async (context) => {
    const { warehouse } = await make(context);
    expect(await warehouse.partitions(TABLE, 'game_date')).toBeUndefined();
  });

  test(`${name}: partitions are listed by date with their rows`, async (context) => {
    const { warehouse, seed } = await make(context);
    await seed(TABLE, ROWS);
    const listing = await warehouse.partitions(TABLE, 'game_date');
    expect(listing?.partitions.map(({ date, rows }) => [date, rows])).toEqual([
      ['2024-11-01', 2],
      ['2024-11-02', 1],
    ]);
    expect(listing?.undatedRows).toBe(0);
  });

  test(`${name}: rows without a date are counted apart`, async (context) => {
    const { warehouse, seed } = await make(context);
    await seed(TABLE, `${ROWS} UNION ALL SELECT NULL, 'XXX', 1`);
    expect(await warehouse.partitions(TABLE, 'game_date')).toMatchObject({ undatedRows: 1 });
  });

  test(`${name}: tokens stay while nothing is touched and change with the rows`, async (context) => {
    const { warehouse, seed } = await make(context);
    await seed(TABLE, ROWS);
    const first = await warehouse.partitions(TABLE, 'game_date');
    expect(await warehouse.partitions(TABLE, 'game_date')).toEqual(first);
    await seed(TABLE, ROWS.replace('101', '102'));
    const second = await warehouse.partitions(TABLE, 'game_date');
    expect(second?.partitions[0]?.token).not.toBe(first?.partitions[0]?.token);
  });

  test(`${name}: a fetch gives Parquet files with the rows of the dates`, async (context) => {
    const { replica, warehouse, seed } = await make(context);
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

  test(`${name}: a fetch of dates that are not there gives no rows`, async (context) => {
    const { warehouse, seed } = await make(context);
    await seed(TABLE, ROWS);
    await warehouse.partitions(TABLE, 'game_date');
    expect((await warehouse.fetch(TABLE, ['2020-01-01'])).relations).toEqual([]);
  });

  test(`${name}: a source that changes while it is read fails the fetch's verification`, async (context) => {
    const { warehouse, seed } = await make(context);
    await seed(TABLE, ROWS);
    await warehouse.partitions(TABLE, 'game_date');
    const files = await warehouse.fetch(TABLE, ['2024-11-01']);
    await seed(TABLE, ROWS.replace('101', '102'));
    await expect(files.verify()).rejects.toMatchObject({ code: 'WAREHOUSE_CHANGED', exitCode: 3 });
  });

  test(`${name}: a write makes the table, and is seen only after its swap`, async (context) => {
    const { replica, warehouse } = await make(context);
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

  test(`${name}: a write replaces and removes its dates and keeps the others`, async (context) => {
    const { replica, warehouse, seed } = await make(context);
    await seed(TABLE, `${ROWS} UNION ALL SELECT DATE '2024-11-03', 'BOS', 130`);
    await local(replica, "SELECT DATE '2024-11-01' AS game_date, 'NYK' AS team_abbr, 88 AS points");
    const [staged] = await stage(replica, warehouse, ['2024-11-01'], ['2024-11-02']);
    await staged!.swap();
    expect(await content(replica, warehouse)).toEqual(['2024-11-01 NYK 88', '2024-11-03 BOS 130']);
  });

  test(`${name}: a discarded write leaves nothing`, async (context) => {
    const { replica, warehouse, leftovers } = await make(context);
    await local(replica, ROWS);
    const [staged] = await stage(replica, warehouse, ['2024-11-01'], []);
    await staged!.discard();
    expect(await warehouse.tables('nba_analytics')).toEqual([]);
    expect(await leftovers()).toEqual([]);
  });

  test(`${name}: a unit that moved since it was listed is not swapped`, async (context) => {
    const { replica, warehouse, seed } = await make(context);
    await seed(TABLE, ROWS);
    await local(replica, ROWS.replace('101', '1'));
    const [staged] = await stage(replica, warehouse, ['2024-11-01'], []);
    await seed(TABLE, ROWS.replace('120', '121'));
    await expect(staged!.swap()).rejects.toMatchObject({ code: 'TARGET_MOVED', exitCode: 4 });
    await staged!.discard();
    expect(await content(replica, warehouse)).toContain('2024-11-01 DEN 101');
  });

  test(`${name}: a swapped unit has the token that the next listing gives`, async (context) => {
    const { replica, warehouse } = await make(context);
    await local(replica, ROWS);
    const [staged] = await stage(replica, warehouse, ['2024-11-01'], []);
    const token = await staged!.swap();
    await warehouse.partitions(TABLE, 'game_date');
    const { units } = await warehouse.units(TABLE, 'game_date', ['2024-11-01']);
    expect(units.map((unit) => unit.token)).toEqual([token]);
  });

  test(`${name}: what a killed push left staged is taken away when it is abandoned`, async (context) => {
    const { replica, warehouse, leftovers } = await make(context);
    await local(replica, ROWS);
    await stage(replica, warehouse, ['2024-11-01'], []);
    await warehouse.clean(TABLE, (pushId) => pushId !== 'run-1');
    expect(await leftovers()).toHaveLength(1);
    await warehouse.clean(TABLE, (pushId) => pushId === 'run-1');
    expect(await leftovers()).toEqual([]);
  });

  test(`${name}: a table's columns are told with their types`, async (context) => {
    const { warehouse, seed } = await make(context);
    expect(await warehouse.schema(TABLE)).toBeUndefined();
    await seed(TABLE, TYPES);
    expect(await warehouse.schema(TABLE)).toEqual({ columns: TYPE_COLUMNS, unsupported: [] });
  });

  test(`${name}: a warehouse that is opened anew says and gives the same`, async (context) => {
    const { replica, warehouse, reopen, seed } = await make(context);
    await seed(TABLE, ROWS);
    const other = await reopen();
    expect(await content(replica, other)).toEqual(await content(replica, warehouse));
    expect(await other.partitions(TABLE, 'game_date')).toEqual(
      await warehouse.partitions(TABLE, 'game_date'),
    );
    await other.close();
  });

  test(`${name}: values of every type keep their digest on the way there and back`, async (context) => {
    const { replica, warehouse } = await make(context);
    await local(replica, TYPES);
    const [staged] = await stage(replica, warehouse, ['2024-11-01'], []);
    const wanted = await digestOf(replica, TABLE);
    expect(await digestOf(replica, staged!.staged)).toBe(wanted);
    await staged!.swap();
    await warehouse.partitions(TABLE, 'game_date');
    const fetched = await warehouse.fetch(TABLE, ['2024-11-01']);
    expect(await digestOf(replica, unionRelation(fetched.relations))).toBe(wanted);
    await fetched.release();
  });

  test(`${name}: rows from outside have the digest that they have here`, async (context) => {
    const { replica, warehouse, seed } = await make(context);
    await local(replica, TYPES);
    await seed(TABLE, TYPES);
    await warehouse.partitions(TABLE, 'game_date');
    const { relations } = await warehouse.fetch(TABLE, ['2024-11-01']);
    expect(await digestOf(replica, unionRelation(relations))).toBe(await digestOf(replica, TABLE));
  });

  test(`${name}: a column that only the target has is kept, and NULL in our rows`, async (context) => {
    const { replica, warehouse, seed } = await make(context);
    await seed(TABLE, `SELECT *, 'x' AS note FROM (${ROWS})`);
    await local(replica, ROWS);
    const [staged] = await stage(replica, warehouse, ['2024-11-01'], []);
    await staged!.swap();
    expect(await notes(replica, warehouse)).toEqual([null, null, 'x']);
  });

  test(`${name}: a column that the target lacks is added, and NULL in the rows that it has`, async (context) => {
    const { replica, warehouse, seed } = await make(context);
    await seed(TABLE, ROWS);
    await local(replica, `SELECT *, 'x' AS note FROM (${ROWS})`);
    const [staged] = await stage(replica, warehouse, ['2024-11-01'], []);
    await staged!.swap();
    expect(await notes(replica, warehouse)).toEqual(['x', 'x', null]);
  });

  test(`${name}: a column of another kind in the target is refused`, async (context) => {
    const { replica, warehouse, seed } = await make(context);
    await seed(
      TABLE,
      "SELECT DATE '2024-11-01' AS game_date, 'DEN' AS team_abbr, 'many' AS points",
    );
    await local(replica, ROWS);
    await expect(stage(replica, warehouse, ['2024-11-01'], [])).rejects.toMatchObject({
      code: 'SCHEMA_DRIFT',
      exitCode: 4,
    });
  });

  test(`${name}: a backup gives back the rows that a swap replaced, and no others`, async (context) => {
    const { replica, warehouse, seed } = await make(context);
    await seed(TABLE, ROWS);
    await local(replica, ROWS.replace('101', '1'));
    await warehouse.partitions(TABLE, 'game_date');
    const { units } = await warehouse.units(TABLE, 'game_date', ['2024-11-01']);
    const reference = await warehouse.backup(TABLE, 'game_date', units[0]!, 'run-1');
    const [staged] = await stage(replica, warehouse, ['2024-11-01'], []);
    await staged!.swap();
    const kept = await warehouse.readBackup(reference!, 'game_date', ['2024-11-01', '2020-01-01']);
    expect(await rowsOf(replica, kept.relations)).toEqual([
      '2024-11-01 DAL 99',
      '2024-11-01 DEN 101',
    ]);
    await kept.release();
    await warehouse.dropBackup(reference!);
    await expect(
      warehouse.readBackup(reference!, 'game_date', ['2024-11-01']),
    ).rejects.toMatchObject({ code: 'BACKUP_MISSING', exitCode: 3 });
  });

  test(`${name}: of a table that is not there nothing is kept`, async (context) => {
    const { warehouse } = await make(context);
    await warehouse.partitions(TABLE, 'game_date');
    const { units } = await warehouse.units(TABLE, 'game_date', ['2024-11-01']);
    expect(await warehouse.backup(TABLE, 'game_date', units[0]!, 'run-1')).toBeUndefined();
  });

  test(`${name}: a write that was never begun is settled at once, and every transfer has a way`, async (context) => {
    const { warehouse, seed } = await make(context);
    await seed(TABLE, ROWS);
    await warehouse.settle({ table: TABLE, pushId: 'run-9', contentId: 'none' });
    await warehouse.partitions(TABLE, 'game_date');
    for (const use of ['fetch', 'write'] as const) {
      const { way } = await warehouse.estimate(TABLE, 'game_date', ['2024-11-01'], use);
      expect(way).not.toBe('');
    }
  });

  test(`${name}: a look at access and abilities finds no fault and changes nothing`, async (context) => {
    const { warehouse, seed } = await make(context);
    await seed('nba_raw.nbac_schedule', ROWS);
    await seed(TABLE, ROWS);
    const before = await warehouse.partitions(TABLE, 'game_date');
    for (const use of ['read', 'push'] as const) {
      const findings = await warehouse.diagnose(use);
      expect(findings.filter((finding) => finding.verdict === 'fail')).toEqual([]);
    }
    expect(await warehouse.partitions(TABLE, 'game_date')).toEqual(before);
    expect(await warehouse.tables('nba_analytics')).toEqual(['team_offense_game_summary']);
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

/** The column `note` of what the target holds, in the order of dates. */
async function notes(replica: Replica, warehouse: Warehouse): Promise<(string | null)[]> {
  await warehouse.partitions(TABLE, 'game_date');
  const { relations } = await warehouse.fetch(TABLE, ['2024-11-01', '2024-11-02']);
  return replica.column(`SELECT note FROM ${unionRelation(relations)} ORDER BY game_date, note`);
}

async function digestOf(replica: Replica, relation: string): Promise<string> {
  const columns = await columnsOfRelation(replica, relation);
  return (await replica.column<string>(`SELECT ${digestSql(columns)} FROM ${relation}`))[0]!;
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
