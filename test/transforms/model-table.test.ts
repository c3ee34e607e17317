import { expect, test } from 'vitest';
import { parseModel } from '../../src/transforms/model.ts';
import {
  createTableSql,
  dataHashSql,
  isPublished,
  modelColumns,
  partitionDateSql,
  publishedType,
} from '../../src/transforms/model-table.ts';
import { memoryReplica } from '../support/memory-replica.ts';

const modelOf = (name: string, partition = 'game_date') =>
  parseModel(name, 'mine.sql', `-- key: a\n-- partition: ${partition}\nSELECT 1`);

const SELECT = 'SELECT 1 AS n, 2.5 AS share, current_date AS day -- of today';

const columnsOf = async (name: string) => {
  const replica = await memoryReplica();
  try {
    return await modelColumns(replica, modelOf(name), SELECT, {});
  } finally {
    replica.close();
  }
};

test('counts of a published table are BIGINT and figures DOUBLE, whatever they came out as', async () => {
  const counts = ['HUGEINT', 'INTEGER', 'SMALLINT', 'TINYINT', 'UBIGINT', 'UINTEGER', 'BIGINT'];
  expect(new Set(counts.map(publishedType))).toEqual(new Set(['BIGINT']));
  const figures = ['DECIMAL(5,2)', 'FLOAT', 'DOUBLE'];
  expect(new Set(figures.map(publishedType))).toEqual(new Set(['DOUBLE']));
  const others = ['VARCHAR', 'DATE', 'BOOLEAN', 'TIMESTAMP'];
  expect(others.map(publishedType)).toEqual(others);
});

test('a published table has those types and two columns of bookkeeping, one of ours what the SELECT gives', async () => {
  const published = await columnsOf('nba_precompute.mine');
  expect(published).toEqual([
    { name: 'n', selected: 'INTEGER', type: 'BIGINT' },
    { name: 'share', selected: 'DECIMAL(2,1)', type: 'DOUBLE' },
    { name: 'day', selected: 'DATE', type: 'DATE' },
  ]);
  expect(createTableSql(modelOf('nba_precompute.mine'), published)).toBe(
    'CREATE TABLE "nba_precompute"."mine" ("n" BIGINT, "share" DOUBLE, "day" DATE, "data_hash" VARCHAR, "processed_at" TIMESTAMP)',
  );
  const own = await columnsOf('hoopduck.mine');
  expect(own.map(({ type }) => type)).toEqual(['INTEGER', 'DECIMAL(2,1)', 'DATE']);
  expect(createTableSql(modelOf('hoopduck.mine'), own)).toBe(
    'CREATE TABLE "hoopduck"."mine" ("n" INTEGER, "share" DECIMAL(2,1), "day" DATE)',
  );
  expect(['nba_analytics.a', 'hoopduck.nba_a'].map((name) => isPublished(modelOf(name)))).toEqual([
    true,
    false,
  ]);
});

test('the hash of a row is of its columns in their order, without bookkeeping', async () => {
  const columns = ['b', 'processed_at', 'a'].map((name) => ({ name, type: '', selected: '' }));
  expect(dataHashSql(columns)).toBe(
    'md5(CAST(to_json(struct_pack("b" := "b", "a" := "a")) AS VARCHAR))',
  );
});

test('rows of a table without partitions are kept under one date', () => {
  expect(partitionDateSql(modelOf('hoopduck.mine'))).toBe('"game_date"');
  expect(partitionDateSql(modelOf('hoopduck.mine', 'none'))).toBe("DATE '1970-01-01'");
});
