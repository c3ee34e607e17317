/** Bins of a feature's values: below the lowest, between the deciles, above the highest, and missing. */
export interface Bins {
  readonly low: number;
  readonly high: number;
  /** The nine deciles without repetition, ascending. */
  readonly deciles: readonly number[];
}

/** A share below this counts as this: an empty bin has no logarithm, and a few strange rows are no drift. */
const LEAST_SHARE = 0.001;

/** How many bins there are: those between the deciles, and below, above and missing. */
export function binCount({ deciles }: Bins): number {
  return deciles.length + 4;
}

/** The bin of a value, from 0; the last one is for missing values (NaN). A decile belongs to the bin that it ends. */
export function binOf(value: number, bins: Bins): number {
  const { low, high, deciles } = bins;
  if (Number.isNaN(value)) return deciles.length + 3;
  if (value < low) return 0;
  if (value > high) return deciles.length + 2;
  let at = 0;
  while (at < deciles.length && deciles[at]! < value) at++;
  return at + 1;
}

/**
 * The population stability index of two distributions over the same bins, counts or shares: the sum
 * over bins of (a - b) * ln(a / b), a and b the shares. 0 where they are alike; null where one is empty.
 */
export function stabilityIndex(found: ArrayLike<number>, wanted: ArrayLike<number>): number | null {
  const all = sumOf(found);
  const reference = sumOf(wanted);
  if (all === 0 || reference === 0) return null;
  let index = 0;
  for (let bin = 0; bin < found.length; bin++) {
    const a = Math.max(found[bin]! / all, LEAST_SHARE);
    const b = Math.max(wanted[bin]! / reference, LEAST_SHARE);
    index += (a - b) * Math.log(a / b);
  }
  return index;
}

/** Rows of each bin, an entry for each week of the season; a week without rows is absent. */
export type WeekCounts = readonly (ArrayLike<number> | undefined)[];

/** Rows of a span of weeks beside what the reference makes one expect of these very weeks. */
export interface SpanCounts {
  /** Rows in weeks that the reference has. */
  readonly rows: number;
  readonly found: Float64Array;
  /** The reference's shares of each week times the found rows of the week, summed. */
  readonly wanted: Float64Array;
}

/**
 * Counts the weeks `from` to `to` (both included) of `found` that `reference` has too. Weeks are
 * weighed by the found rows, so that a feature that moves with the calendar is held against its own
 * time of the season.
 */
export function spanCounts(
  found: WeekCounts,
  reference: WeekCounts,
  bins: number,
  from: number,
  to: number,
): SpanCounts {
  const counted = new Float64Array(bins);
  const wanted = new Float64Array(bins);
  let rows = 0;
  for (let week = Math.max(0, from); week <= Math.min(to, found.length - 1); week++) {
    const here = found[week];
    const there = reference[week];
    if (here === undefined || there === undefined) continue;
    const n = sumOf(here);
    const all = sumOf(there);
    if (n === 0 || all === 0) continue;
    rows += n;
    for (let bin = 0; bin < bins; bin++) {
      counted[bin]! += here[bin]!;
      wanted[bin]! += (n * there[bin]!) / all;
    }
  }
  return { rows, found: counted, wanted };
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}
