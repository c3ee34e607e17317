import { expect, test } from 'vitest';
import { classifyDrift } from '../../src/sync/drift.ts';

const column = (name: string, type: string) => ({ name, type });
const BEFORE = [
  column('game_date', 'DATE'),
  column('points', 'BIGINT'),
  column('minutes', 'VARCHAR'),
];

test('columns that are as they were are no drift', () => {
  expect(classifyDrift(BEFORE, BEFORE, BEFORE)).toEqual([]);
});

test('a column that is new since the last sync is added', () => {
  expect(classifyDrift(BEFORE, BEFORE, [...BEFORE, column('venue', 'VARCHAR')])).toEqual([
    { column: 'venue', kind: 'added', before: null, found: 'VARCHAR' },
  ]);
});

test('a number that becomes another number, and a number for a text, are widened', () => {
  const found = [
    column('game_date', 'DATE'),
    column('points', 'DOUBLE'),
    column('minutes', 'BIGINT'),
  ];
  expect(classifyDrift(BEFORE, BEFORE, found)).toEqual([
    { column: 'points', kind: 'widened', before: 'BIGINT', found: 'DOUBLE' },
    { column: 'minutes', kind: 'widened', before: 'VARCHAR', found: 'BIGINT' },
  ]);
});

test.each([
  ['a text for a number', 'points', 'VARCHAR', 'BIGINT'],
  ['a truth value for a number', 'points', 'BOOLEAN', 'BIGINT'],
  ['a number for a date', 'game_date', 'BIGINT', 'DATE'],
  ['a list for a text', 'minutes', 'VARCHAR[]', 'VARCHAR'],
])('%s is a change of type', (_, name, type, before) => {
  const found = BEFORE.map((each) => (each.name === name ? column(name, type) : each));
  expect(classifyDrift(BEFORE, BEFORE, found)).toEqual([
    { column: name, kind: 'changed', before, found: type },
  ]);
});

test('a column that is gone is missing, one whose name only changed its case is not', () => {
  expect(
    classifyDrift(BEFORE, BEFORE, [column('GAME_DATE', 'DATE'), column('points', 'BIGINT')]),
  ).toEqual([{ column: 'minutes', kind: 'missing', before: 'VARCHAR', found: null }]);
});

test('at the first sync columns may lack or be texts, but not be of another kind', () => {
  const found = [column('game_date', 'VARCHAR'), column('points', 'BOOLEAN')];
  expect(classifyDrift([], BEFORE, found)).toEqual([
    { column: 'points', kind: 'changed', before: 'BIGINT', found: 'BOOLEAN' },
  ]);
});
