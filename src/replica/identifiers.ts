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

/** Quotes a name for BigQuery: a column, or a whole path `project.dataset.table` in one pair of backticks. */
export function quoteBackticks(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}

/** Quotes a string literal for BigQuery, where a backslash escapes. */
export function quoteGoogleLiteral(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;
}
