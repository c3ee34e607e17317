import { messageOf } from '../errors.ts';

/** Letters that a terminal obeys instead of showing: controls, line ends, and marks that turn the direction. */
export const HIDDEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** Letters of a name or a value that a message repeats. */
export const MAX_SHOWN = 80;

/** The first letters of a text, with those that a terminal would obey written as escapes. */
export function visible(text: string, most = MAX_SHOWN): string {
  const shown = text.length > most ? `${text.slice(0, most - 1)}…` : text;
  return shown.replace(HIDDEN, escaped);
}

/** A letter as the escape that stands for it in messages. */
export function escaped(letter: string): string {
  return `\\u{${letter.codePointAt(0)!.toString(16)}}`;
}

/** Letters of what a library says of data that it could not read. */
const MAX_REASON = 300;

/** The first line of what was thrown, as a message may repeat it: a library quotes the data that it could not read. */
export function visibleReason(error: unknown): string {
  return visible(messageOf(error).split('\n', 1)[0]!, MAX_REASON);
}
