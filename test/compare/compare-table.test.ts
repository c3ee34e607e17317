import { expect, onTestFinished, test } from 'vitest';
import { compareTable } from '../../src/compare/compare-table.ts';
import { CompareEngine } from '../../src/compare/engine.ts';
import type { CompareRules, TableKey } from '../../src/compare/request.ts';
import type { TableDifference } from '../../src/compare/result.ts';
import { bindRules } from '../../src/compare/table-rows.ts';

const RULES: CompareRules = {
  range: { from: undefined, to: undefined },
  tolerance: 0,
  ignore: [],
  examples: 3,
};
const BY_PLAYER: TableKey = { columns: ['game_date', 'player'], date: 'game_date', bounded: true };

/** Compares the rows of two queries. */
async function compared(
  a: string,
  b: string,
  { key, ...rules }: Partial<CompareRules> & { key?: TableKey } = {},
): Promise<TableDifference> {
  const engine = await CompareEngine.open({ memoryLimit: '500MB', threads: 1 });
  onTestFinished(() => engine.close());
  const all = { ...RULES, ...rules };
  await bindRules(engine.replica, all.range, all.tolerance);
  return compareTable(engine.replica, 'x.y', { a: `(${a})`, b: `(${b})` }, key, all);
}

/** Rows `(date, player, points)`. */
function games(...rows: readonly string[]): string {
  return `SELECT CAST(d AS DATE) AS game_date, player, points
    FROM (VALUES ${rows.map((row) => `(${row})`).join(', ')}) AS v(d, player, points)`;
}

/** One row with one value. */
function value(sql: string): string {
  return `SELECT DATE '2024-01-01' AS game_date, 'a' AS player, ${sql} AS x`;
}

test('rows matched by the key are only here, only there, or changed in columns that are named', async () => {
  const a = games(
    "'2024-01-01', 'doncic', 30",
    "'2024-01-01', 'jokic', 25",
    "'2024-01-02', 'jokic', 20",
    "'2024-01-03', 'curry', 40",
  );
  const b = games(
    "'2024-01-01', 'doncic', 33",
    "'2024-01-02', 'jokic', 21",
    "'2024-01-03', 'curry', 40",
    "'2024-01-03', 'tatum', 12",
  );
  expect(await compared(a, b, { key: BY_PLAYER })).toEqual({
    table: 'x.y',
    equal: false,
    only_in: null,
    compared_by: 'key',
    key: ['game_date', 'player'],
    rows_a: 4,
    rows_b: 4,
    rows_compared: 3,
    rows_only_in_a: 1,
    rows_only_in_b: 1,
    rows_changed: 2,
    dates_affected: 3,
    first_date: '2024-01-01',
    last_date: '2024-01-03',
    columns_only_in_a: [],
    columns_only_in_b: [],
    columns: [
      {
        column: 'points',
        rows: 2,
        largest_difference: 3,
        examples: [
          { key: { game_date: '2024-01-01', player: 'doncic' }, a: 30, b: 33 },
          { key: { game_date: '2024-01-02', player: 'jokic' }, a: 20, b: 21 },
        ],
      },
    ],
    examples_only_in_a: [{ game_date: '2024-01-01', player: 'jokic' }],
    examples_only_in_b: [{ game_date: '2024-01-03', player: 'tatum' }],
    notes: [],
  });
});

test.each([
  ['NULL and NULL', 'CAST(NULL AS DOUBLE)', 'CAST(NULL AS DOUBLE)'],
  ['NaN and NaN', "CAST('NaN' AS DOUBLE)", "CAST('NaN' AS DOUBLE)"],
  ['0.0 and -0.0', 'CAST(0.0 AS DOUBLE)', '-CAST(0.0 AS DOUBLE)'],
  ['INTEGER and BIGINT', 'CAST(7 AS INTEGER)', 'CAST(7 AS BIGINT)'],
  ['DECIMAL and DOUBLE', 'CAST(0.1 AS DECIMAL(38,9))', 'CAST(0.1 AS DOUBLE)'],
  [
    'times with and without zone',
    "TIMESTAMP '2024-01-01 10:00:00'",
    "TIMESTAMPTZ '2024-01-01 10:00:00+00'",
  ],
])('%s are equal without a note', async (_, a, b) => {
  expect(await compared(value(a), value(b), { key: BY_PLAYER })).toMatchObject({
    equal: true,
    compared_by: 'digest',
    rows_compared: 1,
    notes: [],
  });
});

