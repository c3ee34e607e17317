import { digestSql } from '../../../src/replica/digest.ts';
import { quoteTable } from '../../../src/replica/identifiers.ts';
import { Replica } from '../../../src/replica/replica.ts';

/** What one published table is to hold. */
export interface GoldenTable {
  readonly rows: number;
  /** Of the whole table, without the bookkeeping; it does not depend on the order of rows. */
  readonly digest: string;
  /** Types by column, in the table's order. */
  readonly columns: Readonly<Record<string, string>>;
}

/** By `dataset.table`. */
export type Golden = Readonly<Record<string, GoldenTable>>;

/** Reads what the published tables of a replica hold. */
export async function readGolden(path: string): Promise<Golden> {
  const replica = await Replica.open(path, { readOnly: true });
  try {
    const tables = await replica.column<string>(
      `SELECT schema_name || '.' || table_name FROM duckdb_tables()
       WHERE schema_name IN ('nba_analytics', 'nba_precompute') ORDER BY 1`,
    );
    const golden: Record<string, GoldenTable> = {};
    for (const table of tables) {
      const columns = await replica.columnsOf(table);
      const found = await replica.row<{ rows: number; digest: string }>(
        `SELECT count(*) AS rows, ${digestSql(columns)} AS digest FROM ${quoteTable(table)}`,
      );
      golden[table] = {
        ...found!,
        columns: Object.fromEntries(columns.map(({ name, type }) => [name, type])),
      };
    }
    return golden;
  } finally {
    replica.close();
  }
}

/** Tables that are not as they are to be, each with what is wrong. */
export function deviations(found: Golden, wanted: Golden): string[] {
  const tables = [...new Set([...Object.keys(wanted), ...Object.keys(found)])].sort();
  return tables.flatMap((table) => {
    const [is, was] = [found[table], wanted[table]];
    if (is === undefined || was === undefined) {
      return [`${table}: ${is === undefined ? 'is gone' : 'is new'}`];
    }
    const columns = (of: GoldenTable) =>
      Object.entries(of.columns).map(([name, type]) => `${name} ${type}`);
    const gone = columns(was).filter((column) => !columns(is).includes(column));
    const added = columns(is).filter((column) => !columns(was).includes(column));
    const faults = [
      ...(is.rows === was.rows ? [] : [`${is.rows} rows, ${was.rows} wanted`]),
      ...(gone.length === 0 ? [] : [`without ${gone.join(', ')}`]),
      ...(added.length === 0 ? [] : [`with ${added.join(', ')}`]),
      ...(is.digest === was.digest ? [] : [`digest ${is.digest}, ${was.digest} wanted`]),
    ];
    return faults.length === 0 ? [] : [`${table}: ${faults.join('; ')}`];
  });
}
