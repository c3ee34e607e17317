import { isIsoDate } from '../config/dates.ts';

/**
 * The date, `YYYY-MM-DD`, that a person probably meant by a text that is none: `2024-1-5`, `20240105`, `5.1.2024`,
 * `2024-02-30`, `yesterday`. undefined where two dates are as likely, or none.
 * @param edge which end of a month `2024-10` means
 */
export function likelyDate(
  text: string,
  now: Date,
  edge: 'first' | 'last' = 'first',
): string | undefined {
  const word = text.trim().toLowerCase();
  const days = { yesterday: -1, today: 0, tomorrow: 1 }[word];
  if (days !== undefined) {
    return dateOf(now.getFullYear(), now.getMonth() + 1, now.getDate() + days);
  }
  const parts = /^(\d{4})[-/. ]?(\d{1,2})(?:[-/. ]?(\d{1,2}))?$/.exec(word);
  if (parts !== null) {
    const [year, month] = [Number(parts[1]), Number(parts[2])];
    const day = parts[3] === undefined ? (edge === 'first' ? 1 : 31) : Number(parts[3]);
    return nearest(year, month, day);
  }
  const trailing = /^(\d{1,2})([-/. ])(\d{1,2})\2(\d{4})$/.exec(word);
  if (trailing !== null) {
    const [a, b, year] = [Number(trailing[1]), Number(trailing[3]), Number(trailing[4])];
    // A point is the European order; with a slash either may be meant.
    if (trailing[2] === '.') return nearest(year, b, a);
    if (a > 12) return nearest(year, b, a);
    if (b > 12 || a === b) return nearest(year, a, b);
    return undefined;
  }
  if (/[a-z]{3}/.test(word) && /\b\d{4}\b/.test(word)) {
    const at = new Date(`${word} UTC`);
    if (!Number.isNaN(at.getTime())) return at.toISOString().slice(0, 10);
  }
  return undefined;
}

/** A date whose month or day is beyond the calendar: month and day changed about, or the month's last day. */
function nearest(year: number, month: number, day: number): string | undefined {
  if (month > 12 && day >= 1 && day <= 12) return nearest(year, day, month);
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return dateOf(year, month, Math.min(day, lastDay));
}

function dateOf(year: number, month: number, day: number): string | undefined {
  const text = new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);
  return isIsoDate(text) ? text : undefined;
}
