/** From the least to the greatest value with a share of their distance on either side. */
export function padded(values: readonly number[], share: number): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = (high - low || 1) * share;
  return [low - room, high + room];
}
