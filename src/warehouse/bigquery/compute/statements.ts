import { BOOKKEEPING_COLUMNS } from '../../../config/bookkeeping.ts';
import { quoteBackticks, quoteGoogleLiteral } from '../../../replica/identifiers.ts';
import type { Publication } from '../../sql-engine.ts';
import { type TableRef, tablePath } from '../names.ts';
import { timestampText } from '../statements.ts';
import { type BigQueryField, bigqueryField, duckdbType, typeText } from '../types.ts';

/** A table as a statement makes it. */
export interface TableDesign {
  readonly ref: TableRef;
  readonly partition: string | null;
  readonly clustering: readonly string[];
  readonly description: string;
  /** When it goes away by itself; null: never. */
  readonly expires: Date | null;
}

/** BigQuery keeps this many characters of a table's description. */
const DESCRIPTION_LENGTH = 16_384;

/**
 * Makes a table of a query's rows, in one step. The query stands in it as it is, not inside another one:
 * there are servers whose parser does not take much nesting.
 */
export function createSql(design: TableDesign, select: string): string {
  const { ref, partition, clustering, description, expires } = design;
  const options = [
    `description = ${quoteGoogleLiteral(description.slice(0, DESCRIPTION_LENGTH))}`,
    ...(expires === null ? [] : [`expiration_timestamp = ${timeLiteral(expires)}`]),
  ];
  return [
    `CREATE OR REPLACE TABLE ${quoteBackticks(tablePath(ref))}`,
    ...(partition === null ? [] : [`PARTITION BY ${quoteBackticks(partition)}`]),
    ...(clustering.length === 0 ? [] : [`CLUSTER BY ${clustering.map(quoteBackticks).join(', ')}`]),
    `OPTIONS (${options.join(', ')})`,
    'AS',
    select,
  ].join('\n');
}

/** Replaces the rows of the asked dates by those of another table, in one step. */
export function replaceDatesSql(
  ref: TableRef,
  partition: string,
  columns: readonly string[],
  select: string,
): string {
  const names = columns.map(quoteBackticks);
  return [
    `MERGE ${quoteBackticks(tablePath(ref))} AS t`,
    `USING (${select}) AS s`,
    'ON FALSE',
    `WHEN NOT MATCHED BY SOURCE AND t.${quoteBackticks(partition)} BETWEEN @from_date AND @to_date THEN DELETE`,
    `WHEN NOT MATCHED THEN INSERT (${names.join(', ')})`,
    `VALUES (${names.map((name) => `s.${name}`).join(', ')})`,
  ].join('\n');
}

/** Columns that a published table has beside its own. */
export const STAMPS = ['data_hash', 'processed_at'];

/** The rows of what was computed aside; for a published table with its types, a hash and the time. */
export function placedSql(
  from: TableRef,
  fields: readonly BigQueryField[],
  published: Publication | null,
): string {
  const table = quoteBackticks(tablePath(from));
  const names = fields.map(({ name }) => quoteBackticks(name));
  if (published === null) return `SELECT ${names.join(', ')} FROM ${table}`;
  const columns = fields.map((field) => {
    const type = duckdbType(field);
    const wanted = type === undefined ? undefined : published.typeOf(type);
    if (wanted === undefined || wanted === type)
      return { name: field.name, sql: quoteBackticks(field.name), type: typeText(field) };
    const cast = typeText(bigqueryField({ name: field.name, type: wanted }) ?? field);
    const id = quoteBackticks(field.name);
    return { name: field.name, sql: `CAST(${id} AS ${cast}) AS ${id}`, type: cast };
  });
  const stamps = [
    `${rowHashSql(columns)} AS data_hash`,
    `${timeLiteral(published.processedAt)} AS processed_at`,
  ];
  return `SELECT ${[...columns.map(({ sql }) => sql), ...stamps].join(', ')} FROM ${table}`;
}

/**
 * A row's md5 over `name=value` of every column that is not NULL, sorted by name, as in the replica. A
 * float has another text here, so that the hash of equal rows is another one than there.
 */
function rowHashSql(fields: readonly { readonly name: string; readonly type: string }[]): string {
  const parts = fields
    .filter(({ name }) => !BOOKKEEPING_COLUMNS.has(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, type }) => {
      const id = quoteBackticks(name);
      const value = type === 'FLOAT64' ? `CAST(${id} AS FLOAT64) + 0.0` : id;
      return `CONCAT(${quoteGoogleLiteral(`${name}=`)}, CAST(${value} AS STRING))`;
    });
  return `TO_HEX(MD5(ARRAY_TO_STRING([${parts.join(', ')}], CHR(31))))`;
}

function timeLiteral(at: Date): string {
  return `TIMESTAMP ${quoteGoogleLiteral(timestampText(at))}`;
}
