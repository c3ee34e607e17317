import { expect, test } from 'vitest';
import { likelyDate } from '../../src/commands/likely-date.ts';

/** A Saturday at noon where the test runs. */
const now = new Date(2025, 2, 1, 12);

test.each([
  ['2024-1-5', '2024-01-05'],
  ['20240105', '2024-01-05'],
  ['2024/01/05', '2024-01-05'],
  ['2024-13-01', '2024-01-13'],
  ['2024-02-30', '2024-02-29'],
  ['5.1.2024', '2024-01-05'],
  ['1/25/2024', '2024-01-25'],
  ['25/1/2024', '2024-01-25'],
  ['Jan 5 2024', '2024-01-05'],
  ['yesterday', '2025-02-28'],
  ['today', '2025-03-01'],
  ['Tomorrow', '2025-03-02'],
  ['2024-10', '2024-10-01'],
])('%s probably means %s', (text, date) => {
  expect(likelyDate(text, now)).toBe(date);
});

test('a month as the end of a range means its last day', () => {
  expect(likelyDate('2024-02', now, 'last')).toBe('2024-02-29');
});

test.each(['1/5/2024', 'soon', '', '2024', '2024-00-10', '2024-20-20', 'May', '99999999'])(
  'of "%s" no date is the likely one',
  (text) => {
    expect(likelyDate(text, now)).toBeUndefined();
  },
);
