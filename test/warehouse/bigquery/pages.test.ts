import { expect, onTestFinished, test } from 'vitest';
import { EXIT } from '../../../src/errors.ts';
import { Replica } from '../../../src/replica/replica.ts';
import { ColumnAppender } from '../../../src/warehouse/bigquery/read/append.ts';
import { appendPage } from '../../../src/warehouse/bigquery/read/pages.ts';
import type { BigQueryField } from '../../../src/warehouse/bigquery/types.ts';

/** What the replica has, as text, of values that the REST API gave for one column. */
async function landed(type: string, values: readonly unknown[], digits?: [string, string]) {
  const fields: BigQueryField[] = [
    { name: 'x', type, ...(digits && { precision: digits[0], scale: digits[1] }) },
  ];
  const replica = await Replica.open(':memory:');
  onTestFinished(() => replica.close());
  const appender = await ColumnAppender.create(replica, 't', fields);
  appendPage(
    appender,
    fields,
    values.map((v) => ({ f: [{ v }] })),
  );
  appender.close();
  return replica.column('SELECT CAST(x AS VARCHAR) FROM temp.main.t');
}

test('whole numbers are kept to the last of 64 bits', async () => {
  const values = ['-9223372036854775808', '0', null, '9223372036854775807'];
  expect(await landed('INT64', values)).toEqual(values);
});

test('floating numbers are kept, with those that are none', async () => {
  const values = ['0.1', '-0.0', '5e-324', '1.7976931348623157E308', null, '3'];
  expect(await landed('FLOAT64', values)).toEqual([
    '0.1',
    '-0.0',
    '5e-324',
    '1.7976931348623157e+308',
    null,
    '3.0',
  ]);
  expect(
    await landed('FLOAT64', ['NaN', 'Infinity', '-Infinity', 'nan', 'inf', '+inf', '-inf']),
  ).toEqual(['nan', 'inf', '-inf', 'nan', 'inf', 'inf', '-inf']);
});

test('booleans come as words or as themselves', async () => {
  expect(await landed('BOOL', ['true', 'false', null, true, false])).toEqual([
    'true',
    'false',
    null,
    'true',
    'false',
  ]);
});

test('an empty text is no NULL', async () => {
  expect(await landed('STRING', ['', null, 'é🏀', 'null'])).toEqual(['', null, 'é🏀', 'null']);
});

test("dates reach over all of BigQuery's years", async () => {
  const values = ['0001-01-01', '1969-12-31', '1970-01-01', null, '2024-02-29', '9999-12-31'];
  expect(await landed('DATE', values)).toEqual(values);
});

test('decimals are exact, with an exponent too', async () => {
  expect(
    await landed('NUMERIC', [
      '1.5',
      '-0.000000001',
      '99999999999999999999999999999.999999999',
      '-99999999999999999999999999999.999999999',
      '-1E-9',
      '0E-20',
      '1.25E3',
      '.5',
      null,
    ]),
  ).toEqual([
    '1.500000000',
    '-0.000000001',
    '99999999999999999999999999999.999999999',
    '-99999999999999999999999999999.999999999',
    '-0.000000001',
    '0.000000000',
    '1250.000000000',
    '0.500000000',
    null,
  ]);
});

// DuckDB stores decimals of up to 4, 9, 18 and 38 digits in 2, 4, 8 and 16 bytes.
test.each<[[string, string], string[]]>([
  [
    ['4', '2'],
    ['12.34', '-99.99'],
  ],
  [
    ['9', '2'],
    ['1234567.89', '-9999999.99'],
  ],
  [
    ['18', '3'],
    ['123456789012345.678', '-999999999999999.999'],
  ],
  [
    ['38', '0'],
    ['12345678901234567890123456789012345678', '-1'],
  ],
])('decimals of %j digits are kept in every width', async (digits, values) => {
  expect(await landed('BIGNUMERIC', values, digits)).toEqual(values);
});

test('zeros beyond the scale are no digits', async () => {
  expect(await landed('NUMERIC', ['12.340000000'], ['4', '2'])).toEqual(['12.34']);
});

