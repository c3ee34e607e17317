/** Reads `70/15/15`; undefined when it is not three whole numbers above 0 that sum to 100. */
export function splitShares(text: string): [number, number, number] | undefined {
  const match = /^(\d{1,2})\/(\d{1,2})\/(\d{1,2})$/.exec(text);
  if (match === null) return undefined;
  const [train, validation, test] = match.slice(1).map(Number) as [number, number, number];
  const whole = train + validation + test === 100 && Math.min(train, validation, test) > 0;
  return whole ? [train, validation, test] : undefined;
}
