import type { Style } from './style.ts';

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A share from 0 to 1 as a bar of at most `width` columns: eighths of a block, or `#` in ASCII. */
export function bar(share: number, width: number, style: Pick<Style, 'unicode'>): string {
  const kept = Math.min(Math.max(share, 0), 1);
  if (!style.unicode) return '#'.repeat(Math.round(kept * width));
  const eighths = Math.round(kept * width * 8);
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]!;
}
