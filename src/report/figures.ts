import { count, duration } from '../format.ts';

export { bytes as bytesText, count as countText, plural as pluralText } from '../format.ts';

/** Text of a figure with so many decimals, a true minus, and a dash where there is none. */
export function figureText(value: number | null | undefined, decimals = 3): string {
  if (value === null || value === undefined) return '–';
  return value.toFixed(decimals).replace('-', '−');
}

/** The same with its sign. */
export function signedText(value: number | null | undefined, decimals = 3): string {
  const text = figureText(value, decimals);
  return value !== null && value !== undefined && value > 0 ? `+${text}` : text;
}

/** Text of a share of 1: 80.8%. */
export function percentText(share: number | null | undefined, decimals = 1): string {
  return share === null || share === undefined ? '–' : `${figureText(100 * share, decimals)}%`;
}

/** Two decimals at the most, none where it is whole: 95, 99.9, 83.33. */
export function shortText(value: number | null): string {
  if (value === null) return '–';
  const whole = Math.abs(value) >= 1000 ? count(value) : String(Math.round(value * 100) / 100);
  return whole.replace('-', '−');
}

/** A figure of a check: cut to two decimals as the command line cuts it, so that 99.996 does not read as 100. */
export function checkText(figure: number | null): string {
  return shortText(figure === null ? null : Math.floor(figure * 100) / 100);
}

/** Text of a duration in seconds: 0.4 s, 12 s, 3 min 05 s, 1 h 02 min. */
export function durationText(seconds: number | null): string {
  return seconds === null ? '–' : duration(seconds);
}

/** `2025-03-01T06:30:00Z` as `2025-03-01 06:30`. */
export function momentText(at: string): string {
  return at.slice(0, 16).replace('T', ' ');
}

/** A moment on an axis, by 24 hours: `22:06`, at midnight the date; the first one has its date below. */
export function utcTick(at: Date, index: number): string {
  const [date, time] = at.toISOString().slice(0, 16).split('T') as [string, string];
  if (time === '00:00') return date.slice(index === 0 ? 0 : 5);
  return index === 0 ? `${time}\n${date}` : time;
}

/** A table's name without its dataset. */
export function bareName(table: string): string {
  return table.slice(table.indexOf('.') + 1);
}
