import { closest, distance } from 'fastest-levenshtein';

/**
 * The candidate that was probably meant, or undefined when none is near: at most a third of the
 * letters, rounded up, may differ.
 */
export function suggestion(text: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const lower = text.toLowerCase();
  const byLower = new Map(candidates.map((candidate) => [candidate.toLowerCase(), candidate]));
  const best = closest(lower, [...byLower.keys()]);
  const allowed = Math.ceil(Math.max(lower.length, best.length) / 3);
  return distance(lower, best) <= allowed ? byLower.get(best) : undefined;
}

/** ` Did you mean "x"?`, or nothing. */
export function didYouMean(text: string, candidates: readonly string[]): string {
  const meant = suggestion(text, candidates);
  return meant === undefined ? '' : ` Did you mean "${meant}"?`;
}
