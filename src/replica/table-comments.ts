import type { Replica } from './replica.ts';

/** What a table and its columns are, in words, as the replica's comments have it. */
export interface TableComments {
  readonly table: string | undefined;
  /** By column; one without a comment is absent. */
  readonly columns: Readonly<Record<string, string>>;
}

/** The comments of a table `dataset.table`. */
export async function tableComments(replica: Replica, table: string): Promise<TableComments> {
  const [schema, name] = table.split('.') as [string, string];
  const where = 'schema_name = $schema AND table_name = $name AND comment IS NOT NULL';
  const own = await replica.row<{ comment: string }>(
    `SELECT comment FROM duckdb_tables() WHERE ${where}`,
    { schema, name },
  );
  const columns = await replica.rows<{ column: string; comment: string }>(
    `SELECT column_name AS "column", comment FROM duckdb_columns() WHERE ${where}`,
    { schema, name },
  );
  return {
    table: own?.comment,
    columns: Object.fromEntries(columns.map(({ column, comment }) => [column, comment])),
  };
}
