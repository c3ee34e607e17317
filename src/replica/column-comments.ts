import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { quoteIdentifier, quoteLiteral, quoteTable } from './identifiers.ts';
import type { Replica } from './replica.ts';

/** A table and what one of its rows is. */
export interface DescribedTable {
  /** `dataset.table` */
  readonly name: string;
  readonly description: string;
}

/** Texts by column: of every table, and of one table alone, which come first. */
interface ColumnTexts {
  readonly columns: Readonly<Record<string, string>>;
  readonly tables: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * Comments tables and their columns in the replica, from where a push takes the descriptions of a table
 * that it creates. A table that has its description is left as it is; one that is new, was made
 * anew or is described otherwise gets the comments that differ. Tables that are not there are passed over.
 */
export async function commentTables(
  replica: Replica,
  tables: readonly DescribedTable[],
): Promise<void> {
  const held = await replica.rows<{ name: string; comment: string | null }>(
    `SELECT schema_name || '.' || table_name AS name, comment FROM duckdb_tables()
     WHERE database_name = current_database() AND NOT internal AND NOT temporary`,
  );
  const comments = new Map(held.map(({ name, comment }) => [name, comment]));
  const differing = tables.filter(
    ({ name, description }) => comments.has(name) && comments.get(name) !== description,
  );
  if (differing.length === 0) return;
  const texts = readTexts();
  await replica.transaction(async () => {
    for (const table of differing) {
      const statements = await commentStatements(replica, table, texts);
      await replica.run(statements.join(';\n'));
    }
  });
}

/** The statements that bring a table's comments to the texts: the columns' that differ, and the table's. */
async function commentStatements(
  replica: Replica,
  { name, description }: DescribedTable,
  texts: ColumnTexts,
): Promise<string[]> {
  const columns = await replica.rows<{ name: string; comment: string | null }>(
    `SELECT column_name AS name, comment FROM duckdb_columns()
     WHERE database_name = current_database() AND schema_name || '.' || table_name = $name
     ORDER BY column_index`,
    { name },
  );
  const table = quoteTable(name);
  return [
    ...columns.flatMap((column) => {
      const text = texts.tables[name]?.[column.name] ?? texts.columns[column.name] ?? null;
      if (text === column.comment) return [];
      const literal = text === null ? 'NULL' : quoteLiteral(text);
      return [`COMMENT ON COLUMN ${table}.${quoteIdentifier(column.name)} IS ${literal}`];
    }),
    `COMMENT ON TABLE ${table} IS ${quoteLiteral(description)}`,
  ];
}

function readTexts(): ColumnTexts {
  const file = fileURLToPath(new URL('./column-comments.yaml', import.meta.url));
  return parse(readFileSync(file, 'utf8'));
}
