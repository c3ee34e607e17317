import { createHash } from 'node:crypto';
import { EXIT, HoopduckError } from '../errors.ts';
import { RAW_VALUE_RULES } from './raw-values.ts';

/** How far a change of an input reaches: which dates of the model read a given date of the input. */
export type Reach = 'same date' | 'same season' | 'earlier dates' | 'any date';

/** A table that a model reads, and how far back. */
export interface ModelInput {
  readonly table: string;
  readonly reach: Reach;
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
  readonly description: string;
  readonly key: readonly string[];
  /** Partition column; null for a small table that is built as a whole. */
  readonly partition: string | null;
  readonly inputs: readonly ModelInput[];
  readonly expectation: Expectation | null;
  /** Whether the bootstrap of a season has no rows by design. */
  readonly skipsBootstrap: boolean;
  /** The SELECT with `@from_date` and `@to_date`. */
  readonly sql: string;
  /** Digest of the file, and of the rules for raw texts where it joins them: a change makes every partition stale. */
  readonly sqlDigest: string;
}

const REACHES: readonly Reach[] = ['same date', 'same season', 'earlier dates', 'any date'];
const EXPECTATIONS: readonly Expectation[] = [
  'two rows a final game',
  'one row a listed player',
  'one row a team that plays',
  'players of both teams',
];

/**
 * Reads a model file: a head of `-- word: value` comment lines, then one SELECT.
 * @throws HoopduckError MODEL_INVALID (exit 2) that names the file, the line and what is wrong.
 */
export function parseModel(name: string, file: string, text: string): Model {
  const lines = text.split('\n');
  const facts = new Map<string, { value: string; line: number }>();
  const description: string[] = [];
  let line = 0;
  for (; line < lines.length && lines[line]!.startsWith('--'); line++) {
    const content = lines[line]!.slice(2).trim();
    const fact = /^(key|partition|reads|expects|bootstrap):\s*(.*)$/.exec(content);
    const previous = [...facts.values()].at(-1);
    if (fact !== null) facts.set(fact[1]!, { value: fact[2]!, line: line + 1 });
    else if (previous !== undefined && content !== '') previous.value += ` ${content}`;
    else if (content !== '') description.push(content);
  }
  const fail = (at: number, problem: string): never => {
    throw new HoopduckError('MODEL_INVALID', `${file}:${at}: ${problem}`, {
      next: 'Mend the head of the model file; see docs/models.md for its form.',
      exitCode: EXIT.usage,
    });
  };
  const key = facts.get('key') ?? fail(1, 'the head names no "key".');
  const partition = facts.get('partition') ?? fail(1, 'the head names no "partition".');
  const expects = facts.get('expects');
  if (expects !== undefined && !EXPECTATIONS.includes(expects.value as Expectation)) {
    fail(
      expects.line,
      `"expects" is "${expects.value}"; wanted one of ${EXPECTATIONS.join(', ')}.`,
    );
  }
  const reads = facts.get('reads');
  const inputs = (reads?.value ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part): ModelInput => {
      const match = /^([\w]+\.[\w]+)\s*\(([^)]*)\)$/.exec(part);
      if (match === null || !REACHES.includes(match[2] as Reach)) {
        return fail(
          reads!.line,
          `"reads" has "${part}"; wanted "dataset.table (reach)" with one of ${REACHES.join(', ')}.`,
        );
      }
      return { table: match[1]!, reach: match[2] as Reach };
    });
  const rules = text.includes('hoopduck.raw_') ? `rules ${RAW_VALUE_RULES}` : '';
  return Object.freeze({
    name,
    description: description.join(' '),
    key: key.value.split(',').map((column) => column.trim()),
    partition: partition.value === 'none' ? null : partition.value,
    inputs,
    expectation: (expects?.value as Expectation | undefined) ?? null,
    skipsBootstrap: facts.get('bootstrap')?.value === 'no rows',
    sql: lines.slice(line).join('\n').trim().replace(/;$/, ''),
    sqlDigest: createHash('sha256').update(text).update(rules).digest('hex').slice(0, 16),
  });
}
