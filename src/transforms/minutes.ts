/**
 * Minutes of a raw text (SPEC, section 2, quirk 4): `MM:SS` with seconds 0 to 60 (60 carries, a source
 * rounds up) or a plain number. Empty, `-` and `null` are no minutes; anything else is unreadable.
 * @returns minutes rounded to 9 decimals; null when there are none
 */
export function parseMinutes(text: string): { minutes: number | null; readable: boolean } {
  const trimmed = text.trim();
  if (['', '-', 'null'].includes(trimmed.toLowerCase())) return { minutes: null, readable: true };
  const clock = /^(\d{1,3}):(\d{2})$/.exec(trimmed);
  if (clock !== null) {
    const seconds = Number(clock[2]);
    if (seconds > 60) return { minutes: null, readable: false };
    return { minutes: round9(Number(clock[1]) + seconds / 60), readable: true };
  }
  if (/^\d+(\.\d+)?$/.test(trimmed)) return { minutes: round9(Number(trimmed)), readable: true };
  return { minutes: null, readable: false };
}

function round9(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}
