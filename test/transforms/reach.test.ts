import { expect, test } from 'vitest';
import { parseReach, reachText, type Window } from '../../src/transforms/reach.ts';

const WINDOW: Window = { kind: 'window', days: null, rows: null, inSeason: false, entity: null };
const PLAYER = { column: 'player_key', spineColumn: 'player_key' };

test.each<[string, Partial<Window>]>([
  ['earlier dates', {}],
  ['season', { inSeason: true }],
  ['earlier dates of player_key', { entity: PLAYER }],
  ['season of player_key', { inSeason: true, entity: PLAYER }],
  ['1 days', { days: 1 }],
  ['14 days in season', { days: 14, inSeason: true }],
  ['100000 days of player_key', { days: 100_000, entity: PLAYER }],
  ['14 days of player_key in season', { days: 14, inSeason: true, entity: PLAYER }],
  ['last 10 rows of player_key', { rows: { count: 10, where: null }, entity: PLAYER }],
  [
    'last 10 rows where minutes > 0 of player_key as player in season',
    {
      rows: { count: 10, where: 'minutes > 0' },
      inSeason: true,
      entity: { column: 'player_key', spineColumn: 'player' },
    },
  ],
])('"%s" is a window that is written as it was read', (text, window) => {
  const reach = parseReach(text);
  expect(reach).toEqual({ ...WINDOW, ...window });
  expect(reachText(reach!)).toBe(text);
});

test.each(['same date', 'any date'] as const)('"%s" is no window', (kind) => {
  expect(parseReach(kind)).toEqual({ kind });
  expect(reachText({ kind })).toBe(kind);
});

test('blanks before, after and between the words say nothing', () => {
  expect(parseReach('  same \n  date ')).toEqual({ kind: 'same date' });
  expect(parseReach(' 14   days\n in   season ')).toEqual({
    ...WINDOW,
    days: 14,
    inSeason: true,
  });
});

test('one of a column in the season only once has it said, a season in the season is the season', () => {
  expect(parseReach('season in season')).toEqual({ ...WINDOW, inSeason: true });
  expect(parseReach('earlier dates in season')).toEqual({ ...WINDOW, inSeason: true });
  expect(reachText({ ...WINDOW, inSeason: true })).toBe('season');
});

test.each([
  'yesterday',
  'the same date',
  'same dates',
  'not earlier dates',
  'earlier dates too',
  '0 days',
  '100001 days',
  'days',
  'last 0 rows of player_key',
  'last 100001 rows of player_key',
  // Rows are counted for somebody.
  'last 10 rows',
  'last 10 rows where minutes > 0',
  '14 days of',
  '14 days as player',
])('"%s" is no reach', (text) => {
  expect(parseReach(text)).toBeUndefined();
});
