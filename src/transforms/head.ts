import { excerpt, type TextPosition } from '../config/excerpt.ts';
import { EXIT, HoopduckError } from '../errors.ts';

/** A fact of a model's head and where its text stands. */
export interface HeadFact {
  readonly name: string;
  readonly value: string;
  /** The position of a letter of `value`, which may go over several lines. */
  at(offset: number, length?: number): TextPosition;
}

/** The comment lines at the top of a model file: what the table is, then `word: value` facts. */
export interface Head {
  readonly description: string;
  readonly facts: ReadonlyMap<string, HeadFact>;
  /** How many lines the head has; the SELECT follows. */
  readonly lines: number;
}

const FACTS = ['key', 'partition', 'spine', 'reads', 'expects', 'bootstrap'] as const;

interface Piece {
  /** Where the piece begins in the value, and in the file. */
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** Reads the head of a model file. A value goes on over comment lines until the next fact or an empty one. */
export function readHead(text: string): Head {
  const description: string[] = [];
  const facts = new Map<string, HeadFact>();
  let open: { name: string; value: string; pieces: Piece[] } | null = null;
  const close = () => {
    if (open !== null) facts.set(open.name, headFact(open));
    open = null;
  };
  const lines = text.split(/\r\n|\r|\n/);
  let line = 0;
  for (; line < lines.length && lines[line]!.startsWith('--'); line++) {
    const raw = lines[line]!;
    const content = raw.slice(2).trim();
    const fact = new RegExp(`^(${FACTS.join('|')}):\\s*(.*)$`).exec(content);
    if (fact !== null) {
      close();
      const column = raw.length - raw.slice(2).trimStart().length + content.indexOf(fact[2]!) + 1;
      open = { name: fact[1]!, value: fact[2]!, pieces: [{ offset: 0, line: line + 1, column }] };
    } else if (content === '') {
      close();
    } else if (open !== null) {
      const column = raw.indexOf(content, 2) + 1;
      open.pieces.push({ offset: open.value.length + 1, line: line + 1, column });
      open.value += ` ${content}`;
    } else {
      description.push(content);
    }
  }
  close();
  return { description: description.join(' '), facts, lines: line };
}

function headFact(read: { name: string; value: string; pieces: readonly Piece[] }): HeadFact {
  return {
    name: read.name,
    value: read.value,
    at(offset, length = 1) {
      const piece = read.pieces.findLast((candidate) => candidate.offset <= offset)!;
      return { line: piece.line, column: piece.column + offset - piece.offset, length };
    },
  };
}

/**
 * A fault of a model file, with its line and a caret.
 * @returns HoopduckError MODEL_INVALID (exit 2)
 */
export function modelFault(
  file: string,
  text: string,
  at: TextPosition,
  problem: string,
): HoopduckError {
  return new HoopduckError(
    'MODEL_INVALID',
    `${file}:${at.line}:${at.column}: ${problem}\n\n${excerpt(text, at)}`,
    {
      next: 'Mend the model file; docs/models.md gives the form of its head.',
      exitCode: EXIT.usage,
    },
  );
}
