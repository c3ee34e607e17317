import { quoteLiteral } from './identifiers.ts';
import type { Replica } from './replica.ts';

/** A Parquet file as it stands in a FROM clause. */
export function parquetRelation(path: string): string {
  return `read_parquet(${quoteLiteral(path)})`;
}

/** Columns of anything that can stand in a FROM clause, in order, with DuckDB's type names. */
export async function columnsOfRelation(
  replica: Replica,
  relation: string,
): Promise<{ name: string; type: string }[]> {
  const found = await replica.rows<{ column_name: string; column_type: string }>(
    `DESCRIBE SELECT * FROM ${relation}`,
  );
  return found.map(({ column_name, column_type }) => ({ name: column_name, type: column_type }));
}

/** Several relations as one, by the names of their columns; what one lacks is NULL. */
export function unionRelation(relations: readonly string[]): string {
  if (relations.length === 1) return relations[0]!;
  return `(${relations.map((relation) => `SELECT * FROM ${relation}`).join(' UNION ALL BY NAME ')})`;
}
