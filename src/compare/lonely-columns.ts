import { quoteIdentifier } from '../replica/identifiers.ts';
import type { Replica } from '../replica/replica.ts';
import type { PairedColumns } from './columns.ts';

/**
 * Whether a column that only one side has holds a value there. One that is NULL in every row says no more
 * than one that is absent, as in the digests: a replica declares raw columns that its warehouse may lack.
 * @param where bounds the rows, as the table's others
 */
export async function columnsWithValues(
  replica: Replica,
  relations: { readonly a: string; readonly b: string },
  { onlyInA, onlyInB }: PairedColumns,
  where: string,
): Promise<{ readonly holding: boolean; readonly notes: readonly string[] }> {
  const empty = [
    ...(await emptyColumns(replica, relations.a, onlyInA, where)),
    ...(await emptyColumns(replica, relations.b, onlyInB, where)),
  ];
  return {
    holding: empty.length < onlyInA.length + onlyInB.length,
    notes:
      empty.length === 0
        ? []
        : [
            `NULL in every row, and so no difference: ${empty.map((name) => `"${name}"`).join(', ')}`,
          ],
  };
}

async function emptyColumns(
  replica: Replica,
  relation: string,
  names: readonly string[],
  where: string,
): Promise<readonly string[]> {
  if (names.length === 0) return [];
  const counts = names.map((name, i) => `count(${quoteIdentifier(name)}) AS n${i}`);
  const found = await replica.row<Record<string, number>>(
    `SELECT ${counts.join(', ')} FROM ${relation}${where}`,
  );
  return names.filter((_, i) => found![`n${i}`] === 0);
}
