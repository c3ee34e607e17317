import { RAW_TABLES, type RawTable, type RawType } from '../../../config/raw-tables.ts';
import { EXIT, HoopduckError } from '../../../errors.ts';
import { quoteBackticks } from '../../../replica/identifiers.ts';
import { type TableRef, tablePath } from '../names.ts';
import type { TableMeta } from '../tables.ts';
import { type BigQueryField, typeText } from '../types.ts';

/** The type of BigQuery for a column as the models know it. */
const WANTED: Readonly<Record<RawType, string>> = {
  VARCHAR: 'STRING',
  BIGINT: 'INT64',
  INTEGER: 'INT64',
  DOUBLE: 'FLOAT64',
  BOOLEAN: 'BOOL',
  DATE: 'DATE',
  TIMESTAMP: 'TIMESTAMP',
};

/**
 * A raw table as a model reads it, wherever it stands in a FROM clause: with every column that the models
 * know, in the type that a sync would give it, and without rows that have no date. A table that is not
 * there and is not needed has no rows.
 * @throws HoopduckError TABLE_MISSING (exit 2)
 */
export function rawRelation(table: string, ref: TableRef, meta: TableMeta | undefined): string {
  const raw = RAW_TABLES.find(({ name }) => `nba_raw.${name}` === table);
  if (meta === undefined) {
    if (raw === undefined || raw.needed) throw tableMissing(ref);
    return noRows(raw);
  }
  const path = quoteBackticks(tablePath(ref));
  const date = quoteBackticks('game_date');
  if (raw === undefined) return path;
  const fields = new Map(
    (meta.schema?.fields ?? []).map((field) => [field.name.toLowerCase(), field]),
  );
  const replaced: string[] = [];
  const added: string[] = [];
  for (const [name, type] of Object.entries(raw.columns)) {
    const field = fields.get(name);
    const wanted = WANTED[type];
    if (field === undefined) added.push(`CAST(NULL AS ${wanted}) AS ${quoteBackticks(name)}`);
    else if (typeText(field) !== wanted) {
      replaced.push(`${cast(field, wanted)} AS ${quoteBackticks(field.name)}`);
    }
  }
  const star = replaced.length === 0 ? '*' : `* REPLACE (${replaced.join(', ')})`;
  const columns = [star, ...added].join(', ');
  return `(SELECT ${columns} FROM ${path} WHERE ${date} IS NOT NULL)`;
}

/**
 * A value in another type. Whole numbers and texts that came as floats, because a NaN stood for a missing
 * one, are NULL there, and a text is `36`, not `36.0`: as in a sync.
 */
function cast(field: BigQueryField, wanted: string): string {
  const id = quoteBackticks(field.name);
  if (typeText(field) !== 'FLOAT64') return `CAST(${id} AS ${wanted})`;
  const isNone = `IS_NAN(${id}) OR IS_INF(${id})`;
  if (wanted === 'STRING') {
    const isWhole = `${id} = TRUNC(${id}) AND ABS(${id}) < 1e15`;
    return `CASE WHEN ${isNone} THEN NULL WHEN ${isWhole} THEN CAST(CAST(${id} AS INT64) AS STRING) ELSE CAST(${id} AS STRING) END`;
  }
  return wanted === 'INT64'
    ? `CASE WHEN ${isNone} THEN NULL ELSE CAST(${id} AS INT64) END`
    : `CAST(${id} AS ${wanted})`;
}

function noRows(raw: RawTable): string {
  const columns = Object.entries(raw.columns).map(
    ([name, type]) => `CAST(NULL AS ${WANTED[type]}) AS ${quoteBackticks(name)}`,
  );
  return `(SELECT ${columns.join(', ')} FROM (SELECT 1) WHERE FALSE)`;
}

function tableMissing(ref: TableRef): HoopduckError {
  return new HoopduckError('TABLE_MISSING', `The needed table "${tablePath(ref)}" is not there.`, {
    next: 'Check "warehouse" in hoopduck.yaml: project, dataset_prefix and location.',
    exitCode: EXIT.usage,
  });
}
