import type { Feature, FeatureNeed } from './feature-sets.ts';

/** A feature as a line of a table: name, meaning, unit, window, and what must be known of the game. */
export type FeatureLine = readonly [
  name: string,
  meaning: string,
  unit: string,
  window: string,
  needs?: FeatureNeed,
];

/** The features of a table, in its order; those not named as `boolean` are numbers. */
export function featuresOf(
  lines: readonly FeatureLine[],
  { boolean }: { readonly boolean: readonly string[] },
): readonly Feature[] {
  return lines.map(([name, meaning, unit, window, needs = null]) => ({
    name,
    type: boolean.includes(name) ? 'boolean' : 'number',
    meaning,
    unit,
    window,
    needs,
  }));
}
