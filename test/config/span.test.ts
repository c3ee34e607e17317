import { expect, test } from 'vitest';
import { spanOf } from '../../src/config/span.ts';

const SCHEDULE = { from: '2023-10-24', to: '2025-04-20' };

test('a range without an end takes the end of the schedule', () => {
  expect(spanOf({}, SCHEDULE)).toEqual(SCHEDULE);
  expect(spanOf({ from: '2025-03-01' }, SCHEDULE)).toEqual({
    from: '2025-03-01',
    to: '2025-04-20',
  });
  expect(spanOf({ to: '2025-03-01' }, SCHEDULE)).toEqual({ from: '2023-10-24', to: '2025-03-01' });
});

test('an end beyond the schedule, with no other end named, is refused and not taken for an empty green range', () => {
  expect(() => spanOf({ from: '2030-01-01' }, SCHEDULE)).toThrow(
    'The range holds no date: "--from" is "2030-01-01", after the last date of the schedule, 2025-04-20.',
  );
  expect(() => spanOf({ to: '2020-01-01' }, SCHEDULE)).toThrow(
    'The range holds no date: "--to" is "2020-01-01", before the first date of the range, 2023-10-24.',
  );
});
