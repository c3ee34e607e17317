import {
  type Document,
  isNode,
  isScalar,
  LineCounter,
  type Pair,
  parseDocument,
  visit,
  type YAMLParseError,
  type YAMLWarning,
} from 'yaml';
import type { z } from 'zod';
import { EXIT, HoopduckError, messageOf } from '../errors.ts';
import { excerpt } from './excerpt.ts';
import { keysAt } from './schema-keys.ts';
import { didYouMean, suggestion } from './suggest.ts';
import { MAX_SHOWN, visible } from './visible.ts';
import { brokenLimit } from './yaml-limits.ts';
import { keyRange, keyText, valueRange } from './yaml-places.ts';

/** Aliases that a configuration may resolve to; far more than any honest file holds. */
const MAX_ALIASES = 100;
const MAX_PROBLEMS = 5;
/** Letters of what the parser says. */
const MAX_SENTENCE = 200;

interface Problem {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** The value or key that it is about: of several problems of one thing the last is told. */
  readonly about?: string;
  /** Full name of the key that is not there. */
  readonly missing?: string;
  /** Full name of the key that was probably meant. */
  readonly meant?: string;
  /** The line holds a secret and is not shown. */
  readonly secret?: boolean;
}

/**
 * Reads a YAML text and checks it against a schema, or the one that is chosen for its plain value. `file`
 * is the name that messages carry.
 * @throws HoopduckError CONFIG_INVALID (exit 2) that lists the first problems, each with
 * `file:line:column`, the line and a caret, and what was probably meant.
 */
export function readYaml<S extends z.ZodType>(
  file: string,
  text: string,
  schema: S | ((value: unknown) => S),
): z.infer<S> {
  const lines = new LineCounter();
  const refuse = (problems: readonly Problem[]): never => {
    throw invalid(file, text, lines, problems);
  };
  const limit = brokenLimit(text);
  if (limit !== undefined) {
    countLines(text, lines);
    refuse([limit]);
  }
  const document = parse(text, lines, refuse);
  const value = plainValueOf(document, refuse);
  const chosen = typeof schema === 'function' ? schema(value) : schema;
  const result = chosen.safeParse(value ?? {}, { reportInput: true });
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue) => problemsOf(issue, document, chosen));
  return refuse(worthTelling(problems));
}

/** The document, once its syntax and its keys are in order. */
function parse(
  text: string,
  lineCounter: LineCounter,
  refuse: (problems: readonly Problem[]) => never,
): Document {
  // The parser compares each key with all before it, which takes a minute in a map of 20,000.
  const options = { lineCounter, prettyErrors: false, strict: true, uniqueKeys: false } as const;
  const document = parseDocument(text, options);
  const syntax = [...document.errors, ...document.warnings].map(syntaxProblem);
  const problems = [...syntax, ...keyProblems(document)];
  if (problems.length > 0) refuse(problems.sort((a, b) => a.from - b.from));
  return document;
}

function countLines(text: string, lines: LineCounter): void {
  lines.addNewLine(0);
  for (const end of text.matchAll(/\n/g)) lines.addNewLine(end.index + 1);
}

/** Keys that are there twice in one map, or are no plain text. */
function keyProblems(document: Document): Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Map(_, map) {
      const seen = new Set<string>();
      for (const { key } of map.items as Pair<unknown, unknown>[]) {
        const [from, to] = (isNode(key) ? key.range : null) ?? map.range ?? [0, 1];
        if (key !== null && !isScalar(key)) {
          problems.push({ text: 'A key is a list, a map or an alias; text was wanted.', from, to });
          continue;
        }
        const name = keyText(key);
        if (seen.has(name)) {
          problems.push({ text: `The key "${visible(name)}" is there twice.`, from, to });
        }
        seen.add(name);
      }
    },
  });
  return problems;
}

/** In the order of the file; one problem a value; no missing key whose misspelling is told already. */
function worthTelling(problems: readonly Problem[]): Problem[] {
  const meant = new Set(problems.map((problem) => problem.meant));
  const told = problems.filter(
    (problem) => problem.missing === undefined || !meant.has(problem.missing),
  );
  const byPlace = new Map(told.map((problem) => [`${problem.from}:${problem.about}`, problem]));
  return [...byPlace.values()].sort((a, b) => a.from - b.from);
}

