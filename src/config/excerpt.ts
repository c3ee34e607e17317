import { textWidth } from '../text-width.ts';
import { HIDDEN } from './visible.ts';

/** A place in a text, counted from 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
  /** Letters to underline; at least one is. */
  readonly length: number;
}

const MAX_LINE = 160;

/** The line at a position with its number, and a caret line under the letters meant. */
export function excerpt(text: string, at: TextPosition): string {
  const whole = (text.split('\n')[at.line - 1] ?? '').replace(/\r$/, '');
  const start = Math.max(0, at.column - 1 - MAX_LINE / 2);
  const line = whole.slice(start, start + MAX_LINE);
  const offset = at.column - 1 - start;
  const before = line.slice(0, offset);
  const padding = [...before].map((c) => (c === '\t' ? '\t' : ' '.repeat(textWidth(c)))).join('');
  const meant = line.slice(offset, offset + at.length);
  const carets = '^'.repeat(Math.max(1, textWidth(meant)));
  const number = String(at.line);
  return `  ${number} | ${line.replace(HIDDEN, (letter) => (letter === '\t' ? letter : '\ufffd'))}\n  ${' '.repeat(number.length)} | ${padding}${carets}`;
}
