import { textWidth } from '../text-width.ts';
import type { Style } from './style.ts';

/**
 * Breaks a line at spaces so that it fits the terminal; what follows stands `indent` columns in. In a pipe it stays
 * one line.
 */
export function wrap(line: string, indent: number, { width }: Pick<Style, 'width'>): string {
  if (width === undefined || textWidth(line) <= width) return line;
  const lines: string[] = [];
  const lead = /^ */.exec(line)![0];
  let current = lead;
  for (const word of line.slice(lead.length).split(' ')) {
    const isBlank = current.trim() === '';
    const longer = isBlank ? current + word : `${current} ${word}`;
    if (!isBlank && textWidth(longer) > width) {
      lines.push(current.trimEnd());
      current = ' '.repeat(indent) + word;
    } else {
      current = longer;
    }
  }
  lines.push(current);
  return lines.join('\n');
}

/** A bold label and what it says, wrapped under the text. */
export function labelled(label: string, text: string, labelWidth: number, style: Style): string {
  return wrap(`${style.bold(label.padEnd(labelWidth))} ${text}`, labelWidth + 1, style);
}
