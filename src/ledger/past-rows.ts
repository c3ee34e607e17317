import { quoteIdentifier, quoteLiteral } from '../replica/identifiers.ts';

/** A column as DuckDB names it. */
interface NamedType {
  readonly name: string;
  readonly type: string;
}

/** SQL text of a row as the JSON object that hoopduck.past_partition keeps of it. */
export function pastRowJsonSql(columns: readonly NamedType[]): string {
  return `CAST(to_json(${pastRowSql(columns)}) AS VARCHAR)`;
}

/** SQL text of a row as a struct of its columns. */
export function pastRowSql(columns: readonly NamedType[]): string {
  const fields = columns.map(({ name }) => `${quoteIdentifier(name)} := ${quoteIdentifier(name)}`);
  return `struct_pack(${fields.join(', ')})`;
}

/** SQL text of the struct that a JSON object of `pastRowJsonSql` holds, in the types of the columns. */
export function pastRowFromJsonSql(json: string, columns: readonly NamedType[]): string {
  return `from_json(${json}, ${quoteLiteral(JSON.stringify(structure(columns)))})`;
}

/** SQL text of the list of structs that `rows` of hoopduck.past_partition holds. */
export function pastRowsFromJsonSql(json: string, columns: readonly NamedType[]): string {
  return `from_json(${json}, ${quoteLiteral(JSON.stringify([structure(columns)]))})`;
}

function structure(columns: readonly NamedType[]): Record<string, string> {
  return Object.fromEntries(columns.map(({ name, type }) => [name, type]));
}
