import { expect, test } from 'vitest';
import { z } from 'zod';
import { readYaml } from '../../src/config/yaml-source.ts';
import { HoopduckError } from '../../src/errors.ts';

const schema = z.strictObject({
  table: z.strictObject({ minimum: z.number().min(0).max(1), why: z.string().optional() }),
  scope: z.enum(['date', 'season', 'all']).optional(),
  names: z.array(z.string()).optional(),
});

function messageFor(text: string): string {
  try {
    readYaml('gates.yaml', text, schema);
  } catch (error) {
    expect(error).toBeInstanceOf(HoopduckError);
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', exitCode: 2 });
    return (error as HoopduckError).message;
  }
  throw new Error('the text was accepted');
}

test('a text that fits the schema gives its values', () => {
  expect(readYaml('gates.yaml', 'table: {minimum: 0.95}\nscope: season\n', schema)).toEqual({
    table: { minimum: 0.95 },
    scope: 'season',
  });
});

test('an unknown key is shown with its line, a caret and what was meant', () => {
  expect(messageFor('table:\n  minimum: 1\n  wy: because\n')).toBe(
    [
      'gates.yaml:3:3: Unknown key "wy" in "table". Did you mean "why"?',
      '  3 |   wy: because',
      '    |   ^^',
    ].join('\n'),
  );
});

test('a misspelt needed key is told once, not as missing too', () => {
  expect(messageFor('tabel:\n  minimum: 1\n')).toBe(
    [
      'gates.yaml:1:1: Unknown key "tabel". Did you mean "table"?',
      '  1 | tabel:',
      '    | ^^^^^',
    ].join('\n'),
  );
});

test('a value of the wrong type is shown with what was wanted', () => {
  expect(messageFor('table:\n  minimum: high\n')).toBe(
    [
      'gates.yaml:2:12: "table.minimum" is "high"; a number was wanted.',
      '  2 |   minimum: high',
      '    |            ^^^^',
    ].join('\n'),
  );
});

test('a value outside its bounds and a word outside its list are both told, in the order of the file', () => {
  expect(messageFor('scope: seson\ntable:\n  minimum: 1.5\n')).toBe(
    [
      'gates.yaml:1:8: "scope" is "seson"; one of "date", "season", "all" was wanted. Did you mean "season"?',
      '  1 | scope: seson',
      '    |        ^^^^^',
      'gates.yaml:3:12: "table.minimum" is 1.5; at most 1 was wanted.',
      '  3 |   minimum: 1.5',
      '    |            ^^^',
    ].join('\n'),
  );
});

test('a needed key that is not there is shown at the map that lacks it', () => {
  expect(messageFor('scope: all\ntable:\n  why: x\n')).toContain(
    'gates.yaml:2:1: "table.minimum" is missing.',
  );
  expect(messageFor('')).toContain('gates.yaml:1:1: "table" is missing.');
});

test('a key without a value is shown at the key', () => {
  expect(messageFor('table:\n  minimum:\n')).toContain(
    'gates.yaml:2:3: "table.minimum" is empty; a number was wanted.\n  2 |   minimum:\n    |   ^^^^^^^',
  );
});

test('an item of a list is shown where it stands', () => {
  expect(messageFor('table: {minimum: 1}\nnames:\n  - a\n  - 7\n')).toContain(
    'gates.yaml:4:5: "names.1" is 7; text was wanted.',
  );
});

test('a key that is there twice is refused', () => {
  expect(messageFor('scope: all\ntable: {minimum: 1}\nscope: date\n')).toBe(
    ['gates.yaml:3:1: The key "scope" is there twice.', '  3 | scope: date', '    | ^^^^^'].join(
      '\n',
    ),
  );
});

test('broken YAML is shown where it breaks', () => {
  expect(messageFor('table: {minimum: 1\nscope: all\n')).toMatch(/^gates\.yaml:\d+:\d+: /);
  expect(messageFor('table: !!js/function x\n')).toContain('gates.yaml:1:8: Unresolved tag');
  expect(messageFor('scope: all\n---\nscope: all\n')).toContain(
    'gates.yaml:2:1: The file holds a second document; one was wanted.',
  );
});

test('a bomb of anchors is refused', () => {
  const nines = (anchor: string) => `[${Array(9).fill(`*${anchor}`).join(', ')}]`;
  const text = `a: &a [x, x, x, x]\nb: &b ${nines('a')}\nc: &c ${nines('b')}\nd: &d ${nines('c')}\ne: ${nines('d')}\n`;
  expect(messageFor(text)).toMatch(/^gates\.yaml:2:\d+: Excessive alias count/);
});

test('an anchor inside itself does no harm', () => {
  expect(messageFor('names: &n [*n]\ntable: {minimum: 1}\n')).toContain('"names.0" is a list');
});

test('at most five problems are shown, and the rest is counted', () => {
  const text = 'a: 1\nb: 1\nc: 1\nd: 1\ne: 1\nf: 1\ntable: {minimum: 1}\n';
  const message = messageFor(text);
  expect(message.match(/Unknown key/g)).toHaveLength(5);
  expect(message).toMatch(/\.\.\. and 1 more\.$/);
});

test('the caret stands under a value behind tabs and wide letters', () => {
  expect(messageFor('table: {why: 選手, minimum: "x"}\n')).toContain(
    '  1 | table: {why: 選手, minimum: "x"}\n    |                             ^^^',
  );
});
