import { expect, test, vi } from 'vitest';
import { RAW_TABLES } from '../../../src/config/raw-tables.ts';
import { loadModels } from '../../../src/transforms/graph.ts';
import type { Model } from '../../../src/transforms/model.ts';
import { isPublished, publishedType } from '../../../src/transforms/model-table.ts';
import { rawRelation } from '../../../src/warehouse/bigquery/compute/raw-relation.ts';
import {
  createSql,
  placedSql,
  replaceDatesSql,
} from '../../../src/warehouse/bigquery/compute/statements.ts';
import { toGoogleSql } from '../../../src/warehouse/bigquery/compute/translate.ts';
import { type TableRef, tablePath } from '../../../src/warehouse/bigquery/names.ts';
import type { TableMeta } from '../../../src/warehouse/bigquery/tables.ts';
import { duckdbType } from '../../../src/warehouse/bigquery/types.ts';
import { type GoogleColumn, GoogleSqlAnalyzer } from '../../support/googlesql-analyzer.ts';

const TYPES = {
  VARCHAR: 'STRING',
  BIGINT: 'INT64',
  INTEGER: 'INT64',
  DOUBLE: 'FLOAT64',
  BOOLEAN: 'BOOL',
  DATE: 'DATE',
  TIMESTAMP: 'TIMESTAMP',
} as const;

// Each analysis makes a catalogue of all of Google's functions.
vi.setConfig({ testTimeout: 180_000 });

const MODELS = loadModels();
const AT = new Date('2025-03-01T06:30:00.123Z');
/** A published table has counts and figures, no decimals. */
const PUBLISHED_TYPES = new Set(['INT64', 'FLOAT64', 'STRING', 'BOOL', 'DATE', 'TIMESTAMP']);

function refOf(table: string, prefix = 'c_'): TableRef {
  const [dataset, tableId] = table.split('.') as [string, string];
  return { projectId: 'p', datasetId: `${prefix}${dataset}`, tableId };
}

/** The raw tables there, with other types of some columns; those named are not there. */
function rawTables(
  analyzer: GoogleSqlAnalyzer,
  typeThere: (type: string) => string,
  absent: readonly string[],
): Map<string, string> {
  const relations = new Map<string, string>();
  for (const raw of RAW_TABLES) {
    const table = `nba_raw.${raw.name}`;
    const ref = refOf(table, '');
    const fields = Object.entries(raw.columns).map(([name, type]) => ({
      name,
      type: typeThere(TYPES[type]),
    }));
    const meta = { type: 'TABLE', schema: { fields } } as Partial<TableMeta> as TableMeta;
    if (!absent.includes(raw.name)) analyzer.addTable(tablePath(ref), fields);
    relations.set(table, rawRelation(table, ref, absent.includes(raw.name) ? undefined : meta));
  }
  return relations;
}

/** A model's query as it is sent, over raw tables that are read so. */
function sent({ sql }: Model, relations: ReadonlyMap<string, string>): string {
  return toGoogleSql(sql, (table) =>
    /^(hoopduck|nba_analytics|nba_precompute)\./.test(table)
      ? `\`${tablePath(refOf(table))}\``
      : relations.get(table),
  );
}

test('Google takes every model and what is made of it, names and types, whatever types the raw tables have', (context) => {
  const analyzer = new GoogleSqlAnalyzer(context);
  const relations = rawTables(analyzer, (type) => type, []);
  analyzer.addTable('p.c_hoopduck.raw_player_name', [
    { name: 'raw_value', type: 'STRING' },
    { name: 'player_lookup', type: 'STRING' },
    { name: 'base_lookup', type: 'STRING' },
    { name: 'prefix_player_id', type: 'INT64' },
  ]);
  analyzer.addTable('p.c_hoopduck.raw_minutes', [
    { name: 'raw_value', type: 'STRING' },
    { name: 'minutes', type: 'FLOAT64' },
    { name: 'is_readable', type: 'BOOL' },
  ]);
  const found = new Map<string, readonly GoogleColumn[]>();
  for (const model of MODELS) {
    const ref = refOf(model.name);
    const columns = analyzer.analyze(sent(model, relations));
    found.set(model.name, columns);
    const aside = refOf('hoopduck._hoopduck_compute_1');
    analyzer.addTable(tablePath(aside), columns);
    const published = isPublished(model) ? { typeOf: publishedType, processedAt: AT } : null;
    const placed = placedSql(aside, columns, published);
    const stored = published === null ? columns : analyzer.analyze(placed);
    expect(stored.filter((column) => duckdbType(column) === undefined)).toEqual([]);
    if (published !== null) {
      expect(stored.filter(({ type }) => !PUBLISHED_TYPES.has(type))).toEqual([]);
      expect(stored.slice(-2)).toEqual([
        { name: 'data_hash', type: 'STRING' },
        { name: 'processed_at', type: 'TIMESTAMP' },
      ]);
    }
    analyzer.addTable(tablePath(ref), stored);
    // Of tables that are not published one stands for all: their statements differ in names alone.
    if (published === null && model.name !== 'hoopduck.stg_shooter') continue;
    const names = stored.map(({ name }) => name);
    analyzer.analyze(replaceDatesSql(ref, model.partition!, names, placed));
  }
  // Production may declare decimals and wall clocks, and may have no plays, lines and reports.
  const other = rawTables(
    analyzer,
    (type) => ({ FLOAT64: 'NUMERIC', TIMESTAMP: 'DATETIME' })[type] ?? type,
    RAW_TABLES.filter(({ needed }) => !needed).map(({ name }) => name),
  );
  const readers = MODELS.filter(({ inputs }) =>
    inputs.some(({ table }) => table.startsWith('nba_raw.')),
  );
  expect(readers.length).toBeGreaterThan(5);
  for (const model of readers) {
    expect([model.name, analyzer.analyze(sent(model, other))]).toEqual([
      model.name,
      found.get(model.name),
    ]);
  }
  // A table is made with all that it has.
  const design = {
    ref: refOf('nba_precompute.player_daily_cache'),
    partition: 'cache_date',
    clustering: ['player_lookup'],
    description: 'It\'s "aside"\nfor \\ a while',
    expires: AT,
  };
  const [last] = MODELS.filter(({ name }) => name === 'nba_precompute.player_daily_cache');
  analyzer.analyze(createSql(design, sent(last!, relations)));
});

test('the analyzer sees what the parser does not', (context) => {
  const analyzer = new GoogleSqlAnalyzer(context);
  analyzer.addTable('p.d.t', [
    { name: 'd', type: 'DATE' },
    { name: 'n', type: 'INT64' },
    { name: 's', type: 'STRING' },
  ]);
  const from = 'FROM `p.d.t` WHERE d BETWEEN @from_date AND @to_date';
  expect(analyzer.analyze(`SELECT d, n / 2 AS half, SUM(n) OVER () AS sum ${from}`)).toEqual([
    { name: 'd', type: 'DATE' },
    { name: 'half', type: 'FLOAT64' },
    { name: 'sum', type: 'INT64' },
  ]);
  expect(() => analyzer.analyze(`SELECT m ${from}`)).toThrow('Unrecognized name: m');
  expect(() => analyzer.analyze(`SELECT d ${from} AND n = s`)).toThrow('No matching signature');
  expect(() => analyzer.analyze(`SELECT date_diff('day', d, d) ${from}`)).toThrow();
});
