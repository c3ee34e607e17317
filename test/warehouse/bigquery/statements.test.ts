import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import {
  addColumnSql,
  backupSql,
  countsSql,
  datesCondition,
  exportSql,
  mergeSql,
  partitionsSql,
  selectSql,
} from '../../../src/warehouse/bigquery/statements.ts';
import { googleSqlParser } from '../../support/googlesql.ts';

const TABLE = { projectId: 'my-project', datasetId: 'dev_nba', tableId: 'team' };
const STAGING = { ...TABLE, tableId: '_hoopduck_stage_team__0123__20250301T063000Z-1f0c-1' };
const DATES = ['2024-11-02', '2024-11-01'];
const UGLY = ['points', 'a`b', 'back\\slash', 'naïve "x"'];

test('dates with nothing of the table between them are a list, a whole span is a range', () => {
  expect(datesCondition('game_date', DATES, ['2024-10-01', '2024-11-01', '2024-11-02'])).toBe(
    "`game_date` BETWEEN DATE '2024-11-01' AND DATE '2024-11-02'",
  );
  expect(
    datesCondition(
      'game_date',
      ['2024-11-01', '2024-11-03'],
      ['2024-11-01', '2024-11-02', '2024-11-03'],
    ),
  ).toBe("`game_date` IN (DATE '2024-11-01', DATE '2024-11-03')");
  expect(datesCondition('game_date', ['2024-11-01'], ['2024-11-01'])).toBe(
    "`game_date` IN (DATE '2024-11-01')",
  );
});

test('counting the rows of each date names the date column in a filter, as some tables require', () => {
  expect(countsSql(TABLE, 'game_date')).toBe(
    'SELECT CAST(`game_date` AS DATE) AS partition_date, COUNT(*) AS total_rows FROM `my-project.dev_nba.team` WHERE `game_date` IS NULL OR `game_date` IS NOT NULL GROUP BY 1',
  );
});

test('a merge deletes and inserts in one statement, with constant dates', () => {
  expect(mergeSql(TABLE, STAGING, 'game_date', DATES, ['game_date', 'points'])).toBe(
    [
      'MERGE `my-project.dev_nba.team` AS t',
      'USING `my-project.dev_nba._hoopduck_stage_team__0123__20250301T063000Z-1f0c-1` AS s',
      'ON FALSE',
      "WHEN NOT MATCHED BY SOURCE AND t.`game_date` IN (DATE '2024-11-01', DATE '2024-11-02') THEN DELETE",
      'WHEN NOT MATCHED THEN INSERT (`game_date`, `points`)',
      'VALUES (s.`game_date`, s.`points`)',
    ].join('\n'),
  );
});

test('every statement that is sent is GoogleSQL, whatever the names are', (context) => {
  const check = googleSqlParser(context);
  const select = selectSql(TABLE, UGLY, datesCondition('game_date', DATES, []));
  const statements = [
    partitionsSql(TABLE),
    countsSql(TABLE, 'game_date'),
    select,
    exportSql("gs://bucket/it's/*.parquet", select),
    backupSql(STAGING, TABLE, 'game_date', DATES, new Date('2026-01-02T03:04:05.678Z')),
    mergeSql(TABLE, STAGING, 'game_date', DATES, UGLY),
    addColumnSql(TABLE, { name: 'a`b', type: 'NUMERIC(10, 2)' }),
    'SELECT 1 AS one',
  ];
  expect(statements.map((sql) => [sql, check(sql)])).toEqual(statements.map((sql) => [sql, null]));
});

test('every model is GoogleSQL', (context) => {
  const check = googleSqlParser(context);
  const folder = fileURLToPath(new URL('../../../src/transforms/models', import.meta.url));
  const files = (readdirSync(folder, { recursive: true }) as string[]).filter((name) =>
    name.endsWith('.sql'),
  );
  expect(files.length).toBeGreaterThan(25);
  const refused = files.flatMap((name) => {
    const error = check(readFileSync(join(folder, name), 'utf8'));
    return error === null ? [] : [[name, error]];
  });
  expect(refused).toEqual([]);
});

test('the parser refuses what only DuckDB takes', (context) => {
  const check = googleSqlParser(context);
  for (const sql of [
    'SELECT 1::INT',
    'SELECT * EXCLUDE (a) FROM t',
    'SELECT count(*) FILTER (WHERE a) FROM t',
    'INSERT INTO t BY NAME SELECT 1',
    'SELECT (1',
    ' ',
  ]) {
    expect(check(sql), sql).not.toBeNull();
  }
});
