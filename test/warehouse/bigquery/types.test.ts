import { expect, test } from 'vitest';
import {
  type BigQueryField,
  bigqueryField,
  duckdbType,
  typeText,
} from '../../../src/warehouse/bigquery/types.ts';

function field(type: string, more: Partial<BigQueryField> = {}): BigQueryField {
  return { name: 'x', type, ...more };
}

test.each<[string, Partial<BigQueryField>, string]>([
  ['INT64', {}, 'BIGINT'],
  ['INTEGER', {}, 'BIGINT'],
  ['FLOAT64', {}, 'DOUBLE'],
  ['FLOAT', {}, 'DOUBLE'],
  ['BOOL', {}, 'BOOLEAN'],
  ['BOOLEAN', {}, 'BOOLEAN'],
  ['STRING', { mode: 'REQUIRED' }, 'VARCHAR'],
  ['DATE', {}, 'DATE'],
  ['TIMESTAMP', {}, 'TIMESTAMP'],
  ['DATETIME', {}, 'TIMESTAMP'],
  ['NUMERIC', {}, 'DECIMAL(38,9)'],
  ['NUMERIC', { precision: '10' }, 'DECIMAL(10,0)'],
  ['NUMERIC', { precision: '10', scale: '2' }, 'DECIMAL(10,2)'],
  ['BIGNUMERIC', { precision: '38', scale: '20' }, 'DECIMAL(38,20)'],
])('the replica holds %s %o as %s', (type, more, wanted) => {
  expect(duckdbType(field(type, more))).toBe(wanted);
});

test.each<[string, Partial<BigQueryField>, string]>([
  ['STRING', { mode: 'REPEATED' }, 'ARRAY<STRING>'],
  ['INTEGER', { mode: 'REPEATED' }, 'ARRAY<INT64>'],
  ['RECORD', {}, 'STRUCT'],
  ['RECORD', { mode: 'REPEATED' }, 'ARRAY<STRUCT>'],
  ['JSON', {}, 'JSON'],
  ['GEOGRAPHY', {}, 'GEOGRAPHY'],
  ['BYTES', {}, 'BYTES'],
  ['TIME', {}, 'TIME'],
  ['INTERVAL', {}, 'INTERVAL'],
  ['RANGE', {}, 'RANGE'],
  ['BIGNUMERIC', {}, 'BIGNUMERIC'],
  ['BIGNUMERIC', { precision: '39', scale: '2' }, 'BIGNUMERIC(39, 2)'],
])('the replica does not hold %s %o, and a message calls it %s', (type, more, text) => {
  expect(duckdbType(field(type, more))).toBeUndefined();
  expect(typeText(field(type, more))).toBe(text);
});

test.each([
  ['TINYINT', 'INT64'],
  ['SMALLINT', 'INT64'],
  ['INTEGER', 'INT64'],
  ['BIGINT', 'INT64'],
  ['UTINYINT', 'INT64'],
  ['USMALLINT', 'INT64'],
  ['UINTEGER', 'INT64'],
  ['FLOAT', 'FLOAT64'],
  ['DOUBLE', 'FLOAT64'],
  ['BOOLEAN', 'BOOL'],
  ['VARCHAR', 'STRING'],
  ['DATE', 'DATE'],
  ['TIMESTAMP', 'TIMESTAMP'],
  ['DECIMAL(38,9)', 'NUMERIC'],
  ['DECIMAL(10,2)', 'NUMERIC(10, 2)'],
  ['DECIMAL(29,0)', 'NUMERIC(29, 0)'],
  ['DECIMAL(30,1)', 'NUMERIC(30, 1)'],
  // NUMERIC has 29 digits before the point and 9 behind it; one more of either needs the larger type.
  ['DECIMAL(30,0)', 'BIGNUMERIC(30, 0)'],
  ['DECIMAL(12,10)', 'BIGNUMERIC(12, 10)'],
  ['DECIMAL(38,0)', 'BIGNUMERIC(38, 0)'],
])("the replica's %s is BigQuery's %s", (type, wanted) => {
  expect(typeText(bigqueryField({ name: 'x', type })!)).toBe(wanted);
});

// Parquet has no integers of 128 bits, and one of 64 bits without a sign does not fit INT64.
test.each(['HUGEINT', 'UHUGEINT', 'UBIGINT', 'BLOB', 'TIME', 'INTERVAL', 'VARCHAR[]', 'JSON'])(
  "the replica's %s has no type in BigQuery",
  (type) => {
    expect(bigqueryField({ name: 'x', type })).toBeUndefined();
  },
);

test.each(['BIGINT', 'DOUBLE', 'BOOLEAN', 'VARCHAR', 'DATE', 'TIMESTAMP'])(
  'a column of %s comes back as it went',
  (type) => {
    expect(duckdbType(bigqueryField({ name: 'x', type })!)).toBe(type);
  },
);

test('every decimal of the replica comes back as it went', () => {
  for (let precision = 1; precision <= 38; precision++) {
    for (let scale = 0; scale <= precision; scale++) {
      const type = `DECIMAL(${precision},${scale})`;
      expect(duckdbType(bigqueryField({ name: 'x', type })!)).toBe(type);
    }
  }
});

test('a description goes with the column, and its absence leaves no key', () => {
  expect(bigqueryField({ name: 'points', type: 'BIGINT' }, 'Points of the game')).toEqual({
    name: 'points',
    type: 'INT64',
    description: 'Points of the game',
  });
  expect(Object.keys(bigqueryField({ name: 'points', type: 'DECIMAL(38,9)' })!)).toEqual([
    'name',
    'type',
  ]);
});
