import fc from 'fast-check';

/** One change of a text; `pick` numbers choose lines, letters and values among what there is. */
type Mutation = (text: string, pick: readonly [number, number]) => string;

/** Values that a person, an editor or a template could leave behind where another was meant. */
const VALUES: readonly string[] = [
  '',
  'null',
  '~',
  'true',
  'yes',
  '7',
  '-1',
  '0.5',
  '1e999',
  '-1e-999',
  '.nan',
  '.inf',
  '99999999999999999999999',
  '0x1F',
  '0o17',
  '1_000',
  '2024-01-15',
  'text',
  '70/15/15',
  '"unterminated',
  "'unterminated",
  '"\\u0000"',
  '"\\uD800"',
  '"\\q"',
  '🏀',
  '\u200b',
  '\u202eabc',
  '\u2028',
  '\u00a0',
  'e\u0301'.repeat(40),
  '[]',
  '{}',
  '[1, [2, {a: b}]]',
  '[1, 2',
  '{a: 1',
  '{a: 1, a: 2}',
  '- x',
  '|',
  '>-',
  '? a',
  '!!binary aGk=',
  '!!set {a}',
  '!!str 7',
  '!!int x',
  '!!omap [a: 1]',
  '!own x',
  '!!js/function "x"',
  '&a 1',
  '&a [*a]',
  '&a {b: *a}',
  '*a',
  '*missing',
  '@x',
  '`x`',
  '%x',
  '#',
  ': :',
  '__proto__',
  '{__proto__: {path: x}}',
  '{constructor: x}',
  'x'.repeat(20_000),
  '['.repeat(60),
  '['.repeat(20_000),
  '{a: '.repeat(20_000),
  `${'['.repeat(2000)}${']'.repeat(2000)}`,
];

/** Lines that are put between others. */
const LINES: readonly string[] = [
  '---',
  '...',
  '%YAML 1.1',
  '%TAG ! tag:x.org,2000:',
  '\tpath: x',
  '  \tpath: x',
  '__proto__: {path: x}',
  'toString: x',
  '<<: {a: 1}',
  '<<: *a',
  '? [a, b]\n: c',
  '? {a: b}\n: c',
  '? |\n  long\n: c',
  '- x',
  '7: x',
  'null: x',
  ': x',
  'x',
  'a b c: d: e',
  `${'k'.repeat(20_000)}: x`,
  `"${'k'.repeat(20_000)}`,
  '- '.repeat(5000),
  Array.from({ length: 500 }, (_, i) => `key${i}: ${i}`).join('\n'),
  [
    'a: &a [x, x, x, x, x, x, x, x, x]',
    ...[...'bcdefghi'].map((name, i) => {
      const before = `*${'abcdefgh'[i]}`;
      return `${name}: &${name} [${Array(9).fill(before).join(', ')}]`;
    }),
  ].join('\n'),
  `a: &a {k: v}\n${Array.from({ length: 200 }, (_, i) => `l${i}: *a`).join('\n')}`,
];

const onLine =
  (change: (line: string, pick: number) => string | readonly string[]): Mutation =>
  (text, [where, how]) => {
    const lines = text.split('\n');
    const at = where % lines.length;
    return lines.toSpliced(at, 1, ...[change(lines[at]!, how)].flat()).join('\n');
  };

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'a line is gone': onLine(() => []),
  'a line is there twice': onLine((line) => [line, line]),
  'a line is moved': (text, [from, to]) => {
    const lines = text.split('\n');
    const [line] = lines.splice(from % lines.length, 1);
    return lines.toSpliced(to % (lines.length + 1), 0, line!).join('\n');
  },
  'a line is put in': onLine((line, pick) => [LINES[pick % LINES.length]!, line]),
  'a value is another': onLine((line, pick) =>
    line.replace(/(:|-)(\s.*)?$/, (_, mark) => `${mark} ${VALUES[pick % VALUES.length]}`),
  ),
  'a key is misspelt': onLine((line, pick) =>
    line.replace(/\w+(?=:)/, (key) => {
      const at = pick % key.length;
      return [
        key.slice(0, at) + key.slice(at + 1),
        `${key.slice(0, at)}x${key.slice(at)}`,
        key.toUpperCase(),
        `"${key}`,
        `${key}\u0301`,
      ][pick % 5]!;
    }),
  ),
  'a line is indented otherwise': onLine(
    (line, pick) =>
      [` ${line}`, `  ${line}`, `\t${line}`, line.replace(/^ /, ''), line.trimStart()][pick % 5]!,
  ),
  'a letter is another': (text, [where, how]) => {
    const at = where % (text.length + 1);
    const letter = '\0\t\r\n"\'{}[]:,&*#?|->%@`!\\\u0085\ufeff\ud800é'[how % 30] ?? ' ';
    return text.slice(0, at) + letter + text.slice(at + 1);
  },
  'the end is cut off': (text, [where]) => text.slice(0, where % (text.length + 1)),
  'the beginning is cut off': (text, [where]) => text.slice(where % (text.length + 1)),
  'lines end otherwise': (text, [how]) => text.replaceAll('\n', ['\r\n', '\r', '\n\n'][how % 3]!),
  'it begins with a byte order mark': (text) => `\ufeff${text}`,
  'it is indented as a whole': (text, [how]) =>
    text.replaceAll(/^/gm, ['  ', '\t', '- ', '> '][how % 4]!),
  'it is there twice': (text, [how]) => text + ['', '\n', '\n---\n', '\n...\n'][how % 4] + text,
  'it is one line': (text) => text.replaceAll('\n', ' '),
  'it is something else': (_, [how]) =>
    [...VALUES, ...LINES][how % (VALUES.length + LINES.length)]!,
};

const NAMES = Object.keys(MUTATIONS);

/** A text of the list with one to four changes in a row. */
export function mutatedText(texts: readonly string[]): fc.Arbitrary<string> {
  const pick = fc.nat(100_000);
  const step = fc.tuple(fc.nat(NAMES.length - 1), pick, pick);
  return fc
    .tuple(fc.nat(texts.length - 1), fc.array(step, { minLength: 1, maxLength: 4 }))
    .map(([base, steps]) =>
      steps.reduce((text, [name, a, b]) => MUTATIONS[NAMES[name]!]!(text, [a, b]), texts[base]!),
    );
}
