import { escaped, HIDDEN } from '../config/visible.ts';

/** Colours and weights, as `style` writes them; a name that holds one can do no more than colour. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
const STYLES = /(\u001b\[(?:0|1|2|22|3[1-6]|39)m)/;

/**
 * A text of which a terminal obeys nothing but line ends, tabs and our own colours: what else it would obey, moving the
 * cursor, setting a title or the clipboard, turning the direction, is written as an escape. Names and values come from
 * data, and data from anyone.
 */
export function withoutObeyed(text: string): string {
  return text
    .split(STYLES)
    .map((part, i) => (i % 2 === 1 ? part : part.replace(HIDDEN, shown)))
    .join('');
}

function shown(letter: string): string {
  return letter === '\n' || letter === '\t' ? letter : escaped(letter);
}
