import { expect, test } from 'vitest';
import { RAW_TABLES } from '../../../src/config/raw-tables.ts';
import { rawRelation } from '../../../src/warehouse/bigquery/compute/raw-relation.ts';
import type { TableMeta } from '../../../src/warehouse/bigquery/tables.ts';
import type { BigQueryField } from '../../../src/warehouse/bigquery/types.ts';
import { googleSqlParser } from '../../support/googlesql.ts';

const TYPES = {
  VARCHAR: 'STRING',
  BIGINT: 'INT64',
  INTEGER: 'INT64',
  DOUBLE: 'FLOAT64',
  BOOLEAN: 'BOOL',
  DATE: 'DATE',
  TIMESTAMP: 'TIMESTAMP',
} as const;
const LINES = 'nba_raw.odds_api_game_lines';
const ref = { projectId: 'p', datasetId: 'nba_raw', tableId: 'odds_api_game_lines' };

/** The table as the models know it, with other fields in place of some of its own. */
function meta(others: Readonly<Record<string, Partial<BigQueryField> | null>> = {}): TableMeta {
  const raw = RAW_TABLES.find(({ name }) => name === 'odds_api_game_lines')!;
  const fields = Object.entries(raw.columns).flatMap(([name, type]) => {
    const other = others[name];
    return other === null ? [] : [{ name, type: TYPES[type], ...other }];
  });
  return { type: 'TABLE', creationTime: '0', lastModifiedTime: '0', schema: { fields } };
}

test('a table that is as the models know it is read as it is, without rows that have no date', () => {
  expect(rawRelation(LINES, ref, meta())).toBe(
    '(SELECT * FROM `p.nba_raw.odds_api_game_lines` WHERE `game_date` IS NOT NULL)',
  );
});

test('columns get the types that a sync gives them, under the names that they have there', () => {
  const found = meta({
    outcome_point: { type: 'NUMERIC' },
    snapshot_timestamp: { name: 'Snapshot_Timestamp', type: 'DATETIME' },
    game_id: { type: 'FLOAT' },
  });
  // The name there is another one by case alone; the field stays under the known name in the map.
  expect(rawRelation(LINES, ref, found)).toBe(
    '(SELECT * REPLACE (' +
      'CASE WHEN IS_NAN(`game_id`) OR IS_INF(`game_id`) THEN NULL' +
      ' WHEN `game_id` = TRUNC(`game_id`) AND ABS(`game_id`) < 1e15 THEN CAST(CAST(`game_id` AS INT64) AS STRING)' +
      ' ELSE CAST(`game_id` AS STRING) END AS `game_id`, ' +
      'CAST(`outcome_point` AS FLOAT64) AS `outcome_point`, ' +
      'CAST(`Snapshot_Timestamp` AS TIMESTAMP) AS `Snapshot_Timestamp`) ' +
      'FROM `p.nba_raw.odds_api_game_lines` WHERE `game_date` IS NOT NULL)',
  );
});

test('a column that is not there is NULL', () => {
  expect(rawRelation(LINES, ref, meta({ outcome_name: null }))).toBe(
    '(SELECT *, CAST(NULL AS STRING) AS `outcome_name` FROM `p.nba_raw.odds_api_game_lines` WHERE `game_date` IS NOT NULL)',
  );
});

test('a table that is not there has no rows, and one that is needed is asked for', (context) => {
  const relation = rawRelation(LINES, ref, undefined);
  expect(relation).toMatch(/^\(SELECT CAST\(NULL AS STRING\) AS `game_id`, .* WHERE FALSE\)$/);
  expect(googleSqlParser(context)(`SELECT * FROM ${relation} AS l`)).toBe(null);
  const schedule = { ...ref, tableId: 'nbac_schedule' };
  expect(() => rawRelation('nba_raw.nbac_schedule', schedule, undefined)).toThrow(
    expect.objectContaining({ code: 'TABLE_MISSING', exitCode: 2 }),
  );
});
