/** Quotes one SQL identifier; the only place where a name becomes SQL text. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Quotes a table name of two parts, `dataset.table`. */
export function quoteTable(name: string): string {
  return name.split('.').map(quoteIdentifier).join('.');
}

/** Quotes a string literal, for the few statements that take no bound values (COPY, ATTACH, SET). */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
