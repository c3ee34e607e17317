import type { Style } from './style.ts';

const BLOCKS = [...'▁▂▃▄▅'];

/**
 * A share as one character: the tallest block only at 1 (a whole one would touch the line above), or in ASCII a tenth as
 * a digit and `#` at 1. What is wanted and wholly absent is a cross; where nothing is wanted (null) there is a dot.
 */
export function sparkOf(share: number | null, { unicode }: Pick<Style, 'unicode'>): string {
  if (share === null) return unicode ? '·' : '.';
  if (share <= 0) return unicode ? '×' : 'x';
  if (share >= 1) return unicode ? '▇' : '#';
  return unicode
    ? BLOCKS[Math.min(Math.floor(share * BLOCKS.length), BLOCKS.length - 1)]!
    : String(Math.floor(share * 10));
}
