import { expect, onTestFinished, test } from 'vitest';
import { Replica } from '../../../src/replica/replica.ts';
import { ColumnAppender, type ColumnSource } from '../../../src/warehouse/bigquery/read/append.ts';
import type { BigQueryField } from '../../../src/warehouse/bigquery/types.ts';

async function memory(): Promise<Replica> {
  const replica = await Replica.open(':memory:');
  onTestFinished(() => replica.close());
  return replica;
}

const NUMBER: readonly BigQueryField[] = [{ name: 'n', type: 'INT64' }];

/** The numbers 0, 1, 2, ...; those that `step` divides are NULL. */
function numbers(step = 0): ColumnSource {
  return (vector, start, count) => {
    for (let i = 0; i < count; i++) {
      const row = start + i;
      vector.setItem(i, step > 0 && row % step === 0 ? null : BigInt(row));
    }
  };
}

const SUMMARY = `SELECT count(*) AS rows, count(n) AS present, min(n) AS low, max(n) AS high,
  CAST(sum(n) AS BIGINT) AS sum FROM temp.main.t`;

// A chunk of DuckDB holds 2,048 rows; the sum of 0 to n - 1 is n (n - 1) / 2.
test.each([1, 2047, 2048, 2049, 5000])('a batch of %i rows is appended whole', async (rows) => {
  const replica = await memory();
  const appender = await ColumnAppender.create(replica, 't', NUMBER);
  appender.append(rows, [numbers()]);
  appender.close();
  expect(appender.rows).toBe(rows);
  expect(await replica.row(SUMMARY)).toEqual({
    rows,
    present: rows,
    low: 0,
    high: rows - 1,
    sum: (rows * (rows - 1)) / 2,
  });
});

test('a batch of no rows adds none', async () => {
  const replica = await memory();
  const appender = await ColumnAppender.create(replica, 't', NUMBER);
  appender.append(0, [numbers()]);
  appender.close();
  expect(await replica.column('SELECT count(*) FROM temp.main.t')).toEqual([0]);
});

test('a NULL in one chunk is none in the next', async () => {
  const replica = await memory();
  const appender = await ColumnAppender.create(replica, 't', NUMBER);
  appender.append(4096, [numbers(2)]);
  appender.append(2048, [numbers()]);
  appender.close();
  expect(
    await replica.row('SELECT count(*) AS rows, count(n) AS present FROM temp.main.t'),
  ).toEqual({ rows: 6144, present: 4096 });
});

test("the table has the fields' names and types in their order", async () => {
  const replica = await memory();
  const appender = await ColumnAppender.create(replica, 'odd "name"', [
    { name: 'order', type: 'STRING' },
    { name: 'a "quoted" name', type: 'NUMERIC', precision: '10', scale: '2' },
    { name: 'game_date', type: 'DATE' },
    { name: 'moment', type: 'TIMESTAMP' },
    { name: 'clock', type: 'DATETIME' },
  ]);
  appender.close();
  expect(await replica.columnsOf('temp.odd "name"')).toEqual([
    { name: 'order', type: 'VARCHAR' },
    { name: 'a "quoted" name', type: 'DECIMAL(10,2)' },
    { name: 'game_date', type: 'DATE' },
    { name: 'moment', type: 'TIMESTAMP' },
    { name: 'clock', type: 'TIMESTAMP' },
  ]);
});

test('an empty text is no NULL, and a zero byte and letters beyond ASCII are kept', async () => {
  const texts = ['', null, 'é', 'a\u0000b', '🏀', 'x'.repeat(100_000)];
  const replica = await memory();
  const appender = await ColumnAppender.create(replica, 't', [{ name: 's', type: 'STRING' }]);
  appender.append(texts.length, [
    (vector, start, count) => {
      for (let i = 0; i < count; i++) vector.setItem(i, texts[start + i]!);
    },
  ]);
  appender.close();
  expect(await replica.column('SELECT s FROM temp.main.t')).toEqual(texts);
});

test('rows appended in a transaction go with it', async () => {
  const replica = await memory();
  const append = async (name: string) => {
    const appender = await ColumnAppender.create(replica, name, NUMBER);
    appender.append(3, [numbers()]);
    appender.close();
  };
  await replica.transaction(() => append('kept'));
  const undone = replica.transaction(async () => {
    await append('lost');
    throw new Error('the work failed');
  });
  await expect(undone).rejects.toThrow('the work failed');
  expect(await replica.column('SELECT table_name FROM duckdb_tables() WHERE temporary')).toEqual([
    'kept',
  ]);
  expect(await replica.column('SELECT n FROM temp.main.kept')).toEqual([0, 1, 2]);
});

test('what cannot be written is told by the close', async () => {
  const replica = await memory();
  const appender = await ColumnAppender.create(replica, 't', NUMBER);
  appender.append(3, [numbers()]);
  await replica.run('DROP TABLE temp.main.t');
  expect(() => appender.close()).toThrow('Table with name t does not exist');
});

test('a table that is there is not appended to', async () => {
  const replica = await memory();
  (await ColumnAppender.create(replica, 't', NUMBER)).close();
  await expect(ColumnAppender.create(replica, 't', NUMBER)).rejects.toThrow('already exists');
});

test('another number of columns, and rows after the end, are refused before any is written', async () => {
  const replica = await memory();
  const appender = await ColumnAppender.create(replica, 't', NUMBER);
  expect(() => appender.append(1, [])).toThrow('0 columns for a table of 1');
  appender.close();
  expect(() => appender.append(1, [numbers()])).toThrow('rows after the end');
  expect(appender.rows).toBe(0);
  expect(await replica.column('SELECT count(*) FROM temp.main.t')).toEqual([0]);
});
