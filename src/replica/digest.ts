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

/** SQL text of a row's md5, 32 hexadecimal digits: the column `data_hash`. */
export function rowHashSql(columns: readonly { name: string; type: string }[]): string {
  return `md5(${canonicalRowSql(columns)})`;
}

/**
 * SQL text of a partition's digest, an aggregate: `<rows>-<sum of the first 64 bits of the rows' md5, in
 * hex>`. The sum does not depend on the order of rows, and unlike XOR it sees a row that is there twice.
 */
export function digestSql(columns: readonly { name: string; type: string }[]): string {
  return digestOfHashesSql(rowHashSql(columns));
}

/** The same digest from rows whose md5 is at hand, such as a `data_hash` that was just computed. */
export function digestOfHashesSql(hash: string): string {
  return digestOfNumbersSql(`CAST('0x' || left(${hash}, 16) AS UBIGINT)`);
}

/** A digest of the same form from any 64-bit number for each row. */
export function digestOfNumbersSql(number: string): string {
  return `CAST(count(*) AS VARCHAR) || '-' || printf('%x', CAST(sum(${number}) % 18446744073709551616 AS UBIGINT))`;
}