test('instants come as whole microseconds', async () => {
  const values = ['0', '-1', '1730455200123456', '-62135596800000000', '253402300799999999', null];
  expect(await landed('TIMESTAMP', values)).toEqual([
    '1970-01-01 00:00:00',
    '1969-12-31 23:59:59.999999',
    '2024-11-01 10:00:00.123456',
    '0001-01-01 00:00:00',
    '9999-12-31 23:59:59.999999',
    null,
  ]);
});

test('instants come as seconds, rounded to the microsecond', async () => {
  expect(
    await landed('TIMESTAMP', [
      '1.730455200123456E9',
      // Both are the double next to .123456, as servers write it that give more digits.
      '1.7304552001234559E9',
      '1.7304552001234562E9',
      '1.7304552E9',
      '-1.5',
      '-1.0E-6',
      '4.0E-7',
      '0.0',
    ]),
  ).toEqual([
    '2024-11-01 10:00:00.123456',
    '2024-11-01 10:00:00.123456',
    '2024-11-01 10:00:00.123456',
    '2024-11-01 10:00:00',
    '1969-12-31 23:59:58.5',
    '1969-12-31 23:59:59.999999',
    '1970-01-01 00:00:00',
    '1970-01-01 00:00:00',
  ]);
});

test("a clock's readings keep their microseconds, before 1970 too", async () => {
  expect(
    await landed('DATETIME', [
      '2024-11-01T10:00:00',
      '2024-11-01T10:00:00.1',
      '2024-11-01 10:00:00.123456',
      '1969-12-31T23:59:59.999999',
      '0001-01-01T00:00:00',
      '9999-12-31T23:59:59.999999',
      null,
    ]),
  ).toEqual([
    '2024-11-01 10:00:00',
    '2024-11-01 10:00:00.1',
    '2024-11-01 10:00:00.123456',
    '1969-12-31 23:59:59.999999',
    '0001-01-01 00:00:00',
    '9999-12-31 23:59:59.999999',
    null,
  ]);
});

test.each<[string, string, [string, string]?]>([
  ['INT64', ''],
  ['INT64', '1.5'],
  ['INT64', '0x10'],
  ['INT64', '9223372036854775808'],
  ['FLOAT64', ''],
  ['FLOAT64', 'abc'],
  ['BOOL', 'TRUE'],
  ['BOOL', ''],
  ['DATE', '2024-1-1'],
  ['DATE', '2024-11-01T00:00:00'],
  ['NUMERIC', ''],
  ['NUMERIC', '-'],
  ['NUMERIC', 'NaN'],
  ['NUMERIC', '1.0000000019'],
  ['NUMERIC', '100.00', ['4', '2']],
  ['TIMESTAMP', '2024-11-01 10:00:00 UTC'],
  ['DATETIME', '2024-11-01'],
  ['DATETIME', '2024-11-01T10:00:00.1234567'],
])('as %s, "%s" is refused and not taken for something else', async (type, value, digits) => {
  const wanted = digits === undefined ? type : `${type}(${digits.join(', ')})`;
  await expect(landed(type, [value], digits)).rejects.toMatchObject({
    code: 'BIGQUERY_VALUE',
    exitCode: EXIT.warehouse,
    message: `The column "x" came as "${value}"; ${wanted} was wanted.`,
  });
});

test('pages follow one another, each cell in its column and row', async () => {
  const fields = [
    { name: 'play', type: 'INT64' },
    { name: 'text', type: 'STRING' },
  ];
  const replica = await Replica.open(':memory:');
  onTestFinished(() => replica.close());
  const appender = await ColumnAppender.create(replica, 't', fields);
  const page = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => ({
      f: [{ v: `${from + i}` }, { v: (from + i) % 3 === 0 ? null : `shot ${from + i}` }],
    }));
  appendPage(appender, fields, page(0, 3000));
  appendPage(appender, fields, []);
  appendPage(appender, fields, page(3000, 5000));
  appender.close();
  expect(
    await replica.row(`SELECT count(*) AS rows, count(DISTINCT play) AS plays, count(text) AS texts,
      count(*) FILTER (text = 'shot ' || play) AS matching FROM temp.main.t`),
    // 1,667 of 0 to 4,999 are divisible by 3.
  ).toEqual({ rows: 5000, plays: 5000, texts: 3333, matching: 3333 });
});
