import { BOOKKEEPING_COLUMNS } from '../config/bookkeeping.ts';
import { quoteIdentifier } from './identifiers.ts';

/**
 * SQL text of a row's canonical form: `name=value` of every column that is not NULL, sorted by name,
 * with unit separators between. A NULL column leaves no trace, so that a column added later does not
 * change the digests of old partitions. -0.0 counts as 0.0. Bookkeeping columns do not count.
 */
export function canonicalRowSql(columns: readonly { name: string; type: string }[]): string {
  const parts = columns
    .filter((column) => !BOOKKEEPING_COLUMNS.has(column.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, type }) => {
      const id = quoteIdentifier(name);
      const value = type === 'DOUBLE' || type === 'FLOAT' ? `(${id} + 0.0)` : id;
      return `'${name.replaceAll("'", "''")}=' || CAST(${value} AS VARCHAR)`;
    });
  return `concat_ws(chr(31), ${parts.join(', ')})`;
}

/** SQL text of a row's md5, 32 hexadecimal digits. */
export function rowHashSql(columns: readonly { name: string; type: string }[]): string {
  return `md5(${canonicalRowSql(columns)})`;
}

/**
 * SQL text of a partition's digest, an aggregate: `<rows>-<sum of the first 64 bits of the rows' md5, in
 * hex>`. The sum does not depend on the order of rows, and unlike XOR it sees a row that is there twice.
 */
export function digestSql(columns: readonly { name: string; type: string }[]): string {
  return digestOfNumbersSql(`CAST('0x' || left(${rowHashSql(columns)}, 16) AS UBIGINT)`);
}

/** A digest of the same form from any 64-bit number for each row. */
function digestOfNumbersSql(number: string): string {
  return `CAST(count(*) AS VARCHAR) || '-' || printf('%x', CAST(sum(${number}) % 18446744073709551616 AS UBIGINT))`;
}

/**
 * Digest of a computed partition as the ledger keeps it. It is compared only with what this replica computed or
 * recorded itself, so that DuckDB's own row hash will do, at a tenth of the time of md5; should another DuckDB
 * hash differently, the next build finds every date changed and writes it again, no more. -0.0 and 0.0 hash alike.
 */
export function computedDigestSql(columns: readonly { name: string; type: string }[]): string {
  const counted = columns.filter(({ name }) => !BOOKKEEPING_COLUMNS.has(name));
  const list = counted.map(({ name }) => quoteIdentifier(name)).join(', ');
  return digestOfNumbersSql(`hash(${list})`);
}

/** Whether the ledger's digest of a table is that of its rows anywhere; computed tables have the replica's own. */
export function hasCommonDigest(table: string): boolean {
  return table.startsWith('nba_raw.') || table.startsWith('nba_predictions.');
}
