const INTEGERS = new Set([
  'TINYINT',
  'SMALLINT',
  'INTEGER',
  'BIGINT',
  'HUGEINT',
  'UTINYINT',
  'USMALLINT',
  'UINTEGER',
  'UBIGINT',
]);
const FLOATS = new Set(['DOUBLE', 'FLOAT']);
const TEMPORAL = /^(DATE|TIMESTAMP.*)$/;
const DECIMAL = /^DECIMAL\((\d+),(\d+)\)$/;

/** Decimals to which the replica's figures are stored; the exact value that is rounded further. */
const STORED_DECIMALS = 9;

/**
 * SQL text that turns a replica's column into the type that the target declares; undefined when the
 * types are of different kinds. Numbers are rounded to the declared scale, halves away from zero, from
 * their stored value of 9 decimals: 2.675 becomes 2.68 although the nearest double lies below it.
 * @param id the quoted column
 */
export function castToDeclared(id: string, from: string, to: string): string | undefined {
  if (from === to) return id;
  if (TEMPORAL.test(from) && TEMPORAL.test(to)) return `CAST(${id} AS ${to})`;
  if (!isNumber(from) || !isNumber(to)) return undefined;
  const scale = INTEGERS.has(to) ? 0 : Number(DECIMAL.exec(to)?.[2] ?? Number.NaN);
  if (Number.isNaN(scale) || INTEGERS.has(from)) return `CAST(${id} AS ${to})`;
  if (scale > STORED_DECIMALS) return `CAST(${id} AS ${to})`;
  const exact = FLOATS.has(from) ? `CAST(${id} AS DECIMAL(38,${STORED_DECIMALS}))` : id;
  return `CAST(round(${exact}, ${scale}) AS ${to})`;
}

/** Whether a type holds dates or moments. */
export function isTemporal(type: string): boolean {
  return TEMPORAL.test(type);
}

function isNumber(type: string): boolean {
  return INTEGERS.has(type) || FLOATS.has(type) || DECIMAL.test(type);
}
