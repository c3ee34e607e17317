/**
 * Seeded numbers, uniform in [0, 1), the same on every machine: mulberry32, 32-bit integer steps
 * alone. For resampling and shuffling, where a period of 2^32 is enough.
 */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Shuffles in place, each order as likely as any other (Fisher and Yates). */
export function shuffle<T extends { readonly length: number; [at: number]: number }>(
  values: T,
  random: () => number,
): T {
  for (let last = values.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const held = values[last]!;
    values[last] = values[other]!;
    values[other] = held;
  }
  return values;
}
