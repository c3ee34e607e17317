import { expect, onTestFinished, test } from 'vitest';
import { Replica } from '../../src/replica/replica.ts';
import { castToDeclared } from '../../src/warehouse/cast.ts';

test.each([
  ['2.675', 'DOUBLE', 'DECIMAL(9,2)', '2.68'],
  ['-2.675', 'DOUBLE', 'DECIMAL(9,2)', '-2.68'],
  ['2.674999999', 'DOUBLE', 'DECIMAL(9,2)', '2.67'],
  ['1.005', 'DOUBLE', 'DECIMAL(9,2)', '1.01'],
  ['0.1234567895', 'DOUBLE', 'DECIMAL(18,9)', '0.123456790'],
  ['0.5', 'DOUBLE', 'INTEGER', '1'],
  ['-1.5', 'DOUBLE', 'BIGINT', '-2'],
  ['2.5', 'DECIMAL(4,2)', 'INTEGER', '3'],
  ['41', 'BIGINT', 'DECIMAL(5,1)', '41.0'],
  ['41', 'BIGINT', 'DOUBLE', '41.0'],
  ['NULL', 'DOUBLE', 'DECIMAL(5,1)', null],
])('%s as %s becomes %s %s', async (value, from, to, wanted) => {
  const replica = await Replica.open(':memory:');
  onTestFinished(() => replica.close());
  const cast = castToDeclared('x', from, to);
  expect(
    await replica.column(
      `SELECT CAST(${cast} AS VARCHAR) FROM (SELECT CAST(${value} AS ${from}) AS x)`,
    ),
  ).toEqual([wanted]);
});

test('types of different kinds have no cast', () => {
  expect(castToDeclared('x', 'DOUBLE', 'VARCHAR')).toBeUndefined();
  expect(castToDeclared('x', 'VARCHAR', 'BIGINT')).toBeUndefined();
  expect(castToDeclared('x', 'BOOLEAN', 'INTEGER')).toBeUndefined();
  expect(castToDeclared('x', 'DATE', 'BIGINT')).toBeUndefined();
  expect(castToDeclared('x', 'VARCHAR', 'VARCHAR')).toBe('x');
  expect(castToDeclared('x', 'DATE', 'TIMESTAMP')).toBe('CAST(x AS TIMESTAMP)');
});