/** A problem of the YAML itself, in this project's words where the parser's are a programmer's. */
function syntaxProblem(error: YAMLParseError | YAMLWarning): Problem {
  const [from, to] = error.pos;
  if (error.code === 'MULTIPLE_DOCS') {
    return { text: 'The file holds a second document; one was wanted.', from, to };
  }
  return { text: sentence(error.message), from, to };
}

/** The document as plain values; a cycle or too many aliases are refused where the first one stands. */
function plainValueOf(document: Document, refuse: (problems: Problem[]) => never): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    let place: Problem = { text: sentence(messageOf(error)), from: 0, to: 1 };
    visit(document, {
      Alias(_, alias) {
        place = { ...place, from: alias.range?.[0] ?? 0, to: alias.range?.[1] ?? 1 };
        return visit.BREAK;
      },
    });
    return refuse([place]);
  }
}

function problemsOf(issue: z.core.$ZodIssue, document: Document, schema: z.ZodType): Problem[] {
  const path = issue.path;
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, path);
    return issue.keys.map((key) => {
      const meant = suggestion(key.slice(0, MAX_SHOWN), known);
      return {
        text: `Unknown key "${visible(key)}"${inside(path)}.${didYouMean(key.slice(0, MAX_SHOWN), known)}`,
        about: key,
        ...(meant !== undefined && { meant: [...path, meant].join('.') }),
        ...keyRange(document, [...path, key]),
      };
    });
  }
  const name = path.length === 0 ? 'The file' : `"${visible(path.join('.'))}"`;
  const missing = issue.code === 'invalid_type' && issue.input === undefined;
  if (missing) {
    return [
      {
        text: `${name} is missing.`,
        about: name,
        missing: path.join('.'),
        ...keyRange(document, path.slice(0, -1)),
      },
    ];
  }
  if (issue.code === 'custom' && issue.params?.['secret'] === true) {
    const text = `${name} holds a secret; ${issue.message}`;
    return [{ text, about: name, secret: true, ...valueRange(document, path) }];
  }
  return [{ text: wanted(name, issue), about: name, ...valueRange(document, path) }];
}

/** What was found and what was wanted, in a sentence. */
function wanted(name: string, issue: z.core.$ZodIssue): string {
  const found = show(issue.input);
  switch (issue.code) {
    case 'invalid_type':
      return `${name} is ${found}; ${TYPE_NAMES[issue.expected] ?? issue.expected} was wanted.`;
    case 'invalid_value': {
      const values = issue.values.map(String);
      const list = values.map((v) => `"${v}"`).join(', ');
      const meant =
        typeof issue.input === 'string' ? didYouMean(issue.input.slice(0, MAX_SHOWN), values) : '';
      return `${name} is ${found}; ${values.length > 1 ? 'one of ' : ''}${list} was wanted.${meant}`;
    }
    case 'too_small':
      return `${name} is ${found}; ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum} was wanted.`;
    case 'too_big':
      return `${name} is ${found}; ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum} was wanted.`;
    case 'custom':
      return `${name} is ${found}; ${issue.message}`;
    default:
      return `${name} is ${found}: ${issue.message}.`;
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map of keys',
  record: 'a map of keys',
  array: 'a list',
  date: 'a date',
};

function show(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (typeof value === 'string') return `"${visible(value)}"`;
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return String(value);
}

function inside(path: readonly PropertyKey[]): string {
  return path.length === 0 ? '' : ` in "${visible(path.join('.'))}"`;
}

function sentence(text: string): string {
  const line = visible(text.split('\n')[0]!.trim(), MAX_SENTENCE);
  return /[.!?]$/.test(line) ? line : `${line}.`;
}

function invalid(
  file: string,
  text: string,
  lines: LineCounter,
  problems: readonly Problem[],
): HoopduckError {
  const shown = problems.slice(0, MAX_PROBLEMS).map((problem) => {
    const at = lines.linePos(Math.min(problem.from, text.length));
    const position = {
      line: Math.max(1, at.line),
      column: Math.max(1, at.col),
      length: problem.to - problem.from,
    };
    const told = `${file}:${position.line}:${position.column}: ${problem.text}`;
    return problem.secret === true ? told : `${told}\n${excerpt(text, position)}`;
  });
  const more = problems.length - shown.length;
  if (more > 0) shown.push(`... and ${more} more.`);
  return new HoopduckError('CONFIG_INVALID', shown.join('\n'), {
    next: `Correct "${file}" and try again.`,
    exitCode: EXIT.usage,
  });
}
