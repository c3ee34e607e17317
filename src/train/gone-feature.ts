import type { Replica } from '../replica/replica.ts';
import type { FeatureFile } from './predictor.ts';

/** The first column that a model reads and that its table has not, or undefined: columns that a workspace adds can be taken away again. */
export async function goneFeature(
  replica: Replica,
  { table, features }: Pick<FeatureFile, 'table' | 'features'>,
): Promise<string | undefined> {
  const held = new Set((await replica.columnsOf(table)).map(({ name }) => name));
  return features.find(({ name }) => !held.has(name))?.name;
}