test.each([
  ['NULL and 0', 'CAST(NULL AS DOUBLE)', 'CAST(0 AS DOUBLE)', null, 0, null],
  ['NaN and 5', "CAST('NaN' AS DOUBLE)", 'CAST(5 AS DOUBLE)', 'NaN', 5, null],
  ['Infinity and 5', "CAST('Infinity' AS DOUBLE)", 'CAST(5 AS DOUBLE)', 'Infinity', 5, null],
])('%s differ whatever the tolerance', async (_, a, b, shownA, shownB, largest) => {
  const { columns } = await compared(value(a), value(b), { key: BY_PLAYER, tolerance: 1000 });
  expect(columns).toMatchObject([
    { column: 'x', rows: 1, largest_difference: largest, examples: [{ a: shownA, b: shownB }] },
  ]);
});

test.each([
  // Up to 1 the tolerance is absolute: |0.5 - 0.509| = 0.009.
  [0.5, 0.509, 0.01, true],
  [0.5, 0.511, 0.01, false],
  // Beyond, it is a share of the larger one: 2 / 202 = 0.0099, 3 / 203 = 0.0148.
  [200, 202, 0.01, true],
  [200, 203, 0.01, false],
  // Without one, the last bit counts.
  [0.3, 0.30000000000000004, 0, false],
])('%d and %d with the tolerance %d: equal is %s', async (a, b, tolerance, equal) => {
  const [left, right] = [a, b].map((x) => value(`CAST('${x}' AS DOUBLE)`));
  expect((await compared(left!, right!, { key: BY_PLAYER, tolerance })).equal).toBe(equal);
});

test('examples of numbers show the largest differences first', async () => {
  const a = games("'2024-01-01', 'a', 1", "'2024-01-01', 'b', 1", "'2024-01-01', 'c', 1");
  const b = games("'2024-01-01', 'a', 2", "'2024-01-01', 'b', 9", "'2024-01-01', 'c', NULL");
  const { columns } = await compared(a, b, { key: BY_PLAYER, examples: 2 });
  expect(columns).toEqual([
    {
      column: 'points',
      rows: 3,
      largest_difference: 8,
      examples: [
        { key: { game_date: '2024-01-01', player: 'b' }, a: 1, b: 9 },
        { key: { game_date: '2024-01-01', player: 'a' }, a: 1, b: 2 },
      ],
    },
  ]);
});

test('a column of one side alone is a difference, unless it holds nothing but NULL', async () => {
  const a = `SELECT *, 1 AS mine, CAST(NULL AS INTEGER) AS empty FROM (${games("'2024-01-01', 'a', 1")})`;
  const b = games("'2024-01-01', 'a', 1");
  expect(await compared(a, b, { key: BY_PLAYER })).toMatchObject({
    equal: false,
    rows_changed: 0,
    columns_only_in_a: ['mine', 'empty'],
    columns_only_in_b: [],
    notes: ['NULL in every row, and so no difference: "empty"'],
  });
  expect(await compared(b, a, { key: BY_PLAYER, ignore: ['mine'] })).toMatchObject({
    equal: true,
    columns_only_in_b: ['empty'],
  });
});

test('types of different kinds are named, and the values compared as text', async () => {
  expect(await compared(value('7'), value("'7'"), { key: BY_PLAYER })).toMatchObject({
    equal: true,
    notes: ['"x" is INTEGER in A and VARCHAR in B; the values were compared as VARCHAR'],
  });
  expect(await compared(value('7'), value("'seven'"), { key: BY_PLAYER })).toMatchObject({
    equal: false,
    columns: [
      { column: 'x', rows: 1, largest_difference: null, examples: [{ a: '7', b: 'seven' }] },
    ],
  });
});

