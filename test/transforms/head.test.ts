import { expect, test } from 'vitest';
import { modelFault, readHead } from '../../src/transforms/head.ts';

const factsOf = (text: string) =>
  Object.fromEntries([...readHead(text).facts].map(([name, { value }]) => [name, value]));

test('a head is its comment lines: what the table is, then facts, then no more', () => {
  const text = [
    '-- Rows of players,',
    '-- one a game.',
    '--',
    '-- key: game_date, player_lookup',
    '-- partition:   game_date',
    'SELECT 1',
    '-- spine: a.b',
  ].join('\n');
  expect(readHead(text)).toMatchObject({
    description: 'Rows of players, one a game.',
    lines: 5,
  });
  expect(factsOf(text)).toEqual({ key: 'game_date, player_lookup', partition: 'game_date' });
});

test('a head without a description, and one without a SELECT under it, are read to their end', () => {
  expect(readHead('SELECT 1')).toMatchObject({ description: '', lines: 0 });
  expect(readHead('-- key: a')).toMatchObject({ description: '', lines: 1 });
  expect(factsOf('-- key: a')).toEqual({ key: 'a' });
});

test('a value goes on until the next fact or an empty line, behind which more words are description', () => {
  expect(factsOf('-- reads: a.b (season),\n--   c.d (season)\n-- key: x')).toEqual({
    reads: 'a.b (season), c.d (season)',
    key: 'x',
  });
  const parted = '-- key: a\n--\n-- More of it.';
  expect(factsOf(parted)).toEqual({ key: 'a' });
  expect(readHead(parted).description).toBe('More of it.');
});

test('a word that is no fact, or none of ours, is description', () => {
  expect(readHead('-- The key: a\n-- keys: b').description).toBe('The key: a keys: b');
});

test('lines end in any of the three ways', () => {
  for (const end of ['\n', '\r\n', '\r']) {
    expect(factsOf(['-- key: a', '-- partition: b', 'SELECT 1'].join(end))).toEqual({
      key: 'a',
      partition: 'b',
    });
  }
});

test('every letter of a value has its place in the file', () => {
  const reads = readHead('-- It.\n-- reads:  a.b,\n--   c.d').facts.get('reads')!;
  expect(reads.value).toBe('a.b, c.d');
  expect(reads.at(0)).toEqual({ line: 2, column: 12, length: 1 });
  expect(reads.at(2, 2)).toEqual({ line: 2, column: 14, length: 2 });
  // Where the second line of it begins.
  expect(reads.at(5, 3)).toEqual({ line: 3, column: 6, length: 3 });
  expect(reads.at(7)).toEqual({ line: 3, column: 8, length: 1 });
  expect(readHead('--key: a').facts.get('key')!.at(0)).toEqual({ line: 1, column: 8, length: 1 });
});

test('a fault is of usage, and shows its line', () => {
  const fault = modelFault('m.sql', '-- a', { line: 1, column: 4, length: 1 }, 'no.');
  expect(fault).toMatchObject({
    code: 'MODEL_INVALID',
    exitCode: 2,
    message: 'm.sql:1:4: no.\n\n  1 | -- a\n    |    ^',
  });
});
