import { expect, test } from 'vitest';
import { SEASON_STARTS, seasonLabel, seasonYear } from '../../src/config/seasons.ts';

test('a date belongs to the newest listed season that has started', () => {
  expect(seasonYear('2024-10-21')).toBe(2023);
  expect(seasonYear('2024-10-22')).toBe(2024);
  expect(seasonYear('2025-06-22')).toBe(2024);
});

test('the bubble of October 2020 belongs to 2019-20', () => {
  expect(seasonYear('2020-10-11')).toBe(2019);
  expect(seasonYear('2020-12-21')).toBe(2019);
  expect(seasonYear('2020-12-22')).toBe(2020);
});

test('outside the listed seasons the month decides', () => {
  expect(seasonYear('2015-10-26')).toBe(2015);
  expect(seasonYear('2015-04-15')).toBe(2014);
  expect(seasonYear('2026-09-30')).toBe(2025);
  expect(seasonYear('2026-10-01')).toBe(2026);
  expect(seasonYear('2027-03-01')).toBe(2026);
});

test('each listed start opens its own season', () => {
  expect(SEASON_STARTS.map(([, start]) => seasonYear(start))).toEqual(
    SEASON_STARTS.map(([year]) => year),
  );
});

test('a season is written with the last two digits of its second year', () => {
  expect([seasonLabel(2024), seasonLabel(1999), seasonLabel(2008)]).toEqual([
    '2024-25',
    '1999-00',
    '2008-09',
  ]);
});