test('the bookkeeping never counts, and an ignored column does not either', async () => {
  const row = (at: string, hash: string, note: string) =>
    `SELECT DATE '2024-01-01' AS game_date, 'a' AS player, '${at}' AS processed_at, '${hash}' AS data_hash, '${note}' AS note`;
  const [a, b] = [row('1', 'x', 'here'), row('2', 'y', 'there')];
  expect((await compared(a, b, { key: BY_PLAYER })).columns).toMatchObject([{ column: 'note' }]);
  expect((await compared(a, b, { key: BY_PLAYER, ignore: ['note'] })).equal).toBe(true);
});

test('rows of a key that is not unique are matched whole, each as often as it occurs', async () => {
  const twice = ["'2024-01-01', 'a', 1", "'2024-01-01', 'a', 1", "'2024-01-01', 'b', 5"];
  const a = games(...twice, "'2024-01-01', 'c', 7", "'2024-01-01', 'c', 8");
  const b = games(...twice.slice(1), "'2024-01-01', 'c', 7", "'2024-01-01', 'c', 9");
  expect(await compared(a, b, { key: BY_PLAYER })).toMatchObject({
    compared_by: 'rows',
    rows_a: 5,
    rows_b: 4,
    rows_compared: 4,
    // One "a" of two is gone.
    rows_only_in_a: 1,
    rows_only_in_b: 0,
    examples_only_in_a: [{ game_date: '2024-01-01', player: 'a', points: 1 }],
    // Of "c" one row is left on each side: that one changed.
    rows_changed: 1,
    columns: [
      {
        column: 'points',
        rows: 1,
        largest_difference: 1,
        examples: [{ key: { game_date: '2024-01-01', player: 'c' }, a: 8, b: 9 }],
      },
    ],
  });
});

test('where several rows of a key are left, none passes for the other, changed', async () => {
  const a = games("'2024-01-01', 'a', 1", "'2024-01-01', 'a', 2");
  const b = games("'2024-01-01', 'a', 3");
  expect(await compared(a, b, { key: BY_PLAYER })).toMatchObject({
    rows_compared: 0,
    rows_only_in_a: 2,
    rows_only_in_b: 1,
    rows_changed: 0,
  });
});

test('without a key whole rows are compared, and their dates are found by the usual names', async () => {
  const a = games("'2024-01-01', 'a', 1", "'2024-01-02', 'b', 2");
  const b = games("'2024-01-01', 'a', 1", "'2024-01-02', 'b', 3");
  expect(await compared(a, b, { tolerance: 0.5 })).toMatchObject({
    compared_by: 'rows',
    key: [],
    rows_compared: 1,
    rows_only_in_a: 1,
    rows_only_in_b: 1,
    dates_affected: 1,
    first_date: '2024-01-02',
    examples_only_in_b: [{ game_date: '2024-01-02', player: 'b', points: 3 }],
    notes: ['no key is known, so that whole rows were compared, without the tolerance'],
  });
});

test('dates outside of the range do not count; a table without dates is compared as a whole, and says so', async () => {
  const a = games("'2024-01-01', 'a', 1", "'2024-01-02', 'b', 2", "'2024-01-03', 'c', 3");
  const b = games("'2024-01-01', 'a', 9", "'2024-01-02', 'b', 2", "'2024-01-03', 'c', 9");
  const range = { from: '2024-01-02', to: '2024-01-02' };
  expect(await compared(a, b, { key: BY_PLAYER, range })).toMatchObject({
    equal: true,
    rows_a: 1,
    rows_b: 1,
  });
  const undated = { columns: ['player'], date: null, bounded: true };
  expect(await compared(a, b, { key: undated, range })).toMatchObject({
    rows_changed: 2,
    dates_affected: 0,
    first_date: null,
    notes: ['it has no game date on both sides and was compared as a whole'],
  });
});

test('a NULL in the key is a value like others', async () => {
  const a = games("'2024-01-01', NULL, 1", "NULL, 'x', 1");
  const b = games("'2024-01-01', NULL, 2", "NULL, 'x', 1");
  expect(await compared(a, b, { key: BY_PLAYER })).toMatchObject({
    rows_compared: 2,
    columns: [
      { rows: 1, examples: [{ key: { game_date: '2024-01-01', player: null }, a: 1, b: 2 }] },
    ],
  });
});
