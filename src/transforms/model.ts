import { createHash } from 'node:crypto';
import type { TextPosition } from '../config/excerpt.ts';
import { didYouMean } from '../config/suggest.ts';
import { type HeadFact, modelFault, readHead } from './head.ts';
import { RAW_VALUE_RULES } from './raw-values.ts';
import { parseReach, REACH_FORMS, type Reach } from './reach.ts';

/** A table that a model reads, and how far back. */
export interface ModelInput {
  readonly table: string;
  readonly reaches: readonly Reach[];
  /** Where the head names it. */
  readonly at: TextPosition;
}

/** How many rows a date should have; the SQL of each stands in expectations.ts. */
export type Expectation =
  | 'two rows a final game'
  | 'one row a listed player'
  | 'one row a team that plays'
  | 'players of both teams';

/** A model: one table, its SELECT, and the few facts of its head. */
export interface Model {
  /** `dataset.table` */
  readonly name: string;
  /** The file as a person would name it. */
  readonly file: string;
  /** Ours, or the user's own. */
  readonly origin: 'hoopduck' | 'workspace';
  /** The whole file. */
  readonly text: string;
  readonly description: string;
  readonly key: readonly string[];
  /** Partition column; null for a small table that is built as a whole. */
  readonly partition: string | null;
  /** The table whose rows say for which dates, players or teams the model has rows; null: any date. */
  readonly spine: { readonly table: string; readonly at: TextPosition } | null;
  readonly inputs: readonly ModelInput[];
  readonly expectation: Expectation | null;
  /** Whether the bootstrap of a season has no rows by design. */
  readonly skipsBootstrap: boolean;
  /** The SELECT with `@from_date` and `@to_date`. */
  readonly sql: string;
  /** Lines before the SELECT. */
  readonly headLines: number;
  /** Digest of the file, and of the rules for raw texts where it joins them: a change makes every partition stale. */
  readonly sqlDigest: string;
}

const EXPECTATIONS: readonly Expectation[] = [
  'two rows a final game',
  'one row a listed player',
  'one row a team that plays',
  'players of both teams',
];

/**
 * Reads a model file: a head of `-- word: value` comment lines, then one SELECT.
 * @throws HoopduckError MODEL_INVALID (exit 2) with file, line, column and what is wrong.
 */
export function parseModel(
  name: string,
  file: string,
  text: string,
  origin: Model['origin'] = 'hoopduck',
): Model {
  const head = readHead(text);
  const start: TextPosition = { line: 1, column: 1, length: 1 };
  const needed = (fact: string, form: string): HeadFact => {
    const found = head.facts.get(fact);
    if (found !== undefined && found.value !== '') return found;
    const at = found?.at(0) ?? start;
    throw modelFault(file, text, at, `the head names no "${fact}"; ${form} was wanted.`);
  };
  const partition = needed('partition', '"-- partition: game_date" (or none)');
  const key = needed(
    'key',
    '"-- key: game_date, player_lookup", the columns that make a row unique,',
  );
  if (!/^\w+$/.test(partition.value)) {
    throw modelFault(
      file,
      text,
      partition.at(0, partition.value.length),
      `"${partition.value}" is not the name of a column.`,
    );
  }
  const expects = head.facts.get('expects');
  if (expects !== undefined && !EXPECTATIONS.includes(expects.value as Expectation)) {
    const wanted = EXPECTATIONS.map((text) => `"${text}"`).join(', ');
    throw modelFault(
      file,
      text,
      expects.at(0, expects.value.length),
      `"expects" is "${expects.value}"; one of ${wanted} was wanted.${didYouMean(expects.value, EXPECTATIONS)}`,
    );
  }
  const bootstrap = head.facts.get('bootstrap');
  if (bootstrap !== undefined && bootstrap.value !== 'no rows') {
    throw modelFault(
      file,
      text,
      bootstrap.at(0, bootstrap.value.length),
      `"bootstrap" is "${bootstrap.value}"; "no rows" was wanted, or no such line.`,
    );
  }
  const spine = head.facts.get('spine');
  const inputs = readInputs(file, text, head.facts.get('reads'));
  const lines = text.split(/\r\n|\r|\n/);
  const sql = lines.slice(head.lines).join('\n').trim().replace(/;\s*$/, '');
  if (sql === '') {
    throw modelFault(
      file,
      text,
      { line: lines.length, column: 1, length: 1 },
      'there is no SELECT under the head.',
    );
  }
  const windowed = inputs.find(({ reaches }) =>
    reaches.some((reach) => reach.kind === 'window' && reach.entity !== null),
  );
  if (windowed !== undefined && spine === undefined) {
    throw modelFault(
      file,
      text,
      windowed.at,
      `a window "of" a column needs a "spine": the table whose rows say for whom this one has rows.`,
    );
  }
  const rules = text.includes('hoopduck.raw_') ? `rules ${RAW_VALUE_RULES}` : '';
  return Object.freeze({
    name,
    file,
    origin,
    text,
    description: head.description,
    key: key.value.split(',').map((column) => column.trim()),
    partition: partition.value === 'none' ? null : partition.value,
    spine: spine === undefined ? null : { table: spine.value, at: spine.at(0, spine.value.length) },
    inputs,
    expectation: (expects?.value as Expectation | undefined) ?? null,
    skipsBootstrap: bootstrap !== undefined,
    sql,
    headLines: head.lines,
    sqlDigest: createHash('sha256').update(text).update(rules).digest('hex').slice(0, 16),
  });
}

/** Reads `dataset.table (reach; reach), dataset.table (reach)`. */
function readInputs(file: string, text: string, reads: HeadFact | undefined): ModelInput[] {
  if (reads === undefined) return [];
  const inputs: ModelInput[] = [];
  const { value } = reads;
  let offset = 0;
  while (offset < value.length) {
    const named = /^[\s,]*([^\s(),]+)\s*/.exec(value.slice(offset));
    if (named === null) break;
    const table = named[1]!;
    const start = offset + named[0].indexOf(table);
    const at = reads.at(start, table.length);
    if (!/^\w+\.\w+$/.test(table)) {
      throw modelFault(
        file,
        text,
        at,
        `"${table}" is not a table; "dataset.table (reach)" was wanted.`,
      );
    }
    offset += named[0].length;
    const end = value[offset] === '(' ? closing(value, offset) : -1;
    if (end === -1) {
      throw modelFault(
        file,
        text,
        at,
        `the window of "${table}" is not declared; "${table} (reach)" was wanted, with ${REACH_FORMS}.`,
      );
    }
    const reaches: Reach[] = [];
    let from = offset + 1;
    for (const part of value.slice(offset + 1, end).split(';')) {
      const reach = parseReach(part);
      if (reach === undefined) {
        const place = from + part.length - part.trimStart().length;
        throw modelFault(
          file,
          text,
          reads.at(place, Math.max(1, part.trim().length)),
          `"${part.trim()}" says no window of "${table}"; wanted ${REACH_FORMS}.`,
        );
      }
      reaches.push(reach);
      from += part.length + 1;
    }
    inputs.push({ table, reaches, at });
    offset = end + 1;
  }
  return inputs;
}

/** Where the parenthesis that opens at `open` closes, or -1. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')' && --depth === 0) return i;
  }
  return -1;
}
