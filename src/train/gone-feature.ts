import type { Replica } from '../replica/replica.ts';

/** The first column that a model reads and that its table has not, or undefined: columns that a workspace adds can be taken away again. */
export async function goneFeature(
  replica: Replica,
  {
    table,
    features,
  }: { readonly table: string; readonly features: readonly { readonly name: string }[] },
): Promise<string | undefined> {
  const held = new Set((await replica.columnsOf(table)).map(({ name }) => name));
  return features.find(({ name }) => !held.has(name))?.name;
}
