/**
 * The quantile of ascending values at a level from 0 to 1, interpolated linearly between the two
 * nearest (NumPy's default). NaN without values.
 */
export function quantileOf(sorted: Float64Array, level: number): number {
  if (sorted.length === 0) return NaN;
  const place = level * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}
