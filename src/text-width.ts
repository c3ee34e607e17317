import { stripVTControlCharacters } from 'node:util';

let shared: Intl.Segmenter | undefined;

/** Made when a text first needs it: it costs more than the rest of a `--help`. */
function segmenter(): Intl.Segmenter {
  shared ??= new Intl.Segmenter();
  return shared;
}

const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
const INVISIBLE = /^[\p{Mark}\p{Control}\p{Format}]+$/u;

/** Columns that a text takes on a terminal: colours none, marks none, wide letters two. */
export function textWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter().segment(stripVTControlCharacters(text))) {
    if (INVISIBLE.test(segment)) continue;
    width += WIDE.test(segment) ? 2 : 1;
  }
  return width;
}

/** Cuts a text without colours to at most `width` columns, ending in an ellipsis when it was longer. */
export function fitWidth(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let out = '';
  let used = 0;
  for (const { segment } of segmenter().segment(text)) {
    const next = used + textWidth(segment);
    if (next > width - 1) break;
    out += segment;
    used = next;
  }
  return `${out}…`;
}
