import { CST, Lexer } from 'yaml';

/** A place in a text that no honest configuration has, and what is wrong there. */
export interface BrokenLimit {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** Letters of a whole file; the thresholds that are shipped have 15,000. */
const MAX_LETTERS = 262_144;
/** Lists and maps inside each other; beyond some hundreds the parser runs out of stack, and can take Node with it. */
const MAX_DEPTH = 32;

/** `- - -`, `? ? ?`: the lexer calls itself for each of these. */
const INDICATORS = new RegExp(`(?:[-?:][ \\t]+){${MAX_DEPTH + 1}}`);
const OPENING: readonly unknown[] = ['flow-map-start', 'flow-seq-start'];
const CLOSING: readonly unknown[] = ['flow-map-end', 'flow-seq-end'];
const BLANK: readonly unknown[] = ['space', 'newline', 'comment', 'byte-order-mark'];

/** What must be refused before the parser sees it, because it would take too long, or all of the stack; undefined: nothing. */
export function brokenLimit(text: string): BrokenLimit | undefined {
  if (text.length > MAX_LETTERS) {
    const found = `The file has ${text.length} letters; at most ${MAX_LETTERS} were wanted.`;
    return { text: found, from: 0, to: 1 };
  }
  // A line of dashes may divide a file: comments do not count.
  const code = text.replace(/^[ \t]*#.*$/gm, (comment) => ' '.repeat(comment.length));
  const run = INDICATORS.exec(code);
  const at = run === null ? tooDeep(text) : run.index + run[0].trimEnd().length - 1;
  if (at === undefined) return undefined;
  const found = `Lists and maps lie inside each other more than ${MAX_DEPTH} deep.`;
  return { text: found, from: at, to: at + 1 };
}

/** Where the nesting passes its bound; undefined: nowhere. */
function tooDeep(text: string): number | undefined {
  let offset = 0;
  let column = 0;
  let flow = 0;
  /** Columns at which the blocks begin that are open here. */
  const blocks: number[] = [];
  for (const token of new Lexer().lex(text)) {
    const type = CST.tokenType(token);
    // Marks of the lexer itself; they stand for no letter.
    if (type === 'doc-mode' || type === 'flow-error-end' || type === 'scalar') continue;
    if (OPENING.includes(type)) flow++;
    else if (CLOSING.includes(type)) flow = Math.max(0, flow - 1);
    else if (flow === 0 && !BLANK.includes(type)) {
      while (blocks.length > 0 && blocks.at(-1)! > column) blocks.pop();
      if ((blocks.at(-1) ?? -1) < column) blocks.push(column);
    }
    if (flow + blocks.length > MAX_DEPTH) return offset;
    offset += token.length;
    const line = token.lastIndexOf('\n');
    column = line === -1 ? column + token.length : token.length - line - 1;
  }
  return undefined;
}
